"""The kiosk's promises: paper that began, numbers once a day, what the ledger and the outbox said they keep."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from broker.contract.topics import Topics
from broker.runtime.clock import ManualClock
from broker.runtime.outbox import Outbox
from broker.runtime.sender import Sender
from kiosk.ledger import Ledger
from kiosk.ledger_file import open_ledger_file
from kiosk.numbering import own_parts
from kiosk.ticket import Order, TicketState
from tests.halls import OPENS_MS, one_kiosk_hall
from tests.powercut.promises import Findings, Judge, OutboxPromises
from tests.powercut.work import Answering, DeafWire, Queued
from tests.powercut.work_kiosk import KIOSK, SERIES, DayLearned, Held, PaperBegins, Recovered

_ON_PAPER = {TicketState.MAYBE, TicketState.UNCLEAR, TicketState.PAPER, TicketState.SCREEN}


class KioskJudge(Judge):
    """Every number whose paper began is in the ledger, none is given twice, the outbox keeps its order."""

    file = "kiosk/kiosk.db"

    def __init__(self) -> None:
        super().__init__()
        self._outbox = OutboxPromises()
        self._papers: dict[str, PaperBegins] = {}
        self._given: dict[tuple[str, str], str] = {}
        self._held: dict[str, str] = {}
        self._day: str | None = None
        self._twice: list[str] = []
        self._replaced = False

    def hear(self, told: object) -> None:
        if isinstance(told, Recovered):
            self._replaced |= told.replaced
        elif isinstance(told, Queued):
            self.acknowledged += self._outbox.queued(told)
        elif isinstance(told, Answering):
            self._outbox.answering(told)
        elif isinstance(told, DayLearned):
            self._day = max(self._day or "", told.day)
        elif isinstance(told, Held):
            self._held[told.ticket] = told.state
        elif isinstance(told, PaperBegins):
            self.acknowledged += 1
            self._papers[told.ticket] = told
            if told.own and self._given.setdefault((told.day, told.number), told.ticket) != told.ticket:
                self._twice.append(f"{told.number} of {told.day} is on two papers")

    def compare(self, path: Path, findings: Findings) -> None:
        findings.lost += self._twice
        clock = ManualClock(OPENS_MS)
        connection, replaced = open_ledger_file(path, OPENS_MS)
        try:
            if replaced or self._replaced:
                findings.corrupt.append("the ledger was damaged and had to be replaced")
            outbox = Outbox(connection, clock, DeafWire())
            outbox.start()
            sender = Sender(outbox, Topics("small"), KIOSK, lambda id, reply: None)
            ledger = Ledger(connection, sender, clock, KIOSK, own_parts(one_kiosk_hall(), KIOSK))
            ledger.start()
            self._outbox.compare(outbox, connection, findings)
            self._tickets(connection, findings)
            self._next_numbers(ledger, findings)
        finally:
            connection.close()

    def _tickets(self, connection: sqlite3.Connection, findings: Findings) -> None:
        rows = connection.execute("SELECT id, number, day, state FROM ticket").fetchall()
        kept = {row[0]: row[1:] for row in rows}
        for ticket, paper in self._papers.items():
            number, day, state = kept.get(ticket, (None, None, None))
            if number != paper.number or state not in _ON_PAPER or (paper.own and day is None):
                findings.lost.append(f"{paper.number} went to paper and the ledger says {number} {state}")
        for ticket, said in self._held.items():
            if kept.get(ticket, (None,))[-1] != said:
                findings.lost.append(f"{ticket} was {said} and is {kept.get(ticket, (None,))[-1]}")

    def _next_numbers(self, ledger: Ledger, findings: Findings) -> None:
        """What the kiosk would print next must not be on a paper already."""
        if self._day is None:
            return
        if (ledger.day or "") < self._day:
            findings.lost.append(f"the ledger forgot day {self._day}")
            return
        for service, series in SERIES.items():
            if ledger.left(series) == 0:
                continue
            number = ledger.take_own_number(Order(f"after-{service}", service), series)
            if (str(ledger.day), number) in self._given:
                findings.lost.append(f"{number} of {ledger.day} is given a second time")
