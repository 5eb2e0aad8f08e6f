"""A small database of the collector's own, apart from the journal: notes, messages, log-ins.

Such a file holds telephones or who did what, so it and what SQLite writes beside it (``-wal``, ``-shm``) are readable
for their owner alone, from the first byte on: SQLite gives those the mode that the file has when they are made.
"""

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

from broker.runtime.database import open_database, typed

OWNER_ONLY = 0o600
BESIDE = ("", "-wal", "-shm")


class OwnFile:
    """One file. ``schema`` is run by each new connection, so it makes only what is not there yet."""

    def __init__(self, path: Path, schema: str = "") -> None:
        self._path, self._schema = path, schema
        self._local = threading.local()
        self._opening = threading.Lock()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened when it is first asked for; a DatabaseError when the disk refuses."""
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is None:
            with self._opening:  # the first ones of a new file would make it, and its tables, over each other
                known = self._local.connection = self._opened()
        return known

    def _opened(self) -> sqlite3.Connection:
        self._make_private()
        made = open_database(self._path)
        try:
            made.executescript(self._schema)
        except sqlite3.Error as error:
            made.close()
            raise typed(error, self._path) from error
        return made

    def close(self) -> None:
        """End this thread's connection; the next question opens another one."""
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            known.close()
            del self._local.connection

    def _make_private(self) -> None:
        with contextlib.suppress(OSError):  # of a disk that refuses, ``open_database`` tells with its cause
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY))
        for end in BESIDE:
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + end).chmod(OWNER_ONLY)
