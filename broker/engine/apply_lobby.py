"""What the events of the lobby change: priority, emergency, help, appointments. No decisions, no clock of its own."""

from collections.abc import Callable
from typing import Any

from broker.engine.state import Appointment, State, Ticket
from broker.model import events as e
from broker.model.views import Emergency, HelpCall
from broker.model.words import TicketStatus


def _change_lane(state: State, ticket: Ticket, priority: str | None) -> None:
    """The lane is part of the place: a waiting ticket leaves its line before it changes. Its arrival stays."""
    waits = ticket.status is TicketStatus.WAITING
    if waits:
        state.leave_line(ticket)
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


def _emergency_began(state: State, event: e.EmergencyBegan) -> None:
    state.emergency = Emergency(zh=event.zh, en=event.en, since_ms=event.at_ms)


def _emergency_ended(state: State, event: e.EmergencyEnded) -> None:
    state.emergency = None


def _help_wanted(state: State, event: e.HelpWanted) -> None:
    state.helps[event.help] = HelpCall(help=event.help, kiosk=event.kiosk, since_ms=event.at_ms)
    state.helps_made += 1


def _help_answered(state: State, event: e.HelpAnswered) -> None:
    state.helps.pop(event.help, None)
    state.help_answered[event.kiosk] = event.at_ms


def _appointment_booked(state: State, event: e.AppointmentBooked) -> None:
    state.appointments[event.appointment] = Appointment(
        event.appointment, event.code, event.service, event.time_ms, event.person
    )


def _appointment_cancelled(state: State, event: e.AppointmentCancelled) -> None:
    state.appointments.pop(event.appointment, None)


LOBBY_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.PriorityConfirmed: _priority_confirmed,
    e.PriorityRevoked: _priority_revoked,
    e.EmergencyBegan: _emergency_began,
    e.EmergencyEnded: _emergency_ended,
    e.HelpWanted: _help_wanted,
    e.HelpAnswered: _help_answered,
    e.AppointmentBooked: _appointment_booked,
    e.AppointmentCancelled: _appointment_cancelled,
}
