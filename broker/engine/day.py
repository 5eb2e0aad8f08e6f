"""The business day: opening, borders between sessions, time-outs, closing.

Numbers restart only when a later day opens. What is still waiting at the end expires; a visitor at a counter is
finished first, unless the next day has already begun, when nobody can be there any more. Whoever came on the day that
is opened, while the server could not tell the date yet, keeps number and place.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from broker.engine import booking, cases, cover, floor, inspections, notices, posts, rota, sheets, surveys
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.forecasting import usual_s
from broker.engine.reporting import stayers, taken_over
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.events.calling import DAY_END
from broker.model.words import CounterStatus, Holding, TicketStatus

EXPIRES_AT_CLOSE = (TicketStatus.WAITING, TicketStatus.HELD, TicketStatus.NO_SHOW)


def open_day(desk: Desk, command: c.OpenDay) -> Outcome:
    """Begin a day later than the last one, or go on with the last one after a premature close."""
    state = desk.state
    if state.day == command.day:
        raise Refused(r.DayAlreadyOpen(day=command.day))
    if state.last_day is not None and command.day < state.last_day:
        raise Refused(r.DayInPast(day=command.day))
    if command.day > _latest_day(desk.now_ms):
        raise Refused(r.DayTooFar(day=command.day))
    staying = stayers(desk, command) if state.day is not None else ()
    settled = settle(desk, frozenset(ticket.ticket for ticket in staying)) if state.day is not None else ()
    again = command.day == state.last_day
    opened = e.DayOpened(
        at_ms=desk.now_ms,
        day=command.day,
        sessions=command.sessions,
        again=again,
        kind=command.kind,
        usual_s=usual_s(desk.hall),
        calls_go_on=not desk.hall.rules.extended_service_approval,
    )
    session = session_now(command.sessions, desk.now_ms)
    began = (e.SessionBegan(at_ms=desk.now_ms, session=session),) if session else ()
    left_over = () if again else tuple(sheets.left_over(desk))
    missed = () if again else tuple(booking.missed(desk))
    taken = taken_over(desk, command, staying)
    return Outcome((*settled, *missed, opened, *began, *left_over, *taken), {"day": command.day})


def _latest_day(now_ms: int) -> str:
    """The date that it is, at most, anywhere on earth: time zones reach 14 hours ahead of UTC."""
    return datetime.fromtimestamp(now_ms / 1000 + 14 * 3600, UTC).date().isoformat()


def close_day(desk: Desk, command: c.CloseDay) -> Outcome:
    """End the day; refused while somebody is at a counter."""
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    busy = [desk.hall.counters[k].name for k, counter in desk.state.counters.items() if counter.ticket is not None]
    if busy:
        raise Refused(r.PeopleAtCounters(counters=", ".join(busy)))
    return Outcome(settle(desk), {"day": desk.state.day})


def settle(desk: Desk, staying: frozenset[str] = frozenset()) -> tuple[e.Event, ...]:
    """Everything that ends with the day; tickets that are ``staying`` belong to the next one and do not expire."""
    state, now_ms = desk.state, desk.now_ms
    events: list[e.Event] = []
    for ticket in state.tickets.values():
        stays = ticket.ticket in staying
        if ticket.status is TicketStatus.RESERVED and not stays:
            events.append(e.TicketConfirmed(at_ms=now_ms, ticket=ticket.ticket, holding=Holding.MAYBE))
        if ticket.status in (TicketStatus.CALLED, TicketStatus.SERVING) and ticket.counter:
            events.append(_end_of_visit(desk, ticket.ticket, ticket.counter, ticket.status, len(events)))
        expires = ticket.status in EXPIRES_AT_CLOSE or ticket.status in (TicketStatus.RESERVED, TicketStatus.CALLED)
        if expires and not stays:
            events.append(e.TicketExpired(at_ms=now_ms, ticket=ticket.ticket))
    events += [
        e.CounterClosed(at_ms=now_ms, counter=key)
        for key, counter in state.counters.items()
        if counter.status is not CounterStatus.CLOSED
    ]
    events.append(e.DayClosed(at_ms=now_ms, day=state.day or ""))
    return tuple(events)


def _end_of_visit(desk: Desk, ticket: str, counter: str, status: TicketStatus, index: int) -> e.Event:
    """Forgotten at the counter over night: being served counts as served, merely called counts as missed."""
    if status is TicketStatus.SERVING:
        visit = desk.next_visit_id(index)
        return e.ServiceFinished(at_ms=desk.now_ms, ticket=ticket, counter=counter, visit=visit, outcome=DAY_END)
    return e.TicketMissed(at_ms=desk.now_ms, ticket=ticket, counter=counter)


def pass_time(desk: Desk, command: c.PassTime) -> Outcome:
    """A number reserved in silence for too long may be on paper, so it gets in line; session borders are marked.

    Notices whose end has come are taken down, and what was changed for a while goes back; who is not on post, and a
    counter without anybody, are marked in time.
    """
    state = desk.state
    patience_ms = desk.hall.rules.reservation_s * 1000
    listened = command.steady_ms is None or command.steady_ms >= patience_ms
    limit_ms = desk.now_ms - patience_ms
    events: list[e.Event] = [
        e.TicketConfirmed(at_ms=desk.now_ms, ticket=ticket, holding=Holding.MAYBE)
        for ticket, since_ms in state.reserved.items()
        if listened and since_ms <= limit_ms
    ]
    session = session_now(state.sessions, desk.now_ms) if state.day else None
    if session != state.session:  # which settles what was wanted at the counters
        events.append(e.SessionBegan(at_ms=desk.now_ms, session=session))
    else:
        events += [*_last_ticket(desk), *cover.passing(desk)]
    return Outcome(
        (
            *events,
            *posts.attendance(desk, command.steady_ms),
            *notices.over(desk),
            *floor.over(desk),
            *cases.overdue(desk),
            *inspections.missed(desk),
            *surveys.over(desk),
            *rota.looked(desk, command.steady_ms),
        )
    )


def _last_ticket(desk: Desk) -> Iterator[e.Event]:
    """Told once a session, or menus would go on offering tickets in a hall where nothing else happens."""
    state = desk.state
    ends_ms = next((s.last_ticket_ms for s in state.sessions if s.name == state.session), desk.now_ms + 1)
    if state.session is not None and ends_ms <= desk.now_ms and state.issuing_ended != state.session:
        yield e.IssuingEnded(at_ms=desk.now_ms, session=state.session)


def session_now(sessions: tuple[c.SessionTimes, ...], now_ms: int) -> str | None:
    """Name of the session that holds the moment."""
    return next((s.name for s in sessions if s.opens_ms <= now_ms < s.closes_ms), None)
