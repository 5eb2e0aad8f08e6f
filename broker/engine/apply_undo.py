"""What an undo changes, and what is remembered so that there can be one. No decisions, no clock of its own.

Remembered is the ticket as it was, a few actions deep for each counter; the day's border and whatever else happens to
the counter itself forget it.
"""

from dataclasses import replace

from broker.engine.absence import WORK
from broker.engine.apply_tickets import BrokenLifeCycle
from broker.engine.state import Done, State, Ticket
from broker.model import events as e
from broker.model.ticket import AT_COUNTER, may_be_undone
from broker.model.undoable import UNDOABLE, UNDONE_MOST
from broker.model.words import TicketStatus

_ENDS = (e.ServiceFinished, e.VisitPartFinished)
_END_NAMES = tuple(end.__name__ for end in _ENDS)
_FORGETTING = (
    e.TicketRecalled,
    e.CounterOpened,
    e.CounterPaused,
    e.CounterResumed,
    e.CounterClosed,
)
_ACTED_ON = (
    "service", "to_counter", "counter", "clock_ms", "rank", "since_ms", "call_id", "called_at_ms", "started_at_ms",
    "recalled_at_ms", "recalls", "returns", "note", "first_clerk", "present",
)  # fmt: skip
"""What actions at a counter change of a ticket. The rest (who holds it, its priority) others may have changed since."""


def before(state: State, event: e.Event) -> Done | None:
    """The ticket of an action that may be undone, before the action."""
    if not isinstance(event, (*UNDOABLE, e.ReturnSlipGiven)):
        return None
    what, counter = type(event).__name__, state.counters[event.counter]
    visit, away_ms = counter.visit, counter.away_ms if isinstance(event, WORK) else None
    cover = None if away_ms is None else state.covers.get(event.counter)
    if isinstance(event, e.DirectServed):
        return Done(what, event.at_ms, TicketStatus.SERVED, None, visit, away_ms=away_ms, cover=cover)
    ticket = state.tickets[event.ticket]
    copy = replace(_missed(state, ticket, event) or ticket)
    mean_ms = state.mean_ms.get(ticket.service) if isinstance(event, _ENDS) else None
    done = Done(what, event.at_ms, ticket.status, copy, visit, mean_ms, away_ms=away_ms, cover=cover)
    if isinstance(event, e.TicketCalled):
        done.favoured = counter.favoured
    return done


def _missed(state: State, ticket: Ticket, event: e.Event) -> Ticket | None:
    """Who is called by number right out of a no-show: one wish, so both its events are taken back as one.

    Who came back by a wish of its own just before, and is called now or lets another be called, stays in line.
    """
    position, missed = state.came_back or (-1, ticket)
    by_number = isinstance(event, e.TicketCalled) and event.chosen and ticket.since_ms == event.at_ms
    return missed if by_number and position == state.position - 1 and missed.ticket == ticket.ticket else None


def remember(state: State, event: e.Event, done: Done | None) -> None:
    """After the event was applied: keep what it would take to undo it, or forget what can be undone no more."""
    if isinstance(event, _FORGETTING):
        state.counters[event.counter].done = []
    elif isinstance(event, e.DayOpened | e.DayClosed):
        state.came_back = None
        for counter in state.counters.values():
            counter.done = []
    elif done is not None and isinstance(event, (*UNDOABLE, e.ReturnSlipGiven)):
        counter = state.counters[event.counter]
        if done.before is not None:
            done.after = state.tickets[done.before.ticket].status
            done.learned_ms = state.mean_ms.get(done.before.service)
        slip = isinstance(event, e.ReturnSlipGiven)  # its end of the visit and all before stay as they are
        counter.done = [] if slip else counter.done
        counter.done = [*counter.done, done][-UNDONE_MOST:]


def undone(state: State, event: e.ActionUndone) -> None:
    """The ticket is what it was, where it was."""
    counter = state.counters[event.counter]
    done = counter.done.pop()
    if done.away_ms is not None:
        counter.away_ms = done.away_ms
        if done.cover is not None:
            state.covers[event.counter] = done.cover
    if done.favoured is not None:
        counter.favoured = done.favoured
    if done.before is None:
        counter.visit = done.visit
        state.visits[event.visit].taken_back = True  # its record stays: who was thanked already has rated it
        return
    ticket = state.tickets[event.ticket]
    if event.status is None or not may_be_undone(ticket.status, event.status):
        raise BrokenLifeCycle(ticket.ticket, ticket.status, event.status or ticket.status)
    if ticket.status is TicketStatus.WAITING:
        state.leave_line(ticket)
    if ticket.status in AT_COUNTER:
        counter.ticket = None
    state.counts[ticket.status] -= 1
    state.counts[event.status] = state.counts.get(event.status, 0) + 1
    for name in _ACTED_ON:
        setattr(ticket, name, getattr(done.before, name))
    ticket.status = event.status
    if event.status is TicketStatus.WAITING:
        state.enter_line(ticket)
    if event.status in AT_COUNTER:
        counter.ticket = ticket.ticket
    counter.visit = _asked_about(state, ticket, done)
    if event.call_id:
        kept = [record for record in state.calls if record.call_id != event.call_id]
        state.calls.clear()
        state.calls.extend(kept)
    if event.visit:
        _go_on(state, ticket, done)


def _asked_about(state: State, ticket: Ticket, done: Done) -> str | None:
    """Whoever was served before may rate again; not while the one sits there whose end was taken back."""
    visit = state.visits.get(done.visit or "")
    if visit is None or (done.what in _END_NAMES and visit.ticket != ticket.ticket):
        return None
    return visit.visit


def _go_on(state: State, ticket: Ticket, done: Done) -> None:
    """The visit is not over. Its record stays, so that a key that was thanked for finds it; nobody else rates it yet.

    What another counter has learned of the service meanwhile is worth more than this visit's short time.
    """
    ticket.reopened = True
    visit = state.visits.get(ticket.visit or "")
    if visit is not None:
        visit.taken_back = True
    if state.mean_ms.get(ticket.service) != done.learned_ms:
        return
    if done.mean_ms is None:
        state.mean_ms.pop(ticket.service, None)
    else:
        state.mean_ms[ticket.service] = done.mean_ms
