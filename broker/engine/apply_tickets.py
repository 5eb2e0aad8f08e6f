"""What events change about tickets: numbers and papers, calls, places in line. No decisions, no clock of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from broker.engine.apply_pace import call_ends_wait, keep_again, service_took
from broker.engine.state import CLASHES_MOST, DOUBTFUL_MOST, LATE_MOST, CallRecord, State, Ticket, Visit
from broker.model import events as e
from broker.model.events.calling import DAY_END
from broker.model.ratings import PHONE
from broker.model.ticket import FINAL, allowed
from broker.model.words import Holding, TicketStatus

LEARNING = 0.1
"""Weight of the newest service time in a service's running mean."""


class BrokenLifeCycle(RuntimeError):
    """An event asks for a status change that the life cycle does not have; the journal or the engine is wrong."""

    def __init__(self, ticket: str, before: TicketStatus, after: TicketStatus) -> None:
        super().__init__(f"ticket {ticket} cannot go from {before} to {after}")
        self.ticket, self.before, self.after = ticket, before, after


def _move(state: State, ticket: Ticket, after: TicketStatus, at_ms: int) -> None:
    """Change a status along the life cycle, keeping lanes and counts true."""
    before = ticket.status
    if not allowed(before, after):
        raise BrokenLifeCycle(ticket.ticket, before, after)
    if before is TicketStatus.WAITING:
        state.leave_line(ticket)
    if before is TicketStatus.RESERVED:
        state.reserved.pop(ticket.ticket, None)
    state.counts[before] -= 1
    state.counts[after] = state.counts.get(after, 0) + 1
    ticket.status = after
    ticket.since_ms = at_ms
    if after is TicketStatus.WAITING:
        state.enter_line(ticket)
    elif after in FINAL:
        ticket.forecast = None
        ticket.again.clear()


def _leave_counter(state: State, ticket: Ticket) -> None:
    if ticket.counter is not None:
        state.counters[ticket.counter].ticket = None
        ticket.counter = None
    if ticket.reopened:
        ticket.reopened = False
        visit = state.visits.get(ticket.visit or "")
        if visit is not None and not visit.rated and ticket.status is not TicketStatus.SERVED:
            ticket.visit = None  # it has come to another end; only who was thanked for a key before has rated it


class NumberBoundTwice(RuntimeError):
    """An event gives a number of the day to a second ticket (law L1)."""

    def __init__(self, number: str) -> None:
        super().__init__(f"L1 number {number} is bound already")
        self.number = number


def _bind(state: State, event: e.TicketReserved | e.TicketReported | e.TicketRenumbered) -> None:
    number = event.number
    if state.by_number.get(number, event.ticket) != event.ticket or number in state.burned:
        raise NumberBoundTwice(number)
    state.by_number[number] = event.ticket
    if not isinstance(event, e.TicketReserved) and event.doubtful:
        state.doubtful = (*state.doubtful, number)[-DOUBTFUL_MOST:]
        return
    owned = event.series, event.owner
    state.highest[owned] = max(event.value, state.highest.get(owned, 0))


def _admit(state: State, event: e.TicketReserved | e.TicketReported, status: TicketStatus, holding: Holding) -> None:
    ticket = Ticket(
        ticket=event.ticket,
        number=event.number,
        series=event.series,
        service=event.service,
        priority=event.priority,
        language=event.language,
        kiosk=event.kiosk,
        status=status,
        holding=holding,
        arrived_at_ms=event.arrived_at_ms,
        clock_ms=event.arrived_at_ms if event.clock_ms is None else event.clock_ms,
        rank=state.position,
        since_ms=event.at_ms,
        priority_confirmed=event.appointment is not None and event.priority is not None,
        person=event.person,
        principal=event.principal,
        needs=event.needs,
        phone_tail=event.phone_tail,
        large=event.large,
        present=event.kiosk != PHONE,
        forecast=event.forecast,
    )
    if event.forecast is not None:  # who came before his time was foretold what comes after it
        ticket.foretold_ms = max(event.at_ms, ticket.clock_ms)
    state.tickets[event.ticket] = ticket
    keep_again(state, event)
    wanted = state.orders.pop(event.ticket, None)
    if wanted is not None and wanted.priority is not None:  # the guide saw it; the kiosk was not told
        ticket.priority, ticket.priority_confirmed = wanted.priority, True
    state.counts[status] = state.counts.get(status, 0) + 1
    state.issued[event.service] = state.issued.get(event.service, 0) + 1
    if event.appointment in state.appointments:
        booked = state.appointments[event.appointment]
        booked.ticket, ticket.note = event.ticket, booked.note
        ticket.appointment = booked.appointment
    _bind(state, event)
    if event.kiosk is not None:
        state.contacts[event.kiosk] = max(event.arrived_at_ms, state.contacts.get(event.kiosk, 0))
    if status is TicketStatus.WAITING:
        state.enter_line(ticket)
    else:
        state.reserved[event.ticket] = event.at_ms


