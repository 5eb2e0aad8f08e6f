"""What was promised before the cut, held against what the product finds after it.

Each judge hears everything that was told on one disk, through all its power cuts, opens a copy of that disk with the
product's own code and says what is missing (lost) or what cannot be read or believed (corrupt).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from broker.contract.codec import decode
from broker.contract.envelope import Reply
from broker.model.hall import Hall
from broker.runtime.clock import ManualClock
from broker.runtime.database import open_database
from broker.runtime.outbox import Outbox
from broker.server.audit import check, replay
from broker.server.writer import Writer
from broker.store.journal import Journal
from caller.rating.book import RatingBook
from tests.halls import OPENS_MS, small_hall
from tests.powercut.work import JOURNAL, Answering, Committed, DeafWire, Queued, Started, Thanked


@dataclass
class Findings:
    """Sentences, one for each promise that is not kept; both lists empty is the good news. ``unreadable``: no promise
    of this disk can be looked for any more."""

    lost: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    unreadable: bool = False

    def __bool__(self) -> bool:
        return bool(self.lost or self.corrupt)


class Judge:
    """``hear`` every promise, then ``verdict`` on a copy of the disk. ``acknowledged`` counts single promises."""

    file: str

    def __init__(self) -> None:
        self.acknowledged = 0

    def hear(self, told: object) -> None:
        """One promise, in the order given."""
        raise NotImplementedError

    def compare(self, path: Path, findings: Findings) -> None:
        """Open ``path`` with the product and look for every promise. Whatever it raises is corruption."""
        raise NotImplementedError

    def verdict(self, folder: Path) -> Findings:
        """Every promise against the files in ``folder``, which may be changed by the opening."""
        findings = Findings()
        path = folder / self.file
        if not path.exists() and self.acknowledged:
            findings.lost.append(f"{path.name} is gone with {self.acknowledged} promises")
            findings.unreadable = True
            return findings
        try:
            self.compare(path, findings)
            findings.corrupt += sound(path)
        except Exception as error:
            findings.corrupt.append(f"{path.name} cannot be used: {type(error).__name__}: {error}")
            findings.unreadable = True
        return findings


def sound(path: Path) -> list[str]:
    """What SQLite itself has to say against a file; nothing when it is sound."""
    connection = sqlite3.connect(path)
    try:
        rows = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    finally:
        connection.close()
    return [] if rows == ["ok"] else [f"integrity_check of {path.name}: {row}" for row in rows[:3]]


class JournalJudge(Judge):
    """Of whoever has the hall's journal and counts its starts in it."""

    file = JOURNAL

    def __init__(self) -> None:
        super().__init__()
        self.epoch = 0

    def hear(self, told: object) -> None:
        self.acknowledged += 1
        if isinstance(told, Started):
            self.epoch = told.epoch

    @contextmanager
    def started(self, hall: Hall, path: Path, findings: Findings) -> Iterator[Journal]:
        """The server starts on it, and its starts are counted on."""
        journal = Journal(path, hall.hall.id)
        journal.open()
        try:
            Writer(hall, journal, lambda: OPENS_MS).start()
            if journal.next_epoch() <= self.epoch:
                findings.lost.append(f"start {self.epoch} is forgotten: it would be counted twice")
            yield journal
        finally:
            journal.close()


def audited(hall: Hall, path: Path) -> list[str]:
    """What the commands `broker check` and `broker replay` find."""
    return check(hall, path).findings + replay(hall, path).findings


