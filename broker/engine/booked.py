"""预约登记簿: what is booked, as the desk reads it. An answer and nothing else.

A reply travels, so that it holds a page: whoever asks goes on after the last row of it. Beside it the one rule that the
whole engine asks: from when the waiting of somebody booked counts.
"""

from collections.abc import Iterable
from typing import Literal

from broker.engine.apply_appointments import items_of
from broker.engine.context import Desk, Outcome
from broker.engine.local_time import MINUTE_MS
from broker.engine.state import Appointment, State, Ticket
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.slots import slot_ms, slot_of
from broker.model.views import TicketItem
from broker.model.words import TicketStatus

ROWS_MOST = 20
BookedState = Literal["booked", "due", "missed", "checked_in", "late"]
"""Ahead, may check in now, did not come in time, came in time, came late."""


def list_booked(desk: Desk, command: c.ListAppointments) -> Outcome:
    """The appointments asked for, by time; ``more`` when there are others after them."""
    wanted = sorted(
        (booked for booked in _among(desk, command) if _is_meant(command, booked)),
        key=lambda booked: (booked.time_ms, booked.appointment),
    )
    alone = command.code is not None or command.appointment is not None
    rows = [_row(desk, booked) | (_items(booked) if alone else {}) for booked in wanted[:ROWS_MOST]]
    return Outcome(result={"appointments": rows, "more": len(wanted) > ROWS_MOST})


def _is_meant(command: c.ListAppointments, booked: Appointment) -> bool:
    if command.person is not None and command.person != booked.person:
        return False
    if command.code is not None:
        return booked.code == command.code
    if command.appointment is not None:
        return booked.appointment == command.appointment
    if command.after is not None and (booked.time_ms, booked.appointment) <= command.after:
        return False
    # a return slip is good at any time: of a day's list it is no part, but its code is found
    return booked.until_ms is None and command.from_ms <= booked.time_ms < command.until_ms


def _among(desk: Desk, command: c.ListAppointments) -> Iterable[Appointment]:
    """What an id or a code names is looked up, not searched for."""
    known, name = desk.state.appointments, command.appointment
    if command.code is not None:
        name = desk.state.codes.get(command.code, "")
    return known.values() if name is None else (known[name],) if name in known else ()


def _items(booked: Appointment) -> dict[str, object]:
    """What it is for; too much for the rows of a list."""
    return {"items": [[item.service, item.count] for item in items_of(booked)]}


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
        "source": booked.source,
        "person_ms": booked.person_ms,
        "unit": booked.unit,
        "pieces": sum(item.count for item in items_of(booked)),
    }


def came_with(desk: Desk, booked: Appointment) -> Ticket | None:
    """The ticket that somebody checked in for; None while nobody has."""
    known = desk.state.tickets.get(booked.ticket or "")
    return known if known is not None and known.status is not TicketStatus.VOID else None


def counted_from(hall: Hall, state: State, appointment: str | None, came_ms: int) -> int:
    """From when the waiting of somebody counts who came at ``came_ms``: for an appointment not before its time.

    So nobody gains by being early, and until then he is called only where nobody else waits. Late, or with a return
    slip, or with nothing, he counts from when he came. A paper outside the times of check-in is of an appointment that
    was moved since the kiosk asked: its holder does not wait for another day.
    """
    booked = state.appointments.get(appointment or "")
    if booked is None or booked.until_ms is not None:
        return came_ms
    opens_ms = booked.time_ms - hall.rules.appointment_early_min * MINUTE_MS
    return booked.time_ms if opens_ms <= came_ms < booked.time_ms else came_ms


def moved_on_from(desk: Desk, ticket: Ticket) -> int:
    """What the waiting of a ticket counts from that is sent on: as it began, or from now where the hall says so.

    Not from where it stands now: that may be a place that it got when it returned or was moved back. Somebody booked
    who was called before his time because nobody else waited does not go before others at the next counter for it.
    """
    if not desk.hall.rules.transfer_keeps_arrival:
        return desk.now_ms
    return counted_from(desk.hall, desk.state, ticket.appointment, ticket.arrived_at_ms)


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


def booked_slots(hall: Hall, state: State, service: str) -> tuple[tuple[int, int], ...]:
    """The slots of a service in which somebody is booked, in order: when each begins, how many places are taken."""
    slots: dict[int, int] = {}
    begins = until = 0
    for at_ms, _, places in state.booked_at.get(service, ()):
        if not begins <= at_ms < until:
            begins = slot_of(hall, at_ms)
            until = begins + slot_ms(hall)
        slots[begins] = slots.get(begins, 0) + places
    return tuple(slots.items())


def ticket_items(hall: Hall, state: State, ticket: Ticket) -> tuple[TicketItem, ...]:
    """What a booking with several services was for, for the clerk who sends its ticket on."""
    booked = state.appointments.get(ticket.appointment or "")
    return tuple(
        TicketItem(service=item.service, names=hall.services[item.service].names, count=item.count)
        for item in (booked.items if booked is not None else ())
        if item.service in hall.services
    )
