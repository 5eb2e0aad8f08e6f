"""A disk in memory that keeps what was committed, loses what was not, and can lose its power around a commit.

A file whose database was opened with less than ``synchronous=FULL`` keeps only what the disk got to by itself: a power
cut takes the last commits away, as it does on real cards.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.runtime.database import make_safe

SYNCED_EVERY = 25
"""Commits after which the disk happens to write by itself what nobody told it to."""


class PowerCut(BaseException):
    """The power is gone. ``kept``: the transaction under way was on the disk already."""

    def __init__(self, file: str, kept: bool) -> None:
        super().__init__(f"{file}: power cut {'after' if kept else 'before'} the commit")
        self.file, self.kept = file, kept


class SimConnection(sqlite3.Connection):
    """A connection whose commits go through the simulated file."""

    file: "SimFile"

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            return self.file.commit(self)
        if sql.startswith("PRAGMA synchronous"):
            self.file.synced_by_commit = sql.endswith(("FULL", "EXTRA"))
        return super().execute(sql, parameters)

    def close(self) -> None:
        """The bytes stay on the disk."""
        if self.in_transaction:
            super().execute("ROLLBACK")

    def plainly(self, sql: str) -> sqlite3.Cursor:
        """Past the simulated disk."""
        return super().execute(sql)


class SimFile:
    """One database file. ``on_kept`` is called after each commit that will survive a power cut."""

    def __init__(self, name: str, on_kept: Callable[[], None] = lambda: None) -> None:
        self.name = name
        self.synced_by_commit = True
        self.cut: str = ""
        """``before`` or ``after``: the power goes at the next commit."""
        self.full = False
        self._on_kept = on_kept
        self._commits = 0
        self._synced: bytes | None = None
        self.connection = self._new()

    def open(self, path: Path | None = None) -> sqlite3.Connection:
        """As ``open_database`` would."""
        make_safe(self.connection)
        return self.connection

    def lose_power(self) -> None:
        """What was not committed is gone; what was committed without a sync too."""
        self.cut = ""
        self.connection.close()
        if not self.synced_by_commit and self._synced is not None:
            old = self._synced
            self.connection = self._new()
            self.connection.deserialize(old)

    def replace(self) -> None:
        """Another card, empty."""
        self.connection = self._new()
        self._synced = None

    def commit(self, connection: SimConnection) -> sqlite3.Cursor:
        if self.cut == "before":
            self.cut = ""
            raise PowerCut(self.name, kept=False)
        if self.full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        done = connection.plainly("COMMIT")
        self._commits += 1
        if not self.synced_by_commit:
            if self._commits % SYNCED_EVERY == 1:
                self._synced = connection.serialize()
                self._on_kept()
        else:
            self._on_kept()
        if self.cut == "after":
            self.cut = ""
            raise PowerCut(self.name, kept=True)
        return done

    def _new(self) -> SimConnection:
        connection = sqlite3.connect(":memory:", isolation_level=None, factory=SimConnection)
        connection.file = self
        return connection
