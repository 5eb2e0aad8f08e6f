"""What staffing reads of a folded day: times without numbers, people or counters. Pure."""

from broker.model.ratings import PHONE
from broker.model.words import TicketStatus
from broker.staffing.record import Arrival, DayRecord, Left, Took, Waited
from broker.store.day_fold import DayFold, TicketStory

_THERE = (TicketStatus.SERVING, TicketStatus.SERVED, TicketStatus.HELD, TicketStatus.WAITING)
"""What somebody became who was called and came; who waits again after a call was sent on, or came back."""


def record_of(fold: DayFold) -> DayRecord:
    """The day up to where it is folded. Numbers that nobody held, or whose holder is not in the hall, are no arrivals;
    the waits of numbers taken from afar were not spent in it."""
    stories = sorted(fold.tickets.values(), key=lambda story: story.arrived_at_ms)
    arrivals = [Arrival(one.service, one.arrived_at_ms) for one in stories if _arrived(fold, one)]
    waits = [
        Waited(one.service, one.first_called_at_ms, max(0, one.first_called_at_ms - one.waits_from_ms), _came(one))
        for one in stories
        if one.first_called_at_ms is not None and one.kiosk != PHONE
    ]
    left = [
        Left(one.service, max(0, one.cancelled_at_ms - one.waits_from_ms))
        for one in stories
        if one.cancelled_at_ms is not None and one.first_called_at_ms is None
        if one.kiosk != PHONE and _arrived(fold, one)
    ]
    return DayRecord(
        fold.day,
        tuple(arrivals),
        tuple(Took(one.service, one.took_ms) for one in fold.endings if one.what == "served" and one.took_ms),
        tuple(sorted(waits, key=lambda one: one.at_ms)),
        tuple(left),
    )


def _arrived(fold: DayFold, story: TicketStory) -> bool:
    """A paper of an earlier day that became known today has no number of today."""
    if fold.by_number.get(story.number) != story.ticket:
        return False
    return story.here and story.status not in (TicketStatus.VOID, TicketStatus.RESERVED)


def _came(story: TicketStory) -> bool | None:
    if story.status is TicketStatus.NO_SHOW:
        return False
    return True if story.returns or story.status in _THERE else None
