"""A hall at work in a test: asks the engine, applies what happens, holds every law after every event."""

from typing import Any

from broker.engine.apply import apply
from broker.engine.context import Asked, Outcome
from broker.engine.decide import decide
from broker.engine.laws import broken_by, broken_in
from broker.engine.project import project
from broker.engine.state import State
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.rating_keys import RatingKeys
from broker.model.refusals import Refusal
from broker.runtime.business_calendar import BookingDays, ServiceDays, WorkDays
from tests.halls import CLOSES_MS, DAY, OPENS_MS
from tests.rating_keys import SECRET

KEYS = RatingKeys("any", (SECRET,))


class HallAtWork:
    """``ask`` answers like the server would; ``now_ms`` moves only by ``wait``."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.state = State()
        self.now_ms = OPENS_MS
        self.rate_from_ms = 0
        self.booking_days = BookingDays(hall)
        self.events: list[object] = []
        self.made = 0

    def open_day(self, day: str = DAY) -> "HallAtWork":
        session = c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS - 1_800_000)
        self.ask(c.OpenDay(day=day, sessions=(session,)), "server", "server")
        return self

    def wait(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)

    def ask(
        self,
        command: c.Command,
        device: str = "collector",
        role: str = "collector",
        age_ms: int = 0,
        sure: bool = True,
        by: str = "",
    ) -> Outcome:
        asked = Asked(
            *(self.now_ms, device, role, self.now_ms - age_ms, sure, by),
            keys=KEYS,
            rate_from_ms=self.rate_from_ms,
            service_days=ServiceDays(self.hall).end_ms,
            book_until_ms=self.booking_days.until_ms(self.now_ms),
            open_then=self.booking_days.is_open,
            calendar=WorkDays(self.hall),
        )
        outcome = decide(self.hall, self.state, command, asked)
        for event in outcome.events:
            apply(self.state, event)
            self.events.append(event)
            assert not list(broken_by(self.state, event))
        assert not list(broken_in(self.state))
        return outcome

    def done(self, command: c.Command, **asked: object) -> dict:
        """The result of a command that must be accepted."""
        outcome = self.ask(command, **asked)
        assert outcome.refusal is None, outcome.refusal
        return outcome.result or {}

    def refused(self, command: c.Command, **asked: object) -> Refusal:
        """The refusal of a command that must be refused."""
        outcome = self.ask(command, **asked)
        assert outcome.refusal is not None, outcome
        return outcome.refusal

    def take_ticket(self, service: str = "pension", priority: str | None = None, kiosk: str | None = None) -> str:
        """Issue and confirm one; the printed number."""
        self.made += 1
        ticket = f"ticket-{self.made:06d}"
        number = self.done(c.IssueTicket(ticket=ticket, service=service, priority=priority, kiosk=kiosk))["number"]
        self.done(c.ConfirmTicket(ticket=ticket))
        return number

    def open_counters(self, *counters: str) -> "HallAtWork":
        for counter in counters:
            self.done(c.OpenCounter(counter=counter))
        return self

    def call(self, counter: str = "c1") -> str:
        return self.done(c.CallNext(counter=counter))["number"]

    def serve(self, counter: str = "c1") -> str:
        """Call, start, finish; the visit."""
        self.call(counter)
        self.done(c.StartService(counter=counter))
        return self.done(c.FinishService(counter=counter))["visit"]


AT_KIOSK: dict[str, Any] = {"device": "kiosk-1", "role": "kiosk"}
ANNA, BERT = "a" * 32, "b" * 32
"""Keys of two people who showed an ID."""


def view(work: HallAtWork, kind: str, name: str) -> Any:
    """What one device is shown now."""
    return project(work.hall, work.state, (kind,))[kind, name]


def asks(ticket: str, service: str = "card", **more: Any) -> c.IssueTicket:
    """A wish for a number."""
    return c.IssueTicket(ticket=f"ticket-{ticket}", service=service, **more)
