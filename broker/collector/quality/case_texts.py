"""What people said and what was found, of cases: texts and telephones, apart from the journal, erased after a while.

The journal holds a case's number, stages and deadlines alone. What a complaint says, whom to call and what was noted at
a step lies in a file of its own that no backup holds; what is erased is overwritten.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction

FILE_NAME = "quality.db"
DAY_MS = 86_400_000
TEXT_MOST, NAME_MOST, PHONE_MOST = 1_500, 40, 32
"""Characters; a form is 16 kB at most, and a Chinese one takes nine bytes in it."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
  case_id TEXT NOT NULL, at_ms INTEGER NOT NULL, step TEXT NOT NULL, note TEXT NOT NULL, account TEXT NOT NULL,
  form TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX IF NOT EXISTS texts_by_case ON texts (case_id);
CREATE TABLE IF NOT EXISTS people (
  case_id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class CaseText:
    """What was noted at a step; the first one (step empty) is what the case is about."""

    at_ms: int
    step: str
    note: str
    account: str


@dataclass(frozen=True)
class Person:
    """Who complained or waits for an answer."""

    name: str
    phone: str


class CaseTexts:
    """The texts of one hall. ``now_ms`` is the hall's clock."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def of(self, case: str) -> tuple[CaseText, ...]:
        """In order of writing."""
        sql = "SELECT at_ms, step, note, account FROM texts WHERE case_id = ? ORDER BY rowid"
        return tuple(CaseText(*row) for row in query(self._db(), sql, (case,)))

    def person(self, case: str) -> Person | None:
        """Whom to call, where that is known."""
        rows = query(self._db(), "SELECT name, phone FROM people WHERE case_id = ?", (case,))
        return Person(*rows[0]) if rows else None

    def write(self, case: str, step: str, note: str, account: str, form: str) -> None:
        """Note a text of a step; an empty one is none, and one of the same ``form`` is the same one sent twice."""
        if note:
            row = (case, self._now_ms(), step, note[:TEXT_MOST], account, form)
            with transaction(self._db()) as db:
                db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?, ?, ?)", row)

    def name(self, case: str, person: Person) -> None:
        """Whom to call, in place of what was noted before."""
        row = (case, person.name[:NAME_MOST], person.phone[:PHONE_MOST], self._now_ms())
        with transaction(self._db()) as db:
            db.execute("INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?)", row)

    def erase(self, cases: Collection[str]) -> int:
        """Erase everything of these cases; how many rows."""
        gone = 0
        with transaction(self._db()) as db:
            for case in cases:
                for table in ("texts", "people"):
                    gone += db.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,)).rowcount
        if gone:
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def cases(self) -> tuple[str, ...]:
        """Of which anything is kept."""
        sql = "SELECT DISTINCT case_id FROM texts UNION SELECT case_id FROM people"
        return tuple(row[0] for row in query(self._db(), sql))
