"""预约: booked and cancelled by the collector; who checks in at a kiosk in time waits first, who is late like others.

A check-in gives a number of the engine's part. Where one kiosk has the series whole, the kiosk gives the number and
reports it with the appointment: a paper wins, as always. A ticket nobody got (void) leaves the appointment as it was.
Neither a quota nor a pause of issuing holds anybody back who has an appointment: whoever was promised a time is not
sent home because others came earlier.
"""

from msgspec.structs import replace

from broker.engine.apply_appointments import items_of, taken
from broker.engine.booked import came_with as _ticket_of
from broker.engine.booking import check_cancel, check_from_home, check_move, counted_under, told_again
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.emergency import check_calm
from broker.engine.forecasting import as_told, foretell
from broker.engine.issuing import (
    APPOINTMENT,
    answer,
    arrival,
    before_newcomer,
    check_own_ticket,
    engine_number,
    proof_at_desk,
    reopening,
    told,
)
from broker.engine.local_time import DAY_MS, MINUTE_MS, clock_of, midnight_ms
from broker.engine.persons import check_no_ticket
from broker.engine.slips import clock_for
from broker.engine.state import Appointment
from broker.engine.telling import telling
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.hall import Hall
from broker.model.numbers import ENGINE, offered_by, ranges_of
from broker.model.slots import DAYS_AHEAD_MOST, Room, booked_items, capacity_of, date_at, reserved_of, slot_ms, slot_of
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus

APPOINTMENTS_MOST = 20_000
"""Each service of a booking counts."""


def book(desk: Desk, command: c.BookAppointment) -> Outcome:
    """Said twice it is one appointment, also when its slot is over by then; said by the desk with another time it is
    moved, where its slot has room."""
    known = desk.state.appointments.get(command.appointment)
    if command.source == "home" and known is not None:
        return told_again(known, command)
    if any(service not in desk.hall.services for service in (command.service, *_services(command))):
        raise Refused(r.UnknownService(service=command.service))
    _check_takes(desk, command.service, *_services(command))
    if sum(len(rows) for rows in desk.state.booked_at.values()) >= APPOINTMENTS_MOST:
        raise Refused(r.AppointmentsFull(most=APPOINTMENTS_MOST))
    if desk.state.codes.get(command.code, command.appointment) != command.appointment:
        raise Refused(r.CodeTaken())
    if known is not None and (known.until_ms is not None or _ticket_of(desk, known) is not None):
        raise Refused(r.UnknownAppointment())  # a return slip is no appointment, and whoever came has come
    if command.source == "home":
        check_from_home(desk, command)
    event = e.AppointmentBooked(
        at_ms=desk.now_ms,
        appointment=command.appointment,
        code=command.code,
        service=command.service,
        time_ms=command.at_ms,
        person=command.person,
        source=command.source,
        unit=command.unit,
        items=booked_items(desk.hall, command.service, command.items) if command.items else (),
        who=counted_under(desk, command),
        a_day=desk.hall.rules.appointments_a_day if command.source == "home" else None,
    )
    if known is not None and known.source == "home":  # staff put it elsewhere: it stays whose it is
        event = replace(event, source="home", unit=known.unit, items=known.items, who=known.who)
        event = replace(event, person=known.person, person_ms=_key_ms(desk, known, command.at_ms))
    return _with_room(desk, event, known, {"code": command.code} if command.source == "home" else {})


def move(desk: Desk, command: c.MoveAppointment) -> Outcome:
    """The same appointment, with the same code, at another time that has room."""
    known = desk.state.appointments.get(command.appointment)
    if known is None or known.until_ms is not None or _ticket_of(desk, known) is not None:
        raise Refused(r.UnknownAppointment())
    _check_takes(desk, *(item.service for item in items_of(known)))
    if command.source == "home":
        check_move(desk, command, known)
    elif command.person is not None and command.was != known.person:
        raise Refused(r.NotWhoseItIs())
    event = e.AppointmentBooked(
        at_ms=desk.now_ms,
        appointment=known.appointment,
        code=known.code,
        service=known.service,
        time_ms=command.at_ms,
        person=known.person if command.person is None else command.person,
        source=known.source,  # type: ignore[arg-type]
        unit=known.unit,
        items=known.items,
        who=known.who,
        a_day=desk.hall.rules.appointments_a_day if command.source == "home" else None,
        person_ms=_key_ms(desk, known, command.at_ms) if command.person is None else None,
    )
    return _with_room(desk, event, known, {"code": known.code, "was_ms": known.time_ms})


