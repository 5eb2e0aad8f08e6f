"""Papers that exist already: a kiosk's report, and papers that must not be lost when a day is opened.

The engine does not argue with a paper, except when its number is another's. A paper that no open day can take is kept
on record and waits: the same day may open again, or the day it belongs to may open at last.

A number of the engine's own part that it does not know is honest after a restore, when the journal went back, or when
parts moved. Its ticket is in line whatever the number is. One far ahead of the engine's count is ``doubtful``: it is
taken, and left out when the count reaches it, but one odd paper does not bring the count to its end.
"""

from collections.abc import Iterator, Mapping

from broker.engine.booked import counted_from
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.forecasting import as_told, foretell_both
from broker.engine.issuing import arrival, before_newcomer, check_names, check_own_ticket, holder, told
from broker.engine.slips import clock_for
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.commands import SessionTimes
from broker.model.numbers import ENGINE, owner_of, parse_printed, ranges_of
from broker.model.ticket import FINAL
from broker.model.words import Holding, TicketStatus

TOLD_WITHIN_MS = 60_000
"""Whoever got his paper sooner before it was reported was told what is said now, by the kiosk's own view."""
AHEAD_MOST = 20
"""So far ahead a paper brings the engine's count with it. A journal that went back without knowing it hears the lost
papers in order, with gaps where other kiosks' and the desk's are, and must give none of the numbers between."""
EARLIEST_MS = 4 * 3_600_000
"""Nobody takes a number more than four hours before the first opening."""


Where = tuple[str, int, str]
"""Series, value and owner of a number."""


def report(desk: Desk, command: c.ReportTicket) -> Outcome:
    """Take a paper of a kiosk on record: of its own range, or one that an earlier journal of the engine gave it."""
    check_names(desk, command.service, None, command.kiosk)
    where = series, value, owner = _whose(desk, command)
    known = desk.state.tickets.get(command.ticket)
    if known is not None:
        check_own_ticket(desk, known)
    if not _belongs_to_today(desk, command):
        return _report_late(desk, command, series, value, owner, known)
    if _taken_by_another(desk, command.number, command.ticket):
        return _clashed(desk, command, r.NumberTaken(number=command.number))
    if known is not None:
        return _report_known(desk, command, known, where)
    priority = command.priority if command.priority in desk.hall.priority else None
    free = _free_appointment(desk, command.appointment, command.service)
    came_ms = arrival(desk, command.kiosk)
    clock_ms = clock_for(desk, desk.state.appointments.get(free or ""), command.service, came_ms)
    counted_ms = came_ms if clock_ms is None else clock_ms
    fresh = desk.now_ms - came_ms <= TOLD_WITHIN_MS
    foretold, again = foretell_both(desk, command.ticket, command.service, priority, counted_ms, told=fresh)
    event = e.TicketReported(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        number=command.number,
        series=series,
        value=value,
        owner=owner,
        service=command.service,
        arrived_at_ms=came_ms,
        holding=command.holding,
        priority=priority,
        language=command.language,
        kiosk=command.kiosk,
        doubtful=_is_doubtful(desk, where, desk.state.highest),
        appointment=free,
        clock_ms=clock_ms,
        forecast=foretold,
        again=again,
        **holder(desk, command),
    )
    ahead = before_newcomer(desk, command.service, priority, counted_ms)
    wait = as_told(desk, foretold, command.service, ahead)
    return Outcome((event,), told(desk, command.number, command.service, ahead, wait))


def _free_appointment(desk: Desk, appointment: str | None, service: str) -> str | None:
    """The appointment that a paper was given for; one that has a ticket keeps it, and the paper is one more. So is one
    for a service that was not booked: the appointment stays good for what it was made for."""
    booked = desk.state.appointments.get(appointment or "")
    if booked is None or booked.service != service:
        return None
    held = desk.state.tickets.get(booked.ticket or "")
    taken = held is not None and held.status is not TicketStatus.VOID
    return None if taken else booked.appointment


