"""Eight counters call at once on five hundred tickets; the network doubles messages, devices lose power."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model import events as e
from broker.model.words import Holding, TicketStatus
from broker.server.audit import check, replay
from tests.system.device import Device, await_all
from tests.system.halls import wide_hall
from tests.system.town import Town
from tests.system.truth import receipts, truth, wrong_views

pytestmark = pytest.mark.system

EACH = 250
KIOSKS = ("kiosk-1", "kiosk-2")
DESKS = ("desk-1", "desk-2", "desk-3", "desk-4")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(wide_hall(tmp_path), wanted=lambda program: program.stage == 0) as running:
        yield running


class Issuing:
    """One kiosk: asks the engine for every second number and reports its own for the others, all held on paper."""

    def __init__(self, town: Town, kiosk: str, first_own: int) -> None:
        self.numbers: list[str] = []
        self._first_own = first_own
        self._tickets: dict[str, str] = {}
        self.device = Device(town.url, town.hall, kiosk, town.folder, town.clock, self._answered)

    def begin(self) -> None:
        kiosk = self.device.device
        for index in range(EACH):
            ticket, service = f"{kiosk}-ticket-{index:04d}", ("pension", "card")[index % 4 // 2]
            if index % 2:
                letter = {"pension": "A", "card": "B"}[service]
                number = f"{letter}{self._first_own + index // 4:03d}"
                self.numbers.append(number)
                report = c.ReportTicket(
                    ticket=ticket, service=service, number=number, holding=Holding.PAPER, day="2026-03-04", kiosk=kiosk
                )
                self.device.ask(report)
            else:
                self.device.ask(c.IssueTicket(ticket=ticket, service=service, kiosk=kiosk))
                self.device.ask(c.ConfirmTicket(ticket=ticket, holding=Holding.PAPER))

    def _answered(self, device: Device, id: str, reply: Reply) -> None:
        assert reply.kind == "done", reply
        if reply.result and "counters" in reply.result and reply.result["number"] not in self.numbers:
            self.numbers.append(str(reply.result["number"]))


class Calling:
    """One caller with two counters: calls and finishes as fast as it is answered, until nobody waits."""

    def __init__(self, town: Town, desk: str) -> None:
        self.counters = [console.counter for console in town.hall.consoles.values() if console.caller == desk]
        self.called: list[str] = []
        self.done: set[str] = set()
        self.device = Device(town.url, town.hall, desk, town.folder, town.clock, self._answered)

    def open(self) -> None:
        for counter in self.counters:
            self.device.ask(c.OpenCounter(counter=counter))

    def call(self) -> None:
        for counter in self.counters:
            self.device.ask(c.CallNext(counter=counter))

    def _answered(self, device: Device, id: str, reply: Reply) -> None:
        result = reply.result or {}
        counter = str(getattr(device.asked[id], "counter", ""))
        if "call_id" in result:
            self.called.append(str(result["number"]))
            device.put(c.FinishService(counter=counter))
        elif "visit" in result:
            device.put(c.CallNext(counter=counter))
        elif reply.refusal is not None and reply.refusal.code == "nobody_waiting":
            self.done.add(counter)


def test_no_ticket_is_at_two_counters_and_no_number_is_given_twice(town: Town) -> None:
    issuing = [Issuing(town, kiosk, 800 + 100 * index) for index, kiosk in enumerate(KIOSKS)]
    calling = [Calling(town, desk) for desk in DESKS]
    devices = [one.device for one in (*issuing, *calling)]
    for one in issuing:
        one.begin()
    for one in calling:
        one.open()
    for device in devices:
        device.start()
    try:
        await_all(devices, lambda: all(one.device.answers and not one.device.unanswered for one in issuing), 40.0)
        for one in calling:
            one.call()
        await_all(devices, lambda: sum(len(one.called) for one in calling) >= EACH // 2, 40.0)
        for device in devices[1::2]:
            device.bounce()
        await_all(devices, lambda: all(len(one.done) == len(one.counters) for one in calling), 40.0)
    finally:
        for device in devices:
            device.end()

    now = truth(town.hall, town.database)
    numbers = [number for one in issuing for number in one.numbers]
    assert len(numbers) == len(set(numbers)) == 2 * EACH
    assert now.tally(e.TicketReserved, "number") + now.tally(e.TicketReported, "number") == Counter(numbers)
    assert {ticket.status for ticket in now.state.tickets.values()} == {TicketStatus.SERVED}
    assert set(now.tally(e.TicketCalled, "ticket").values()) == {1}, "a ticket was called twice"
    called = [number for one in calling for number in one.called]
    assert Counter(called) == Counter(numbers), "what the consoles were told is what happened, once"
    assert set(now.tally(e.ServiceFinished, "visit").values()) == {1}
    assert now.count(e.TicketConfirmed, e.TicketReported, e.TicketReserved) == 3 * EACH

    asked = {id for device in devices for id in device.asked}
    assert asked <= receipts(town.database), "a command has no stored answer"
    assert sum(device.sent for device in devices) > 1.2 * len(asked), "the network doubled nothing"
    assert [device.lives for device in devices].count(2) == len(devices) // 2
    report = check(town.hall, town.database)
    assert (report.findings, replay(town.hall, town.database).findings) == ([], [])
    town.watcher.await_that(lambda: not wrong_views(now, town.watcher), "views that show the journal")
    assert town.watcher.steps_back() == []
    assert town.restarts == {"server": 0}
