"""Which events change the day's sheet of a counter. Said once, for the engine (which voids signatures) and for reports.

A signature covers everything that happened before it; whatever touches the sheet afterwards makes it void. Ratings, and
what became of visits without one, touch nothing: they are told when their day is over and are not what is signed. A
signature that fell with a rating would say that somebody has just rated.
"""

from broker.model import events as e
from broker.model.commands import SessionTimes

TOUCHING = (
    e.TicketCalled,
    e.TicketRecalled,
    e.ServiceFinished,
    e.VisitPartFinished,
    e.DirectServed,
    e.TicketMissed,
    e.TicketHeld,
    e.TicketTransferred,
    e.ActionUndone,
    e.ReturnSlipGiven,
    e.CounterOpened,
    e.CounterPaused,
    e.CounterResumed,
    e.CounterClosed,
    e.ClerkLoggedIn,
    e.ClerkLoggedOut,
    e.PauseRanLong,
    e.CoverWanted,
    e.SubstituteAppointed,
    e.CounterExcused,
    e.CoverLapsed,
    e.CounterStoodEmpty,
)
"""Of the counter that they name, on the day that is open."""
PAPER = (e.SheetFilled, e.SheetSigned, e.SheetReopened)
"""Of the counter and day that they name. A signature changes nothing that is signed."""


def all_touched(before: tuple[SessionTimes, ...], event: e.DayOpened) -> bool:
    """Whether a day is opened again with other sessions than ``before``.

    Pauses and posts are timed by them, so each of its sheets has other figures than the ones that were signed.
    """
    return event.again and event.sessions != before


def touched_counter(event: e.Event) -> str | None:
    """The counter whose sheet of the open day the event changes; None for none."""
    return event.counter if isinstance(event, TOUCHING) else None


def day_of_visit(visit: str) -> str:
    """A visit's id begins with its business day."""
    return visit[:10]