def _whose(desk: Desk, command: c.ReportTicket) -> tuple[str, int, str]:
    """(series, value, owner) of a number that this kiosk may hold: never one of another kiosk's range."""
    parsed = parse_printed(desk.hall, command.number)
    expected_series = desk.hall.services[command.service].series
    owner = owner_of(desk.hall, *parsed) if parsed else None
    if parsed is None or parsed[0] != expected_series or owner not in (command.kiosk, ENGINE) or command.kiosk is None:
        raise Refused(r.NumberNotOwned(number=command.number, kiosk=command.kiosk or "?"))
    return (*parsed, str(owner))


def _is_doubtful(desk: Desk, where: Where, reached: Mapping[tuple[str, str], int], day: str = "") -> bool:
    """Whether a number is too far ahead of what is ``reached``; in a restored journal none is, up to its day.

    ``day`` is the one that is being opened.
    """
    series, value, owner = where
    restored = desk.state.withheld_through
    own = ranges_of(desk.hall, series).get(ENGINE) if series in desk.hall.series else None
    if owner != ENGINE or own is None or (restored is not None and day <= restored):
        return False
    near = [other for other in _doubtful_values(desk, series) if value - AHEAD_MOST <= other < value]
    return not near and value > max(own.first - 1, reached.get((series, ENGINE), 0)) + AHEAD_MOST


def _doubtful_values(desk: Desk, series: str) -> Iterator[int]:
    for number in desk.state.doubtful:
        parsed = parse_printed(desk.hall, number)
        if parsed is not None and parsed[0] == series:
            yield parsed[1]


def _taken_by_another(desk: Desk, number: str, ticket: str) -> bool:
    holder = desk.state.by_number.get(number)
    return (holder is not None and holder != ticket) or number in desk.state.burned


def _clashed(desk: Desk, command: c.ReportTicket, refusal: r.Refusal) -> Outcome:
    clash = e.NumberClashed(at_ms=desk.now_ms, number=command.number, ticket=command.ticket, kiosk=command.kiosk)
    return Outcome((clash,), refusal=refusal)


def _report_known(desk: Desk, command: c.ReportTicket, known: Ticket, where: Where) -> Outcome:
    """The visitor's id is known already: by an earlier report, or by a reservation that the paper overrules."""
    if known.status is TicketStatus.VOID:  # a paper of a ticket that nobody was said to hold: a human must look
        return _clashed(desk, command, r.TicketIsSettled(number=known.number, status=known.status))
    heard: list[e.Event] = []
    if known.number != command.number:
        doubtful = _is_doubtful(desk, where, desk.state.highest)
        heard.append(_renumbered(desk, known, command, where, doubtful))
    if known.status is TicketStatus.RESERVED and command.holding is not Holding.MAYBE:
        heard.append(e.TicketConfirmed(at_ms=desk.now_ms, ticket=known.ticket, holding=command.holding))
    return Outcome(tuple(heard), {"number": command.number})


def _renumbered(
    desk: Desk, known: Ticket, paper: c.ReportTicket | e.TicketReportedLate, where: Where, doubtful: bool
) -> e.TicketRenumbered:
    return e.TicketRenumbered(
        at_ms=desk.now_ms,
        ticket=known.ticket,
        number=paper.number,
        series=where[0],
        value=where[1],
        owner=where[2],
        voided=known.number,
        holding=paper.holding,
        doubtful=doubtful,
    )


def _belongs_to_today(desk: Desk, command: c.ReportTicket) -> bool:
    """What counts is when the visitor came, not the day on the paper: kiosk or engine may be a day behind.

    A kiosk that was alone since yesterday prints under yesterday's name. An engine that cannot tell the date yet may
    still have yesterday open; then the paper gets in line now, if its number is free there.
    """
    state = desk.state
    if state.day is None:
        return False
    if command.day > state.day:
        return not _taken_by_another(desk, command.number, command.ticket)
    return command.day == state.day or _came_today(state.sessions, desk.asked.acted_ms)


