"""How often the waits told with tickets came true: of one day, counted from its events. Pure.

A part of ``DayFold``. The engine counts the same in its state for its own use (``engine/coverage.py``); here it is told
of any day on record, and a test holds both against each other.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from broker.model import events as e

ENOUGH = 20
"""Below so many a share says nothing, and none is told."""
KEPT_LEAST = 0.65
"""What is promised: a range goes from the 20th to the 85th percentile."""
ENDED = (e.TicketVoided, e.TicketCancelled, e.TicketExpired, e.TicketTransferred, e.TicketPostponed)
"""After these the forecast speaks of another wait, or of none."""


class ToldWaits(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets called for the first time, by whether the wait that was told with them held: ``kept`` within the range,
    ``shorter`` or ``longer`` than it. Not counted: for which nothing was told; sent on, postponed or of another class
    since; and whoever left. ``kept_share`` is None for fewer than ENOUGH.
    """

    service: str | None
    kept: int
    shorter: int
    longer: int
    told: int
    kept_share: float | None


class ToldDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day: the hall as a whole (``total``, of no service) and its services, as they were first called.

    ``waiting``: likewise of ranges that were shown to people who waited already, one of them drawn at each ticket.
    ``shown``: of every range that those among the first of a line were shown, each change of it counted once
    (``shown_waits``); None where nothing of it is on record.
    """

    day: str
    total: ToldWaits
    services: tuple[ToldWaits, ...]
    waiting: ToldWaits
    shown: ToldWaits | None = None


class FirstCall(NamedTuple):
    """When a ticket was first called, and since when what was said of its wait spoke of this call."""

    since_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Told:
    """What was told with a ticket, or shown to its holder later, in minutes, and when."""

    low_min: int
    high_min: int
    at_ms: int

    def outcome(self, called_ms: int) -> int:
        """0: the call came within it, 1: sooner, 2: later."""
        left_min = (called_ms - self.at_ms) / 60_000
        return 1 if left_min < self.low_min else 2 if left_min > self.high_min else 0


@dataclass(slots=True)
class Waiting:
    """Somebody who has not been called yet: for what, and what he was told and shown."""

    service: str
    priority: str | None
    told: Told | None = None
    shown: list[Told] = field(default_factory=list)
    since_ms: int = 0

    def forget(self, at_ms: int) -> None:
        """What was said speaks of another wait from now on."""
        self.told, self.since_ms = None, at_ms
        self.shown.clear()


@dataclass(slots=True)
class ToldFold:
    """What was said and has not shown yet, and how it came out: kept, shorter, longer."""

    open: dict[str, Waiting] = field(default_factory=dict)
    ordered: dict[str, str] = field(default_factory=dict)
    """Ticket that a kiosk was asked to give -> the class that the guide desk saw."""
    counts: dict[str, list[int]] = field(default_factory=dict)
    """Of each service, of what was told with tickets."""
    waiting: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Of what was shown to people who waited already."""
    first_calls: dict[str, FirstCall] = field(default_factory=dict)

    def fold(self, event: e.Event) -> None:
        """Take one event of the day, in order."""
        if isinstance(event, e.TicketOrdered):
            if event.priority is not None:
                self.ordered[event.ticket] = event.priority
        elif isinstance(event, e.TicketReserved | e.TicketReported):
            self._told(event)
        elif isinstance(event, e.TicketCalled):
            self._came_out(event)
        elif isinstance(event, ENDED):
            if event.ticket in self.open:
                self.open[event.ticket].forget(event.at_ms)
        elif isinstance(event, e.HolderArrived):
            if event.ticket in self.open:
                self.open[event.ticket].since_ms = event.at_ms
        elif isinstance(event, e.PriorityConfirmed | e.PriorityRevoked):
            self._other_class(event)

    def _told(self, event: e.TicketReserved | e.TicketReported) -> None:
        who = Waiting(event.service, self.ordered.pop(event.ticket, event.priority))
        self.open[event.ticket] = who
        if event.forecast is not None and event.forecast.told_min is not None:
            who.told = Told(*event.forecast.told_min, event.at_ms)
        if event.again is not None and event.again.ticket in self.open:
            self.open[event.again.ticket].shown.append(Told(*event.again.said_min, event.at_ms))

    def _other_class(self, event: e.PriorityConfirmed | e.PriorityRevoked) -> None:
        priority = event.priority if isinstance(event, e.PriorityConfirmed) else None
        who = self.open.get(event.ticket)
        if who is not None and who.priority != priority:
            who.priority = priority
            who.forget(event.at_ms)

    def _came_out(self, event: e.TicketCalled) -> None:
        who = self.open.get(event.ticket)
        if who is None:
            return
        if who.told is not None:
            self.counts.setdefault(who.service, [0, 0, 0])[who.told.outcome(event.at_ms)] += 1
        for shown in who.shown:
            self.waiting[shown.outcome(event.at_ms)] += 1
        self.first_calls.setdefault(event.ticket, FirstCall(who.since_ms, event.at_ms))
        who.forget(event.at_ms)


def told_day(day: str, fold: ToldFold, shown: ToldWaits | None = None) -> ToldDay:
    """The day as it is told."""
    total = [sum(one[place] for one in fold.counts.values()) for place in range(3)]
    services = tuple(waits_of(service, counts) for service, counts in fold.counts.items())
    waiting = waits_of(None, fold.waiting)
    return ToldDay(day=day, total=waits_of(None, total), services=services, waiting=waiting, shown=shown)


def waits_of(service: str | None, counts: list[int]) -> ToldWaits:
    """Counts (kept, shorter, longer) as they are told."""
    kept, shorter, longer = counts
    told = sum(counts)
    share = round(kept / told, 4) if told >= ENOUGH else None
    return ToldWaits(service=service, kept=kept, shorter=shorter, longer=longer, told=told, kept_share=share)
