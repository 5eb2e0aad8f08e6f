"""Numbers come into the world by asking the engine, and what becomes of them until somebody holds them.

The engine may refuse to hand a number out. Papers that exist already are in ``reporting``.
"""

from typing import Any

from broker.engine import line_order
from broker.engine.assigned import counters_of_service
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.emergency import check_calm
from broker.engine.forecasting import Outlook, as_told, foretell_both
from broker.engine.persons import check_person
from broker.engine.queue_rule import Rule
from broker.engine.state import Ticket, Why
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.commands import SessionTimes
from broker.model.numbers import ENGINE, NumberRange, offered_by, printed, ranges_of
from broker.model.ratings import DESK
from broker.model.ticket import FINAL
from broker.model.views import WaitRange
from broker.model.words import TicketStatus

NEVER_BACK_MS = 86_400_000
"""An age of more than a day is a broken clock, not a patient visitor."""
APPOINTMENT = "appointment"
"""The priority class of the hall file that those get who come in time for an appointment."""
LAST_RANK = 1 << 62
"""Behind everybody whose waiting counts from the same moment."""
EARLIEST_MS = 4 * 3_600_000
"""Nobody takes a number more than four hours before the first opening."""


def issue(desk: Desk, command: c.IssueTicket) -> Outcome:
    """Reserve the next number of the engine's own part of the series."""
    known = desk.state.tickets.get(command.ticket)
    if known is not None:
        check_own_ticket(desk, known)
        if known.status is TicketStatus.VOID:
            raise Refused(r.TicketIsSettled(number=known.number, status=known.status))
        return Outcome(result=answer(desk, known) | proof_at_desk(desk, command.ticket, known.kiosk))
    check_names(desk, command.service, command.priority, command.kiosk)
    _check_claim(desk, command.priority)
    check_may_issue(desk, command.service, command.kiosk)
    check_person(desk, command.service, command.person, command.principal)
    number, series, value = engine_number(desk, command.service)
    came_ms = arrival(desk, command.kiosk)
    foretold, again = foretell_both(desk, command.ticket, command.service, command.priority, came_ms)
    event = e.TicketReserved(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        number=number,
        series=series,
        value=value,
        owner=ENGINE,
        service=command.service,
        arrived_at_ms=came_ms,
        priority=command.priority,
        language=command.language,
        kiosk=command.kiosk,
        forecast=foretold,
        again=again,
        **holder(desk, command),
    )
    ahead = before_newcomer(desk, command.service, command.priority, came_ms)
    facts = told(desk, event.number, command.service, ahead, as_told(desk, foretold, command.service, ahead))
    return Outcome((event,), facts | proof_at_desk(desk, command.ticket, command.kiosk))


def proof_at_desk(desk: Desk, ticket: str, kiosk: str | None) -> dict[str, object]:
    """What makes the link of a number given at a desk its holder's, who may let others go first or give it up.

    Whoever gives it sees it, so it is of a key by which nobody rates; a kiosk signs its own papers.
    """
    if kiosk is not None or desk.asked.role == "kiosk":
        return {}
    proof = desk.asked.keys.of(DESK).ticket_proof(ticket)
    return {"proof": proof} if proof else {}


def confirm(desk: Desk, command: c.ConfirmTicket) -> Outcome:
    """The visitor holds the number; said twice it is still true."""
    ticket = _known(desk, command.ticket)
    check_own_ticket(desk, ticket)
    if ticket.status is TicketStatus.VOID:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    changes = ticket.status is TicketStatus.RESERVED or (
        ticket.holding is not command.holding and ticket.status not in FINAL
    )
    event = e.TicketConfirmed(at_ms=desk.now_ms, ticket=ticket.ticket, holding=command.holding)
    return Outcome((event,) if changes else (), {"number": ticket.number})


def void(desk: Desk, command: c.VoidTicket) -> Outcome:
    """Nobody has it: only a reserved number can be taken back."""
    ticket = _known(desk, command.ticket)
    check_own_ticket(desk, ticket)
    if ticket.status is TicketStatus.VOID:
        return Outcome(result={"number": ticket.number})
    if ticket.status is not TicketStatus.RESERVED:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    event = e.TicketVoided(at_ms=desk.now_ms, ticket=ticket.ticket, reason=command.reason)
    return Outcome((event,), {"number": ticket.number})


def cancel(desk: Desk, command: c.CancelTicket) -> Outcome:
    """The visitor gives a waiting number up."""
    ticket = desk.state.find(command.number)
    if ticket is None:
        raise Refused(r.UnknownTicket(ticket=command.number))
    if ticket.status is not TicketStatus.WAITING:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    event = e.TicketCancelled(at_ms=desk.now_ms, ticket=ticket.ticket, reason=command.reason)
    return Outcome((event,), {"number": ticket.number})


