"""A disk as POSIX promises it, not as a kind file system keeps it: what was not synced may be gone after a power cut.

Pure but for the chance handed in. Written data is durable after an fsync of the file, a name after an fsync of its
folder; everything else is kept, dropped or torn at 512-byte sectors, each by chance and in any order. A write that is
dropped leaves what the last sync left, or an earlier unsynced version: a sector is always one of its own versions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512
Image = dict[str, bytes | None]
"""Path (``/a/b``) -> content; None: a folder. What a disk holds while the power is off."""


@dataclass
class Write:
    """Bytes on their way to a file, not synced yet."""

    offset: int
    data: bytes


@dataclass
class Resize:
    """A new length on its way to a file."""

    size: int


@dataclass
class File:
    """``live`` is what programs see, ``durable`` what the last sync left, ``pending`` what happened since."""

    live: bytearray = field(default_factory=bytearray)
    durable: bytes = b""
    pending: list[Write | Resize] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        """As ``pwrite``: a gap is filled with zeros."""
        if len(self.live) < offset:
            self.live.extend(bytes(offset - len(self.live)))
        self.live[offset : offset + len(data)] = data
        self.pending.append(Write(offset, data))

    def resize(self, size: int) -> None:
        """As ``ftruncate``."""
        self.live = self.live[:size] + bytearray(max(0, size - len(self.live)))
        self.pending.append(Resize(size))

    def sync(self) -> None:
        """As ``fsync`` or ``fdatasync``: data and length, but not the name."""
        self.durable = bytes(self.live)
        self.pending.clear()


@dataclass
class Folder:
    """``live`` names for programs, ``durable`` names for the time after a cut."""

    live: dict[str, File | Folder] = field(default_factory=dict)
    durable: dict[str, File | Folder] = field(default_factory=dict)


@dataclass
class Renaming:
    """One change of names, all of it or nothing: (folder, name, what it means from now on; None: nothing)."""

    entries: list[tuple[Folder, str, File | Folder | None]]

    def touches(self, folder: Folder) -> bool:
        """Whether a sync of ``folder`` makes this durable."""
        return any(entry[0] is folder for entry in self.entries)

    def settle(self) -> None:
        """Make it durable."""
        for folder, name, node in self.entries:
            if node is None:
                folder.durable.pop(name, None)
            else:
                folder.durable[name] = node


@dataclass
class Losses:
    """What one cut did to what was not synced."""

    kept: int = 0
    dropped: int = 0
    torn: int = 0
    names_dropped: int = 0


class Disk:
    """Files and folders. ``syncs_files`` or ``syncs_folders`` False: an fsync says yes and does nothing (controls)."""

    def __init__(self, image: Image | None = None, *, syncs_files: bool = True, syncs_folders: bool = True) -> None:
        self.root = Folder()
        self._renamings: list[Renaming] = []
        self._syncs_files, self._syncs_folders = syncs_files, syncs_folders
        for path, content in sorted((image or {}).items()):
            self._restore(path, content)

    def _restore(self, path: str, content: bytes | None) -> None:
        node = Folder() if content is None else File(bytearray(content), content)
        folder, name = self.place(path)
        folder.live[name] = folder.durable[name] = node

    # -- what programs do ------------------------------------------------

    def find(self, path: str) -> File | Folder | None:
        """What is at ``path`` now."""
        node: File | Folder | None = self.root
        for name in filter(None, path.split("/")):
            node = node.live.get(name) if isinstance(node, Folder) else None
        return node

    def place(self, path: str) -> tuple[Folder, str]:
        """(the folder, the last name) of a path; FileNotFoundError without that folder."""
        above, _, name = path.rpartition("/")
        folder = self.find(above)
        if not isinstance(folder, Folder):
            raise FileNotFoundError(path)
        return folder, name

    def make(self, path: str, node: File | Folder) -> None:
        """A new file or folder."""
        folder, name = self.place(path)
        self._rename((folder, name, node))

    def remove(self, path: str) -> None:
        """The name goes; who has the file open still has it."""
        folder, name = self.place(path)
        self._rename((folder, name, None))

    def move(self, old: str, new: str) -> None:
        """As ``rename``: the old name goes and the new one comes in one step, over whatever was there."""
        (source, name), (target, other) = self.place(old), self.place(new)
        self._rename((source, name, None), (target, other, source.live[name]))

    def sync(self, node: File | Folder) -> None:
        """As ``fsync`` of a file or of a folder."""
        if isinstance(node, File):
            if self._syncs_files:
                node.sync()
        elif self._syncs_folders:
            for renaming in self._renamings:
                if renaming.touches(node):
                    renaming.settle()
            self._renamings = [renaming for renaming in self._renamings if not renaming.touches(node)]

    def _rename(self, *entries: tuple[Folder, str, File | Folder | None]) -> None:
        for folder, name, node in entries:
            if node is None:
                folder.live.pop(name, None)
            else:
                folder.live[name] = node
        self._renamings.append(Renaming(list(entries)))

    # -- the power cut ------------------------------------------------

    def cut(self, chance: Random) -> tuple[Image, Losses]:
        """What a program finds when the power is back. The disk itself is not usable after this."""
        losses = Losses()
        likely = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        in_order = chance.random() < 0.5  # a file system with a log loses the last names only, another one any
        for renaming in self._renamings:
            if chance.random() < likely:
                renaming.settle()
                continue
            losses.names_dropped += 1
            if in_order:
                likely = 0.0
        image: Image = {}
        _read(self.root, "", image, chance, losses)
        return image, losses


def _read(folder: Folder, path: str, image: Image, chance: Random, losses: Losses) -> None:
    for name, node in sorted(folder.durable.items()):
        if isinstance(node, Folder):
            image[f"{path}/{name}"] = None
            _read(node, f"{path}/{name}", image, chance, losses)
        else:
            image[f"{path}/{name}"] = after_cut(node, chance, losses)


def after_cut(file: File, chance: Random, losses: Losses) -> bytes:
    """One file's content: each unsynced write kept, dropped or torn, and a length that it had at some moment."""
    if not file.pending:
        return file.durable
    content, sizes = bytearray(file.durable), [len(file.durable)]
    old_blocks = chance.random() < 0.5  # space that was never written holds zeros, or what lay there before
    likely = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    tears = chance.random() < 0.7
    for change in file.pending:
        if isinstance(change, Resize):
            if change.size < len(content) and chance.random() < likely:
                content[change.size :] = bytes(len(content) - change.size)
            sizes.append(change.size)
            continue
        kept, of = _land(content, change, chance, likely if tears else float(chance.random() < likely), old_blocks)
        losses.kept += kept == of
        losses.dropped += kept == 0
        losses.torn += 0 < kept < of
        sizes.append(max(sizes[-1], change.offset + len(change.data)))
    size = sizes[-1] if chance.random() < max(likely, 0.5) else chance.choice(sizes)
    _reach(content, size, chance, old_blocks)
    return bytes(content[:size])


