"""One at a time on a hall's data: locks by name, on the same ground as a program's own (``runtime/folder_lock.py``)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.runtime.folder_lock import LockTaken, take_lock
from broker.store.copies import disk_error
from broker.store.errors import InUse, RestoreUnfinished

SERVER = "server"
"""Held by a server that runs on the folder, and while a backup is put in its place."""
CARE = "care"
"""Held while old days are archived or a backup is made: the two would be in each other's way."""
UNFINISHED = "restore-unfinished"
"""Lies there while files are put in place, and outlives a power cut."""


@contextmanager
def folder_lock(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder's lock named ``what``; InUse, at once, when somebody else does."""
    path = folder / f"{what}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = take_lock(path)
    except LockTaken as taken:
        raise InUse(folder, what, taken.holder) from None
    except OSError as error:
        raise disk_error(error, path) from error
    try:
        yield
    finally:
        os.close(handle)


def refuse_half_restored(folder: Path) -> None:
    """Raises RestoreUnfinished where a restore was cut off while files were being put in place."""
    if (folder / UNFINISHED).exists():
        raise RestoreUnfinished(folder)
