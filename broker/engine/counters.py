"""A window opens, pauses, comes back and closes; a pause tells people why, until when, and whom to ask."""

from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import CounterStatus

MINUTE_MS = 60_000


def open_counter(desk: Desk, command: c.OpenCounter) -> Outcome:
    """A clerk begins; nobody works at two counters."""
    counter = desk.counter(command.counter)
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    if counter.status is not CounterStatus.CLOSED:
        raise Refused(r.CounterAlready(status=counter.status))
    clerk = command.clerk or desk.hall.counters[command.counter].clerk
    _check_clerk(desk, clerk, command.counter)
    return Outcome((e.CounterOpened(at_ms=desk.now_ms, counter=command.counter, clerk=clerk),))


def pause(desk: Desk, command: c.PauseCounter) -> Outcome:
    """暂停服务. With somebody at the window it needs a reason."""
    counter = desk.open_counter(command.counter)
    if counter.ticket is not None and not (command.reason or command.reason_en):
        raise Refused(r.CounterBusy(number=desk.state.tickets[counter.ticket].number))
    if command.substitute is not None and command.substitute not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=command.substitute))
    returns = desk.now_ms + command.return_in_min * MINUTE_MS if command.return_in_min else None
    event = e.CounterPaused(
        at_ms=desk.now_ms,
        counter=command.counter,
        reason=command.reason or ("" if command.reason_en else desk.hall.rules.pause_reason_default),
        reason_en=command.reason_en,
        contact=command.contact,
        phone=command.phone or _phone(desk, counter.clerk),
        returns_at_ms=returns,
        substitute=command.substitute,
    )
    return Outcome((event,))


def resume(desk: Desk, command: c.ResumeCounter) -> Outcome:
    """The clerk is back."""
    counter = desk.counter(command.counter)
    if counter.status is not CounterStatus.PAUSED:
        raise Refused(r.CounterAlready(status=counter.status))
    return Outcome((e.CounterResumed(at_ms=desk.now_ms, counter=command.counter),))


def close(desk: Desk, command: c.CloseCounter) -> Outcome:
    """The counter ends its work; whoever is being served is finished first."""
    counter = desk.counter(command.counter)
    if counter.status is CounterStatus.CLOSED:
        raise Refused(r.CounterAlready(status=counter.status))
    if counter.ticket is not None:
        raise Refused(r.CounterBusy(number=desk.state.tickets[counter.ticket].number))
    return Outcome((e.CounterClosed(at_ms=desk.now_ms, counter=command.counter),))


def _check_clerk(desk: Desk, clerk: str | None, counter: str) -> None:
    if clerk is None:
        return
    if clerk not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=clerk))
    for key, other in desk.state.counters.items():
        if key != counter and other.clerk == clerk and other.status is not CounterStatus.CLOSED:
            raise Refused(r.ClerkElsewhere(clerk=clerk, counter=key))


def _phone(desk: Desk, clerk: str | None) -> str:
    """The substitute's, else the hall's."""
    known = desk.hall.clerks.get(clerk or "")
    substitute = desk.hall.clerks.get(known.substitute or "") if known else None
    return (substitute.phone if substitute else "") or desk.hall.hall.phone
