"""Who has taken note of which alert, and when: kept in a file of the collector's own, apart from the journal.

It changes nothing about the hall, so it is no event. A note stands as long as what it was about lasts; when that is
over it stays on record with its end, and what comes anew is new. Notes are erased after half a year.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction

FILE_NAME = "floor.db"
KEPT_MS = 183 * 86_400_000
"""The half year for which logs are kept."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS acknowledged (
  key TEXT NOT NULL, account TEXT NOT NULL, at_ms INTEGER NOT NULL, since_ms INTEGER NOT NULL, over_ms INTEGER,
  PRIMARY KEY (key, at_ms)
) STRICT
"""


@dataclass(frozen=True)
class Noted:
    """An account has taken note, at ``at_ms``, of what began at ``since_ms``; ``over_ms``: when that had ended."""

    key: str
    account: str
    at_ms: int
    since_ms: int
    over_ms: int | None = None


class Acknowledged:
    """The notes of one hall."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def note(self, one: Noted) -> None:
        """Keep it."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM acknowledged WHERE at_ms < ?", (self._now_ms() - KEPT_MS,))
            row = (one.key, one.account, one.at_ms, one.since_ms)
            db.execute("INSERT OR IGNORE INTO acknowledged VALUES (?, ?, ?, ?, NULL)", row)

    def standing(self, there: frozenset[str]) -> dict[str, Noted]:
        """Notes about what is the matter now, by key; those about what is not any more end here."""
        open_ones = self._read("WHERE over_ms IS NULL ORDER BY at_ms")
        ended = [one for one in open_ones if one.key not in there]
        if ended:
            with transaction(self._db()) as db:
                rows = [(self._now_ms(), one.key, one.at_ms) for one in ended]
                db.executemany("UPDATE acknowledged SET over_ms = ? WHERE key = ? AND at_ms = ?", rows)
        return {one.key: one for one in open_ones if one.key in there}

    def latest(self, most: int = 50) -> tuple[Noted, ...]:
        """The newest notes, newest first."""
        return tuple(self._read(f"ORDER BY at_ms DESC LIMIT {int(most)}"))

    def _read(self, rest: str) -> list[Noted]:
        rows = query(self._db(), f"SELECT key, account, at_ms, since_ms, over_ms FROM acknowledged {rest}")
        return [Noted(*row) for row in rows]