class ServerJudge(JournalJudge):
    """Each acknowledged answer's receipt and each event told is in the journal, and the audit passes."""

    def __init__(self) -> None:
        super().__init__()
        self._replies: dict[tuple[str, str], Reply] = {}
        self._events: dict[int, tuple[str, bytes]] = {}
        self._streams: dict[tuple[str, str], int] = {}

    def hear(self, told: object) -> None:
        if isinstance(told, Started):
            super().hear(told)
        elif isinstance(told, Committed):
            self.acknowledged += len(told.answers)
            for device, id, reply in told.answers:
                answer = decode(reply, Reply)
                if answer.kind == "go_back":
                    continue
                self._replies.setdefault((device, id), _unframed(answer))
                if answer.epoch is not None:
                    stream = device, answer.epoch
                    self._streams[stream] = max(self._streams.get(stream, 0), answer.seq or 0)
            self._events |= {position: (command, body) for position, command, body in told.events}

    def compare(self, path: Path, findings: Findings) -> None:
        hall = small_hall()
        if self.acknowledged:  # on the disk as the cut left it
            findings.corrupt += audited(hall, path)
        with self.started(hall, path, findings) as journal:
            self._compare(journal, findings)

    def _compare(self, journal: Journal, findings: Findings) -> None:
        rows = journal.connection.execute("SELECT position, command, body FROM events").fetchall()
        kept = {position: (command, body) for position, command, body in rows}
        for position, event in self._events.items():
            if kept.get(position) != event:
                findings.lost.append(f"event {position} of {event[0]} was told and is not in the journal")
        places = journal.streams()
        for stream, seq in self._streams.items():
            if places.get(stream, 0) < seq:
                findings.lost.append(f"stream {stream} was answered up to {seq} and stands at {places.get(stream, 0)}")
        for (device, id), reply in self._replies.items():
            stored = journal.receipt(device, id)
            if stored is None or _unframed(decode(stored, Reply)) != reply:
                findings.lost.append(f"answer to {id} of {device} was given and is not in the journal")


def _unframed(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, epoch=None, seq=None)


class OutboxPromises:
    """What a device's outbox must hold: all that was queued and not answered, each at its place."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self._places: dict[int, str] = {}
        self._answered: set[int] = set()

    def queued(self, told: Queued) -> int:
        """How many of these were new."""
        self.epoch = told.epoch
        before = len(self._places)
        self._places |= dict(told.entries)
        return len(self._places) - before

    def answering(self, told: Answering) -> None:
        """The other side has this one: it may be gone, or stay to be sent once more."""
        self._answered.add(told.seq)

    def compare(self, outbox: Outbox, connection: sqlite3.Connection, findings: Findings) -> None:
        """Nothing gone, nothing at another place, and no place ready to be given again."""
        if self.epoch is None:
            return
        if outbox.epoch != self.epoch:
            findings.lost.append(f"the outbox forgot its epoch {self.epoch}")
        kept = dict(connection.execute("SELECT seq, id FROM outbox").fetchall())
        for seq, id in self._places.items():
            if seq in kept and kept[seq] != id:
                findings.lost.append(f"outbox place {seq} holds {kept[seq]}, not {id}")
            elif seq not in kept and seq not in self._answered:
                findings.lost.append(f"outbox entry {seq} ({id}) is gone before its answer")
        last = connection.execute("SELECT last_seq FROM outbox_state").fetchone()[0]
        if last < max(self._places, default=0):
            findings.lost.append(f"outbox would give place {last + 1} again")


class CallerJudge(Judge):
    """Every thanked rating is in the book and, until answered, in the outbox."""

    file = "caller/ratings.db"

    def __init__(self) -> None:
        super().__init__()
        self._thanked: dict[str, str] = {}
        self._answered: set[str] = set()

    def hear(self, told: object) -> None:
        if isinstance(told, Thanked):
            self._thanked[told.visit] = told.evaluation
            self.acknowledged += 1
        elif isinstance(told, Answering):
            self._answered.add(told.id)

    def compare(self, path: Path, findings: Findings) -> None:
        connection = open_database(path)
        try:
            outbox = Outbox(connection, ManualClock(OPENS_MS), DeafWire())
            outbox.start()
            RatingBook(connection, outbox, ManualClock(OPENS_MS)).start()
            rated = dict(connection.execute("SELECT visit, evaluation FROM rated").fetchall())
            waiting = [row[0] for row in connection.execute("SELECT id FROM outbox ORDER BY seq")]
        finally:
            connection.close()
        for visit, evaluation in self._thanked.items():
            if rated.get(visit) != evaluation:
                findings.lost.append(f"{evaluation} of {visit} was thanked for and is not in the book")
            if evaluation not in waiting and evaluation not in self._answered:
                findings.lost.append(f"{evaluation} was thanked for and is never sent")
        if waiting != sorted(waiting, key=lambda id: int(id.rpartition("-")[2])):
            findings.lost.append("the outbox holds ratings in another order than they were given")