def _key_ms(desk: Desk, known: Appointment, at_ms: int) -> int | None:
    """Of whose day the key is that an appointment keeps when it is put at ``at_ms``; None: of that day."""
    of_ms = known.time_ms if known.person_ms is None else known.person_ms
    same = known.person is None or date_at(desk.hall, of_ms) == date_at(desk.hall, at_ms)
    return None if same else of_ms


def _with_room(desk: Desk, event: e.AppointmentBooked, known: Appointment | None, more: dict[str, object]) -> Outcome:
    if known is None or _slot(desk, known.service, known.time_ms) != _slot(desk, event.service, event.time_ms):
        _check_ahead(desk, event)
        event = replace(event, rooms=_check_room(desk, event))
    return Outcome((event,), {"appointment": event.appointment} | more)


def _services(command: c.BookAppointment) -> tuple[str, ...]:
    return tuple(item.service for item in command.items)


def _check_takes(desk: Desk, *services: str) -> None:
    for service in services:
        if service not in desk.hall.services or not capacity_of(desk.hall, service):
            raise Refused(r.NoAppointments(service=service))


def _check_ahead(desk: Desk, event: e.AppointmentBooked) -> None:
    """Refused into a slot that nobody can come in any more, for what is over leaves the book with the night; and into
    one so far ahead that its day was mistyped, which would stay in the book for years."""
    if desk.now_ms >= slot_of(desk.hall, event.time_ms) + slot_ms(desk.hall):
        raise Refused(r.SlotOver())
    if event.time_ms >= desk.now_ms + DAYS_AHEAD_MOST * DAY_MS:
        raise Refused(r.TooManyDaysAhead(most=DAYS_AHEAD_MOST))


def _slot(desk: Desk, service: str, at_ms: int) -> tuple[str, int]:
    return service, slot_of(desk.hall, at_ms)


def _check_room(desk: Desk, event: e.AppointmentBooked) -> tuple[Room, ...]:
    """Refused(SlotFull) where everybody who fits comes already; whoever is moved within a slot has a place there.

    A return slip takes none: its time is when it was given, and its holder comes whenever it suits. From home nobody
    takes what is kept for people who simply come; the desk may.
    """
    begins = slot_of(desk.hall, event.time_ms)
    rooms = []
    for item in event.items or booked_items(desk.hall, event.service, ()):
        kept = reserved_of(desk.hall, item.service) if event.source == "home" else 0
        most = capacity_of(desk.hall, item.service) - kept
        room = Room(item.service, begins, begins + slot_ms(desk.hall), most)
        if taken(desk.state, item.service, begins, room.until_ms, event.appointment) + item.places > most:
            raise Refused(r.SlotFull(service=item.service, most=most))
        rooms.append(room)
    return tuple(rooms)


def cancel(desk: Desk, command: c.CancelAppointment) -> Outcome:
    """Nobody comes; who has checked in has a ticket instead, which is cancelled as such."""
    known = desk.state.appointments.get(command.appointment)
    if known is None or _ticket_of(desk, known) is not None:
        raise Refused(r.UnknownAppointment())
    if command.source == "home":
        check_cancel(desk, known)
    event = e.AppointmentCancelled(at_ms=desk.now_ms, appointment=known.appointment, reason=command.reason)
    return Outcome((event,), {"time_ms": known.time_ms})


