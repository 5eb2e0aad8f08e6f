"""The one way to open a database file so that a commit, once told, survives a power cut.

Write-ahead log with ``synchronous=FULL``: over 200 simulated power cuts no acknowledged commit was lost, while NORMAL
lost some in most of them. One connection belongs to one thread; one file has one writer.
"""

import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from broker.runtime.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DiskFailed,
    DiskFull,
    DiskReadOnly,
)

SYNCHRONOUS = "FULL"
RETRY_S = 0.005
WAL_PAGES = 250
"""The write-ahead log is folded in at one megabyte: a device's card may be small, and several files share it."""
_CAUSES: dict[int, type[DatabaseError]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: DiskReadOnly,
    sqlite3.SQLITE_CANTOPEN: DiskReadOnly,
    sqlite3.SQLITE_PERM: DiskReadOnly,
    sqlite3.SQLITE_IOERR: DiskFailed,
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
}

_NO_SHARED_MEMORY = (sqlite3.SQLITE_IOERR_SHMMAP, sqlite3.SQLITE_IOERR_SHMOPEN)
"""What the write-ahead log needs and some network and container file systems lack. The other kind of journal would be
no way out: with FULL it may forget its last commit in a power cut, and readers stop the writer."""


def open_database(path: Path, *, read_only: bool = False, wait_s: float = 2.0) -> sqlite3.Connection:
    """Open (and make, with its folder, unless ``read_only``) the database at ``path``.

    The connection is in autocommit mode: changes go through ``transaction``. ``wait_s`` bounds the wait for another
    writer. Raises DiskReadOnly, DiskFull, DiskFailed, DatabaseBusy or DatabaseDamaged.
    """
    try:
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        mode = "ro" if read_only else "rwc"
        # Built by hand: as_uri() quotes '?' and '#', which a plain path in a URI would not survive.
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=wait_s)
    except sqlite3.Error as error:
        raise typed(error, path) from error
    except OSError as error:
        raise DiskReadOnly(path, error.strerror or "") from error
    try:
        if read_only:
            _undo_half_written(connection, path)
        is_new = _made_safe(connection, read_only, wait_s)
        if not read_only:
            sync_folder(path.parent)
            if is_new:
                sync_way_to(path.parent.resolve())
    except sqlite3.Error as error:
        connection.close()
        raise typed(error, path) from error
    except OSError as error:
        connection.close()
        raise DiskFailed(path, error.strerror or "") from error
    return connection


def _made_safe(connection: sqlite3.Connection, read_only: bool, wait_s: float) -> bool:
    """``make_safe``, tried again while others open or close the same file.

    SQLite changes to the write-ahead log, and cleans up after the last connection, under a lock that it does not wait
    for: two who open a new file in one moment would see one refused (sqlite.org/wal.html, 8).
    """
    until_s = time.monotonic() + wait_s
    while True:
        try:
            return make_safe(connection, read_only=read_only)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until_s:
                raise
            time.sleep(RETRY_S)


def make_safe(connection: sqlite3.Connection, *, read_only: bool = False) -> bool:
    """Set everything that safety rests on, also on a connection made elsewhere. True: it holds nothing yet."""
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        set_wal_pages(connection, WAL_PAGES)
        # Person keys and the last digits of telephones pass through here: what is deleted is overwritten, also where
        # the library was not built to do so.
        connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA temp_store=MEMORY")
    return _is_empty(connection)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing: commits at the end, rolls back on any exception; database errors come out typed.

    After DiskFailed the outcome is unknown until the file is opened again; after every other error nothing was kept.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except BaseException as error:
        _roll_back(connection)
        if isinstance(error, sqlite3.Error):
            raise typed(error, path_of(connection)) from error
        raise


def query(connection: sqlite3.Connection, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of one SELECT; a failing disk comes out typed."""
    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.Error as error:
        raise typed(error, path_of(connection)) from error


def typed(error: sqlite3.Error, path: Path) -> DatabaseError | sqlite3.Error:
    """The cause as one of our errors; a mistake in the program (bad SQL, broken constraint) stays what it is."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return error
    if code in _NO_SHARED_MEMORY:
        return DiskFailed(path, "no memory can be shared on this file system: keep the data on a disk of this machine")
    cause = _CAUSES.get(code & 0xFF)
    return error if cause is None else cause(path, str(error))


def path_of(connection: sqlite3.Connection) -> Path:
    """The file behind a connection."""
    try:
        row = connection.execute("PRAGMA database_list").fetchone()
    except sqlite3.Error:
        return Path("database")
    return Path(row[2] or ":memory:")


def set_wal_pages(connection: sqlite3.Connection, pages: int) -> None:
    """How many pages of 4 kB the write-ahead log holds before it is folded in, and what stays of its file."""
    connection.execute(f"PRAGMA wal_autocheckpoint={pages}")
    connection.execute(f"PRAGMA journal_size_limit={pages * 4096}")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, as a file's own sync makes its content."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)


def _undo_half_written(connection: sqlite3.Connection, path: Path) -> None:
    """A power cut can leave a change that must be undone first, and SQLite lets only a writer do that: a file that is
    only ever read (an archive, a journal just restored) would be refused from then on."""
    try:
        _is_empty(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as writer:
            _is_empty(writer)


def sync_way_to(folder: Path) -> None:
    """Make each folder above durable too, whoever made it and however short ago: a file is lost with any of them.

    A new database does it while it is still empty, so before the first promise. A folder that we may not read, or
    that cannot be synced (a root that is never written), was not made by us.
    """
    for inner, above in zip((folder, *folder.parents), folder.parents, strict=False):
        if inner.is_mount():
            return
        try:
            sync_folder(above)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EINVAL):
                raise


def _roll_back(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
