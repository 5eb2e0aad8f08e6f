"""离岗: how long nobody has served at a counter. The rule of an absence, said once. Pure.

An absence begins when a counter pauses, or is closed or left; it keeps its beginning and the duty leader's task until
somebody is called or served there. Coming back is no end of it while somebody stands there whom the counter owes a
call: whoever was in its line when it came back. So a resume or an opening without a call goes on with the absence, and
a log-in without an opening is none at all. It ends without a call when nobody of those waits any more, when the
duty leader excuses it, and with the session. A closing ends a pause, not the task that it had become.

``Counter.away_ms`` is its beginning (None: the counter works), ``back_ms`` the last coming back.
"""

from collections.abc import Iterator

from broker.engine.policy import serves
from broker.engine.state import State, Ticket
from broker.model import events as e
from broker.model.hall import Hall

WORK = (e.TicketCalled, e.ServiceFinished, e.VisitPartFinished, e.DirectServed)
"""What ends an absence, at a counter that is open."""
AT_WORK_MS = 60_000
"""Whoever is back for so long with the visitor at the window serves; a shorter visit to the own desk is none."""


def owes(hall: Hall, state: State, key: str) -> bool:
    """Whether somebody stands there as the counter comes back: at the window, or in a line that it may call from."""
    return state.counter(key).ticket is not None or any(True for _ in _in_line(hall, state, key))


def goes_on(hall: Hall, state: State, key: str, now_ms: int) -> bool:
    """Whether the absence of a counter that is open goes on."""
    counter = state.counter(key)
    if counter.away_ms is None or key in state.excused:
        return False
    if counter.ticket is not None:
        return now_ms - counter.back_ms < AT_WORK_MS
    return any(ticket.since_ms <= counter.back_ms for ticket in _in_line(hall, state, key))


def absent_since(hall: Hall, state: State, key: str, now_ms: int) -> int | None:
    """With what absence a pause that begins now goes on; None for one of its own."""
    return state.counter(key).away_ms if goes_on(hall, state, key, now_ms) else None


def closed_since(hall: Hall, state: State, key: str, now_ms: int) -> int:
    """Since when nobody serves at a counter that closes now: it goes on with its pause, or with an absence."""
    counter = state.counter(key)
    still = goes_on(hall, state, key, now_ms) if counter.pause is None else key not in state.excused
    return counter.away_ms if still and counter.away_ms is not None else now_ms


def _in_line(hall: Hall, state: State, key: str) -> Iterator[Ticket]:
    for lane, places in state.lanes.items():
        if serves(hall, state, key, lane):
            yield from (state.tickets[place[2]] for place in places)
