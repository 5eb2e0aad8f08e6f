"""How far each receiver was told, in a file of its own: a place in the journal, what was refused, counts of days.

What is still to be told stands in the journal and nowhere else. A receiver that is dead for a week costs one row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction

FILE_NAME = "outward.db"
REFUSED_MOST = 5_000
"""Of each receiver; of older ones only the counts remain, and the journal itself."""
DAYS_KEPT = 400
FAULT_MOST = 200
_SCHEMA = """
CREATE TABLE IF NOT EXISTS places (
  receiver TEXT PRIMARY KEY, journal TEXT NOT NULL, position INTEGER NOT NULL, furthest INTEGER NOT NULL,
  event_ms INTEGER NOT NULL, told_ms INTEGER, since_ms INTEGER, tries INTEGER NOT NULL, fault TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS journals (
  receiver TEXT NOT NULL, after INTEGER NOT NULL, journal TEXT NOT NULL, PRIMARY KEY (receiver, after)
) STRICT;
CREATE TABLE IF NOT EXISTS refused (
  receiver TEXT NOT NULL, position INTEGER NOT NULL, day TEXT NOT NULL, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
  fault TEXT NOT NULL, again INTEGER NOT NULL, PRIMARY KEY (receiver, position)
) STRICT;
CREATE TABLE IF NOT EXISTS days (
  receiver TEXT NOT NULL, day TEXT NOT NULL, arrived INTEGER NOT NULL, refused INTEGER NOT NULL,
  PRIMARY KEY (receiver, day)
) STRICT;
"""


@dataclass(frozen=True)
class Place:
    """Of one receiver. Everything up to ``position`` was told or is refused; ``furthest`` is the highest it ever was.

    ``event_ms``: when the event at the position happened. ``since_ms``: since when it does not answer; None: it does.
    """

    journal: str
    position: int
    furthest: int
    event_ms: int
    told_ms: int | None = None
    since_ms: int | None = None
    tries: int = 0
    fault: str = ""


@dataclass(frozen=True)
class RefusedLetter:
    """What a receiver would not take; ``again``: it is to be sent once more."""

    position: int
    day: str
    at_ms: int
    kind: str
    fault: str
    again: bool


@dataclass(frozen=True)
class DayCounts:
    """Of the events of one business day, how many arrived at a receiver and how many it refused, each counted once."""

    day: str
    arrived: int
    refused: int


class Places:
    """Of all receivers. ``now_ms`` is the hall's clock. Every method may raise a DatabaseError."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def of(self, receiver: str) -> Place | None:
        """None of one that was never told anything."""
        sql = (
            "SELECT journal, position, furthest, event_ms, told_ms, since_ms, tries, fault FROM places"
            " WHERE receiver = ?"
        )
        rows = query(self._db(), sql, (receiver,))
        return Place(*rows[0]) if rows else None

    def begin(self, receiver: str, journal: str, position: int) -> None:
        """A receiver that is new is told what comes from now on."""
        row = (receiver, journal, position, position, self._now_ms())
        with transaction(self._db()) as db:
            db.execute("INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?, ?, NULL, NULL, 0, '')", row)
            db.execute("INSERT OR IGNORE INTO journals VALUES (?, 0, ?)", (receiver, journal))

    def move(self, receiver: str, journal: str, position: int) -> None:
        """The journal is another one since a backup was restored: go on here, and count from here."""
        with transaction(self._db()) as db:
            sql = "UPDATE places SET journal = ?, position = ?, furthest = ? WHERE receiver = ?"
            db.execute(sql, (journal, position, position, receiver))
            for table, column in (("refused", "position"), ("journals", "after")):
                db.execute(f"DELETE FROM {table} WHERE receiver = ? AND {column} > ?", (receiver, position))
            db.execute("INSERT OR REPLACE INTO journals VALUES (?, ?, ?)", (receiver, position, journal))

    def journal_at(self, receiver: str, position: int) -> str:
        """Which journal an event was first told from: its id is the same also after a backup was put back."""
        sql = "SELECT journal FROM journals WHERE receiver = ? AND after < ? ORDER BY after DESC LIMIT 1"
        rows = query(self._db(), sql, (receiver, position))
        return str(rows[0][0]) if rows else ""

    def go_back(self, receiver: str, position: int) -> bool:
        """Tell again what came after a position; whether there was anything. What arrived before is not counted
        twice, and the receiver knows it by its id."""
        with transaction(self._db()) as db:
            sql = "UPDATE places SET position = ? WHERE receiver = ? AND position > ?"
            return bool(db.execute(sql, (position, receiver, position)).rowcount)

    def pass_by(self, receiver: str, position: int, event_ms: int) -> None:
        """Nothing up to here was for it."""
        with transaction(self._db()) as db:
            self._step(db, receiver, position, event_ms)

    def arrived(self, receiver: str, position: int, event_ms: int, day: str) -> None:
        """It has this one."""
        with transaction(self._db()) as db:
            late = db.execute("DELETE FROM refused WHERE receiver = ? AND position = ?", (receiver, position)).rowcount
            if late:
                self._count(db, receiver, day, 1, -1)
            elif position > self._furthest(db, receiver):
                self._count(db, receiver, day, 1, 0)
            self._step(db, receiver, position, event_ms)
            sql = "UPDATE places SET told_ms = ?, since_ms = NULL, tries = 0, fault = '' WHERE receiver = ?"
            db.execute(sql, (self._now_ms(), receiver))

    def refuse(self, receiver: str, position: int, event_ms: int, day: str, kind: str, fault: str) -> None:
        """It would not take this one, and never will as it is; it is put aside, and the next one's turn comes."""
        with transaction(self._db()) as db:
            if position > self._furthest(db, receiver):
                self._count(db, receiver, day, 0, 1)
            row = (receiver, position, day, self._now_ms(), kind, fault[:FAULT_MOST])
            db.execute("INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?, ?, 0)", row)
            self._step(db, receiver, position, event_ms)
            db.execute("UPDATE places SET since_ms = NULL, tries = 0, fault = '' WHERE receiver = ?", (receiver,))
            oldest = "SELECT position FROM refused WHERE receiver = ? ORDER BY position DESC LIMIT -1 OFFSET ?"
            sql = f"DELETE FROM refused WHERE receiver = ? AND position IN ({oldest})"
            db.execute(sql, (receiver, receiver, REFUSED_MOST))

    def failed(self, receiver: str, fault: str) -> int:
        """It did not answer, or not now; how often in a row."""
        with transaction(self._db()) as db:
            sql = (
                "UPDATE places SET since_ms = coalesce(since_ms, ?), tries = tries + 1, fault = ? WHERE receiver = ?"
                " RETURNING tries"
            )
            rows = db.execute(sql, (self._now_ms(), fault[:FAULT_MOST], receiver)).fetchall()
        return int(rows[0][0]) if rows else 0

    def refused(self, receiver: str, most: int = 100) -> list[RefusedLetter]:
        """What it would not take, the newest first."""
        return self._refused("receiver = ? ORDER BY position DESC LIMIT ?", (receiver, most))

    def to_try_again(self, receiver: str, most: int = 20) -> list[RefusedLetter]:
        """What somebody asked to send once more, the oldest first."""
        return self._refused("receiver = ? AND again ORDER BY position LIMIT ?", (receiver, most))

    def try_again(self, receiver: str, position: int | None = None) -> int:
        """Send refused ones once more, one or all; how many."""
        with transaction(self._db()) as db:
            sql = "UPDATE refused SET again = 1 WHERE receiver = ? AND (position = ? OR ? IS NULL)"
            return db.execute(sql, (receiver, position, position)).rowcount

    def days(self, receiver: str, most: int = 31) -> list[DayCounts]:
        """The newest days of which something arrived or was refused."""
        sql = "SELECT day, arrived, refused FROM days WHERE receiver = ? ORDER BY day DESC LIMIT ?"
        return [DayCounts(*row) for row in query(self._db(), sql, (receiver, most))]

    def _refused(self, where: str, values: tuple[object, ...]) -> list[RefusedLetter]:
        sql = f"SELECT position, day, at_ms, kind, fault, again FROM refused WHERE {where}"
        return [RefusedLetter(*row[:5], again=bool(row[5])) for row in query(self._db(), sql, values)]

    @staticmethod
    def _furthest(db: Connection, receiver: str) -> int:
        rows = db.execute("SELECT furthest FROM places WHERE receiver = ?", (receiver,)).fetchall()
        return int(rows[0][0]) if rows else 0

    @staticmethod
    def _step(db: Connection, receiver: str, position: int, event_ms: int) -> None:
        """Forward only: what is sent once more leaves the place where it is."""
        sql = (
            "UPDATE places SET position = ?, event_ms = ?, furthest = max(furthest, ?)"
            " WHERE receiver = ? AND position < ?"
        )
        db.execute(sql, (position, event_ms, position, receiver, position))

    @staticmethod
    def _count(db: Connection, receiver: str, day: str, arrived: int, refused: int) -> None:
        db.execute("INSERT OR IGNORE INTO days VALUES (?, ?, 0, 0)", (receiver, day))
        sql = "UPDATE days SET arrived = arrived + ?, refused = refused + ? WHERE receiver = ? AND day = ?"
        db.execute(sql, (arrived, refused, receiver, day))
        oldest = "SELECT day FROM days WHERE receiver = ? ORDER BY day DESC LIMIT -1 OFFSET ?"
        db.execute(f"DELETE FROM days WHERE receiver = ? AND day IN ({oldest})", (receiver, receiver, DAYS_KEPT))
