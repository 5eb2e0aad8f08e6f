"""预约登记簿: what is booked, as the desk reads it. An answer and nothing else.

A reply travels, so that it holds a page: whoever asks goes on after the last row of it.
"""

from typing import Literal

from broker.engine.context import Desk, Outcome
from broker.engine.local_time import MINUTE_MS
from broker.engine.state import Appointment, Ticket
from broker.model import commands as c
from broker.model.words import TicketStatus

ROWS_MOST = 20
BookedState = Literal["booked", "due", "missed", "checked_in", "late"]
"""Ahead, may check in now, did not come in time, came in time, came late."""


def list_booked(desk: Desk, command: c.ListAppointments) -> Outcome:
    """The appointments asked for, by time; ``more`` when there are others after them."""
    wanted = sorted(
        (booked for booked in desk.state.appointments.values() if _is_meant(command, booked)),
        key=lambda booked: (booked.time_ms, booked.appointment),
    )
    rows = [_row(desk, booked) for booked in wanted[:ROWS_MOST]]
    return Outcome(result={"appointments": rows, "more": len(wanted) > ROWS_MOST})


def _is_meant(command: c.ListAppointments, booked: Appointment) -> bool:
    if command.code is not None:
        return booked.code == command.code
    if command.appointment is not None:
        return booked.appointment == command.appointment
    if command.after is not None and (booked.time_ms, booked.appointment) <= command.after:
        return False
    # a return slip is good at any time: of a day's list it is no part, but its code is found
    return booked.until_ms is None and command.from_ms <= booked.time_ms < command.until_ms


def _row(desk: Desk, booked: Appointment) -> dict[str, object]:
    ticket = came_with(desk, booked)
    return {
        "appointment": booked.appointment,
        "code": booked.code,
        "service": booked.service,
        "time_ms": booked.time_ms,
        "state": _state(desk, booked, ticket),
        "number": ticket.number if ticket is not None else None,
        "until_ms": booked.until_ms,
        "missing": booked.note if booked.until_ms is not None else "",
    }


def came_with(desk: Desk, booked: Appointment) -> Ticket | None:
    """The ticket that somebody checked in for; None while nobody has."""
    known = desk.state.tickets.get(booked.ticket or "")
    return known if known is not None and known.status is not TicketStatus.VOID else None


def _state(desk: Desk, booked: Appointment, ticket: Ticket | None) -> BookedState:
    if booked.until_ms is not None:
        return "checked_in" if ticket is not None else "due" if desk.now_ms < booked.until_ms else "missed"
    rules = desk.hall.rules
    last_ms = booked.time_ms + rules.appointment_late_min * MINUTE_MS
    if ticket is not None:
        return "checked_in" if ticket.arrived_at_ms <= last_ms else "late"
    if desk.now_ms > last_ms:
        return "missed"
    return "due" if desk.now_ms >= booked.time_ms - rules.appointment_early_min * MINUTE_MS else "booked"
