"""One business day folded from its events: what became of each ticket, and who did what when. Pure.

A second, independent fold beside the engine's: it keeps history (first call, each visit, each pause) that the engine
does not need, and nothing that could not be worked out again from the journal.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from broker.model import events as e
from broker.model.ratings import PHONE
from broker.model.undoable import UNDOABLE, UNDONE_MOST
from broker.model.words import Holding, Level, Need, TicketStatus
from broker.store.sheet_fold import SheetFold
from broker.store.told_waits import ToldFold

WALK_IN = "walk_in"
BOOKED = "appointment"
"""Also the class that halls give to who has an appointment."""


@dataclass(slots=True)
class TicketStory:
    """One ticket of the day. ``visit`` is set when it was served, ``served_by`` with it: who stood at the counter then.

    ``clerk`` called it last, which may have been since.
    """

    ticket: str
    number: str
    service: str
    arrived_at_ms: int
    status: TicketStatus
    counter: str | None = None
    called_at_ms: int | None = None
    first_called_at_ms: int | None = None
    started_at_ms: int | None = None
    clerk: str | None = None
    visit: str | None = None
    served_by: str | None = None
    finished_at_ms: int | None = None
    needs: tuple[Need, ...] = ()
    postponed: int = 0
    kiosk: str | None = None
    """Which gave it; None: the engine, at a desk."""
    here: bool = True
    """False: taken from afar, and its holder is not in the hall yet."""
    missed_at_ms: int | None = None
    returns: int = 0
    """How often it came back into line after it was missed."""
    cancelled_at_ms: int | None = None
    waits_from_ms: int = 0
    """When it came; of who is early for an appointment the booked time, before which nobody makes him wait."""
    priority: str | None = None
    booked: bool = False

    @property
    def standing(self) -> str:
        """As whom it waits: a priority class, ``BOOKED`` or ``WALK_IN``."""
        return self.priority or (BOOKED if self.booked else WALK_IN)


@dataclass(frozen=True, slots=True)
class Issued:
    """A number came into the world."""

    service: str
    at_ms: int
    standing: str = WALK_IN


@dataclass(frozen=True, slots=True)
class Left:
    """A number that was not served and is not in use any more: given up (``cancelled``), or the day ended first."""

    service: str
    at_ms: int
    cancelled: bool
    standing: str = WALK_IN


@dataclass(frozen=True, slots=True)
class CallMade:
    """A ticket was called to a counter; ``waited_ms`` only for its first call of the day."""

    counter: str
    clerk: str | None
    service: str
    at_ms: int
    waited_ms: int | None
    standing: str = WALK_IN


@dataclass(frozen=True, slots=True)
class Ended:
    """A call came to something: ``what`` is served, no_show, held, transferred or recalled.

    ``direct``: served without a ticket; ``part``: the ticket went on to another service; ``outcome``: of the business.
    """

    what: str
    counter: str
    clerk: str | None
    service: str
    at_ms: int
    took_ms: int | None = None
    items: int = 0
    visit: str | None = None
    rateable: bool = False
    direct: bool = False
    outcome: str = ""
    part: bool = False
    standing: str = WALK_IN


@dataclass(slots=True)
class DayFold:
    """Everything of one day that reports need. ``position`` is the last journal position folded in."""

    day: str
    position: int = 0
    tickets: dict[str, TicketStory] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    issued: list[Issued] = field(default_factory=list)
    calls: list[CallMade] = field(default_factory=list)
    endings: list[Ended] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    left_empty: list[e.CounterStoodEmpty] = field(default_factory=list)
    ratings: dict[str, Level] = field(default_factory=dict)
    rated_ms: dict[str, int] = field(default_factory=dict)
    """Visit -> when it was rated, in the order of the journal, as ``ratings``."""
    clerks: dict[str, str | None] = field(default_factory=dict)
    sheets: SheetFold = field(default_factory=SheetFold)
    told: ToldFold = field(default_factory=ToldFold)
    before: dict[str, list[TicketStory | None]] = field(default_factory=dict)
    """Counter -> the tickets of its last actions as they were before, in case one is undone."""

    def rate(self, event: e.EvaluationRecorded) -> None:
        """A visit of the day was rated, then or on a later day."""
        self.ratings[event.visit], self.rated_ms[event.visit] = event.level, event.at_ms

    def fold(self, position: int, event: e.Event) -> None:
        """Take one event of the day, in order."""
        self.position = position
        self.sheets.fold(position, event)
        self.told.fold(event)
        if isinstance(event, UNDOABLE):
            stories = self.before.setdefault(event.counter, [])
            stories.append(None if isinstance(event, e.DirectServed) else replace(self.tickets[event.ticket]))
            del stories[:-UNDONE_MOST]
        write = _WRITERS.get(type(event))
        if write is not None:
            write(self, event)


def rateable_endings(endings: Iterable[Ended]) -> Iterator[Ended]:
    """The visits among these that may be rated."""
    return (one for one in endings if one.what == "served" and one.rateable and one.visit)


def _admitted(fold: DayFold, event: e.TicketReserved | e.TicketReported) -> None:
    holding = getattr(event, "holding", Holding.MAYBE)
    status = TicketStatus.RESERVED if holding is Holding.MAYBE else TicketStatus.WAITING
    story = TicketStory(event.ticket, event.number, event.service, event.arrived_at_ms, status, needs=event.needs)
    story.here, story.kiosk = event.kiosk != PHONE, event.kiosk
    story.waits_from_ms = max(event.arrived_at_ms, event.clock_ms or 0)
    story.priority, story.booked = event.priority, event.appointment is not None
    fold.tickets[event.ticket] = story
    fold.by_number[event.number] = event.ticket
    fold.issued.append(Issued(event.service, event.arrived_at_ms, story.standing))


def _renumbered(fold: DayFold, event: e.TicketRenumbered) -> None:
    story = fold.tickets[event.ticket]
    fold.by_number.pop(event.voided, None)
    story.number = event.number
    fold.by_number[event.number] = event.ticket


def _reported_late(fold: DayFold, event: e.TicketReportedLate) -> None:
    """A paper of an earlier day is known by its id only: its number may be somebody else's today."""
    story = TicketStory(event.ticket, event.number, event.service, event.at_ms, TicketStatus.EXPIRED, kiosk=event.owner)
    fold.tickets[event.ticket] = story


