"""What events teach about how the hall behaves. Call ``notice`` before the event is applied: it tells what was so long.

No hall, no decisions: that somebody waited for a counter shows in whom it called: one in line before it was free.
"""

from collections.abc import Callable
from typing import Any

from broker.engine.habits import GAPS_MOST, PAUSES_MOST, keep
from broker.engine.state import State, Ticket
from broker.model import events as e
from broker.model.events.calling import DAY_END
from broker.model.words import CounterStatus, TicketStatus

_Left = e.ServiceFinished | e.TicketMissed | e.TicketHeld | e.TicketTransferred | e.VisitPartFinished


def notice(state: State, event: e.Event) -> None:
    """Learn from an event, in the state before it."""
    learn = WATCHED.get(type(event))
    if learn is not None:
        learn(state, event)


def _came(state: State, event: e.TicketReserved | e.TicketReported) -> None:
    if event.appointment is None:
        state.habits.arrived(event.service, event.priority or "", event.arrived_at_ms)


def _called(state: State, event: e.TicketCalled) -> None:
    ticket, since_ms = state.tickets[event.ticket], state.habits.free.pop(event.counter, None)
    in_turn = ticket.status is TicketStatus.WAITING and not event.chosen
    if since_ms is not None and in_turn and ticket.since_ms <= since_ms:
        keep(state.habits.gaps, (event.at_ms - since_ms) / 1000, GAPS_MOST)


def _left(state: State, event: _Left) -> None:
    ticket = state.tickets[event.ticket]
    if not (isinstance(event, e.ServiceFinished) and event.outcome == DAY_END):
        _took(state, ticket, event.at_ms)
    stays = isinstance(event, e.VisitPartFinished) and event.stays
    if not stays and state.counter(event.counter).status is CounterStatus.OPEN:
        state.habits.free[event.counter] = event.at_ms


def _took(state: State, ticket: Ticket, at_ms: int) -> None:
    """A visit whose end was taken back has been counted."""
    if ticket.called_at_ms is not None and not ticket.reopened:
        state.habits.served(ticket.service, (at_ms - ticket.called_at_ms) / 1000)


def _opened(state: State, event: e.CounterOpened) -> None:
    state.habits.free[event.counter] = event.at_ms


def _resumed(state: State, event: e.CounterResumed) -> None:
    counter = state.counter(event.counter)
    if counter.pause is not None:
        keep(state.habits.pauses, (event.at_ms - counter.pause.since_ms) / 1000, PAUSES_MOST)
    if counter.ticket is None:
        state.habits.free[event.counter] = event.at_ms


def _away(state: State, event: e.CounterPaused | e.CounterClosed) -> None:
    state.habits.free.pop(event.counter, None)


def _day_opened(state: State, event: e.DayOpened) -> None:
    if event.again:
        return
    habits = state.habits
    for booked in state.appointments.values():
        if booked.until_ms is None and habits.counted_ms < booked.time_ms <= event.at_ms:
            habits.kept(booked.ticket is not None)
    habits.counted_ms = event.at_ms
    habits.arrivals, habits.free = {}, {}


WATCHED: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.TicketReserved: _came,
    e.TicketReported: _came,
    e.TicketCalled: _called,
    e.ServiceFinished: _left,
    e.TicketMissed: _left,
    e.TicketHeld: _left,
    e.TicketTransferred: _left,
    e.VisitPartFinished: _left,
    e.CounterOpened: _opened,
    e.CounterResumed: _resumed,
    e.CounterPaused: _away,
    e.CounterClosed: _away,
    e.DayOpened: _day_opened,
}
"""Event -> what it tells."""
