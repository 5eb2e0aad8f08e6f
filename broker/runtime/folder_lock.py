"""One program at a time on one folder: a lock of the kernel, which ends with its holder, however that one ends."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from broker.runtime.errors import DataFolderUnusable, NodeError

logger = logging.getLogger(__name__)

LOCK_NAME = "program.lock"
HAND_OVER_S = 6.0
"""So long a program waits for the one before it, which may be on its way out, before it says so and is tried again."""
_LOOK_EVERY_S = 0.05


class FolderInUse(NodeError):
    """Another program works on the data folder; ``holder`` is the number of its process, or "" when it is not known."""

    def __init__(self, folder: Path, name: str, holder: str) -> None:
        who, end = (f" (process {holder})", f"kill {holder}") if holder else ("", "systemctl stop")
        super().__init__(
            f"{name} runs already on {folder}{who}, and two would write the same files: end that one first ({end}),"
            " or set JIAOHAO_DATA to another folder for this one"
        )
        self.zh = (
            f"{name} 已经在 {folder} 上运行{f'（进程 {holder}）' if holder else ''}，两个程序会写同样的文件："
            f"请先结束它（{end}），或用 JIAOHAO_DATA 给这一个另设数据文件夹"
        )
        self.folder, self.name, self.holder = folder, name, holder


class LockTaken(NodeError):
    """Somebody else holds the file's lock; ``holder`` is the number of that process, or "" where it is not known."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"taken by process {holder or '?'}")
        self.holder = holder


def take_lock(path: Path) -> int:
    """The descriptor that holds the lock of the file, until it is closed. LockTaken at once, or an OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    hand_to_owner(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = os.pread(handle, 20, 0).decode(errors="replace")
        os.close(handle)
        raise LockTaken(said if said.isdecimal() else "") from None
    except OSError:
        os.close(handle)
        raise
    _sign(handle)
    return handle


@contextmanager
def one_program(folder: Path, name: str) -> Iterator[None]:
    """Hold ``folder`` for the program ``name``. FolderInUse when another one does not end in time."""
    handle = _take_patiently(folder, name, time.monotonic() + HAND_OVER_S)
    try:
        yield
    finally:
        os.close(handle)


def _take_patiently(folder: Path, name: str, until_s: float) -> int:
    waits = False
    while True:
        try:
            return take_lock(folder / LOCK_NAME)
        except LockTaken as taken:
            if time.monotonic() >= until_s:
                raise FolderInUse(folder, name, taken.holder) from None
            if not waits:
                logger.info("waiting for process %s to leave %s", taken.holder or "?", folder)
            waits = True
        except OSError as error:
            raise DataFolderUnusable(folder, error.strerror or type(error).__name__) from error
        time.sleep(_LOOK_EVERY_S)


def hand_to_owner(path: Path) -> None:
    """What an administrator made in a program's folder must not shut out that program for good."""
    if os.geteuid() != 0:
        return
    with suppress(OSError):
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _sign(handle: int) -> None:
    """Say who holds it, for whoever is refused; on a full disk it is held all the same."""
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
    except OSError:
        return
