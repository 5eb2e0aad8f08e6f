"""预约 from home: what somebody may book, move and cancel without staff, and what it costs not to come.

Staff are not bound by any of it: who rings up or stands at the desk is helped. The engine has no calendar; until when
anybody may book, and whether a service is open at a time, is handed in (``Asked``).

Who booked from home and neither came nor cancelled by the end of the day has missed it. Whoever was there all the same,
with a number taken by the same card, has not; nor has anybody on a day that the hall never opened. What was missed is
counted under a key that lives longer than a day's; as long as something counts under the key of the period before, the
next booking goes on under that one.
"""

from collections.abc import Iterator

from broker.engine.apply_appointments import items_of
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.local_time import DAY_MS
from broker.engine.state import Appointment
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.slots import booked_items, date_at, time_at

HOUR_MS = 3_600_000


def check_from_home(desk: Desk, command: c.BookAppointment) -> None:
    """Refused unless whoever asks may book this for himself."""
    _check_offered(desk)
    services = [item.service for item in command.items] or [command.service]
    complete = command.person is not None and command.who is not None and command.who_before is not None
    if not complete or services[0] != command.service or len(set(services)) < len(services):
        raise Refused(r.BookingIncomplete())
    for service in services:
        _check_time(desk, service, command.at_ms)
    for who in (command.who, command.who_before):
        until_ms = desk.state.restricted.get(who or "", 0)
        if until_ms > desk.now_ms:
            raise Refused(r.BookingRestricted(until=date_at(desk.hall, until_ms)))
    _check_a_day(desk, command.person, command.appointment)


def told_again(known: Appointment, command: c.BookAppointment) -> Outcome:
    """The same wish once more gets the same answer; another one needs an id of its own."""
    asked = tuple((item.service, item.count) for item in command.items) or ((command.service, 1),)
    same = known.source == "home" and (known.time_ms, known.person) == (command.at_ms, command.person)
    if not same or tuple((item.service, item.count) for item in items_of(known)) != asked:
        raise Refused(r.BookedDifferently())
    return Outcome(result={"appointment": known.appointment, "code": known.code})


def counted_under(desk: Desk, command: c.BookAppointment) -> str | None:
    """The key by which it is counted if nobody comes."""
    counts = command.who_before in desk.state.no_shows or command.who_before in desk.state.restricted
    return command.who_before if counts else command.who


def check_move(desk: Desk, command: c.MoveAppointment, known: Appointment) -> None:
    """Refused unless it is the asker's own, early enough, and the new time is one that he might have booked."""
    if command.was is None or command.was != known.person or command.person is None:
        raise Refused(r.UnknownAppointment())
    check_cancel(desk, known)
    for item in known.items or booked_items(desk.hall, known.service, ()):
        _check_time(desk, item.service, command.at_ms)
    _check_a_day(desk, command.person, known.appointment)


def check_cancel(desk: Desk, known: Appointment) -> None:
    """Refused where only staff can still do it."""
    _check_offered(desk)
    if known.source != "home" or known.until_ms is not None:
        raise Refused(r.UnknownAppointment())
    hours = desk.hall.rules.appointment_cancel_hours
    if desk.now_ms > known.time_ms - round(hours * HOUR_MS):
        raise Refused(r.TooLateToChange(hours=f"{hours:g}", time=time_at(desk.hall, known.time_ms)))


def missed(desk: Desk) -> Iterator[e.AppointmentMissed]:
    """When a later day opens: what was booked from home for the last one, and nobody came for."""
    rules = desk.hall.rules
    here = {ticket.beneficiary for ticket in desk.state.tickets.values()}
    counts = {who: sum(until > desk.now_ms for until in row) for who, row in desk.state.no_shows.items()}
    for known in desk.state.appointments.values():
        who = known.who
        if who is None or known.ticket is not None or known.until_ms is not None or known.person in here:
            continue
        if known.person_ms is not None:
            continue  # his card of that day is unknown, so that nobody can tell whether he was there
        if date_at(desk.hall, known.time_ms) != desk.state.last_day:
            continue
        counts[who] = counts.get(who, 0) + 1
        until_ms = desk.now_ms + rules.appointment_no_show_days * DAY_MS
        often = bool(rules.appointment_no_shows) and counts[who] >= rules.appointment_no_shows
        yield e.AppointmentMissed(
            at_ms=desk.now_ms,
            appointment=known.appointment,
            counts_until_ms=until_ms,
            restricted_until_ms=until_ms if often else None,
        )


def _check_offered(desk: Desk) -> None:
    if not desk.hall.rules.appointments_from_home:
        raise Refused(r.NotFromHome())


def _check_time(desk: Desk, service: str, at_ms: int) -> None:
    if at_ms >= desk.asked.book_until_ms:
        raise Refused(r.TooFarAhead(most=desk.hall.rules.appointment_days_ahead))
    if not desk.asked.open_then(service, at_ms):
        raise Refused(r.NotOpenThen(service=service, time=time_at(desk.hall, at_ms)))


def _check_a_day(desk: Desk, person: str | None, appointment: str) -> None:
    most = desk.hall.rules.appointments_a_day
    if sum(one != appointment for one in desk.state.booked_by.get(person or "", ())) >= most:
        raise Refused(r.OneADay(most=most))
