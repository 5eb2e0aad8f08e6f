"""Power cuts while a backup is put in its place: the old or the restored one, never a mixture, nothing deleted."""

from __future__ import annotations

import hashlib
import itertools
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from broker.runtime.database import open_database
from broker.server.restore import restore_backup
from broker.store.errors import RestoreUnfinished
from broker.store.journal import fact
from broker.store.lock import refuse_half_restored
from tests.collector.town import town_hall
from tests.halls import OPENS_MS
from tests.powercut.disk import Image
from tests.powercut.old_towns import ACCOUNTS, NOW, TOWNS, content_of, others, past, town_in
from tests.powercut.promises import Findings, JournalJudge, audited
from tests.powercut.work import JOURNAL, Life, Tell, open_journal

SHELF = "shelf"
_BACKUPS = tuple(name for name in TOWNS if name != NOW)
_LATER_MS = 20 * 3_600_000


@dataclass(frozen=True)
class InPlace:
    """A server counted this start on this journal."""

    identity: str
    epoch: int


@dataclass(frozen=True)
class Restoring:
    """Somebody typed the command."""

    backup: str


@dataclass(frozen=True)
class Restored:
    """The command said that it is done."""

    backup: str
    identity: str


@dataclass(frozen=True)
class Found:
    """A hall's data, in place or kept. ``town``: None of a mixture."""

    identity: str
    epoch: int
    town: str | None


@dataclass
class Promised:
    """A journal that somebody has worked on, or was told that it is in place."""

    epoch: int = 0
    town: str | None = None


def shelf() -> Image:
    """The backups: another disk in life, so nothing happens to them here."""
    return {f"/{SHELF}": None, **{f"/{SHELF}/{name}.zip": past(name).backup for name in _BACKUPS}}


def town_with_backups() -> Image:
    """A town at work and two backups of earlier days."""
    return {**past(NOW).files, **shelf()}


def restore(folder: Path, backup: str, at_ms: int) -> str:
    """As the command does: the identity of what is in place now."""
    source = folder / SHELF / f"{backup}.zip"
    return restore_backup(town_hall(), folder / JOURNAL, others(folder), source, at_ms).identity


def half_restored(folder: Path) -> bool:
    """What the server says before it starts."""
    try:
        refuse_half_restored((folder / JOURNAL).parent)
    except RestoreUnfinished:
        return True
    return False


def work_restore(folder: Path, life: Life, tell: Tell) -> None:
    """Restore one backup over the other, with starts of the server between; a half restore is done again at once."""
    chance = Random(life.seed)
    for number in itertools.count():
        if (folder / JOURNAL).exists() and not half_restored(folder) and chance.random() < 0.8:
            _count_starts(folder, life, tell)
        backup = chance.choice(_BACKUPS)
        tell(Restoring(backup))
        tell(Restored(backup, restore(folder, backup, OPENS_MS + life.number * 3_600_000 + number * 1000)))


def _count_starts(folder: Path, life: Life, tell: Tell) -> None:
    journal = open_journal(folder, town_hall(), life)
    for _ in range(3):
        tell(InPlace(journal.identity, journal.next_epoch()))
    journal.close()


class RestoreJudge(JournalJudge):
    """Afterwards, a half restore repeated, one town is in place as a whole, with its archive and its accounts; every
    journal that was ever worked on is in place or kept, as a whole; starts are counted on."""

    def __init__(self) -> None:
        super().__init__()
        self._promised: dict[str, Promised] = {}
        self._in_place: str | None = None
        self._typed: str | None = None
        self._kept: dict[bytes, Found | None] = {}

    def hear(self, told: object) -> None:
        if isinstance(told, Restoring):
            self._typed = told.backup
            return
        self.acknowledged += 1
        if isinstance(told, InPlace):
            self.epoch = max(self.epoch, told.epoch)
            self._promised.setdefault(told.identity, Promised()).epoch = told.epoch
            self._in_place = told.identity
        elif isinstance(told, Restored):
            self._promised[told.identity] = Promised(town=told.backup)
            self._in_place = told.identity
        self._typed = None

    def compare(self, path: Path, findings: Findings) -> None:
        folder = path.parent.parent
        again = None
        if half_restored(folder):
            if self._typed is None:
                findings.lost.append("a restore that was done is called unfinished")
            again = restore(folder, self._typed or _BACKUPS[0], OPENS_MS + _LATER_MS)
            if half_restored(folder):
                findings.lost.append("a restore that was done again is unfinished still")
        if not path.exists() and self._in_place is None:
            restore(folder, _BACKUPS[0], OPENS_MS + _LATER_MS)  # a new machine, cut before anything was in place
        findings.corrupt += audited(town_hall(), path)
        with self.started(town_hall(), path, findings):
            pass
        found = look(path, folder / ACCOUNTS)
        self._right_one(found, again, findings)
        self._all_kept(folder, found, findings)

    def _right_one(self, found: Found, again: str | None, findings: Findings) -> None:
        if found.town is None:
            findings.corrupt.append("what is in place is a mixture")
        if again is not None and (found.identity != again or found.town != self._typed):
            findings.lost.append(f"restored again, but {found.town} is in place")
        older = found.identity in self._promised and found.identity != self._in_place
        if again is None and (older or (self._typed is None and self._in_place not in (None, found.identity))):
            findings.lost.append(f"{found.town} is in place, which is not the last that was put there")

    def _all_kept(self, folder: Path, in_place: Found, findings: Findings) -> None:
        whole = [in_place]
        for kept in (folder / JOURNAL).parent.glob("replaced-*"):
            found = self._looked(kept)
            whole += [found] if found is not None and found.town is not None else []
        for identity, promised in self._promised.items():
            ours = [one for one in whole if one.identity == identity and promised.town in (None, one.town)]
            if max((one.epoch for one in ours), default=-1) < promised.epoch:
                findings.lost.append(f"a journal ({promised.town or 'at work'}) is neither in place nor kept whole")

    def _looked(self, kept: Path) -> Found | None:
        """A kept folder; None when it is not whole, as after a cut in the middle of the keeping."""
        total = hashlib.sha256()
        for file in sorted(kept.rglob("*.*")):
            total.update(str(file.relative_to(kept)).encode())
            total.update(file.read_bytes() if file.is_file() else b"")
        key = total.digest()
        if key not in self._kept:
            try:
                self._kept[key] = look(kept / JOURNAL, kept / ACCOUNTS)
            except Exception:
                self._kept[key] = None
        return self._kept[key]


def look(journal: Path, accounts: Path) -> Found:
    """What lies there. Raises whatever the product or SQLite has against it."""
    with closing(open_database(journal, read_only=True)) as connection:
        identity, epoch = fact(connection, "journal"), int(fact(connection, "epoch"))
    return Found(identity, epoch, town_in(content_of(journal, accounts)))