def _land(content: bytearray, write: Write, chance: Random, likely: float, old_blocks: bool) -> tuple[int, int]:
    """Put a write's surviving sectors into ``content``: (how many survived, of how many)."""
    end = write.offset + len(write.data)
    sectors = range(write.offset // SECTOR, max(write.offset, end - 1) // SECTOR + 1)
    kept = [sector for sector in sectors if chance.random() < likely]
    for sector in kept:
        begin, stop = max(write.offset, sector * SECTOR), min(end, (sector + 1) * SECTOR)
        _reach(content, begin, chance, old_blocks)
        content[begin:stop] = write.data[begin - write.offset : stop - write.offset]
    return len(kept), len(sectors)


def _reach(content: bytearray, size: int, chance: Random, old_blocks: bool) -> None:
    if len(content) < size:
        missing = size - len(content)
        content.extend(chance.randbytes(missing) if old_blocks else bytes(missing))


def pack(folder: Path) -> Image:
    """What lies in ``folder``, as an image."""
    return {f"/{path.relative_to(folder)}": None if path.is_dir() else path.read_bytes() for path in folder.rglob("*")}


def unpack(image: Image, folder: Path) -> None:
    """An image as plain files, for a program to open."""
    for path, content in sorted(image.items()):
        target = folder / path.lstrip("/")
        if content is None:
            target.mkdir()
        else:
            target.write_bytes(content)
