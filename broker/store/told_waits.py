"""How often the waits told with tickets came true: of one day, counted from its events. Pure.

A part of ``DayFold``. The engine counts the same in its state for its own use (``engine/coverage.py``); here it is told
of any day on record, and a test holds both against each other.
"""

from dataclasses import dataclass, field

import msgspec

from broker.model import events as e

ENOUGH = 20
"""Below so many a share says nothing, and none is told."""
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
    """One day: the hall as a whole (``total``, of no service) and its services, as they were first called."""

    day: str
    total: ToldWaits
    services: tuple[ToldWaits, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What was told with a ticket, in minutes, and when."""

    service: str
    priority: str | None
    low_min: int
    high_min: int
    at_ms: int


@dataclass(slots=True)
class ToldFold:
    """What was told and has not shown yet, and the counts of each service: kept, shorter, longer."""

    open: dict[str, Told] = field(default_factory=dict)
    ordered: dict[str, str] = field(default_factory=dict)
    """Ticket that a kiosk was asked to give -> the class that the guide desk saw."""
    counts: dict[str, list[int]] = field(default_factory=dict)

    def fold(self, event: e.Event) -> None:
        """Take one event of the day, in order."""
        if isinstance(event, e.TicketOrdered):
            if event.priority is not None:
                self.ordered[event.ticket] = event.priority
        elif isinstance(event, e.TicketReserved | e.TicketReported):
            self._told(event)
        elif isinstance(event, e.TicketCalled):
            self._shown(event)
        elif isinstance(event, ENDED):
            self.open.pop(event.ticket, None)
        elif isinstance(event, e.PriorityConfirmed | e.PriorityRevoked):
            priority = event.priority if isinstance(event, e.PriorityConfirmed) else None
            told = self.open.get(event.ticket)
            if told is not None and told.priority != priority:
                del self.open[event.ticket]

    def _told(self, event: e.TicketReserved | e.TicketReported) -> None:
        priority = self.ordered.pop(event.ticket, event.priority)
        if event.forecast is not None and event.forecast.told_min is not None:
            low_min, high_min = event.forecast.told_min
            self.open[event.ticket] = Told(event.service, priority, low_min, high_min, event.at_ms)

    def _shown(self, event: e.TicketCalled) -> None:
        told = self.open.pop(event.ticket, None)
        if told is None:
            return
        waited_min = (event.at_ms - told.at_ms) / 60_000
        outcome = 1 if waited_min < told.low_min else 2 if waited_min > told.high_min else 0
        self.counts.setdefault(told.service, [0, 0, 0])[outcome] += 1


def told_day(day: str, fold: ToldFold) -> ToldDay:
    """The day as it is told."""
    total = [sum(one[place] for one in fold.counts.values()) for place in range(3)]
    services = tuple(_waits(service, counts) for service, counts in fold.counts.items())
    return ToldDay(day=day, total=_waits(None, total), services=services)


def _waits(service: str | None, counts: list[int]) -> ToldWaits:
    kept, shorter, longer = counts
    told = sum(counts)
    share = round(kept / told, 4) if told >= ENOUGH else None
    return ToldWaits(service=service, kept=kept, shorter=shorter, longer=longer, told=told, kept_share=share)