def pause_issuing(desk: Desk, command: c.PauseIssuing) -> Outcome:
    """No new tickets for one aim; repeated with another reason it changes the reason."""
    _check_aim(desk, command.service, command.kiosk)
    event = e.IssuingWasPaused(
        at_ms=desk.now_ms,
        service=command.service,
        kiosk=command.kiosk,
        reason=command.reason,
        reason_en=command.reason_en,
    )
    return Outcome((event,))


def resume_issuing(desk: Desk, command: c.ResumeIssuing) -> Outcome:
    """New tickets again."""
    _check_aim(desk, command.service, command.kiosk)
    event = e.IssuingWasResumed(at_ms=desk.now_ms, service=command.service, kiosk=command.kiosk)
    return Outcome((event,))


def answer(desk: Desk, ticket: Ticket) -> dict[str, object]:
    """What a kiosk prints of a ticket that exists already."""
    ahead = people_before(desk, ticket)
    wait = Outlook(desk.hall, desk.state, desk.now_ms).of_ticket(ticket, ahead)
    return told(desk, ticket.number, ticket.service, ahead, wait)


def people_before(desk: Desk, ticket: Ticket) -> int:
    """How many people who wait for the same service would be called before it by the rule in force."""
    rule = Rule(desk.hall, desk.state, desk.now_ms)
    return line_order.people_before(desk.hall, desk.state, rule, ticket.lane, ticket.place, desk.now_ms)


def before_newcomer(desk: Desk, service: str, priority: str | None, clock_ms: int) -> int:
    """As ``people_before``, for a ticket that is given now; its waiting counts from ``clock_ms``."""
    rule, place = Rule(desk.hall, desk.state, desk.now_ms), (clock_ms, LAST_RANK, "")
    return line_order.people_before(desk.hall, desk.state, rule, (service, priority, None), place, desk.now_ms)


def holder(desk: Desk, told_by: c.IssueTicket | c.ReportTicket | e.TicketReportedLate | Ticket) -> dict[str, Any]:
    """Who holds a ticket, as fields of its event; a telephone only where the hall finds lost tickets by it."""
    return {
        "person": told_by.person,
        "principal": told_by.principal,
        "needs": told_by.needs,
        "phone_tail": told_by.phone_tail if desk.hall.rules.lost_ticket_lookup else None,
        "large": told_by.large,
    }


def engine_number(desk: Desk, service: str) -> tuple[str, str, int]:
    """(printed number, series, value): the next of the engine's own part."""
    series = desk.hall.services[service].series
    _check_not_withheld(desk, series)
    value = next_value(desk, series)
    return printed(desk.hall.series[series], value), series, value


def next_value(desk: Desk, series: str) -> int:
    """The engine's next number: one above its highest; NumbersUsedUp at the end or where kiosks own all."""
    declared = desk.hall.series[series]
    own = ranges_of(desk.hall, series).get(ENGINE, NumberRange(1, 0))
    value = max(own.first, desk.state.highest.get((series, ENGINE), 0) + 1)
    while value in own and _taken(desk, printed(declared, value)):
        value += 1  # ranges move when the hall file gets another kiosk during the day
    if value not in own:
        raise Refused(r.NumbersUsedUp(series=declared.letter))
    return value


def _check_not_withheld(desk: Desk, series: str) -> None:
    """After a restored backup the engine may have given any of its numbers already, and kiosks have others.

    That kiosks tell their papers again lifts nothing: one that is away tells them too late, one whose card is lost
    never. A series that the engine has alone goes on, as nobody else could give its numbers.
    """
    ranges = ranges_of(desk.hall, series)
    if desk.state.withheld_through is not None and ENGINE in ranges and len(ranges) > 1:
        raise Refused(r.NumbersWithheld(series=desk.hall.series[series].letter))


def _taken(desk: Desk, number: str) -> bool:
    return number in desk.state.by_number or number in desk.state.burned


def issuing_session(sessions: tuple[SessionTimes, ...], wanted: tuple[str, ...], now_ms: int) -> SessionTimes | None:
    """The session in which a ticket may be issued now; ``wanted`` empty means any."""
    return next(
        (s for s in sessions if s.opens_ms <= now_ms < s.last_ticket_ms and (not wanted or s.name in wanted)), None
    )


