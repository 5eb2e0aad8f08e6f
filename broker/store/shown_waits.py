"""Every wait that people were shown, on boards, kiosks and pages, in a file of its own, and what came of it.

The journal keeps what was decided; what was shown follows from it only as long as program and hall file stay the same,
and from nothing else once a rise was held. One row stands for one change of one range: of a service, as shown to
whoever comes, or of one ticket among the first of a line. It holds the ticket's id as the journal has it and nothing of
its holder. Losing the file loses a figure and nothing else, so it is in no backup.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from broker.runtime.database import open_database, query, transaction, typed
from broker.runtime.errors import DatabaseDamaged
from broker.store.told_waits import FirstCall, Told, ToldWaits, waits_of

FILE_NAME = "waits.db"
KEPT_DAYS = 31
"""Business days, as long as the engine counts how often forecasts held."""
DAY_MOST = 50_000
"""Rows of one day, five times what a day of 600 tickets makes (docs/queueing.md). What is over is counted, not kept."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS shown (
  row INTEGER PRIMARY KEY, day TEXT NOT NULL, at_ms INTEGER NOT NULL, service TEXT NOT NULL,
  place INTEGER, low_min INTEGER, high_min INTEGER, ticket TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS shown_of_day ON shown (day, row);
"""
_OTHERS = "SELECT DISTINCT day FROM shown WHERE day <> :day ORDER BY day DESC LIMIT :most"
_FORGET = f"DELETE FROM shown WHERE day <> :day AND day NOT IN ({_OTHERS})"


class ShownWait(NamedTuple):
    """From ``at_ms`` on this was shown. ``place``: how many of its line stood before ``ticket``; None, as the ticket,
    for whoever comes. Minutes are None where words took their place, because no counter is open."""

    day: str
    at_ms: int
    service: str
    place: int | None
    low_min: int | None
    high_min: int | None
    ticket: str | None


class ShownFile:
    """The file as its one writer has it, for one thread. Raises a DatabaseError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path, self._db = path, open_database(path)
        self._day, self._count = "", 0
        try:
            # A power cut may cost the last rows, for nobody was promised them; the journal's disk is not made to wait.
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            self._db.close()
            raise typed(error, path) from error

    def keep(self, rows: Iterable[ShownWait]) -> int:
        """Append these; the answer is how many were left out, because their day has DAY_MOST already."""
        left_out = 0
        try:
            with transaction(self._db) as db:
                for row in rows:
                    if row.day != self._day:
                        self._begin(row.day)
                    if self._count >= DAY_MOST:
                        left_out += 1
                        continue
                    db.execute("INSERT INTO shown VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row)
                    self._count += 1
        except sqlite3.Error as error:  # a file of that name with another table in it
            raise DatabaseDamaged(self._path, str(error)) from error
        return left_out

    def _begin(self, day: str) -> None:
        self._day = day
        self._count = query(self._db, "SELECT count(*) FROM shown WHERE day = ?", (day,))[0][0]
        self._db.execute(_FORGET, {"day": day, "most": KEPT_DAYS - 1})

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._db.close()


@dataclass(slots=True)
class ShownDay:
    """What those who waited were shown on one day, as far as it was read, and how it came out."""

    last_row: int = 0
    open: dict[str, list[Told]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Kept, shorter, longer."""

    def take(self, rows: Iterable[tuple[int, int, int, int, str]]) -> None:
        """Rows that are new: (row, at_ms, low_min, high_min, ticket)."""
        for row, at_ms, low_min, high_min, ticket in rows:
            self.last_row = row
            self.open.setdefault(ticket, []).append(Told(low_min, high_min, at_ms))

    def judge(self, first_calls: Mapping[str, FirstCall]) -> ToldWaits:
        """Hold what was shown against the first calls there were. Not counted is what was shown before a ticket was
        moved, and after its call."""
        for ticket in self.open.keys() & first_calls.keys():
            call = first_calls[ticket]
            for shown in self.open.pop(ticket):
                if call.since_ms <= shown.at_ms <= call.at_ms:
                    self.counts[shown.outcome(call.at_ms)] += 1
        return waits_of(None, self.counts)


def catch_up(path: Path, day: str, known: ShownDay | None) -> ShownDay | None:
    """What the file has of a day, read on from where ``known`` ends; None where there is no file.

    Raises a DatabaseError when it cannot be read.
    """
    if not path.exists():
        return None
    with closing(open_database(path, read_only=True)) as db:
        if not query(db, "SELECT 1 FROM sqlite_master WHERE name = 'shown'"):
            return None
        (newest,) = query(db, "SELECT coalesce(max(row), 0) FROM shown")[0]
        found = ShownDay() if known is None or newest < known.last_row else known  # another file began meanwhile
        columns = "row, at_ms, low_min, high_min, ticket"
        sql = f"SELECT {columns} FROM shown WHERE day = ? AND row > ? AND ticket IS NOT NULL ORDER BY row"
        found.take(query(db, sql, (day, found.last_row)))
        return found
