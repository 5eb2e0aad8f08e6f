"""Power cuts while old days move from the journal to the archive's files: every event stays in one of them at least."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.runtime.database import open_database
from broker.server.archiving import archive_old_days
from broker.store.journal import read_events
from tests.collector.town import town_hall
from tests.powercut.disk import Image
from tests.powercut.promises import Findings, JournalJudge, audited, sound
from tests.powercut.work import JOURNAL, Life, Started, Tell, count_starts, open_journal
from tests.store.many_days import LongTown

DAYS = 9
"""All of one month: its file grows from run to run."""


@dataclass(frozen=True)
class Moved:
    """A run of the archive came to its end."""

    files: tuple[str, ...]


@cache
def _long_town() -> tuple[bytes, list[tuple[int, object]]]:
    """(journal file, events) of some days."""
    with TemporaryDirectory(prefix="powercut-") as folder:
        path = LongTown(Path(folder)).live(DAYS).path
        with closing(sqlite3.connect(path)) as connection:  # the last one to close leaves the log in the file
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return path.read_bytes(), events_of(path)


def events_of(path: Path) -> list[tuple[int, object]]:
    """Everything from the first event on, out of archive and journal, as a fold reads it."""
    with closing(open_database(path, read_only=True)) as connection:
        return list(read_events(connection))


def long_disk() -> Image:
    """A disk with a journal from which nothing was moved yet."""
    return {"/server": None, f"/{JOURNAL}": _long_town()[0]}


def days_kept(life: int) -> int:
    """Each start of a disk has something left to move."""
    return max(1, DAYS - life)


def work_archive(folder: Path, life: Life, tell: Tell) -> None:
    """Move what may go beside a server at work, as the night's care does, then go on counting starts."""
    hall, path = town_hall(), folder / JOURNAL
    journal = open_journal(folder, hall, life)
    tell(Started(journal.next_epoch()))
    for kept in (days_kept(life.number), days_kept(life.number) - 1):
        tell(Moved(archive_old_days(hall, path, max(1, kept), breathe=lambda: None).files))
    count_starts(journal, tell)


class ArchiveJudge(JournalJudge):
    """All events can be read, in order; the audit passes; the server starts; the next run comes to its end."""

    def compare(self, path: Path, findings: Findings) -> None:
        hall = town_hall()
        self._all_there(path, findings, "after the cut")
        findings.corrupt += audited(hall, path)
        with self.started(hall, path, findings):
            pass
        archive_old_days(hall, path, 1, breathe=lambda: None)
        self._all_there(path, findings, "after the next run of the archive")
        for file in sorted((path.parent / "archive").glob("*.db")):
            findings.corrupt += sound(file)

    @staticmethod
    def _all_there(path: Path, findings: Findings, when: str) -> None:
        before, now = _long_town()[1], events_of(path)
        if now != before:
            findings.lost.append(f"{when} journal and archive hold {len(now)} events of {len(before)}, or others")
