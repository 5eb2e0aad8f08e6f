"""A kiosk at work while the power goes: ledger, numbers and outbox, with the paper as the promise."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass
from pathlib import Path
from random import Random

from broker.contract.topics import Topics
from broker.runtime.clock import ManualClock
from broker.runtime.outbox import Outbox
from broker.runtime.sender import Sender
from kiosk.errors import NumbersExhausted
from kiosk.ledger import Ledger
from kiosk.ledger_file import open_ledger_file
from kiosk.numbering import own_parts
from kiosk.ticket import Order, TicketState
from tests.halls import DAY, OPENS_MS, one_kiosk_hall
from tests.powercut.work import Answering, DeafWire, Life, Queued, Tell, answer_oldest

KIOSK = "kiosk-1"
SERIES = {"pension": "a", "card": "b"}


@dataclass(frozen=True)
class Recovered:
    """A start went through, on a file that was sound (or not: ``replaced``)."""

    replaced: bool
    epoch: str


@dataclass(frozen=True)
class PaperBegins:
    """The printer moves: from here on somebody may hold this number. ``own``: the kiosk made it itself."""

    ticket: str
    day: str
    number: str
    own: bool


@dataclass(frozen=True)
class Held:
    """The ledger said what became of a ticket."""

    ticket: str
    state: str


@dataclass(frozen=True)
class DayLearned:
    """Numbers belong to this day from now on."""

    day: str


class Kiosk:
    """The kiosk's files as ``kiosk.node`` wires them, with an engine made of a list."""

    def __init__(self, folder: Path, life: Life, tell: Tell) -> None:
        self.tell, self.chance, self.clock, self.wire = tell, Random(life.seed), ManualClock(OPENS_MS), DeafWire()
        path = folder / "kiosk" / "kiosk.db"
        connection, replaced = open_ledger_file(path, OPENS_MS)
        life.settle(connection)
        self.connection = connection
        self.outbox = Outbox(connection, self.clock, self.wire)
        self.outbox.start()
        self.outbox.connected()
        sender = Sender(self.outbox, Topics("small"), KIOSK, lambda id, reply: None)
        self.ledger = Ledger(connection, sender, self.clock, KIOSK, own_parts(one_kiosk_hall(), KIOSK))
        self.ledger.start()
        self.tell(Recovered(replaced, self.outbox.epoch))
        self.queued()

    def queued(self) -> None:
        """Tell what the ledger's methods just promised to report: everything that is in the outbox now."""
        rows = self.connection.execute("SELECT seq, id FROM outbox ORDER BY seq").fetchall()
        self.tell(Queued(self.outbox.epoch, tuple((seq, id) for seq, id in rows)))

    def learn(self, day: str) -> None:
        """The engine names the day."""
        self.ledger.learn(day, {}, as_of=1 << 40)
        self.tell(DayLearned(day))

    def own(self, order: Order) -> None:
        """Alone: the next number of the own part, then paper."""
        number = self.ledger.take_own_number(order, SERIES[order.service])
        self.tell(PaperBegins(order.ticket, str(self.ledger.day), number, True))

    def engine(self, order: Order, number: str) -> None:
        """With the engine: ask, take its number, then paper. Some requests end without one."""
        self.ledger.ask(order, SERIES[order.service])
        self.queued()
        end = self.chance.random()
        if end < 0.1:
            self.ledger.void(order.ticket, "no answer")
            self.tell(Held(order.ticket, TicketState.VOID))
        elif end < 0.2:
            self.ledger.refuse(order.ticket)
            self.tell(Held(order.ticket, TicketState.REFUSED))
        elif end < 0.4:
            self.own(order)
        else:
            self.ledger.take_engine_number(order.ticket, number)
            self.tell(PaperBegins(order.ticket, str(self.ledger.day), number, False))

    def finish(self, ticket: str) -> None:
        """The paper is out, or the number stays on the screen."""
        if self.ledger.state_of(ticket) is TicketState.MAYBE and self.chance.random() < 0.9:
            state = self.chance.choice((TicketState.PAPER, TicketState.SCREEN))
            self.ledger.hold(ticket, state)
            self.tell(Held(ticket, state))
        self.queued()

    def answers(self) -> None:
        """The engine takes some of what was sent, in order."""
        while self.wire.sent and self.chance.random() < 0.75:
            entry = self.wire.sent[0]
            if entry.id.endswith(".report"):
                self.tell(Answering(self.outbox.epoch, entry.seq, entry.id))
                self.ledger.settle(entry.id.removesuffix(".report"), entry.seq)
            answer_oldest(self.outbox, self.wire, self.tell)


def work_kiosk(folder: Path, life: Life, tell: Tell) -> None:
    """Visitor after visitor; a pause button and new days among them."""
    kiosk = Kiosk(folder, life, tell)
    if kiosk.ledger.day is None:
        kiosk.learn(DAY)
    chance = kiosk.chance
    for number in itertools.count(life.number * 1_000_000):
        order = Order(f"ticket-{number}", chance.choice(tuple(SERIES)))
        try:
            if chance.random() < 0.6:
                kiosk.own(order)
            else:
                kiosk.engine(order, f"E{number}")
        except NumbersExhausted:
            kiosk.learn(_day_after(str(kiosk.ledger.day)))
        kiosk.finish(order.ticket)
        if chance.random() < 0.05:
            kiosk.ledger.pause.wish(chance.random() < 0.5, f"pause-{number}")
            kiosk.queued()
        if chance.random() < 0.02:
            kiosk.learn(_day_after(str(kiosk.ledger.day)))
        kiosk.clock.advance(chance.random())
        kiosk.answers()


def _day_after(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()
