"""One at a time: a lock on a folder that ends with the process that holds it, however that process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.store.copies import disk_error
from broker.store.errors import InUse

SERVER = "server"
"""Held by a server that runs on the folder, and while a backup is put in its place."""
CARE = "care"
"""Held while old days are archived or a backup is made: the two would be in each other's way."""


@contextmanager
def folder_lock(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder's lock named ``what``; InUse, at once, when somebody else does."""
    path = folder / f"{what}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk_error(error, path) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(folder, what, os.pread(handle, 20, 0).decode(errors="replace")) from None
        _sign(handle)
        yield
    finally:
        os.close(handle)


def _sign(handle: int) -> None:
    """Say who holds it, for whoever is refused; on a full disk it is held all the same."""
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
    except OSError:
        return
