"""A whole copy of a database that others may be writing, made beside its place and put there in one step."""

import contextlib
import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from broker.runtime.database import sync_folder, typed
from broker.runtime.errors import DiskFailed, DiskFull, DiskReadOnly


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Copy what is committed now to ``target``, durable and under its name only when whole.

    SQLite's own online copy, in one go: a copy in pieces would start again at every write of a busy hall. Writers of
    a database with a write-ahead log are not held up by it. Raises DiskFull, DiskReadOnly or DiskFailed, and leaves
    no half copy behind.
    """
    unready = target.with_name(target.name + ".unready")
    try:
        unready.unlink(missing_ok=True)
        with closing(sqlite3.connect(unready, isolation_level=None)) as copy:
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
        put_in_place(unready, target)
    except sqlite3.Error as error:
        discard(unready)
        raise typed(error, target) from error
    except OSError as error:
        discard(unready)
        raise disk_error(error, target) from error


def discard(unready: Path) -> None:
    """Remove what did not get ready; when even that fails, the next attempt says so."""
    with contextlib.suppress(OSError):
        unready.unlink(missing_ok=True)


def put_in_place(unready: Path, target: Path) -> None:
    """Give a finished file its name, so that after a power cut it is there whole or not at all."""
    sync_file(unready)
    unready.replace(target)
    sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def disk_error(error: OSError, path: Path) -> DiskFull | DiskReadOnly | DiskFailed:
    """An operating system's error as one of ours."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(path, error.strerror or "")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR):
        return DiskReadOnly(path, error.strerror or "")
    return DiskFailed(path, error.strerror or "")
