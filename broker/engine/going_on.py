"""一票到底: a ticket goes on to another service without a new number. And whoever is served without any.

The order is kept fair: a ticket that goes on stands where its arrival puts it, as after a transfer. At the same counter
it goes on at once only if that counter would call it next; otherwise it waits for this counter like others.
"""

from dataclasses import replace

from broker.engine.assigned import services_of
from broker.engine.booked import moved_on_from
from broker.engine.calling import check_free, check_target
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.extending import may_call_now
from broker.engine.persons import check_no_other
from broker.engine.policy import would_be_next
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.visible_text import says_something
from broker.model.words import CounterStatus


def next_service(desk: Desk, command: c.NextService) -> Outcome:
    """One visit ends, the next one of the same ticket begins or waits."""
    ticket = desk.ticket_at(command.counter)
    check_target(desk, command.service, command.to_counter)
    check_no_other(desk, command.service, ticket)
    clock_ms = moved_on_from(desk, ticket)
    stays = command.to_counter == command.counter and _goes_on_here(desk, command, ticket, clock_ms)
    event = e.VisitPartFinished(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=command.counter,
        visit=desk.visit_id_of(ticket),
        outcome=command.outcome,
        items=command.items,
        service=command.service,
        to_counter=command.to_counter,
        clock_ms=clock_ms,
        stays=stays,
        note=command.note,
        clerk=desk.state.counter(command.counter).clerk,
    )
    return Outcome((event,), {"number": ticket.number, "visit": event.visit, "stays": stays})


def _goes_on_here(desk: Desk, command: c.NextService, ticket: Ticket, clock_ms: int) -> bool:
    if desk.state.counter(command.counter).status is not CounterStatus.OPEN or desk.state.emergency is not None:
        return False
    if not may_call_now(desk, command.counter):
        return True  # after hours nobody else is called here
    in_line = replace(ticket, service=command.service, to_counter=command.counter, clock_ms=clock_ms)
    return would_be_next(desk.hall, desk.state, command.counter, in_line, desk.now_ms)


def serve_direct(desk: Desk, command: c.ServeDirect) -> Outcome:
    """Somebody came straight to the window and is done; the counter must be free, and why is said."""
    counter = desk.open_counter(command.counter)
    check_free(desk, command.counter)
    if command.service not in desk.hall.services:
        raise Refused(r.UnknownService(service=command.service))
    if command.service not in services_of(desk.hall, desk.state, command.counter):
        raise Refused(r.NotServedHere(service=command.service))
    if not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    event = e.DirectServed(
        at_ms=desk.now_ms,
        counter=command.counter,
        service=command.service,
        visit=desk.next_visit_id(),
        reason=command.reason,
        clerk=counter.clerk,
        outcome=command.outcome,
        items=command.items,
    )
    return Outcome((event,), {"visit": event.visit})
