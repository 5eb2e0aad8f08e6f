"""A rush on the broker node alone: two kiosks and four callers with real outboxes, played as fast as they are answered.

What must hold afterwards, whatever was doubled, cut or killed meanwhile, is in ``Rush.judge``.
"""

from collections import Counter
from collections.abc import Callable

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model import events as e
from broker.model.words import Holding, TicketStatus
from broker.server.audit import check, replay
from tests.halls import DAY
from tests.system.device import Device, await_all
from tests.system.town import Town
from tests.system.truth import await_retained, receipts, truth

KIOSKS = {"kiosk-1": 800, "kiosk-2": 900}
"""Kiosk -> first number of its own part of each series."""
DESKS = ("desk-1", "desk-2", "desk-3", "desk-4")
LETTERS = {"pension": "A", "card": "B"}
WITHIN_S = 180.0


class Issuing:
    """One kiosk: asks the engine for every second number, reports one of its own for the others; all are on paper."""

    def __init__(self, town: Town, kiosk: str, each: int) -> None:
        self.numbers: list[str] = []
        self._each = each
        self.device = Device(town.url, town.hall, kiosk, town.folder, town.clock, self._answered)

    def begin(self) -> None:
        for index in range(self._each):
            service = ("pension", "card")[index % 4 // 2]
            ticket = f"{self.device.device}-ticket-{index:04d}"
            if index % 2:
                self._report(ticket, service, index // 4)
            else:
                self.device.ask(c.IssueTicket(ticket=ticket, service=service, kiosk=self.device.device))
                self.device.ask(c.ConfirmTicket(ticket=ticket, holding=Holding.PAPER))

    def _report(self, ticket: str, service: str, count: int) -> None:
        kiosk = self.device.device
        number = f"{LETTERS[service]}{KIOSKS[kiosk] + count:03d}"
        self.numbers.append(number)
        report = c.ReportTicket(
            ticket=ticket, service=service, number=number, holding=Holding.PAPER, day=DAY, kiosk=kiosk
        )
        self.device.ask(report)

    def _answered(self, device: Device, id: str, reply: Reply) -> None:
        if isinstance(device.asked[id], c.IssueTicket) and reply.result:
            self.numbers.append(str(reply.result["number"]))


class Calling:
    """One caller with two counters: calls and finishes, until nobody waits."""

    def __init__(self, town: Town, desk: str) -> None:
        self.counters = [console.counter for console in town.hall.consoles.values() if console.caller == desk]
        self.called: list[str] = []
        self.done: set[str] = set()
        self.device = Device(town.url, town.hall, desk, town.folder, town.clock, self._answered)

    def ask(self, kind: type[c.OpenCounter] | type[c.CallNext]) -> None:
        for counter in self.counters:
            self.device.ask(kind(counter=counter))

    def _answered(self, device: Device, id: str, reply: Reply) -> None:
        result, asked = reply.result or {}, device.asked[id]
        counter = str(getattr(asked, "counter", ""))
        if "call_id" in result:
            self.called.append(str(result["number"]))
            device.put(c.FinishService(counter=counter))
        elif "visit" in result:
            device.put(c.CallNext(counter=counter))
        elif isinstance(asked, c.CallNext):
            self.done.add(counter)


class Rush:
    """``each`` tickets a kiosk."""

    def __init__(self, town: Town, each: int) -> None:
        self.town, self.each = town, each
        self.issuing = [Issuing(town, kiosk, each) for kiosk in KIOSKS]
        self.calling = [Calling(town, desk) for desk in DESKS]
        self.devices = [one.device for one in (*self.issuing, *self.calling)]

    def __enter__(self) -> "Rush":
        for device in self.devices:
            device.start()
        return self

    def __exit__(self, *error: object) -> None:
        for device in self.devices:
            device.end()

    def issue(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Every kiosk gives its tickets, and every counter opens."""
        for issuing in self.issuing:
            issuing.begin()
        for calling in self.calling:
            calling.ask(c.OpenCounter)
        self._await(lambda: self._answers >= self.each // 2)
        meanwhile()
        self._await(lambda: all(device.answers and not device.unanswered for device in self.devices))

    def call(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """All eight counters call at once, until nobody waits."""
        for calling in self.calling:
            calling.ask(c.CallNext)
        self._await(lambda: self._called >= self.each // 2)
        meanwhile()
        self._await(lambda: all(len(one.done) == len(one.counters) for one in self.calling))

    def judge(self) -> None:
        """Each number once, each ticket called once at one counter, each command answered once, nothing left over."""
        town, now = self.town, truth(self.town.hall, self.town.database)
        numbers = [number for one in self.issuing for number in one.numbers]
        assert len(numbers) == len(set(numbers)) == 2 * self.each
        assert now.tally(e.TicketReserved, "number") + now.tally(e.TicketReported, "number") == Counter(numbers)
        assert {ticket.status for ticket in now.state.tickets.values()} == {TicketStatus.SERVED}
        assert set(now.tally(e.TicketCalled, "ticket").values()) == {1}, "a ticket was called twice"
        assert Counter(number for one in self.calling for number in one.called) == Counter(numbers)
        assert set(now.tally(e.ServiceFinished, "visit").values()) == {1}
        assert now.count(e.TicketConfirmed) == self.each, "a confirmation had more than one effect"
        self._judge_answers()
        assert check(town.hall, town.database).findings == []
        assert replay(town.hall, town.database).findings == []
        await_retained(town, now)
        assert town.watcher.steps_back() == []

    def _judge_answers(self) -> None:
        asked = {id for device in self.devices for id in device.asked}
        assert asked == receipts(self.town.database), "a command has no stored answer, or more than one id"
        refused = Counter(
            (type(device.asked[id]).__name__, reply.refusal.code)
            for device in self.devices
            for id, reply in device.answers.items()
            if reply.refusal is not None
        )
        assert refused == {("CallNext", "nobody_waiting"): 2 * len(DESKS)}, "only the last calls find nobody"
        for device in self.devices:
            assert device.contradictions == [], "one id, two answers"
            assert device.doubled, f"the network doubled nothing of {device.device}"
            assert device.lost, f"the network lost nothing of {device.device}"
            assert device.repeated, f"nothing of {device.device} turned up again"

    @property
    def _answers(self) -> int:
        return sum(len(one.device.answers) for one in self.issuing)

    @property
    def _called(self) -> int:
        return sum(len(one.called) for one in self.calling)

    def _await(self, done: Callable[[], bool]) -> None:
        await_all(self.devices, done, WITHIN_S)
