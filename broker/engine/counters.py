"""A window opens, pauses, comes back and closes; a pause tells people why, until when, and whom to ask."""

from broker.engine.absence import absent_since, closed_since, owes
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.cover import check_office_phone, office_phone
from broker.engine.local_time import MINUTE_MS
from broker.engine.posts import check_clerk, who_opens
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import CounterStatus


def open_counter(desk: Desk, command: c.OpenCounter, *, for_clerk: bool = False) -> Outcome:
    """A clerk begins; nobody works at two counters. ``for_clerk``: whoever runs the hall opens it, not the clerk."""
    counter = desk.counter(command.counter)
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    if counter.status is not CounterStatus.CLOSED:
        raise Refused(r.CounterAlready(status=counter.status))
    clerk = who_opens(desk, command.counter, command.clerk)
    check_clerk(desk, clerk, command.counter)
    event = e.CounterOpened(
        at_ms=desk.now_ms,
        counter=command.counter,
        clerk=clerk,
        owes=owes(desk.hall, desk.state, command.counter),
        assumed=clerk is not None and command.clerk is None and counter.clerk is None,
        by=(desk.asked.by or None) if for_clerk else None,
    )
    return Outcome((event,))


def pause(desk: Desk, command: c.PauseCounter) -> Outcome:
    """暂停服务. With somebody at the window it needs a reason. Who stands in is named by the clerk or is the B role."""
    counter = desk.open_counter(command.counter)
    reason, reason_en = command.reason.strip(), command.reason_en.strip()
    if counter.ticket is not None and not (reason or reason_en):
        raise Refused(r.CounterBusy(number=desk.state.tickets[counter.ticket].number))
    if command.substitute is not None and command.substitute not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=command.substitute))
    if command.substitute is not None and command.substitute == counter.clerk:
        raise Refused(r.OwnSubstitute(clerk=command.substitute))
    check_office_phone(desk.hall, command.phone)
    clerk = desk.hall.clerks.get(counter.clerk or "")
    substitute = command.substitute or (clerk.substitute if clerk else None)
    returns = desk.now_ms + command.return_in_min * MINUTE_MS if command.return_in_min else None
    event = e.CounterPaused(
        at_ms=desk.now_ms,
        counter=command.counter,
        reason=reason or ("" if reason_en else desk.hall.rules.pause_reason_default),
        reason_en=reason_en,
        contact=command.contact,
        phone=command.phone or office_phone(desk.hall, substitute),
        returns_at_ms=returns,
        substitute=substitute,
        absent_since_ms=absent_since(desk.hall, desk.state, command.counter, desk.now_ms),
    )
    return Outcome((event,))


def resume(desk: Desk, command: c.ResumeCounter) -> Outcome:
    """The clerk is back."""
    counter = desk.counter(command.counter)
    if counter.status is not CounterStatus.PAUSED:
        raise Refused(r.CounterAlready(status=counter.status))
    owing = owes(desk.hall, desk.state, command.counter)
    return Outcome((e.CounterResumed(at_ms=desk.now_ms, counter=command.counter, owes=owing),))


def close(desk: Desk, command: c.CloseCounter) -> Outcome:
    """The counter ends its work; whoever is being served is finished first."""
    counter = desk.counter(command.counter)
    if counter.status is CounterStatus.CLOSED:
        raise Refused(r.CounterAlready(status=counter.status))
    if counter.ticket is not None:
        raise Refused(r.CounterBusy(number=desk.state.tickets[counter.ticket].number))
    since_ms = closed_since(desk.hall, desk.state, command.counter, desk.now_ms)
    return Outcome((e.CounterClosed(at_ms=desk.now_ms, counter=command.counter, absent_since_ms=since_ms),))