def _status(after: TicketStatus) -> Callable[[DayFold, Any], None]:
    def write(fold: DayFold, event: Any) -> None:
        story = fold.tickets.get(event.ticket)
        if story is not None:
            story.status = after

    return write


def _cancelled(fold: DayFold, event: e.TicketCancelled) -> None:
    story = fold.tickets.get(event.ticket)
    if story is not None:
        story.status, story.cancelled_at_ms = TicketStatus.CANCELLED, event.at_ms
        fold.left.append(Left(story.service, event.at_ms, True, story.standing))


def _expired(fold: DayFold, event: e.TicketExpired) -> None:
    """Who was called and did not come counts as a no-show already."""
    story = fold.tickets.get(event.ticket)
    if story is None:
        return
    if story.status is not TicketStatus.NO_SHOW:
        fold.left.append(Left(story.service, event.at_ms, False, story.standing))
    story.status = TicketStatus.EXPIRED


def _priority(fold: DayFold, event: e.PriorityConfirmed | e.PriorityRevoked) -> None:
    story = fold.tickets.get(event.ticket)
    if story is not None:
        story.priority = event.priority if isinstance(event, e.PriorityConfirmed) else None


def _confirmed(fold: DayFold, event: e.TicketConfirmed) -> None:
    """Also said again of tickets that are further on; only a reservation becomes a place in line."""
    story = fold.tickets.get(event.ticket)
    if story is not None and story.status is TicketStatus.RESERVED:
        story.status = TicketStatus.WAITING


def _called(fold: DayFold, event: e.TicketCalled) -> None:
    story = fold.tickets[event.ticket]
    first = story.first_called_at_ms is None
    waited_ms = max(0, event.at_ms - story.waits_from_ms) if first else None
    story.status, story.counter, story.clerk = TicketStatus.CALLED, event.counter, event.clerk
    story.here = True
    story.called_at_ms, story.started_at_ms = event.at_ms, None
    story.first_called_at_ms = story.first_called_at_ms or event.at_ms
    fold.calls.append(CallMade(event.counter, event.clerk, story.service, event.at_ms, waited_ms, story.standing))


def _postponed(fold: DayFold, event: e.TicketPostponed) -> None:
    fold.tickets[event.ticket].postponed += 1


def _arrived(fold: DayFold, event: e.HolderArrived) -> None:
    fold.tickets[event.ticket].here = True


def _recalled(fold: DayFold, event: e.TicketRecalled) -> None:
    story = fold.tickets[event.ticket]
    fold.endings.append(
        Ended("recalled", event.counter, story.clerk, story.service, event.at_ms, standing=story.standing)
    )


def _started(fold: DayFold, event: e.ServiceStarted) -> None:
    story = fold.tickets[event.ticket]
    story.status, story.started_at_ms = TicketStatus.SERVING, event.at_ms


def _finished(fold: DayFold, event: e.ServiceFinished) -> None:
    story = fold.tickets[event.ticket]
    began_ms = story.started_at_ms or story.called_at_ms or event.at_ms
    story.status, story.visit, story.finished_at_ms = TicketStatus.SERVED, event.visit, event.at_ms
    story.served_by = fold.clerks.get(event.counter) or story.clerk
    rateable = event.outcome != "day_end"
    took_ms = event.at_ms - began_ms if rateable else None
    fold.endings.append(
        Ended(
            "served",
            event.counter,
            story.clerk,
            story.service,
            event.at_ms,
            took_ms,
            event.items,
            event.visit,
            rateable,
            outcome=event.outcome,
            standing=story.standing,
        )
    )


