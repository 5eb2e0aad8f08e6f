"""In which order a service's line will be called, by the rule in force, if time stood still. Pure.

Every rule but one gives each person a group and a score of his own, so the line is sorted by them. The rotating rule
looks at who was called last, so its turns are taken one after the other. Who is booked and early stands behind all.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence

from broker.engine.assigned import services_of
from broker.engine.policy_rules import EARLY
from broker.engine.queue_rule import NOBODY_LATER, Kind, Moment, Place, Rule
from broker.engine.state import Lane, State
from broker.engine.turns import of_class_before, others_before
from broker.model.hall import Hall
from broker.model.words import CounterStatus

LaneLine = tuple[Lane, Sequence[Place]]
_One = tuple[float, float, float, float, str, bool, bool]
"""Group, score turned round, and the place: the smallest is next. Then whether he is of one of the hall file's classes,
and whether of any, which is what the counter's turns are counted by. A plain tuple: lines are sorted with each call."""


def line_of(hall: Hall, state: State, rule: Rule, service: str, now_ms: int) -> list[Place]:
    """All who wait for a service, the next one first."""
    lanes = [(lane, places) for lane, places in state.lanes.items() if lane[0] == service]
    return in_call_order(rule, lanes, now_ms, _favoured(hall, state, service))


def people_before(hall: Hall, state: State, rule: Rule, lane: Lane, place: Place, now_ms: int) -> int:
    """How many who wait for the same service would be called before somebody at this place, if time stood still.

    Searched by halves in each lane; of the rotating rule the turns are counted. Of a service that the hall file has
    lost, whoever came earlier.
    """
    service, priority, _ = lane
    lanes = [(key, places) for key, places in state.lanes.items() if key[0] == service]
    at = Moment(place, now_ms)
    if service not in hall.services or at.waited_ms < 0:  # before his time comes everybody who came earlier goes first
        return sum(bisect_left(places, place) for _, places in lanes)
    if rule.in_a_row:
        return _before_by_turns(rule, lanes, lane, at, _favoured(hall, state, service))
    return _before(rule, lanes, rule.mine(service, priority, at.waited_ms), at)


def _before(rule: Rule, lanes: Iterable[LaneLine], mine: Kind, at: Moment) -> int:
    return sum(
        rule.exactly_before(places, (rule.kind(*key[:2]), rule.kind(*key[:2], True)), mine, at) for key, places in lanes
    )


def _before_by_turns(rule: Rule, lanes: Sequence[LaneLine], lane: Lane, at: Moment, favoured: int) -> int:
    """Of somebody whose time has come."""
    of_class = [(key, places) for key, places in lanes if key[1] is not None]
    others = [(key, places) for key, places in lanes if key[1] is None]
    lost = any(key[1] is not None and not rule.is_favoured(key[1]) for key in (lane, *dict(of_class)))
    long = lane[1] is None and bool(rule.cap_ms) and at.waited_ms >= rule.cap_ms
    if lost or long or any(rule.waited_long(places, at) for _, places in others):
        return _walked(rule, lanes, lane, at, favoured)
    if lane[1] is None:
        index = sum(bisect_left(places, at.place) for _, places in others)
        return index + of_class_before(index, _present(of_class, at), rule.in_a_row, favoured)
    index = _before(rule, of_class, rule.kind(*lane[:2]), at)
    return index + others_before(index, _present(others, at), rule.in_a_row, favoured)


def _present(lanes: Iterable[LaneLine], at: Moment) -> int:
    """How many of whom the time has come."""
    return sum(bisect_right(places, (at.then_ms, NOBODY_LATER)) for _, places in lanes)


def _walked(rule: Rule, lanes: Sequence[LaneLine], lane: Lane, at: Moment, favoured: int) -> int:
    """Where he stands in the whole order, with him in it: for lines with people who have waited so long that they go in
    either turn, and with a class that the hall file has lost. Costs as much as the line is long."""
    people: dict[Lane, Sequence[Place]] = dict(lanes)
    people[lane] = [*(one for one in people.get(lane, ()) if one != at.place), at.place]
    return in_call_order(rule, people.items(), at.then_ms, favoured).index(at.place)


def in_call_order(rule: Rule, lanes: Iterable[LaneLine], now_ms: float, favoured: int = 0) -> list[Place]:
    """The people of some lanes, the next one first. ``favoured``: so many of classes were just called one after the
    other by the counter that calls next, which only the rotating rule asks."""
    people: list[_One] = []
    for (service, priority, _), places in lanes:
        of_class, long_ms = rule.is_favoured(priority), now_ms - rule.cap_ms
        usual, long = rule.kind(service, priority), rule.kind(service, priority, True)
        for place in places:
            kind = long if rule.cap_ms and place[0] <= long_ms else usual
            people.append((*rule.rank(kind, now_ms - place[0]), *place, of_class, priority is not None))
    people.sort()
    if rule.in_a_row:
        people = _by_turns(people, rule.in_a_row, favoured)
    return [one[2:5] for one in people]


def _by_turns(people: list[_One], in_a_row: int, favoured: int) -> list[_One]:
    """So many of classes, then one of no class. Who of no class has waited long stands in the first group in either
    turn, by how long he has waited; nobody who is early goes before anybody who is not."""
    early = [one for one in people if one[0] == EARLY[0]]
    present = people[: len(people) - len(early)]
    classes = deque(one for one in present if one[5])
    capped = deque(one for one in present if not one[5] and one[0] == 0)
    others = deque(one for one in present if not one[5] and one[0] != 0)
    order = []
    while classes or capped or others:
        mine, rest = (others, classes) if favoured >= in_a_row else (classes, others)
        line = min((line for line in (mine, capped) if line), key=lambda line: line[0][1:5], default=rest)
        one = line.popleft()
        favoured = favoured + 1 if one[6] else 0
        order.append(one)
    return order + early


def _favoured(hall: Hall, state: State, service: str) -> int:
    """How many of priority classes in a row the counter has called that is nearest to owing the others a call."""
    able = (counter for key, counter in state.counters.items() if key in hall.counters)
    return max(
        (
            counter.favoured
            for counter in able
            if counter.status is CounterStatus.OPEN and service in services_of(hall, state, counter.counter)
        ),
        default=0,
    )
