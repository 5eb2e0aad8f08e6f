"""Writes a build into its folder: only what changed, whole or not at all, and nothing that others put there."""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from firmware_config.build.files import File

LIST = ".jiaohao-build"
"""In a machine's folder: the paths that a build wrote there, so that the next one takes away what is no more."""


class ForeignFolder(ValueError):
    """The folder holds things and no list of ours: it may be somebody's home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zh = f"{folder} 里有别的文件，而且不是以前生成的；请换一个空文件夹（--out）"
        super().__init__(f"{folder} holds other files and was not made by a build; take an empty folder (--out)")


@dataclass(frozen=True)
class Change:
    """What a build does to one file: ``new``, ``changed`` or ``gone``; with what it held and will hold."""

    path: str
    kind: str
    before: bytes = b""
    after: bytes = b""


def changes(folder: Path, files: Iterable[File]) -> tuple[Change, ...]:
    """What ``write`` would do, by path. Modes count: a key that everybody may read is not the same file.

    Raises ForeignFolder, and OSError where a file cannot be read.
    """
    wanted = {file.path: file for file in files}
    known = _known(folder)
    found = []
    for path, file in sorted(wanted.items()):
        place = _place(folder, path)
        if not place.is_file():
            found.append(Change(path, "new", after=file.content))
        elif (before := place.read_bytes()) != file.content or place.stat().st_mode & 0o777 != file.mode:
            found.append(Change(path, "changed", before, file.content))
    gone = [path for path in sorted(known - set(wanted)) if _place(folder, path).is_file()]
    return (*found, *(Change(path, "gone", _place(folder, path).read_bytes()) for path in gone))


def write(folder: Path, files: Iterable[File]) -> tuple[Change, ...]:
    """Bring a machine's folder to these files; what was done. What did not change keeps its time."""
    made = tuple(files)
    todo = changes(folder, made)
    modes = {file.path: file.mode for file in made}
    for change in todo:
        if change.kind == "gone":
            _place(folder, change.path).unlink()
        else:
            _put(_place(folder, change.path), change.after, modes[change.path])
    listed = "".join(f"{path}\n" for path in sorted(modes)).encode()
    if not (folder / LIST).is_file() or (folder / LIST).read_bytes() != listed:
        _put(folder / LIST, listed, 0o644)
    return todo


def _known(folder: Path) -> set[str]:
    """What an earlier build wrote there; nothing in a folder that is empty or not there."""
    try:
        text = (folder / LIST).read_text(encoding="utf-8")
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()):
            raise ForeignFolder(folder) from None
        return set()
    return {line for line in text.splitlines() if _is_inside(line)}


def _is_inside(path: str) -> bool:
    """A list may have been changed by anybody: nothing outside of the folder is ever taken away."""
    parts = PurePosixPath(path)
    return bool(path) and not parts.is_absolute() and ".." not in parts.parts


def _place(folder: Path, path: str) -> Path:
    return folder.joinpath(*PurePosixPath(path).parts)


def _put(place: Path, content: bytes, mode: int) -> None:
    """Beside it first, with its mode from the beginning, then renamed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