def _part_finished(fold: DayFold, event: e.VisitPartFinished) -> None:
    story = fold.tickets[event.ticket]
    took_ms = event.at_ms - (story.started_at_ms or story.called_at_ms or event.at_ms)
    served = Ended(
        "served", event.counter, story.clerk, story.service, event.at_ms, took_ms, event.items, event.visit, True
    )
    fold.endings.append(replace(served, outcome=event.outcome, part=True, standing=story.standing))
    story.service, story.visit, story.finished_at_ms = event.service, event.visit, event.at_ms
    story.served_by = fold.clerks.get(event.counter) or story.clerk
    if event.stays:
        story.status, story.called_at_ms, story.started_at_ms = TicketStatus.SERVING, event.at_ms, event.at_ms
    else:
        story.status, story.counter = TicketStatus.WAITING, None


def _direct_served(fold: DayFold, event: e.DirectServed) -> None:
    served = Ended(
        "served", event.counter, event.clerk, event.service, event.at_ms, None, event.items, event.visit, True, True
    )
    fold.endings.append(replace(served, outcome=event.outcome))


def _left(what: str, after: TicketStatus) -> Callable[[DayFold, Any], None]:
    def write(fold: DayFold, event: Any) -> None:
        story = fold.tickets[event.ticket]
        ended = Ended(what, event.counter, story.clerk, story.service, event.at_ms, standing=story.standing)
        fold.endings.append(ended)
        story.status, story.counter = after, None
        story.service = getattr(event, "service", story.service)

    return write


def _missed(fold: DayFold, event: e.TicketMissed) -> None:
    _left("no_show", TicketStatus.NO_SHOW)(fold, event)
    fold.tickets[event.ticket].missed_at_ms = event.at_ms


def _returned(fold: DayFold, event: e.TicketReturned) -> None:
    story = fold.tickets[event.ticket]
    story.status, story.counter = TicketStatus.WAITING, None
    story.returns += 1


def _opened(fold: DayFold, event: e.CounterOpened) -> None:
    fold.clerks[event.counter] = event.clerk


def _undone(fold: DayFold, event: e.ActionUndone) -> None:
    """What was taken back is no call and no visit; the journal alone still has it."""
    story = fold.before[event.counter].pop()
    if story is not None and event.status is not None:
        story.status, story.priority = event.status, fold.tickets[event.ticket].priority
        fold.tickets[event.ticket] = story
    what = _WHAT.get(event.undone)
    if what is not None:
        _drop_last(fold.endings, lambda ended: ended.counter == event.counter and ended.what == what)
    elif event.undone == e.TicketCalled.__name__:
        _drop_last(fold.calls, lambda call: call.counter == event.counter)


def _drop_last(rows: list[Any], wanted: Callable[[Any], bool]) -> None:
    index = next(index for index in range(len(rows) - 1, -1, -1) if wanted(rows[index]))
    del rows[index]


def _logged_in(fold: DayFold, event: e.ClerkLoggedIn) -> None:
    fold.clerks[event.counter] = event.clerk


def _stood_empty(fold: DayFold, event: e.CounterStoodEmpty) -> None:
    fold.left_empty.append(event)


def _rated(fold: DayFold, event: e.EvaluationRecorded) -> None:
    fold.rate(event)


_WHAT = {
    e.ServiceFinished.__name__: "served",
    e.VisitPartFinished.__name__: "served",
    e.DirectServed.__name__: "served",
    e.TicketMissed.__name__: "no_show",
    e.TicketHeld.__name__: "held",
    e.TicketTransferred.__name__: "transferred",
}
_WRITERS: dict[type[e.Event], Callable[[DayFold, Any], None]] = {
    e.TicketReserved: _admitted,
    e.TicketReported: _admitted,
    e.TicketRenumbered: _renumbered,
    e.TicketReportedLate: _reported_late,
    e.TicketConfirmed: _confirmed,
    e.TicketVoided: _status(TicketStatus.VOID),
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.PriorityConfirmed: _priority,
    e.PriorityRevoked: _priority,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _started,
    e.ServiceFinished: _finished,
    e.TicketMissed: _missed,
    e.TicketHeld: _left("held", TicketStatus.HELD),
    e.TicketTransferred: _left("transferred", TicketStatus.WAITING),
    e.TicketReturned: _returned,
    e.TicketPostponed: _postponed,
    e.HolderArrived: _arrived,
    e.ActionUndone: _undone,
    e.VisitPartFinished: _part_finished,
    e.DirectServed: _direct_served,
    e.CounterOpened: _opened,
    e.ClerkLoggedIn: _logged_in,
    e.CounterStoodEmpty: _stood_empty,
    e.EvaluationRecorded: _rated,
}
