"""``Disk`` as a real file system (FUSE), in a process of its own: it kills the program under test at the cut.

The cut comes at a counted operation of the program (a write, a sync, a new or removed name), before it or in the middle
of it: the program is killed (-9) while it waits for that operation, and nothing reaches the disk any more.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import stat
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from tests.powercut.disk import Disk, File, Folder, Image, Losses

READY = "ready"
_SOON = 400
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Power:
    """When and how the power goes: process ``victim`` is killed at its ``cut_at``-th operation, or at the next one of
    ``kind`` that follows soon. ``seed`` decides the rest."""

    seed: int
    cut_at: int
    victim: int
    kind: str | None = None
    syncs_files: bool = True
    syncs_folders: bool = True
    shares_memory: bool = True


@dataclass
class AfterCut:
    """What is left. ``operation``: where the program was, such as ``write /data/hall.db-wal``."""

    image: Image
    losses: Losses
    operation: str
    operations: dict[str, int] = field(default_factory=dict)


def serve(mountpoint: str, image: Image, power: Power, bench: Connection) -> None:
    """Mount and tell ``bench`` READY; once unmounted an AfterCut, or None when there was no cut."""
    import mfusepy

    # When the bench ends in whatever way, so does this; libfuse unmounts on that signal.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

    class Operations(_Operations, mfusepy.Operations):  # type: ignore[misc]
        use_ns = True

    operations = Operations(Disk(image, syncs_files=power.syncs_files, syncs_folders=power.syncs_folders), power, bench)
    # Without hard_remove an unlinked open file would get a new name that no disk has; locks are the kernel's own.
    options = {"hard_remove": True, "direct_io": not power.shares_memory}
    mfusepy.FUSE(operations, mountpoint, foreground=True, nothreads=True, fsname="powercut", **options)
    bench.send(operations.after)


class _Operations:
    """The table of FUSE. Every refused call is an OSError with its number."""

    def __init__(self, disk: Disk, power: Power, bench: Connection) -> None:
        self._disk, self._power, self._bench = disk, power, bench
        self._chance = Random(power.seed)
        self._open: dict[int, tuple[str, File | Folder]] = {}
        self._handles = 0
        self._counted: dict[str, int] = {}
        self._off = False
        self.after: AfterCut | None = None

    def init(self, path: str) -> None:
        self._bench.send(READY)

    # -- the power ------------------------------------------------

    def _step(self, kind: str, what: str, act: Any) -> None:
        """One operation that changes the disk; the power may go before it or in the middle of it."""
        if self._off:
            raise OSError(errno.EIO, "no power")
        self._counted[kind] = self._counted.get(kind, 0) + 1
        if not self._goes(kind):
            act()
            return
        if self._chance.random() < 0.5:
            act()
        self._off = True
        os.kill(self._power.victim, signal.SIGKILL)
        image, losses = self._disk.cut(self._chance)
        self.after = AfterCut(image, losses, f"{kind} {what}", self._counted)
        raise OSError(errno.EIO, "no power")

    def _goes(self, kind: str) -> bool:
        late = sum(self._counted.values()) - self._power.cut_at
        return late >= 0 and (self._power.kind in (None, kind) or late > _SOON)

    def _node(self, path: str | None, handle: int | None = None) -> tuple[str, File | Folder]:
        """(path, what is there), by the open handle where there is one: an unlinked file has no path any more."""
        if handle in self._open:
            return self._open[handle]
        node = self._disk.find(path or "")
        if node is None:
            raise OSError(errno.ENOENT, path)
        return path or "", node

    def _file(self, path: str | None, handle: int | None) -> tuple[str, File]:
        path, node = self._node(path, handle)
        if not isinstance(node, File):
            raise OSError(errno.EISDIR, path)
        return path, node

    def _opened(self, path: str, node: File | Folder) -> int:
        self._handles += 1
        self._open[self._handles] = path, node
        return self._handles

    # -- names ------------------------------------------------

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        _, node = self._node(path, fh)
        mine = {"st_uid": os.getuid(), "st_gid": os.getgid()}
        if isinstance(node, Folder):
            return {**mine, "st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        size = len(node.live)
        return {**mine, "st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": size, "st_blocks": -(-size // 512)}

    def readdir(self, path: str, fh: int) -> list[str]:
        _, node = self._node(path, fh)
        return [".", "..", *(node.live if isinstance(node, Folder) else ())]

    def opendir(self, path: str) -> int:
        return self._opened(*self._node(path))

    def releasedir(self, path: str, fh: int) -> int:
        return self.release(path, fh)

    def mkdir(self, path: str, mode: int) -> int:
        self._step("name", path, lambda: self._disk.make(path, Folder()))
        return 0

    def rmdir(self, path: str) -> int:
        _, node = self._node(path)
        if isinstance(node, Folder) and node.live:
            raise OSError(errno.ENOTEMPTY, path)
        self._step("name", path, lambda: self._disk.remove(path))
        return 0

    def unlink(self, path: str) -> int:
        self._step("name", path, lambda: self._disk.remove(path))
        return 0

    def rename(self, old: str, new: str) -> int:
        self._step("name", old, lambda: self._disk.move(old, new))
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        path, node = self._node(path, fh)
        self._step("folder sync", path, lambda: self._disk.sync(node))
        return 0

    def chmod(self, path: str, mode: int) -> int:
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 20, "f_bavail": 1 << 19, "f_bfree": 1 << 19}

    # -- content ------------------------------------------------

    def create(self, path: str, mode: int, fi: object = None) -> int:
        file = File()
        self._step("name", path, lambda: self._disk.make(path, file))
        return self._opened(path, file)

    def open(self, path: str, flags: int) -> int:
        return self._opened(*self._node(path))

    def release(self, path: str, fh: int) -> int:
        self._open.pop(fh, None)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._file(path, fh)[1].live[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        path, file = self._file(path, fh)
        self._step("write", path, lambda: file.write(offset, data))
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        path, file = self._file(path, fh)
        self._step("resize", path, lambda: file.resize(length))
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        path, file = self._file(path, fh)
        self._step("sync", path, lambda: self._disk.sync(file))
        return 0

    def flush(self, path: str, fh: int) -> int:
        return 0
