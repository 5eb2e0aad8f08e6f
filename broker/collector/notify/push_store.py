"""Which browsers are told of which ticket: in a file of its own, erased with the day, in no backup."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction

FILE_NAME = "push.db"
OF_ONE_TICKET_MOST, IN_ALL_MOST = 3, 5_000
"""A family's phones; more than a hall has tickets on a day."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS subscriptions (
  id TEXT PRIMARY KEY, ticket TEXT NOT NULL, number TEXT NOT NULL, page TEXT NOT NULL, endpoint TEXT NOT NULL,
  browser_key TEXT NOT NULL, secret TEXT NOT NULL, language TEXT NOT NULL, erase_ms INTEGER NOT NULL
) STRICT
"""


@dataclass(frozen=True)
class Subscription:
    """A browser and the ticket that it wants to hear of; whoever subscribed held the ticket's proof."""

    id: str
    ticket: str
    number: str
    page: str = field(repr=False)
    endpoint: str = field(repr=False)
    browser_key: str = field(repr=False)
    secret: str = field(repr=False)
    language: str
    erase_ms: int


def id_of(ticket: str, endpoint: str) -> str:
    """The name of a subscription, which says nothing of the browser."""
    return hashlib.sha256(f"{ticket} {endpoint}".encode()).hexdigest()[:32]


class PushStore:
    """``now_ms`` is the hall's clock. Every method may raise a DatabaseError."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def add(self, one: Subscription) -> bool:
        """Whether it is kept; the oldest browser of the same ticket makes room, a full file takes none."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM subscriptions WHERE id = ?", (one.id,))
            mine = [
                row[0]
                for row in db.execute("SELECT id FROM subscriptions WHERE ticket = ? ORDER BY rowid", (one.ticket,))
            ]
            for id in mine[: max(0, len(mine) - OF_ONE_TICKET_MOST + 1)]:
                db.execute("DELETE FROM subscriptions WHERE id = ?", (id,))
            if db.execute("SELECT COUNT(*) FROM subscriptions").fetchone()[0] >= IN_ALL_MOST:
                return False
            row = (one.id, one.ticket, one.number, one.page, one.endpoint, one.browser_key, one.secret, one.language)
            db.execute("INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, one.erase_ms))
        return True

    def get(self, id: str) -> Subscription | None:
        """The subscription, while it lasts."""
        rows = query(self._db(), "SELECT * FROM subscriptions WHERE id = ? AND erase_ms > ?", (id, self._now_ms()))
        return Subscription(*rows[0]) if rows else None

    def all(self) -> list[Subscription]:
        """Everybody who is to be told."""
        rows = query(self._db(), "SELECT * FROM subscriptions WHERE erase_ms > ? ORDER BY rowid", (self._now_ms(),))
        return [Subscription(*row) for row in rows]

    def remove(self, id: str) -> None:
        """Not told any more."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM subscriptions WHERE id = ?", (id,))

    def forget(self, ticket: str) -> None:
        """The ticket is over: nobody is told of it any more."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM subscriptions WHERE ticket = ?", (ticket,))

    def erase_old(self) -> None:
        """What is left of earlier days."""
        with transaction(self._db()) as db:
            gone = db.execute("DELETE FROM subscriptions WHERE erase_ms <= ?", (self._now_ms(),)).rowcount
        if gone:
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
