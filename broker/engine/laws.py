"""The laws a state must obey at every journal position; each finding is a sentence that names the law.

``broken_by`` looks only at what an event touched (cheap enough for every commit), ``broken_in`` at everything.
The numbers are those of the project's list of laws (docs/laws.md).
"""

from collections import Counter as Tally
from collections.abc import Iterator

from broker.engine.apply_appointments import taken
from broker.engine.state import State, Ticket
from broker.model.events import AppointmentBooked, Event, TicketCalled, TicketRecalled
from broker.model.ticket import AT_COUNTER
from broker.model.words import CounterStatus, TicketStatus


def broken_by(state: State, event: Event) -> Iterator[str]:
    """Laws broken by the ticket and counter of one event, seen right after it was applied."""
    ticket = state.tickets.get(getattr(event, "ticket", ""))
    if ticket is not None:
        yield from _ticket_laws(state, ticket)
    counter = state.counters.get(getattr(event, "counter", ""))
    if counter is not None and counter.ticket is not None:
        holder = state.tickets.get(counter.ticket)
        if holder is None or holder.counter != counter.counter:
            yield f"L5 counter {counter.counter} claims ticket {counter.ticket}, which is not there"
    if isinstance(event, TicketCalled) and state.counters[event.counter].status is not CounterStatus.OPEN:
        yield f"L16 a ticket was called to counter {event.counter}, which is not open"
    if isinstance(event, TicketCalled | TicketRecalled) and state.emergency is not None:
        yield f"L22 a ticket was called to counter {event.counter} while every screen shows an emergency"
    if isinstance(event, AppointmentBooked):
        yield from _booking_laws(state, event)
    if sum(state.counts.values()) != len(state.tickets):
        yield f"L4 {len(state.tickets)} tickets, but the statuses add up to {sum(state.counts.values())}"


def broken_in(state: State) -> Iterator[str]:
    """Every law that a state alone can show."""
    for ticket in state.tickets.values():
        yield from _ticket_laws(state, ticket)
    tally = Tally(ticket.status for ticket in state.tickets.values())
    for status in TicketStatus:
        if tally[status] != state.counts.get(status, 0):
            yield f"L4 {tally[status]} tickets are {status}, but {state.counts.get(status, 0)} are counted"
    at = Tally(ticket.counter for ticket in state.tickets.values() if ticket.counter is not None)
    yield from (f"L5 counter {name} has {count} tickets" for name, count in at.items() if count > 1)
    yield from _line_laws(state)


def _ticket_laws(state: State, ticket: Ticket) -> Iterator[str]:
    if state.by_number.get(ticket.number) != ticket.ticket:
        yield f"L1 number {ticket.number} is not bound to its ticket {ticket.ticket}"
    if ticket.number in state.burned:
        yield f"L1 number {ticket.number} was declared void and is in use"
    at_counter = ticket.status in AT_COUNTER
    if at_counter != (ticket.counter is not None):
        yield f"L5 ticket {ticket.number} is {ticket.status} at counter {ticket.counter}"
    if at_counter and state.counters[ticket.counter or ""].ticket != ticket.ticket:
        yield f"L5 ticket {ticket.number} is at counter {ticket.counter}, which has another"
    if ticket.called_at_ms is not None and ticket.called_at_ms < ticket.arrived_at_ms:
        yield f"L18 ticket {ticket.number} was called before it arrived"
    if (ticket.status is TicketStatus.RESERVED) != (ticket.ticket in state.reserved):
        yield f"L3 ticket {ticket.number} is {ticket.status}, the list of reservations says otherwise"


def _booking_laws(state: State, event: AppointmentBooked) -> Iterator[str]:
    for room in event.rooms or ():
        count = taken(state, room.service, room.from_ms, room.until_ms)
        if count > room.most:
            yield f"L38 {count} places of {room.service} are taken in a slot that holds {room.most}"
    mine = len(state.booked_by.get(event.person or "", ()))
    if event.a_day is not None and mine > event.a_day:
        yield f"L44 a person has {mine} appointments on a day, {event.a_day} are allowed"


def _line_laws(state: State) -> Iterator[str]:
    places = Tally(place[2] for lane in state.lanes.values() for place in lane)
    for ticket in state.tickets.values():
        expected = 1 if ticket.status is TicketStatus.WAITING else 0
        if places[ticket.ticket] != expected:
            yield f"L2 ticket {ticket.number} is {ticket.status} and stands in line {places[ticket.ticket]} times"
    yield from (f"L4 lane {lane} is out of order" for lane, row in state.lanes.items() if row != sorted(row))
