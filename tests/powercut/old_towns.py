"""Towns with a past, for backup and restore: a journal with or without an archive, and accounts beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.model.events import JournalRestored
from broker.runtime.database import open_database
from broker.server.archiving import archive_old_days
from broker.server.backup import make_backup
from broker.store.archive import FOLDER_NAME, open_archive
from tests.collector.town import town_hall
from tests.halls import OPENS_MS
from tests.powercut.archiving import events_of
from tests.powercut.disk import Image, pack
from tests.powercut.work import JOURNAL
from tests.store.many_days import long_town

ACCOUNTS = "collector/accounts.db"
NOW = "now"
TOWNS = {NOW: (4, 1), "with an archive": (3, 1), "without an archive": (2, 9)}
"""Name -> (days lived, days kept in the journal). The first is at work, the others are backups."""
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Content:
    """All that a hall's data say, apart from the journal's name and the starts counted in it."""

    events: Rows
    archives: dict[str, Rows]
    accounts: Rows


@dataclass(frozen=True)
class Past:
    """One town: its files, what they hold, and a backup of them."""

    files: Image
    content: Content
    backup: bytes


def others(folder: Path) -> dict[str, Path]:
    """The databases beside the journal that a backup takes along."""
    return {ACCOUNTS: folder / ACCOUNTS}


@cache
def past(name: str) -> Past:
    """The town of that name; made once."""
    days, kept = TOWNS[name]
    with TemporaryDirectory(prefix="powercut-") as made:
        folder = Path(made) / "data"
        journal = long_town((folder / JOURNAL).parent, days).path
        archive_old_days(town_hall(), journal, kept, breathe=lambda: None)
        (folder / ACCOUNTS).parent.mkdir()
        with closing(sqlite3.connect(folder / ACCOUNTS)) as connection:
            connection.executescript("CREATE TABLE accounts (name TEXT)")
            connection.execute("INSERT INTO accounts VALUES (?)", (name,))
            connection.commit()
        backup = make_backup(town_hall(), journal, others(folder), Path(made) / "a.zip", OPENS_MS).path.read_bytes()
        content = content_of(folder / JOURNAL, folder / ACCOUNTS)
        for lock in journal.parent.glob("*.lock"):
            lock.unlink()
        return Past(pack(folder), content, backup)


def content_of(journal: Path, accounts: Path) -> Content:
    """What is there. Raises whatever the product or SQLite has against it."""
    files = sorted((journal.parent / FOLDER_NAME).glob("*.db"))
    archives = {}
    for file in files:
        with closing(open_archive(file)) as connection:
            archives[file.name] = connection.execute("SELECT * FROM events ORDER BY position").fetchall()
    with closing(open_database(accounts, read_only=True)) as connection:
        return Content(events_of(journal), archives, connection.execute("SELECT name FROM accounts").fetchall())


def town_in(content: Content) -> str | None:
    """Which town it is, restored or as it was; None: none of them, so a mixture, or something is gone."""
    last = content.events[-1][1] if content.events else None
    events = content.events[:-1] if isinstance(last, JournalRestored) else content.events
    plain = Content(events, content.archives, content.accounts)
    return next((name for name in TOWNS if past(name).content == plain), None)