def pause_reason(desk: Desk, service: str, kiosk: str | None) -> Why | None:
    """Why issuing is paused for this service at this kiosk: as typed, or empty; None when it is not paused."""
    paused = desk.state.no_issuing
    for key in (("hall", ""), ("kiosk", kiosk or ""), ("service", service)):
        if key in paused:
            return paused[key]
    declared = desk.hall.services[service]
    return Why(declared.paused, declared.paused_en) if declared.paused else None


def check_may_issue(desk: Desk, service: str, kiosk: str | None) -> None:
    """Refused when no number of this service is given now."""
    check_calm(desk)
    state, declared = desk.state, desk.hall.services[service]
    if state.day is None:
        raise Refused(r.DayNotOpen())
    reason = pause_reason(desk, service, kiosk)
    if reason is not None:
        raise Refused(r.IssuingPaused(reason=reason.zh, reason_en=reason.en))
    if issuing_session(state.sessions, declared.sessions, desk.now_ms) is None:
        raise Refused(r.HallClosed(reopens=reopening(desk, service) or "--:--"))
    if declared.quota is not None and state.issued.get(service, 0) >= declared.quota:
        raise Refused(r.QuotaUsedUp(service=service, quota=declared.quota))


def reopening(desk: Desk, service: str) -> str | None:
    """Local ``HH:MM`` at which issuing of a service begins again today; None when it does not."""
    wanted = desk.hall.services[service].sessions
    later = [s for s in desk.state.sessions if s.opens_ms > desk.now_ms and (not wanted or s.name in wanted)]
    return desk.hall.sessions[later[0].name].opens if later and later[0].name in desk.hall.sessions else None


def _check_claim(desk: Desk, priority: str | None) -> None:
    """At a kiosk a visitor may claim what the hall file offers there; in time for an appointment is who checks in."""
    if priority is None or desk.asked.role != "kiosk":
        return
    if priority == APPOINTMENT or not desk.hall.priority[priority].at_kiosk:
        raise Refused(r.NotAllowed(device=desk.asked.device, command=f"claim of {priority}"))


def check_names(desk: Desk, service: str, priority: str | None, kiosk: str | None) -> None:
    if service not in desk.hall.services:
        raise Refused(r.UnknownService(service=service))
    if priority is not None and priority not in desk.hall.priority:
        raise Refused(r.UnknownPriority(priority=priority))
    if kiosk is not None and kiosk not in desk.hall.kiosks:
        raise Refused(r.UnknownKiosk(kiosk=kiosk))
    if kiosk is not None and service not in offered_by(desk.hall, kiosk):
        raise Refused(r.UnknownService(service=service))


def arrival(desk: Desk, kiosk: str | None) -> int:
    """When the visitor came, clamped between the last visitor known of the same kiosk and now.

    A kiosk takes one visitor after the other, so a wrong clock moves nobody before those who stood there earlier. The
    first of a day did not come earlier than four hours before the first opening.
    """
    first = min((s.opens_ms for s in desk.state.sessions), default=desk.now_ms - NEVER_BACK_MS)
    lowest = max(min(first, desk.now_ms) - EARLIEST_MS, desk.state.contacts.get(kiosk or "", 0))
    return min(max(desk.asked.acted_ms, lowest), desk.now_ms)


def _check_aim(desk: Desk, service: str | None, kiosk: str | None) -> None:
    if service is not None and service not in desk.hall.services:
        raise Refused(r.UnknownService(service=service))
    if kiosk is not None and kiosk not in desk.hall.kiosks:
        raise Refused(r.UnknownKiosk(kiosk=kiosk))


def check_own_ticket(desk: Desk, ticket: Ticket) -> None:
    """A kiosk speaks for the tickets that it asked for or gave out itself, for no others."""
    asked = desk.asked
    if asked.role == "kiosk" and ticket.kiosk != asked.device:
        raise Refused(r.NotAllowed(device=asked.device, command="ticket of another device"))


def _known(desk: Desk, ticket: str) -> Ticket:
    known = desk.state.tickets.get(ticket)
    if known is None:
        raise Refused(r.UnknownTicket(ticket=ticket))
    return known


def told(desk: Desk, number: str, service: str, ahead: int, wait: WaitRange | None) -> dict[str, object]:
    """What the visitor is told: number, people ahead, expected wait, counters."""
    serving = counters_of_service(desk.hall, desk.state, service)
    counters = [desk.hall.counters[key].name for key in serving if _is_open(desk, key)]
    everywhere = [desk.hall.counters[key].name for key in serving]
    return {
        "number": number,
        "ahead": ahead,
        "wait": {"low_min": wait.low_min, "high_min": wait.high_min} if wait else None,
        "counters": counters or everywhere,
    }


def _is_open(desk: Desk, counter: str) -> bool:
    return desk.state.counter(counter).status == "open"
