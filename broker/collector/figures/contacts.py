"""Who rated low and wishes to be called: what staff note for it, apart from the journal, and erased after some days.

The journal knows only that somebody of a visit wishes it. A telephone is left at the help desk and noted here, in a
file of its own that no backup holds; what is erased is overwritten. A wish is open until somebody says that it is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction

FILE_NAME = "contacts.db"
DAY_MS = 86_400_000
PHONE_MOST, NOTE_MOST = 32, 200
_SCHEMA = """
CREATE TABLE IF NOT EXISTS contacts (
  evaluation TEXT PRIMARY KEY, wished_ms INTEGER NOT NULL, phone TEXT NOT NULL, note TEXT NOT NULL,
  done_ms INTEGER, account TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True)
class Contact:
    """What is noted about one wish. ``account`` wrote last; ``done_ms``: when it was said to be done."""

    evaluation: str
    wished_ms: int
    phone: str = ""
    note: str = ""
    done_ms: int | None = None
    account: str = ""


class Contacts:
    """The notes of one hall. ``now_ms`` is the hall's clock, ``days`` after which a wish is erased."""

    def __init__(self, path: Path, now_ms: Callable[[], int], days: int) -> None:
        self._now_ms, self._days = now_ms, days
        self._db = OwnFile(path, _SCHEMA).connection

    @property
    def since_ms(self) -> int:
        """Wishes before this moment are erased and no more listed."""
        return self._now_ms() - self._days * DAY_MS

    def all(self) -> dict[str, Contact]:
        """What is noted, by the rating's id; what is too old is erased first."""
        self.erase_old()
        rows = query(self._db(), "SELECT evaluation, wished_ms, phone, note, done_ms, account FROM contacts")
        return {row[0]: Contact(*row) for row in rows}

    def write(self, contact: Contact) -> None:
        """Note it in place of what was noted before."""
        row = (
            contact.evaluation, contact.wished_ms, contact.phone[:PHONE_MOST], contact.note[:NOTE_MOST],
            contact.done_ms, contact.account,
        )  # fmt: skip
        with transaction(self._db()) as db:
            db.execute("INSERT OR REPLACE INTO contacts VALUES (?, ?, ?, ?, ?, ?)", row)

    def erase_old(self) -> int:
        """Erase what is older than the hall keeps it; how many."""
        with transaction(self._db()) as db:
            gone = db.execute("DELETE FROM contacts WHERE wished_ms < ?", (self.since_ms,)).rowcount
        if gone:
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone)
