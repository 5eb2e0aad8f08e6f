"""In which order a service's line will be called, by the rule in force, if time stood still. Pure.

Every rule but one gives each person a group and a score of his own, so the line is sorted by them. The rotating rule
looks at who was called last, so its turns are taken one after the other. Who is booked and early stands behind all.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from broker.engine.assigned import services_of
from broker.engine.policy_rules import EARLY
from broker.engine.queue_rule import Moment, Rule
from broker.engine.state import Lane, State
from broker.model.hall import Hall
from broker.model.words import CounterStatus

Place = tuple[int, int, str]
"""As a ticket's place in its lane: what its waiting is counted from, its rank, its id."""
Key = tuple[float, float, int, int, str]
"""Group, score turned round, and the place: the smallest is next."""


@dataclass(frozen=True, slots=True, order=True)
class _One:
    """``of_class``: one of the hall file's; ``counted``: he has a class, of which the counter's turns are counted."""

    key: Key
    of_class: bool
    counted: bool


def line_of(hall: Hall, state: State, rule: Rule, service: str, now_ms: int) -> list[Place]:
    """All who wait for a service, the next one first."""
    lanes = [(lane, places) for lane, places in state.lanes.items() if lane[0] == service]
    return in_call_order(rule, lanes, now_ms, _favoured(hall, state, service))


def people_before(hall: Hall, state: State, rule: Rule, lane: Lane, place: Place, now_ms: int) -> int:
    """How many who wait for the same service would be called before somebody at this place, if time stood still.

    Searched by halves in each lane; under the rotating rule, whose turns have to be taken one by one, the line is
    walked along. Of a service that the hall file has lost, whoever came earlier.
    """
    service, priority, _ = lane
    lanes = {key: places for key, places in state.lanes.items() if key[0] == service}
    if service not in hall.services:
        return sum(bisect_left(places, place) for places in lanes.values())
    if rule.in_a_row:
        others = [one for one in lanes.get(lane, ()) if one != place]
        order = in_call_order(rule, {**lanes, lane: [*others, place]}.items(), now_ms, _favoured(hall, state, service))
        return order.index(place)
    at = Moment(place, now_ms)
    mine = rule.mine(service, priority, at.waited_ms)
    return sum(
        rule.before(places, (rule.kind(*key[:2]), rule.kind(*key[:2], True)), mine, at) for key, places in lanes.items()
    )


def in_call_order(rule: Rule, lanes: Iterable[tuple[Lane, list[Place]]], now_ms: int, favoured: int = 0) -> list[Place]:
    """The people of some lanes, the next one first. ``favoured``: so many of classes were just called one after the
    other by the counter that calls next, which only the rotating rule asks."""
    people: list[_One] = []
    for (service, priority, _), places in lanes:
        of_class, long_ms = rule.is_favoured(priority), now_ms - rule.cap_ms
        usual, long = rule.kind(service, priority), rule.kind(service, priority, True)
        for place in places:
            waited_ms = now_ms - place[0]
            kind = long if rule.cap_ms and place[0] <= long_ms else usual
            group = EARLY if waited_ms < 0 else (kind.tier, -kind.first - kind.each_ms * waited_ms)
            people.append(_One((*group, *place), of_class, priority is not None))
    people.sort()
    if rule.in_a_row:
        people = _by_turns(people, rule.in_a_row, favoured)
    return [one.key[2:] for one in people]


def _by_turns(people: list[_One], in_a_row: int, favoured: int) -> list[_One]:
    """So many of classes, then one of no class. Who of no class has waited long stands in the first group in either
    turn, by how long he has waited; nobody who is early goes before anybody who is not."""
    early = [one for one in people if one.key[0] == EARLY[0]]
    present = people[: len(people) - len(early)]
    classes = deque(one for one in present if one.of_class)
    capped = deque(one for one in present if not one.of_class and one.key[0] == 0)
    others = deque(one for one in present if not one.of_class and one.key[0] != 0)
    order = []
    while classes or capped or others:
        mine, rest = (others, classes) if favoured >= in_a_row else (classes, others)
        line = min((line for line in (mine, capped) if line), key=lambda line: line[0].key[1:], default=rest)
        one = line.popleft()
        favoured = favoured + 1 if one.counted else 0
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