def check_in(desk: Desk, command: c.CheckIn) -> Outcome:
    """A number for whoever has an appointment today; who has one already is told it, at whichever kiosk."""
    if command.kiosk is not None and command.kiosk not in desk.hall.kiosks:
        raise Refused(r.UnknownKiosk(kiosk=command.kiosk))
    booked, midnight = _today(desk, command.code)
    known = desk.state.tickets.get(command.ticket)
    if known is not None:
        check_own_ticket(desk, known)
    if known is not None and (known.status is TicketStatus.VOID or booked.ticket != known.ticket):
        raise Refused(r.TicketIsSettled(number=known.number, status=known.status))
    facts: dict[str, object] = {
        "appointment": booked.appointment,
        "service": booked.service,
        "time": clock_of(midnight, booked.time_ms),
    }
    slip = booked.until_ms is not None
    if slip:
        facts["slip"] = True
    if len(booked.items) > 1:
        facts["more"] = len(booked.items) - 1
    held = _ticket_of(desk, booked)
    if held is not None:
        if held.status in FINAL and held.ticket != command.ticket:
            raise Refused(r.TicketIsSettled(number=held.number, status=held.status))
        again = held.ticket != command.ticket
        facts |= {"ticket": held.ticket, "again": again, "priority": held.priority}
        late = not slip and held.priority is None and APPOINTMENT in desk.hall.priority
        return Outcome(telling(desk, held) if again else (), answer(desk, held) | facts | {"late": late})
    came_ms = arrival(desk, command.kiosk)
    in_time = slip or _in_time(desk, booked, came_ms)
    _check_may_check_in(desk, booked.service, command.kiosk)
    check_no_ticket(desk, booked.service, booked.person)
    priority = APPOINTMENT if in_time and not slip and APPOINTMENT in desk.hall.priority else None
    facts |= {"priority": priority, "late": not in_time}
    if owned_by_one_kiosk(desk.hall, booked.service):
        if command.kiosk is None:
            raise Refused(r.CodeAtKiosk())
        return Outcome(result=facts | {"own": True})
    facts |= proof_at_desk(desk, command.ticket, command.kiosk)
    event = _ticket(desk, command, booked, priority, came_ms)
    counted_ms = came_ms if event.clock_ms is None else event.clock_ms
    ahead = before_newcomer(desk, booked.service, priority, counted_ms)
    wait = as_told(desk, event.forecast, booked.service, ahead, event.clock_ms)
    return Outcome((event,), told(desk, event.number, booked.service, ahead, wait) | facts)


def owned_by_one_kiosk(hall: Hall, service: str) -> bool:
    """Whether a kiosk has the whole series of a service, so that the engine gives no number of it."""
    return ENGINE not in ranges_of(hall, hall.services[service].series)


def _check_may_check_in(desk: Desk, service: str, kiosk: str | None) -> None:
    check_calm(desk)
    if kiosk is not None and service not in offered_by(desk.hall, kiosk):
        raise Refused(r.UnknownService(service=service))
    wanted = desk.hall.services[service].sessions
    sessions = [s for s in desk.state.sessions if not wanted or s.name in wanted]
    if not any(s.opens_ms <= desk.now_ms < s.closes_ms for s in sessions):
        raise Refused(r.HallClosed(reopens=reopening(desk, service) or "--:--"))


def _today(desk: Desk, code: str) -> tuple[Appointment, int]:
    """The appointment with this code, and when its day began."""
    midnight = midnight_ms(desk.hall, desk.state)
    found = desk.state.appointments.get(desk.state.codes.get(code, ""))
    if midnight is None:
        raise Refused(r.DayNotOpen())
    if found is None or found.service not in desk.hall.services:
        raise Refused(r.UnknownAppointment())
    if found.until_ms is not None:
        if desk.now_ms >= found.until_ms:
            raise Refused(r.AppointmentOfAnotherDay(days=0, time=clock_of(midnight, found.until_ms)))
        return found, midnight
    days = (found.time_ms - midnight) // DAY_MS
    if days:
        raise Refused(r.AppointmentOfAnotherDay(days=days, time=clock_of(midnight, found.time_ms)))
    return found, midnight


def _in_time(desk: Desk, booked: Appointment, came_ms: int) -> bool:
    """False when late; Refused(TooEarly) when early."""
    rules = desk.hall.rules
    opens_ms = booked.time_ms - rules.appointment_early_min * MINUTE_MS
    if came_ms < opens_ms:
        midnight = midnight_ms(desk.hall, desk.state) or 0
        raise Refused(r.TooEarly(from_time=clock_of(midnight, opens_ms)))
    return came_ms <= booked.time_ms + rules.appointment_late_min * MINUTE_MS


def _ticket(
    desk: Desk, command: c.CheckIn, booked: Appointment, priority: str | None, came_ms: int
) -> e.TicketReserved:
    number, series, value = engine_number(desk, booked.service)
    clock_ms = clock_for(desk, booked, booked.service, came_ms)
    counted_ms = came_ms if clock_ms is None else clock_ms
    return e.TicketReserved(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        number=number,
        series=series,
        value=value,
        owner=ENGINE,
        service=booked.service,
        arrived_at_ms=came_ms,
        priority=priority,
        language=command.language,
        kiosk=command.kiosk,
        person=booked.person,
        large=command.large,
        appointment=booked.appointment,
        clock_ms=clock_ms,
        forecast=foretell(desk, command.ticket, booked.service, priority, counted_ms),
    )
