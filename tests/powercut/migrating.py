"""Power cuts while an earlier program's journal is brought to today's tables: every event stays, the copy is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.model.hall import Hall
from tests.powercut.disk import Image
from tests.powercut.promises import Findings, JournalJudge, audited, sound
from tests.powercut.work import JOURNAL, Life, Tell, count_starts, open_journal
from tests.store.fixtures import load_old_journal

OLDEST = 1
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Migrated:
    """The journal is open under its new name."""

    identity: str


@cache
def _old() -> tuple[Hall, Image, Rows]:
    """(hall, disk, events) of the oldest journal, with a log beside it as a server leaves it that was not ended."""
    with TemporaryDirectory(prefix="powercut-") as folder:
        path = Path(folder) / "hall.db"
        hall = load_old_journal(OLDEST, path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("UPDATE facts SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'")
            connection.commit()
            log = path.with_name("hall.db-wal").read_bytes()
            disk: Image = {"/server": None, f"/{JOURNAL}": path.read_bytes(), f"/{JOURNAL}-wal": log}
        return hall, disk, _events(path)


def _events(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM events ORDER BY position").fetchall()


def old_disk() -> Image:
    """A disk with that journal."""
    return _old()[1]


def work_migration(folder: Path, life: Life, tell: Tell) -> None:
    """Open it, as a server does after an update, and go on counting starts."""
    journal = open_journal(folder, _old()[0], life)
    tell(Migrated(journal.identity))
    count_starts(journal, tell)


class MigrationJudge(JournalJudge):
    """The events are those of the beginning, whatever step was cut; a copy under its name is whole."""

    def __init__(self) -> None:
        super().__init__()
        self._identity: str | None = None

    def hear(self, told: object) -> None:
        super().hear(told)
        if isinstance(told, Migrated):
            self._identity = told.identity

    def compare(self, path: Path, findings: Findings) -> None:
        hall, _, events = _old()
        copy = path.with_name(f"{path.name}.schema-{OLDEST}")
        copied = copy.exists()
        if copied and (sound(copy) or _events(copy) != events):
            findings.corrupt.append("the copy of the old journal is not the old journal")
        if self._identity is not None and not copied:
            findings.lost.append("the journal was migrated and the copy of the old one is gone")
        with self.started(hall, path, findings) as journal:
            if self._identity not in (None, journal.identity):
                findings.lost.append("the journal changed its identity")
        if _events(path) != events:
            findings.lost.append("the migrated journal has other events")
        findings.corrupt += audited(hall, path)
