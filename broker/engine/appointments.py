"""预约: booked and cancelled by the collector; who checks in at a kiosk in time waits first, who is late like others.

A check-in gives a number like any other: of the engine's part, or of the kiosk's own where the kiosk has the series
whole and brings its next number along. A ticket nobody got (void) leaves the appointment as it was. A service's quota
holds nobody back who has an appointment: whoever was promised a time is not sent home because others came earlier.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.issuing import APPOINTMENT, answer, arrival, check_may_issue, check_own_ticket, engine_number, told
from broker.engine.local_time import DAY_MS, MINUTE_MS, clock_of, midnight_ms
from broker.engine.persons import check_no_ticket
from broker.engine.state import Appointment, Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.numbers import ENGINE, offered_by, owner_of, parse_printed
from broker.model.ticket import FINAL
from broker.model.words import Holding, TicketStatus

APPOINTMENTS_MOST = 5_000


def book(desk: Desk, command: c.BookAppointment) -> Outcome:
    """Said twice it is one appointment; said with another time it is moved."""
    if command.service not in desk.hall.services:
        raise Refused(r.UnknownService(service=command.service))
    others = [known for known in desk.state.appointments.values() if known.appointment != command.appointment]
    if len(others) >= APPOINTMENTS_MOST:
        raise Refused(r.AppointmentsFull(most=APPOINTMENTS_MOST))
    if any(known.code == command.code for known in others):
        raise Refused(r.CodeTaken())
    known = desk.state.appointments.get(command.appointment)
    if known is not None and _ticket_of(desk, known) is not None:
        raise Refused(r.UnknownAppointment())
    event = e.AppointmentBooked(
        at_ms=desk.now_ms,
        appointment=command.appointment,
        code=command.code,
        service=command.service,
        time_ms=command.at_ms,
        person=command.person,
    )
    return Outcome((event,), {"appointment": command.appointment})


def cancel(desk: Desk, command: c.CancelAppointment) -> Outcome:
    """Nobody comes; who has checked in has a ticket instead, which is cancelled as such."""
    known = desk.state.appointments.get(command.appointment)
    if known is None or _ticket_of(desk, known) is not None:
        raise Refused(r.UnknownAppointment())
    return Outcome((e.AppointmentCancelled(at_ms=desk.now_ms, appointment=known.appointment),))


def check_in(desk: Desk, command: c.CheckIn) -> Outcome:
    """A number for whoever has an appointment today."""
    if command.kiosk not in desk.hall.kiosks:
        raise Refused(r.UnknownKiosk(kiosk=command.kiosk))
    booked = _today(desk, command.code)
    held = desk.state.tickets.get(command.ticket)
    if held is not None:
        check_own_ticket(desk, held)
        if held.status is TicketStatus.VOID or booked.ticket != held.ticket:
            raise Refused(r.TicketIsSettled(number=held.number, status=held.status))
        return Outcome(result=answer(desk, held) | {"service": held.service, "priority": held.priority})
    _check_not_here_yet(desk, booked)
    came_ms = arrival(desk, command.kiosk)
    in_time = _in_time(desk, booked, came_ms)
    if booked.service not in offered_by(desk.hall, command.kiosk):
        raise Refused(r.UnknownService(service=booked.service))
    check_may_issue(desk, booked.service, command.kiosk, booked=True)
    check_no_ticket(desk, booked.service, booked.person)
    priority = APPOINTMENT if in_time and APPOINTMENT in desk.hall.priority else None
    event = _ticket(desk, command, booked, priority, came_ms)
    ahead = desk.state.waiting_in(booked.service)
    said = told(desk, event.number, booked.service, ahead)
    return Outcome((event,), said | {"service": booked.service, "priority": priority})


def _today(desk: Desk, code: str) -> Appointment:
    midnight = midnight_ms(desk.hall, desk.state)
    found = next((known for known in desk.state.appointments.values() if known.code == code), None)
    if midnight is None:
        raise Refused(r.DayNotOpen())
    if found is None or not midnight <= found.time_ms < midnight + DAY_MS or found.service not in desk.hall.services:
        raise Refused(r.UnknownAppointment())
    return found


def _ticket_of(desk: Desk, booked: Appointment) -> Ticket | None:
    """The ticket that somebody checked in for; None while nobody has."""
    known = desk.state.tickets.get(booked.ticket or "")
    return known if known is not None and known.status is not TicketStatus.VOID else None


def _check_not_here_yet(desk: Desk, booked: Appointment) -> None:
    known = _ticket_of(desk, booked)
    if known is None:
        return
    if known.status in FINAL:
        raise Refused(r.TicketIsSettled(number=known.number, status=known.status))
    raise Refused(r.PersonHasTicket(number=known.number))


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
) -> e.TicketReserved | e.TicketReported:
    if command.number is None:
        number, series, value = engine_number(desk, booked.service)
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
            appointment=booked.appointment,
        )
    series, value = _own_number(desk, command.number, command.kiosk, booked.service)
    return e.TicketReported(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        number=command.number,
        series=series,
        value=value,
        owner=command.kiosk,
        service=booked.service,
        arrived_at_ms=came_ms,
        holding=Holding.MAYBE,
        priority=priority,
        language=command.language,
        kiosk=command.kiosk,
        person=booked.person,
        appointment=booked.appointment,
    )


def _own_number(desk: Desk, number: str, kiosk: str, service: str) -> tuple[str, int]:
    """(series, value) of a number of the kiosk's own part that nobody has."""
    parsed = parse_printed(desk.hall, number)
    fits = parsed is not None and parsed[0] == desk.hall.services[service].series
    if parsed is None or not fits or owner_of(desk.hall, *parsed) != kiosk:
        raise Refused(r.NumberNotOwned(number=number, kiosk=kiosk))
    if number in desk.state.by_number or number in desk.state.burned:
        raise Refused(r.NumberTaken(number=number))
    return parsed