def _came_today(sessions: tuple[SessionTimes, ...], came_ms: int) -> bool:
    return bool(sessions) and came_ms >= min(s.opens_ms for s in sessions) - EARLIEST_MS


def _report_late(
    desk: Desk, command: c.ReportTicket, series: str, value: int, owner: str, known: Ticket | None
) -> Outcome:
    """A wish of yesterday that came only today was given a number of today, and here is the paper that its visitor has
    instead: nobody holds that number."""
    event = e.TicketReportedLate(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        number=command.number,
        service=command.service,
        day=command.day,
        series=series,
        value=value,
        owner=owner,
        arrived_at_ms=min(desk.asked.acted_ms, desk.now_ms),
        holding=command.holding,
        priority=command.priority if command.priority in desk.hall.priority else None,
        language=command.language,
        kiosk=command.kiosk,
        appointment=command.appointment,
        **holder(desk, command),
    )
    ghost = known is not None and known.status is TicketStatus.RESERVED and known.number != command.number
    voided = (e.TicketVoided(at_ms=desk.now_ms, ticket=command.ticket),) if ghost and _is_over(desk, command) else ()
    return Outcome((event, *voided), {"number": command.number, "late": True})


def _is_over(desk: Desk, command: c.ReportTicket) -> bool:
    """Whether a later day than the paper's is open."""
    return desk.state.day is not None and command.day < desk.state.day


# -- when a day is opened ------------------------------------------------


def stayers(desk: Desk, command: c.OpenDay) -> tuple[Ticket, ...]:
    """Tickets of the day still open whose visitors came on the day that is opened now, in line order.

    By arrival; and all that the server took since it could not tell the date (``unsure_from``, a journal position).
    """
    unsure_from = _unsure_from(desk, command)
    return tuple(
        ticket
        for ticket in sorted(desk.state.tickets.values(), key=lambda ticket: ticket.place)
        if ticket.status not in FINAL
        and ticket.status is not TicketStatus.SERVING
        and (ticket.rank >= unsure_from or _came_today(command.sessions, ticket.arrived_at_ms))
    )


def taken_over(desk: Desk, command: c.OpenDay, staying: tuple[Ticket, ...]) -> tuple[e.Event, ...]:
    """What puts the stayers, and the papers that waited for this day, into the day that is opened."""
    again = command.day == desk.state.last_day
    bound = dict(desk.state.by_number) if again else {}
    reached = dict(desk.state.highest) if again else {}
    events: list[e.Event] = []
    for ticket in staying:
        bound[ticket.number] = ticket.ticket
        events += _stays(desk, command, ticket)
    _count(events, reached)
    unsure_from = _unsure_from(desk, command)
    for position, paper in desk.state.late.values():
        hoped_for = paper.day == command.day or position >= unsure_from
        if hoped_for or _came_today(command.sessions, paper.arrived_at_ms):
            where = paper.series, paper.value, paper.owner
            came = list(_comes_in(desk, paper, bound, again, _is_doubtful(desk, where, reached, command.day)))
            bound.setdefault(paper.number, paper.ticket)
            _count(came, reached)
            events += came
    return tuple(events)


def _count(events: list[e.Event], reached: dict[tuple[str, str], int]) -> None:
    """How far the day that is being opened has come."""
    for event in events:
        if isinstance(event, e.TicketReported | e.TicketRenumbered) and not event.doubtful:
            owned = event.series, event.owner
            reached[owned] = max(event.value, reached.get(owned, 0))


def _unsure_from(desk: Desk, command: c.OpenDay) -> float:
    """Only the server itself can say since when it did not know the date."""
    if desk.asked.role != "server" or command.unsure_from is None:
        return float("inf")
    return command.unsure_from