def _reserved(state: State, event: e.TicketReserved) -> None:
    _admit(state, event, TicketStatus.RESERVED, Holding.MAYBE)


def _reported(state: State, event: e.TicketReported) -> None:
    status = TicketStatus.RESERVED if event.holding is Holding.MAYBE else TicketStatus.WAITING
    _admit(state, event, status, event.holding)


def _renumbered(state: State, event: e.TicketRenumbered) -> None:
    ticket = state.tickets[event.ticket]
    del state.by_number[event.voided]
    state.burned.add(event.voided)
    ticket.number, ticket.series, ticket.holding = event.number, event.series, event.holding
    _bind(state, event)


def _reported_late(state: State, event: e.TicketReportedLate) -> None:
    """A paper that no open day takes is on record; one of a day to come, or of a closed one, may yet get in line."""
    if event.owner and (state.day is None or event.day > state.day) and len(state.late) < LATE_MOST:
        state.late[event.ticket] = (state.position, event)


def _confirmed(state: State, event: e.TicketConfirmed) -> None:
    ticket = state.tickets[event.ticket]
    ticket.holding = event.holding
    if ticket.status is TicketStatus.RESERVED:
        _move(state, ticket, TicketStatus.WAITING, event.at_ms)


def _voided(state: State, event: e.TicketVoided) -> None:
    ticket = state.tickets[event.ticket]
    _move(state, ticket, TicketStatus.VOID, event.at_ms)
    state.issued[ticket.service] -= 1


def _clashed(state: State, event: e.NumberClashed) -> None:
    """The clash is an alert for people; the first ticket keeps the number."""
    state.clashes = (*state.clashes, event)[-CLASHES_MOST:]


def _called(state: State, event: e.TicketCalled) -> None:
    ticket = state.tickets[event.ticket]
    call_ends_wait(state, ticket, event.at_ms)
    _move(state, ticket, TicketStatus.CALLED, event.at_ms)
    ticket.counter, ticket.call_id, ticket.called_at_ms = event.counter, event.call_id, event.at_ms
    ticket.started_at_ms, ticket.recalled_at_ms, ticket.recalls = None, None, 0
    ticket.first_clerk = ticket.first_clerk or event.clerk
    ticket.present = True
    counter = state.counters[event.counter]
    if not event.chosen:
        counter.favoured = 0 if ticket.priority is None else counter.favoured + 1
    counter.ticket = event.ticket  # whoever was served before may still rate: an early call takes nothing of the window
    state.calls_made += 1
    state.calls.appendleft(CallRecord(event.call_id, event.ticket, event.counter, event.at_ms, 0))


def _recalled(state: State, event: e.TicketRecalled) -> None:
    ticket = state.tickets[event.ticket]
    ticket.recalls += 1
    ticket.recalled_at_ms = event.at_ms
    ticket.call_id = event.call_id
    state.calls_made += 1
    state.calls.appendleft(CallRecord(event.call_id, event.ticket, event.counter, event.at_ms, ticket.recalls))


def _started(state: State, event: e.ServiceStarted) -> None:
    ticket = state.tickets[event.ticket]
    ticket.started_at_ms = event.at_ms
    state.counters[event.counter].visit = None  # another sits there from now on
    _move(state, ticket, TicketStatus.SERVING, event.at_ms)


def _finished(state: State, event: e.ServiceFinished) -> None:
    ticket = state.tickets[event.ticket]
    if event.outcome != DAY_END:
        _learn(state, ticket, event.at_ms)
    _move(state, ticket, TicketStatus.SERVED, event.at_ms)
    _leave_counter(state, ticket)
    _end_visit(state, ticket, event)


def _end_visit(state: State, ticket: Ticket, event: e.ServiceFinished | e.VisitPartFinished) -> None:
    """It may be rated, at the counter and by whoever holds the ticket."""
    counter = state.counters[event.counter]
    known = state.visits.get(event.visit)
    counter.visit = ticket.visit = event.visit
    state.visits_made += 1
    if known is not None:  # its end was taken back, and this is the end of the same visit
        known.first_ms = known.first_ms or known.finished_at_ms
        known.finished_at_ms, known.unrated, known.taken_back = event.at_ms, None, False
        return
    state.visits[event.visit] = Visit(
        event.visit,
        ticket.number,
        ticket.service,
        event.counter,
        counter.clerk,
        event.at_ms,
        ticket=ticket.ticket,
        kiosk=ticket.kiosk,
    )


def _part_finished(state: State, event: e.VisitPartFinished) -> None:
    ticket = state.tickets[event.ticket]
    _learn(state, ticket, event.at_ms)
    _end_visit(state, ticket, event)
    ticket.reopened = False
    ticket.service, ticket.note = event.service, event.note or ticket.note
    if event.stays:
        if ticket.status is TicketStatus.CALLED:
            _move(state, ticket, TicketStatus.SERVING, event.at_ms)
        ticket.since_ms = ticket.called_at_ms = ticket.started_at_ms = event.at_ms
        return
    ticket.to_counter, ticket.clock_ms = event.to_counter, event.clock_ms
    _move(state, ticket, TicketStatus.WAITING, event.at_ms)
    _leave_counter(state, ticket)


