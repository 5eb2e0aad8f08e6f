"""Which of several idle counters should take who waits: the least flexible, so others stay free for more. Pure.

Nobody is called by this and nobody is kept from calling: whichever counter presses first, calls. Counters take in turn
what they would call, from the one that serves least; of equals the one that fewer people could need, then the one that
has had nobody for longest, so that work is shared. Who is left over, while another one takes whom it would have called,
is told which one that is.
"""

from collections import Counter
from collections.abc import Iterator

from broker.engine.assigned import services_of
from broker.engine.policy import candidates, eligible_count
from broker.engine.state import Lane, State
from broker.model.hall import Hall
from broker.model.words import CounterStatus

Order = tuple[int, int, int, int]


def rather(hall: Hall, state: State, now_ms: int) -> dict[str, str]:
    """Idle counter -> the idle counter that should take its next visitor in its place; empty where nobody need wait."""
    idle = sorted(_idle(hall, state)) if state.emergency is None else []
    if all(could_call >= len(idle) for (_, could_call, _, _), _ in idle):
        return {}  # there is somebody for everybody, whoever takes whom
    taken_of: Counter[Lane] = Counter()
    taker: dict[str, str] = {}
    left_over = []
    for _, counter in idle:
        best = min(candidates(hall, state, counter, now_ms, taken_of), key=lambda one: one.key, default=None)
        if best is None:
            left_over.append(counter)
        else:
            taken_of[best.ticket.lane] += 1
            taker[best.ticket.ticket] = counter
    return {counter: taker[_first(hall, state, counter, now_ms)] for counter in left_over}


def _idle(hall: Hall, state: State) -> Iterator[tuple[Order, str]]:
    """Open counters with nobody that could call somebody, each with its place in the order in which they should."""
    for index, key in enumerate(hall.counters):
        counter = state.counters.get(key)
        if counter is None or counter.status is not CounterStatus.OPEN or counter.ticket is not None:
            continue
        could_call = eligible_count(hall, state, key)
        if could_call:
            visit = state.visits.get(counter.visit or "")
            since_ms = max(counter.since_ms, visit.finished_at_ms if visit is not None else 0)
            yield (len(services_of(hall, state, key)), could_call, since_ms, index), key


def _first(hall: Hall, state: State, counter: str, now_ms: int) -> str:
    return min(candidates(hall, state, counter, now_ms), key=lambda one: one.key).ticket.ticket
