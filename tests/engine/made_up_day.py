"""A hall whose days are made up: people come at random, counters call whoever is next, and how long all took is known.

Laws are not looked at here, for that is what the other tests do; so a day of a town costs seconds.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp
from random import Random

from broker.engine.apply import apply
from broker.engine.assigned import services_of
from broker.engine.context import Asked, Outcome
from broker.engine.decide import decide
from broker.engine.state import State
from broker.engine.waiting import expected, load_of
from broker.model import commands as c
from broker.model import events as e
from broker.model.forecasts import Foretold
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.views import WaitRange
from tests.halls import OPENS_MS, SMALL

DAY_MS = 86_400_000
SPREAD = 0.7
"""The deviation of a service time's logarithm."""


def hall_of_three() -> Hall:
    """Services of 2, 5 and 18 minutes, two of which a counter shares with each other."""
    text = SMALL.replace("quota = 400\n", "").replace("mean_minutes = 5", "mean_minutes = 2", 1)
    text += """
[services.bank]
names = { zh = "银行", en = "Bank" }
series = "b"
category = "person"
mean_minutes = 18
[priority.appointment]
names = { zh = "预约", en = "Appointment" }
factor = 0.1
"""
    text = text.replace("services = { pension = 1 }", "services = { pension = 1, bank = 3 }")
    return parse_hall(text)


@dataclass(frozen=True, slots=True)
class Waited:
    """A ticket that was called, what was foretold of it, and how long that took; ``plain``: by queue length."""

    service: str
    priority: str | None
    foretold: Foretold
    waited_s: float
    plain: WaitRange


class MadeUpHall:
    """``speed``: how many times as long services take as the hall file says. ``load``: of what the counters manage."""

    def __init__(self, hall: Hall, seed: int, load: float = 0.85, speed: float = 1.0, priority: float = 0.12) -> None:
        self.hall, self.state, self.events = hall, State(), list[e.Event]()
        self.now_ms = OPENS_MS
        self.waited: list[Waited] = []
        self.ahead: Callable[[], dict[tuple[str, str], float] | None] = lambda: None
        self._chance, self._load, self._speed, self._priority = Random(seed), load, speed, priority
        self._agenda: list[tuple[int, int, str, str]] = []
        self._plain: dict[str, WaitRange] = {}
        self._made = 0
        self._services = [key for key in hall.services if any(key in one.services for one in hall.counters.values())]

    def days(self, count: int, hours: float = 4.0) -> "MadeUpHall":
        """So many mornings."""
        for _ in range(count):
            self.day(hours)
        return self

    def day(self, hours: float = 4.0, close: bool = True) -> None:
        """One morning, until ``hours`` have passed; whoever still waits then goes home."""
        began_ms = self.now_ms
        date = f"2026-{3 + (began_ms - OPENS_MS) // DAY_MS // 28:02d}-{1 + (began_ms - OPENS_MS) // DAY_MS % 28:02d}"
        session = c.SessionTimes("day", began_ms, began_ms + DAY_MS // 2, began_ms + DAY_MS // 2)
        self.ask(c.OpenDay(day=date, sessions=(session,)), "server")
        for counter in self.hall.counters:
            self.ask(c.OpenCounter(counter=counter))
        self._agenda = []
        self._plan()
        ends_ms = began_ms + int(hours * 3_600_000)
        while self._agenda and self._agenda[0][0] <= ends_ms:
            self.now_ms, _, what, whom = heapq.heappop(self._agenda)
            getattr(self, f"_{what}")(whom)
        if close:
            self.now_ms = ends_ms
            for counter, one in self.state.counters.items():
                if one.ticket is not None:
                    self.ask(c.FinishService(counter=counter))
            self.ask(c.CloseDay(), "server")
            self.now_ms = began_ms + DAY_MS

    def ask(self, command: c.Command, role: str = "collector") -> Outcome:
        """As the server would; what happens is applied and kept."""
        asked = Asked(self.now_ms, role, role, self.now_ms, ahead=self.ahead())
        outcome = decide(self.hall, self.state, command, asked)
        for event in outcome.events:
            self._note(event)
            apply(self.state, event)
            self.events.append(event)
        return outcome

    def _note(self, event: e.Event) -> None:
        if isinstance(event, e.TicketReserved):
            plain = expected(load_of(self.hall, self.state), event.service)
            if plain is not None:
                self._plain[event.ticket] = plain
        elif isinstance(event, e.TicketCalled):
            ticket = self.state.tickets[event.ticket]
            if ticket.forecast is not None:
                took_s = (event.at_ms - ticket.foretold_ms) / 1000
                self.waited.append(
                    Waited(ticket.service, ticket.priority, ticket.forecast, took_s, self._plain[ticket.ticket])
                )

    def _later(self, seconds: float, what: str, whom: str) -> None:
        self._made += 1
        heapq.heappush(self._agenda, (self.now_ms + max(1, int(seconds * 1000)), self._made, what, whom))

    def _gap_s(self, service: str) -> float:
        """Until the next one comes: each service has an equal part of the counters' time."""
        mean_s = self.hall.services[service].mean_minutes * 60
        per_s = self._load * len(self.hall.counters) / len(self._services) / mean_s
        return self._chance.expovariate(per_s)

    def _plan(self) -> None:
        """What is known of a day as it opens."""
        for service in self._services:
            self._later(self._gap_s(service), "arrive", service)

    def _arrive(self, service: str) -> None:
        self._later(self._gap_s(service), "arrive", service)
        ticket = f"ticket-{self._made:08d}"
        priority = "elderly" if self._chance.random() < self._priority and "elderly" in self.hall.priority else None
        self.ask(c.IssueTicket(ticket=ticket, service=service, priority=priority))
        self.ask(c.ConfirmTicket(ticket=ticket))
        idle = next(self._idle(service), None)
        if idle is not None:
            self._later(self._chance.uniform(2, 8), "call", idle)

    def _idle(self, service: str) -> Iterator[str]:
        for key, counter in self.state.counters.items():
            if counter.ticket is None and service in services_of(self.hall, self.state, key):
                yield key

    def _call(self, counter: str) -> None:
        if self.state.counter(counter).ticket is not None or self.ask(c.CallNext(counter=counter)).refusal is not None:
            return
        self.ask(c.StartService(counter=counter))
        ticket = self.state.tickets[self.state.counters[counter].ticket or ""]
        mean_s = self.hall.services[ticket.service].mean_minutes * 60 * self._speed
        self._later(mean_s * self._chance.lognormvariate(0, SPREAD) / exp(SPREAD**2 / 2), "finish", counter)

    def _finish(self, counter: str) -> None:
        self.ask(c.FinishService(counter=counter))
        self._later(self._chance.uniform(3, 15), "call", counter)
