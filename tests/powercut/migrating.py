"""Power cuts while an earlier program's journal is brought to today's tables: every event stays, the copy is whole."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.model.hall import Hall
from broker.server.audit import check
from broker.store.journal import Journal
from tests.powercut.disk import Image
from tests.powercut.promises import Findings, Judge, sound
from tests.powercut.work import Life, Started, Tell
from tests.store.fixtures import load_old_journal

OLDEST = 1
FILE = "server/hall.db"
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
            disk: Image = {"/server": None, f"/{FILE}": path.read_bytes(), f"/{FILE}-wal": log}
        return hall, disk, _events(path)


def _events(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM events ORDER BY position").fetchall()


def old_disk() -> Image:
    """A disk with that journal."""
    return _old()[1]


def work_migration(folder: Path, life: Life, tell: Tell) -> None:
    """Open it, as a server does after an update, and go on counting starts."""
    journal = Journal(folder / FILE, _old()[0].hall.id)
    journal.open()
    life.settle(journal.connection)
    tell(Migrated(journal.identity))
    for _ in itertools.count():
        tell(Started(journal.next_epoch()))


class MigrationJudge(Judge):
    """The events are those of the beginning, whatever step was cut; a copy under its name is whole."""

    file = FILE

    def __init__(self) -> None:
        super().__init__()
        self.acknowledged = len(_old()[2])
        self._identity: str | None = None
        self._epoch = 0

    def hear(self, told: object) -> None:
        self.acknowledged += 1
        if isinstance(told, Migrated):
            self._identity = told.identity
        elif isinstance(told, Started):
            self._epoch = told.epoch

    def compare(self, path: Path, findings: Findings) -> None:
        hall, _, events = _old()
        copy = path.with_name(f"{path.name}.schema-{OLDEST}")
        copied = copy.exists()
        if copied and (sound(copy) or _events(copy) != events):
            findings.corrupt.append("the copy of the old journal is not the old journal")
        if self._identity is not None and not copied:
            findings.lost.append("the journal was migrated and the copy of the old one is gone")
        journal = Journal(path, hall.hall.id)
        journal.open()
        identity, epoch = journal.identity, journal.next_epoch()
        journal.close()
        if self._identity not in (None, identity):
            findings.lost.append("the journal changed its identity")
        if epoch <= self._epoch:
            findings.lost.append(f"start {self._epoch} is forgotten")
        if _events(path) != events:
            findings.lost.append("the migrated journal has other events")
        findings.corrupt += check(hall, path).findings