def _direct_served(state: State, event: e.DirectServed) -> None:
    state.counters[event.counter].visit = event.visit
    state.visits_made += 1
    state.visits[event.visit] = Visit(event.visit, "", event.service, event.counter, event.clerk, event.at_ms)


def _learn(state: State, ticket: Ticket, at_ms: int) -> None:
    """The running mean of a service's duration, from the call on: walking and wrap-up take the counter's time too."""
    took_ms = at_ms - (ticket.called_at_ms or at_ms)
    service_took(state, ticket, took_ms)
    known = state.mean_ms.get(ticket.service)
    state.mean_ms[ticket.service] = took_ms if known is None else known + LEARNING * (took_ms - known)


def _missed(state: State, event: e.TicketMissed) -> None:
    ticket = state.tickets[event.ticket]
    _move(state, ticket, TicketStatus.NO_SHOW, event.at_ms)
    _leave_counter(state, ticket)


def _held(state: State, event: e.TicketHeld) -> None:
    ticket = state.tickets[event.ticket]
    ticket.note = event.note or ticket.note
    _move(state, ticket, TicketStatus.HELD, event.at_ms)
    _leave_counter(state, ticket)


def _transferred(state: State, event: e.TicketTransferred) -> None:
    ticket = state.tickets[event.ticket]
    ticket.forecast = None
    ticket.again.clear()
    ticket.service, ticket.to_counter, ticket.clock_ms = event.service, event.to_counter, event.clock_ms
    ticket.note = event.note or ticket.note
    _move(state, ticket, TicketStatus.WAITING, event.at_ms)
    _leave_counter(state, ticket)


def _returned(state: State, event: e.TicketReturned) -> None:
    ticket = state.tickets[event.ticket]
    state.came_back = (state.position, replace(ticket))
    if ticket.status is TicketStatus.NO_SHOW:
        ticket.returns += 1
    ticket.clock_ms, ticket.rank = event.clock_ms, state.position
    _move(state, ticket, TicketStatus.WAITING, event.at_ms)


def _cancelled(state: State, event: e.TicketCancelled) -> None:
    _move(state, state.tickets[event.ticket], TicketStatus.CANCELLED, event.at_ms)


def _expired(state: State, event: e.TicketExpired) -> None:
    _move(state, state.tickets[event.ticket], TicketStatus.EXPIRED, event.at_ms)


def _postponed(state: State, event: e.TicketPostponed) -> None:
    ticket = state.tickets[event.ticket]
    ticket.postponed, ticket.forecast = ticket.postponed + 1, None
    ticket.again.clear()
    _replace(state, event)


def _arrived(state: State, event: e.HolderArrived) -> None:
    _replace(state, event)


def _replace(state: State, event: e.TicketPostponed | e.HolderArrived) -> None:
    """Another place: behind those who stand there already with the same clock, unless it keeps its own."""
    ticket = state.tickets[event.ticket]
    state.leave_line(ticket)
    if event.clock_ms != ticket.clock_ms or isinstance(event, e.TicketPostponed):
        ticket.clock_ms, ticket.rank = event.clock_ms, state.position
    ticket.present = ticket.present or isinstance(event, e.HolderArrived)
    state.enter_line(ticket)


def _change_lane(state: State, ticket: Ticket, priority: str | None) -> None:
    """The lane is part of the place: a waiting ticket leaves its line before it changes. Its arrival stays."""
    waits = ticket.status is TicketStatus.WAITING
    if waits:
        state.leave_line(ticket)
    if ticket.priority != priority:
        ticket.forecast = None  # it was of another line
        ticket.again.clear()
    ticket.priority = priority
    if waits:
        state.enter_line(ticket)


def _priority_confirmed(state: State, event: e.PriorityConfirmed) -> None:
    ticket = state.tickets[event.ticket]
    _change_lane(state, ticket, event.priority)
    ticket.priority_confirmed = True


def _priority_revoked(state: State, event: e.PriorityRevoked) -> None:
    ticket = state.tickets[event.ticket]
    _change_lane(state, ticket, None)
    ticket.priority_confirmed = False


TICKET_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.TicketReserved: _reserved,
    e.TicketReported: _reported,
    e.TicketRenumbered: _renumbered,
    e.TicketReportedLate: _reported_late,
    e.TicketConfirmed: _confirmed,
    e.TicketVoided: _voided,
    e.NumberClashed: _clashed,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _started,
    e.ServiceFinished: _finished,
    e.VisitPartFinished: _part_finished,
    e.DirectServed: _direct_served,
    e.TicketMissed: _missed,
    e.TicketHeld: _held,
    e.TicketTransferred: _transferred,
    e.TicketReturned: _returned,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.TicketPostponed: _postponed,
    e.HolderArrived: _arrived,
    e.PriorityConfirmed: _priority_confirmed,
    e.PriorityRevoked: _priority_revoked,
}
"""Event -> what it changes."""
