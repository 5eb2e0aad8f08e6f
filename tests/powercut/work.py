"""What runs while the power goes: the product's journal and rating book at work, telling what they promised.

Each ``tell`` follows the product's own acknowledgement and nothing else: it is what a device, a visitor or a clerk has
seen. A program works until it is killed. ``python -m tests.powercut.work server FOLDER LIFE SEED SYNCHRONOUS
PROMISES`` does the same with its first so many promises on its standard output.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from broker.contract.codec import encode
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.words import Level
from broker.runtime import database
from broker.runtime.clock import Age, ManualClock
from broker.runtime.database import open_database
from broker.runtime.outbox import Entry, Outbox
from broker.server.publisher import digest_of
from broker.server.snapshot import views_fingerprint
from broker.store.journal import Journal
from caller.rating.book import RatingBook
from tests.engine.test_engine_properties import steps_of
from tests.halls import OPENS_MS
from tests.server.rig import WriterRig

Tell = Callable[[object], None]
JOURNAL = "server/hall.db"


@dataclass(frozen=True)
class Life:
    """The ``number``-th start on this disk. ``synchronous`` overrides the product's own setting (a control),
    ``cut_at`` says at which of its operations it ends instead of leaving that to the seed."""

    number: int
    seed: int
    synchronous: str | None = None
    cut_at: int | None = None

    def begin(self) -> None:
        """Once in the program's process: every database that the product opens is opened so."""
        if self.synchronous is not None:
            database.SYNCHRONOUS = self.synchronous

    def settle(self, connection: sqlite3.Connection) -> None:
        """Some lives merge the log into the file early, so that cuts meet that too."""
        if self.seed % 3 == 0:
            connection.execute("PRAGMA wal_autocheckpoint=30")


@dataclass(frozen=True)
class Started:
    """The server counted this start and may use the number on the wire."""

    epoch: int


@dataclass(frozen=True)
class Committed:
    """One commit's answers (device, command id, encoded reply) and events (position, command id, body)."""

    answers: tuple[tuple[str, str, bytes], ...]
    events: tuple[tuple[int, str, bytes], ...]


def open_journal(folder: Path, hall: Hall, life: Life) -> Journal:
    """As a server opens it."""
    journal = Journal(folder / JOURNAL, hall.hall.id)
    journal.open()
    life.settle(journal.connection)
    return journal


def count_starts(journal: Journal, tell: Tell) -> None:
    """Go on until the power goes, one commit after the other."""
    while True:
        tell(Started(journal.next_epoch()))


def work_server(folder: Path, life: Life, tell: Tell) -> None:
    """Writer and journal under a busy day with every kind of nonsense in it; many commands share a commit."""
    chance = Random(life.seed)
    rig = WriterRig(folder / "server", open_day_id=f"open-day-{life.number}")
    life.settle(rig.journal.connection)
    rig.made = life.number * 1_000_000
    tell(Started(rig.journal.next_epoch()))
    position, seqs = rig.journal.position, itertools.count(1)
    for command in _commands(chance):
        if isinstance(command, c.PassTime | c.OpenDay | c.CloseDay):
            rig.writer.ask(command, rig.new_id())
        elif isinstance(command, c.IssueTicket | c.ConfirmTicket | c.VoidTicket | c.ReportTicket):
            rig.put(command, "kiosk-1", epoch=f"life-{life.number}", seq=next(seqs))
        else:
            rig.put(command)
        rig.now_ms += chance.randrange(20_000)
        if chance.random() < 0.3:
            answers = tuple((a.device, a.reply.id, encode(a.reply)) for a in rig.writer.commit())
            tell(Committed(answers, tuple(_events(rig, position))))
            position = rig.journal.position
            _now_and_then(rig, life, chance)


def _commands(chance: Random) -> Iterator[c.Command]:
    for counter in ("c1", "c2", "c3"):
        yield c.OpenCounter(counter=counter)
    while True:
        for command, _ in steps_of(chance.randrange(1 << 30)):
            yield command


def _events(rig: WriterRig, after: int) -> Iterator[tuple[int, str, bytes]]:
    sql = "SELECT position, command, body FROM events WHERE position > ? ORDER BY position"
    yield from rig.journal.connection.execute(sql, (after,))


def _now_and_then(rig: WriterRig, life: Life, chance: Random) -> None:
    """The rest of what the server does with its file, an orderly end and a new start among it."""
    if chance.random() < 0.1:
        shown = digest_of(rig.hall, rig.writer.state)
        rig.journal.store_digest(rig.journal.position, shown, views_fingerprint(rig.hall))
    if chance.random() < 0.02:
        rig.journal.forget_old_receipts(rig.now_ms)
    if chance.random() < 0.01:
        rig.restart()
        life.settle(rig.journal.connection)


class DeafWire:
    """Takes entries and keeps them for the engine of this bench."""

    def __init__(self) -> None:
        self.sent: list[Entry] = []

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        self.sent.append(entry)


@dataclass(frozen=True)
class Queued:
    """These entries (place, id) are in the outbox of this epoch."""

    epoch: str
    entries: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Answering:
    """The engine has this entry; from now on the outbox may forget it."""

    epoch: str
    seq: int
    id: str


@dataclass(frozen=True)
class Thanked:
    """A visitor saw thanks for a rating."""

    visit: str
    evaluation: str


def work_caller(folder: Path, life: Life, tell: Tell) -> None:
    """Rating book and outbox: one rating after another, some answered by the collector."""
    chance, clock, wire = Random(life.seed), ManualClock(OPENS_MS), DeafWire()
    connection = open_database(folder / "caller" / "ratings.db")
    life.settle(connection)
    outbox = Outbox(connection, clock, wire)
    outbox.start()
    book = RatingBook(connection, outbox, clock)
    book.start()
    outbox.connected()
    for number in itertools.count(life.number * 1_000_000):
        rating = c.RecordEvaluation(
            evaluation=f"rating-{number}",
            visit=f"visit-{number}",
            level=Level.SATISFIED,
            device="keypad-1",
            raw_key="1",
            pressed_at_ms=clock.now_ms(),
        )
        book.keep(rating)
        tell(Thanked(rating.visit, rating.evaluation))
        clock.advance(chance.random())
        outbox.pump()
        while wire.sent and chance.random() < 0.5:
            answer_oldest(outbox, wire, tell)


def answer_oldest(outbox: Outbox, wire: DeafWire, tell: Tell) -> None:
    """The other side has the oldest entry that was sent: told first, for it is true whatever happens to the answer."""
    entry = wire.sent.pop(0)
    tell(Answering(outbox.epoch, entry.seq, entry.id))
    outbox.answered(outbox.epoch, entry.seq, entry.id)
    outbox.pump()


class _Finite:
    """Ends the process after so many promises, as hard as a power cut does."""

    def __init__(self, promises: int) -> None:
        self._left = promises
        self._told = Connection(os.dup(sys.stdout.fileno()), readable=False)

    def tell(self, promise: object) -> None:
        self._told.send(promise)
        self._left -= 1
        if self._left <= 0:
            os._exit(0)


def main(what: str, folder: str, number: str, seed: str, synchronous: str, promises: str) -> None:
    """A life with its promises on standard output."""
    from tests.powercut.programs import PROGRAMS

    life = Life(int(number), int(seed), synchronous or None)
    life.begin()
    PROGRAMS[what].work(Path(folder), life, _Finite(int(promises)).tell)


if __name__ == "__main__":
    # As the module that others import: what is told must be known by that name on the other side of the pipe.
    from tests.powercut.work import main as work

    work(*sys.argv[1:])
