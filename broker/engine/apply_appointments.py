"""What events change about booked times, return slips and missed appointments; and the ways to find them quickly.

A hall may hold many thousands of them, and every booking asks about codes, persons and slots: each is looked up, none
is searched for.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Any

from broker.engine.local_time import DAY_MS
from broker.engine.state import Appointment, State
from broker.model import events as e
from broker.model.slots import BookedItem


def taken(state: State, service: str, from_ms: int, until_ms: int, but: str = "") -> int:
    """How many places of a service are booked from a moment until before another; ``but`` an appointment's own."""
    rows = state.booked_at.get(service, [])
    first, after = bisect_left(rows, (from_ms, "", 0)), bisect_left(rows, (until_ms, "", 0))
    return sum(places for _, appointment, places in rows[first:after] if appointment != but)


def items_of(booked: Appointment) -> tuple[BookedItem, ...]:
    """What an appointment is for; a return slip takes no place."""
    if booked.until_ms is not None:
        return ()
    return booked.items or (BookedItem(booked.service, 1, 1),)


def enter(state: State, booked: Appointment) -> None:
    """Put an appointment or slip into the book, in the place of what has its id."""
    leave(state, booked.appointment)
    state.appointments[booked.appointment] = booked
    state.codes[booked.code] = booked.appointment
    for item in items_of(booked):
        insort(state.booked_at.setdefault(item.service, []), (booked.time_ms, booked.appointment, item.places))
    person = _of_its_day(booked)
    if person is not None:
        state.booked_by.setdefault(person, []).append(booked.appointment)


def leave(state: State, appointment: str) -> None:
    """Take an appointment or slip out of the book."""
    known = state.appointments.pop(appointment, None)
    if known is None:
        return
    if state.codes.get(known.code) == appointment:
        del state.codes[known.code]
    for item in items_of(known):
        state.booked_at[item.service].remove((known.time_ms, appointment, item.places))
        if not state.booked_at[item.service]:
            del state.booked_at[item.service]
    person = _of_its_day(known)
    if person is not None:
        state.booked_by[person].remove(appointment)
        if not state.booked_by[person]:
            del state.booked_by[person]


def _of_its_day(booked: Appointment) -> str | None:
    """The key of whose appointment it is, where it is of the appointment's day; a slip is of no day."""
    return booked.person if booked.until_ms is None and booked.person_ms is None else None


def _booked(state: State, event: e.AppointmentBooked) -> None:
    enter(
        state,
        Appointment(
            event.appointment,
            event.code,
            event.service,
            event.time_ms,
            event.person,
            source=event.source,
            unit=event.unit,
            items=event.items,
            who=event.who,
            person_ms=event.person_ms,
        ),
    )


def _slip_given(state: State, event: e.ReturnSlipGiven) -> None:
    slip = Appointment(
        event.slip, event.code, event.service, event.at_ms, event.person, until_ms=event.until_ms, note=event.missing
    )
    enter(state, slip)


def _cancelled(state: State, event: e.AppointmentCancelled) -> None:
    leave(state, event.appointment)


def _missed(state: State, event: e.AppointmentMissed) -> None:
    known = state.appointments.get(event.appointment)
    if known is None or known.who is None:
        return
    state.no_shows.setdefault(known.who, []).append(event.counts_until_ms)
    if event.restricted_until_ms is not None:
        state.restricted[known.who] = event.restricted_until_ms


def _lifted(state: State, event: e.RestrictionLifted) -> None:
    for who in event.whose:
        state.no_shows.pop(who, None)
        state.restricted.pop(who, None)


def keep_appointments(state: State, at_ms: int, slips: Iterable[Appointment]) -> None:
    """A later day has begun: what was booked a day ago or longer is forgotten, and so is who missed it in time."""
    kept = [known for known in state.appointments.values() if known.until_ms is None and known.time_ms > at_ms - DAY_MS]
    state.appointments, state.codes, state.booked_at, state.booked_by = {}, {}, {}, {}
    for known in kept:
        enter(state, known)
    for slip in slips:
        slip.ticket = None
        enter(state, slip)
    counting = {who: [until for until in row if until > at_ms] for who, row in state.no_shows.items()}
    state.no_shows = {who: row for who, row in counting.items() if row}
    state.restricted = {who: until for who, until in state.restricted.items() if until > at_ms}


APPOINTMENT_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.AppointmentBooked: _booked,
    e.ReturnSlipGiven: _slip_given,
    e.AppointmentCancelled: _cancelled,
    e.AppointmentMissed: _missed,
    e.RestrictionLifted: _lifted,
}
"""Event -> what it changes."""
