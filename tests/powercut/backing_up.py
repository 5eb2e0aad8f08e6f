"""Power cuts while backups are made of a journal at work: what has the name is whole, and stays."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.server.backup import make_backup, prove
from broker.server.backup_file import read_manifest, unpack
from tests.collector.town import town_hall
from tests.halls import OPENS_MS
from tests.powercut.disk import Image
from tests.powercut.old_towns import ACCOUNTS, NOW, content_of, others, past, town_in
from tests.powercut.promises import Findings, JournalJudge, audited
from tests.powercut.work import JOURNAL, Life, Started, Tell, open_journal

SHELF = "shelf"
KEPT = 2
"""Older backups go: after the third one each run removes one."""
_NAME = re.compile(r"town-[0-9-]+\.zip")
_LATER_MS = 20 * 3_600_000


@dataclass(frozen=True)
class Made:
    """The command said that this backup was made and proved."""

    name: str


def town_disk() -> Image:
    """A town at work, and a folder for backups."""
    return {**past(NOW).files, f"/{SHELF}": None}


def work_backup(folder: Path, life: Life, tell: Tell) -> None:
    """One backup after the other while the journal is open, as it is beside a server."""
    hall, path = town_hall(), folder / JOURNAL
    journal = open_journal(folder, hall, life)
    for number in itertools.count():
        tell(Started(journal.next_epoch()))
        at_ms = OPENS_MS + life.number * 3_600_000 + number * 1000
        made = make_backup(hall, path, others(folder), folder / SHELF, at_ms, KEPT)
        tell(Made(made.path.name))


class BackupJudge(JournalJudge):
    """Each file with a backup's name is whole and proves itself, the newest made is there, the journal is untouched,
    and after the next backup nothing lies about that is none."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[str] = []

    def hear(self, told: object) -> None:
        super().hear(told)
        if isinstance(told, Made):
            self._made.append(told.name)

    def compare(self, path: Path, findings: Findings) -> None:
        folder, hall = path.parent.parent, town_hall()
        findings.corrupt += audited(hall, path)
        with self.started(hall, path, findings):
            pass
        if town_in(content_of(path, folder / ACCOUNTS)) != NOW:
            findings.lost.append("the journal is not the one that was backed up")
        self._shelf(folder / SHELF, findings)
        make_backup(hall, path, others(folder), folder / SHELF, OPENS_MS + _LATER_MS, KEPT)
        left = sorted(one.name for one in (folder / SHELF).iterdir())
        if len(left) > KEPT or not all(map(_NAME.fullmatch, left)):
            findings.corrupt.append(f"after the next backup there lies about: {left}")

    def _shelf(self, shelf: Path, findings: Findings) -> None:
        there = sorted(one.name for one in shelf.iterdir() if _NAME.fullmatch(one.name))
        if self._made and not any(name >= self._made[-1] for name in there):
            findings.lost.append(f"{self._made[-1]} was made and is not there, nor a newer one")
        if len(there) < min(KEPT, len(self._made)):
            findings.lost.append(f"of the backups made only {there} are left")
        for name in there:
            findings.corrupt += _faults(shelf / name)


def _faults(backup: Path) -> list[str]:
    try:
        with TemporaryDirectory(prefix="powercut-") as name:
            folder = Path(name)
            unpack(backup, read_manifest(backup), folder / "server")
            prove(town_hall(), folder / JOURNAL, backup)
            town = town_in(content_of(folder / JOURNAL, folder / "server" / ACCOUNTS))
            return [] if town == NOW else [f"{backup.name} holds something else"]
    except Exception as error:
        return [f"{backup.name} has its name and is not whole: {error}"]
