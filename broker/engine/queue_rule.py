"""How the hall's rule looks at a whole line: who of it goes before somebody at a moment, found by halves. Pure.

By every rule the claim of a person is a group and, in it, a score that grows evenly while the person waits. So it is
enough to ask the rule twice of a kind of people, and in a line everybody up to some moment of arrival goes first. Under
the rotating rule, whose groups change from call to call, each kind is counted by itself and then shared out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from broker.engine.policy import APPOINTMENT, in_force, raised_factor, target_ms
from broker.engine.policy_rules import EARLY, MINUTE_MS, Claim, Rank, rank_of
from broker.engine.state import State
from broker.model.hall import Hall
from broker.model.hall_calling import Calling

NOBODY_LATER = float("inf")
Place = tuple[float, float, str]
"""As a ticket's place in its lane: what its waiting is counted from, its rank, its id."""


class Kind(NamedTuple):
    """What the rule makes of a kind of people: the group, the score at first, and what each millisecond adds."""

    tier: int
    first: float
    each_ms: float


class Moment(NamedTuple):
    """Somebody's place, and when his turn may come."""

    place: Place
    then_ms: float

    @property
    def waited_ms(self) -> float:
        """By then."""
        return self.then_ms - self.place[0]


class Rule:
    """The rule in force at a moment, asked once for each kind."""

    def __init__(self, hall: Hall, state: State, now_ms: int) -> None:
        self._hall, self._state, self._now_ms = hall, state, now_ms
        self._calling: Calling = in_force(hall, state)
        self._classes = {name: place for place, name in enumerate(hall.priority)}
        self._kinds: dict[tuple[float, float, str | None, bool], Kind] = {}
        self._ranks: dict[Kind, Callable[[float], Rank]] = {}
        self.cap_ms = self._calling.cap_min * MINUTE_MS if self._classes else 0.0
        self.in_a_row = self._calling.priority_in_a_row if self._calling.rule == "rotation" else 0
        """So many of priority classes for one of the others; 0 where the rule does not rotate."""

    def is_favoured(self, priority: str | None) -> bool:
        """Whether a class is one of the hall file's."""
        return priority in self._classes

    def kind(self, service: str, priority: str | None, long: bool = False) -> Kind:
        """Of a lane; ``long``: of those who have waited so long that they count as priority, where they do."""
        raised = raised_factor(self._state, (service, priority, None), self._now_ms) if self._state.raised else 1.0
        key = self._hall.services[service].mean_minutes, raised, priority, long and bool(self.cap_ms)
        found = self._kinds.get(key)  # many services take as long as others
        if found is None:
            found = self._kinds[key] = self._made(service, *key[1:])
        return found

    def before(self, places: Sequence[Place], kinds: tuple[Kind, Kind], mine: Kind, at: Moment) -> int:
        """How many of a line go before somebody of this kind. ``kinds``: of the line, and of who waited long in it."""
        if at.waited_ms < 0:
            return bisect_left(places, at.place)  # before its time comes, everybody who came earlier goes first
        count = _count(places, kinds[0], mine, at)
        if not self.cap_ms or kinds[0] == kinds[1]:
            return count
        return max(count, min(self.waited_long(places, at), _count(places, kinds[1], mine, at)))

    def exactly_before(self, places: Sequence[Place], kinds: tuple[Kind, Kind], mine: Kind, at: Moment) -> int:
        """As ``before``, where ``at`` is now; equal claims are told apart as a call does it, to the last bit."""
        count = self.before(places, kinds, mine, at)
        if kinds[0] == kinds[1] == mine:
            return count
        own = self._key(mine, at.place, at.then_ms)

        def goes_first(place: Place) -> bool:
            long = bool(self.cap_ms) and place[0] <= at.then_ms - self.cap_ms
            return self._key(kinds[int(long)], place, at.then_ms) < own

        while count and not goes_first(places[count - 1]):
            count -= 1
        while count < len(places) and goes_first(places[count]):
            count += 1
        return count

    def rank(self, kind: Kind, waited_ms: float) -> Rank:
        """Of somebody of this kind, its score turned round so that the smallest is next: the very figures of a call."""
        group, score = EARLY if waited_ms < 0 else self._ranks[kind](waited_ms)
        return group, -score

    def _key(self, kind: Kind, place: Place, now_ms: float) -> tuple[float, float, float, float, str]:
        return (*self.rank(kind, now_ms - place[0]), *place)

    def waited_long(self, places: Sequence[Place], at: Moment) -> int:
        """How many of a line of no class will count as priority by then."""
        return bisect_right(places, (at.then_ms - self.cap_ms, NOBODY_LATER)) if self.cap_ms else 0

    def mine(self, service: str, priority: str | None, waited_ms: float) -> Kind:
        """The kind that somebody is once he has waited so long."""
        return self.kind(service, priority, bool(self.cap_ms) and waited_ms >= self.cap_ms)

    def _made(self, service: str, raised: float, priority: str | None, long: bool) -> Kind:
        place, credit_ms, counted = self._classes.get(priority or ""), 0.0, priority
        capped = long and place is None
        if place is not None:
            credit_ms = self._calling.credit_ms(priority or "")
        elif long:
            counted = min(self._people(), key=lambda name: self._hall.priority[name].factor)
            place, credit_ms = 0, max(self._calling.credit_ms(name) for name in self._classes)
        target = target_ms(self._hall, (service, counted, None)) * raised
        calling = self._calling.rule

        def rank(waited_ms: float) -> Rank:
            return rank_of(calling, Claim(waited_ms, target, 1, raised, place, credit_ms, False, capped))

        (tier, first), (_, later) = rank(0), rank(MINUTE_MS)
        kind = Kind(tier, first, (later - first) / MINUTE_MS)
        self._ranks[kind] = rank
        return kind

    def _people(self) -> list[str]:
        return [name for name in self._classes if name != APPOINTMENT] or list(self._classes)


def _count(places: Sequence[Place], kind: Kind, mine: Kind, at: Moment) -> int:
    if kind == mine:
        return bisect_left(places, at.place)
    if kind.tier != mine.tier:
        return bisect_right(places, (at.then_ms, NOBODY_LATER)) if kind.tier < mine.tier else 0
    score = mine.first + mine.each_ms * at.waited_ms
    came_ms = at.then_ms - (score - kind.first) / kind.each_ms
    return bisect_right(places, (min(came_ms, at.then_ms), NOBODY_LATER))
