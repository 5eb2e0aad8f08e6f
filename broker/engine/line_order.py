"""In which order a line will be called, by the rule in force, if time stood still. Pure.

Every rule but one gives each person a group and a score of his own, so the line is sorted by them. The rotating rule
looks at who was called last, so its turns are taken one after the other. Who is booked and early stands behind all.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from broker.engine.policy_rules import EARLY
from broker.engine.queue_rule import Rule
from broker.engine.state import Lane

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
