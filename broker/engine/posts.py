"""Who stands at which counter: log-in and log-out, and who was not on post before a session. Pure.

The rule of the service standards: at the counter five minutes before the hall opens.
"""

from collections.abc import Iterator

from broker.engine.absence import closed_since, owes
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.local_time import MINUTE_MS
from broker.engine.state import Counter, State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.commands import SessionTimes
from broker.model.hall import Counter as DeclaredCounter
from broker.model.hall import Hall
from broker.model.words import CounterStatus

LISTENED_MS = 5 * MINUTE_MS
"""A server that has just been started says of nobody that he did not log in: there was nothing to log in to."""


def log_in(desk: Desk, command: c.LogIn) -> Outcome:
    """A clerk comes to a closed counter, takes a paused one over, or is back; said twice it is still true."""
    counter = desk.counter(command.counter)
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    check_clerk(desk, command.clerk, command.counter)
    same = counter.clerk == command.clerk and not counter.assumed
    result = {"clerk": command.clerk}
    if counter.status is CounterStatus.PAUSED:
        owing = owes(desk.hall, desk.state, command.counter)
        back = e.CounterResumed(at_ms=desk.now_ms, counter=command.counter, owes=owing)
        return Outcome((*(() if same else _relieved(desk, counter, command.clerk)), back), result)
    if same:
        return Outcome(result=result)
    if counter.status is CounterStatus.OPEN and counter.clerk != command.clerk:
        raise Refused(r.CounterAlready(status=counter.status))
    return Outcome(_relieved(desk, counter, command.clerk), result)


def log_out(desk: Desk, command: c.LogOut) -> Outcome:
    """The clerk goes; whoever is being served is finished first."""
    counter = desk.counter(command.counter)
    if counter.ticket is not None:
        raise Refused(r.CounterBusy(number=desk.state.tickets[counter.ticket].number))
    if counter.status is not CounterStatus.CLOSED:
        since_ms = closed_since(desk.hall, desk.state, command.counter, desk.now_ms)
        return Outcome((e.CounterClosed(at_ms=desk.now_ms, counter=command.counter, absent_since_ms=since_ms),))
    if counter.clerk is None:
        raise Refused(r.NobodyLoggedIn(counter=command.counter))
    return Outcome((e.ClerkLoggedOut(at_ms=desk.now_ms, counter=command.counter, clerk=counter.clerk),))


def who_opens(desk: Desk, counter: str, wanted: str | None) -> str | None:
    """The clerk of a counter that is opened: who is named, else who is logged in, else the counter's own.

    In a hall where clerks log in nobody is taken for being there who did not say so: but whoever runs the hall may name
    the clerk of an emergency counter (``floor.open_emergency``), and then the event and the console say who named him.
    """
    here = desk.state.counter(counter).clerk
    if wanted is None and here is None and desk.hall.rules.clerks_log_in:
        raise Refused(r.NobodyLoggedIn(counter=counter))
    return wanted or here or desk.hall.counters[counter].clerk


def check_clerk(desk: Desk, clerk: str | None, counter: str) -> None:
    """Refused unless the hall has the clerk, who is at no other counter."""
    if clerk is None:
        return
    if clerk not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=clerk))
    for key, other in desk.state.counters.items():
        if key != counter and other.clerk == clerk:
            raise Refused(r.ClerkElsewhere(clerk=clerk, counter=key))


def is_staffed(declared: DeclaredCounter, session: str | None) -> bool:
    """Whether the counter has a clerk of its own who should be there in this session; an emergency counter has none."""
    return (
        declared.clerk is not None
        and not declared.emergency
        and (not declared.sessions or session in declared.sessions)
    )


def attendance(desk: Desk, steady_ms: int | None) -> Iterator[e.Event]:
    """Once for each session of the day, as soon as it is time to be on post: who is not.

    A session that was over before anybody could look (the day was opened or the program started too late) is on record
    too: with those of whom nobody can say that they were there, or that they were not.
    """
    state, minutes = desk.state, desk.hall.rules.on_post_min
    listened = steady_ms is None or steady_ms >= LISTENED_MS
    if state.day is None or not desk.hall.rules.clerks_log_in or minutes == 0:
        return
    for session in state.sessions:
        due_ms, over = session.opens_ms - minutes * MINUTE_MS, desk.now_ms >= session.closes_ms
        if desk.now_ms < due_ms or session.name in state.attended or not (listened or over):
            continue
        missing = tuple(_absent(desk.hall, state, session))
        absent, unseen = ((), missing) if over else (missing, ())
        yield e.AttendanceTaken(at_ms=desk.now_ms, session=session.name, due_ms=due_ms, absent=absent, unseen=unseen)


def _absent(hall: Hall, state: State, session: SessionTimes) -> Iterator[str]:
    """Clerks whose counter is staffed in the session, with nobody logged in there, and who are nowhere else either."""
    there = {counter.clerk for counter in state.counters.values() if counter.clerk is not None}
    seen: set[str] = set()
    for key, declared in hall.counters.items():
        clerk = declared.clerk or ""
        if is_staffed(declared, session.name) and state.counter(key).clerk is None and clerk not in there | seen:
            seen.add(clerk)
            yield clerk


def _relieved(desk: Desk, counter: Counter, clerk: str) -> tuple[e.Event, ...]:
    """Another clerk stands here now."""
    came = e.ClerkLoggedIn(at_ms=desk.now_ms, counter=counter.counter, clerk=clerk)
    if counter.clerk in (None, clerk):
        return (came,)
    return (e.ClerkLoggedOut(at_ms=desk.now_ms, counter=counter.counter, clerk=counter.clerk), came)