def _stays(desk: Desk, command: c.OpenDay, ticket: Ticket) -> Iterator[e.Event]:
    """The same ticket in the new day. A date that was wrong is put right by the ticket's age at the last event."""
    came_ms = ticket.arrived_at_ms
    if not _came_today(command.sessions, came_ms):
        came_ms = min(desk.now_ms, desk.now_ms - (desk.state.now_ms - came_ms))
    series, value = parse_printed(desk.hall, ticket.number) or (ticket.series, 0)
    owner = owner_of(desk.hall, series, value) or ENGINE
    appointment = _checked_in_with(desk, ticket)
    yield e.TicketReported(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        number=ticket.number,
        series=series,
        value=value,
        owner=owner,
        service=ticket.service,
        arrived_at_ms=came_ms,
        holding=ticket.holding,
        priority=ticket.priority,
        language=ticket.language,
        kiosk=ticket.kiosk,
        doubtful=_is_doubtful(desk, (series, value, owner), desk.state.highest, command.day),
        appointment=appointment,
        clock_ms=_booked_clock(desk, appointment, came_ms),
        **holder(desk, ticket),
    )
    if ticket.priority_confirmed and ticket.priority is not None:
        yield e.PriorityConfirmed(at_ms=desk.now_ms, ticket=ticket.ticket, priority=ticket.priority)
    if ticket.holding is Holding.MAYBE and ticket.status is not TicketStatus.RESERVED:
        yield e.TicketConfirmed(at_ms=desk.now_ms, ticket=ticket.ticket, holding=Holding.MAYBE)


def _booked_clock(desk: Desk, appointment: str | None, came_ms: int) -> int | None:
    """Who is early for an appointment stays so, whatever day opens; a slip's place was one in yesterday's line."""
    counted_ms = counted_from(desk.hall, desk.state, appointment, came_ms)
    return None if counted_ms == came_ms else counted_ms


def _checked_in_with(desk: Desk, ticket: Ticket) -> str | None:
    """The appointment or slip of a ticket: it is not good once more in the day that takes the ticket over."""
    known = desk.state.appointments.values()
    return next((booked.appointment for booked in known if booked.ticket == ticket.ticket), None)


def _comes_in(
    desk: Desk, paper: e.TicketReportedLate, bound: dict[str, str], again: bool, doubtful: bool
) -> Iterator[e.Event]:
    """A paper that waited on record gets in line; one whose number is another's by now needs a human."""
    known = desk.state.tickets.get(paper.ticket) if again else None
    taken = bound.get(paper.number, paper.ticket) != paper.ticket or (again and paper.number in desk.state.burned)
    if taken or (known is not None and known.status is TicketStatus.VOID):
        yield e.NumberClashed(at_ms=desk.now_ms, number=paper.number, ticket=paper.ticket, kiosk=paper.kiosk)
    elif known is not None:
        if known.number != paper.number:
            where = paper.series, paper.value, paper.owner
            yield _renumbered(desk, known, paper, where, doubtful)
    elif paper.ticket not in bound.values():
        came_ms = min(paper.arrived_at_ms, desk.now_ms)
        appointment = _free_appointment(desk, paper.appointment, paper.service)
        yield e.TicketReported(
            at_ms=desk.now_ms,
            ticket=paper.ticket,
            number=paper.number,
            series=paper.series,
            value=paper.value,
            owner=paper.owner,
            service=paper.service,
            arrived_at_ms=came_ms,
            holding=paper.holding,
            priority=paper.priority,
            language=paper.language,
            kiosk=paper.kiosk,
            doubtful=doubtful,
            appointment=appointment,
            clock_ms=_booked_clock(desk, appointment, came_ms),
            **holder(desk, paper),
        )
        if paper.holding is Holding.MAYBE:
            yield e.TicketConfirmed(at_ms=desk.now_ms, ticket=paper.ticket, holding=Holding.MAYBE)
