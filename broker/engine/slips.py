"""一次性告知单: who lacked papers comes again within some days and need not wait all over.

A slip is kept like an appointment, by a code that is typed or scanned at a kiosk, but good at any time until its end:
of the last of so many days, after its own, on which its service is open by the hall's calendar. A day on which nobody
could come is not counted. There may be so many slips however many appointments there are, and the other way round.

Its number stands behind the first few people of the line, as a missed number that returns does: near the head, and
nobody who is about to be called is pushed back. It is used up once its holder was served; a number that expired leaves
it good.
"""

from broker.engine.booked import counted_from
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.state import Appointment, State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.visible_text import says_something
from broker.model.words import TicketStatus

SLIPS_MOST = 5_000


def give(desk: Desk, command: c.GiveReturnSlip) -> Outcome:
    """The visit ends with ``papers_missing``, and the slip is good from now on."""
    ticket = desk.ticket_at(command.counter)
    if not says_something(command.missing):
        raise Refused(r.ReasonNeeded())
    known = desk.state.appointments
    if sum(other.until_ms is not None for other in known.values()) >= SLIPS_MOST:
        raise Refused(r.SlipsFull(most=SLIPS_MOST))
    if command.slip in known or any(other.code == command.code for other in known.values()):
        raise Refused(r.CodeTaken())
    days = command.days or desk.hall.rules.slip_days
    until_ms = desk.asked.service_days(ticket.service, days, _during_ms(desk))
    finished = e.ServiceFinished(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=command.counter,
        visit=desk.visit_id_of(ticket),
        outcome="papers_missing",
        items=0,
    )
    given = e.ReturnSlipGiven(
        at_ms=desk.now_ms,
        slip=command.slip,
        code=command.code,
        service=ticket.service,
        counter=command.counter,
        ticket=ticket.ticket,
        missing=command.missing,
        until_ms=until_ms,
        days=days,
        clerk=desk.state.counter(command.counter).clerk,
        person=ticket.beneficiary,
    )
    return Outcome((finished, given), {"number": ticket.number, "visit": finished.visit, "until_ms": until_ms})


def _during_ms(desk: Desk) -> int:
    """A moment of the business day; of today where none is open any more."""
    sessions = desk.state.sessions if desk.state.day is not None else ()
    return sessions[0].opens_ms if sessions else desk.now_ms


def clock_for(desk: Desk, slip: Appointment | None, service: str, came_ms: int) -> int | None:
    """What the waiting of a number is counted from; None where its arrival is as good.

    A slip's number stands behind the first few; that of somebody booked counts from the booked time if he is early.
    """
    if slip is None or slip.until_ms is None:
        counted_ms = counted_from(desk.hall, desk.state, None if slip is None else slip.appointment, came_ms)
        return None if counted_ms == came_ms else counted_ms
    places = desk.state.lanes.get((service, None, None), [])
    behind = desk.hall.rules.return_places
    if len(places) <= behind:
        return None
    clock_ms = places[behind - 1][0] if behind else places[0][0] - 1
    return clock_ms if clock_ms < came_ms else None


def still_good(state: State, booked: Appointment, at_ms: int) -> bool:
    """When a day opens: whether a slip may be shown yet. Asked before the tickets of the day before are forgotten.

    Whose number went on to another service was served all the same, also if that one was not reached by the evening.
    """
    ticket = state.tickets.get(booked.ticket or "")
    visited = ticket is not None and ticket.visit is not None and not ticket.reopened
    served = visited or (ticket is not None and ticket.status is TicketStatus.SERVED)
    return booked.until_ms is not None and booked.until_ms > at_ms and not served
