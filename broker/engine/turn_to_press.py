"""Which of several idle counters should take who waits: the least flexible, so others stay free for more. Pure.

Nobody is called by this and nobody is kept from calling: whichever counter presses first, calls. Counters take in turn
what they would call, from the one that serves least; of equals the one that fewer people could need, then the one that
has had nobody for longest, so that work is shared. Who is left over, while another one takes whom it would have called,
is told which one that is; but not where with it in place of others one more could be served (an augmenting path of the
matching: Berge 1957): to leave a visitor to somebody must idle nobody.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from broker.engine.assigned import services_of
from broker.engine.policy import candidates, eligible_count, serves
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
    takes: dict[str, Lane] = {}
    left_over = []
    for _, counter in idle:
        best = min(candidates(hall, state, counter, now_ms, taken_of), key=lambda one: one.key, default=None)
        if best is None:
            left_over.append(counter)
        else:
            taken_of[best.ticket.lane] += 1
            taker[best.ticket.ticket] = counter
            takes[counter] = best.ticket.lane
    able = {counter: _lanes_of(hall, state, counter) for _, counter in idle} if left_over else {}
    spare = {lane for lane, places in state.lanes.items() if len(places) > taken_of[lane]}
    return {
        counter: taker[_first(hall, state, counter, now_ms)]
        for counter in left_over
        if not _one_more(counter, able, takes, spare)
    }


def _one_more(counter: str, able: Mapping[str, frozenset[Lane]], takes: Mapping[str, Lane], spare: set[Lane]) -> bool:
    """Whether one more would be served if this counter took somebody, and who takes him now took another, and so on."""
    seen: set[Lane] = set()
    to_ask = [counter]
    while to_ask:
        lanes = able[to_ask.pop()] - seen
        if lanes & spare:
            return True
        seen |= lanes
        to_ask += [other for other, lane in takes.items() if lane in lanes]
    return False


def _lanes_of(hall: Hall, state: State, counter: str) -> frozenset[Lane]:
    return frozenset(lane for lane, places in state.lanes.items() if places and serves(hall, state, counter, lane))


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
