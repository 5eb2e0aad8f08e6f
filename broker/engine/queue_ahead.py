"""Who goes before somebody when his turn comes, by the hall's own rule, and how long that will keep the counters busy.

Whose turn it is depends on when that will be: of two kinds of visitors one gains on the other while both wait. So the
work ahead is reckoned for a moment, the moment for that work, and once more, until both agree. Within a lane the rule's
order is that of the lane, so each costs a search by halves and nobody walks along a line.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from broker.engine.assigned import services_of
from broker.engine.queue_rule import NOBODY_LATER, Kind, Moment, Place, Rule
from broker.engine.state import ON_THE_WAY, Lane, State
from broker.model.hall import Hall
from broker.model.words import CounterStatus

STEPS = 4


class Before(msgspec.Struct, frozen=True):
    """What is before somebody. ``ahead``: people, each by the share of his counters that are also ours.

    ``work_s``: their services and what is being done now, shared among the counters. ``share``: our counters of all at
    work (``counters``). ``free``: nobody is before him, and one of ours has nobody.
    """

    ahead: float
    ahead_alike: int
    work_s: float
    counters: int
    share: float
    free: bool
    longest_s: float


@dataclass(slots=True)
class _Line:
    """A lane in which somebody waits. ``bound`` is the counter that its people wait for, if it will call them.

    ``kinds``: what the rule makes of its people, and of who has waited long there; ``favoured``: they are of a class.
    """

    service: str
    kinds: tuple[Kind, Kind]
    favoured: bool
    mean_s: float
    places: list[tuple[int, int, str]]
    bound: str | None


class _Ahead(NamedTuple):
    """People by share, how many of the same service, and the seconds that they take."""

    people: float
    alike: int
    work_s: float


NOTHING = _Ahead(0.0, 0, 0.0)


@dataclass(slots=True)
class _Staff:
    """Counters as bits: who serves what, once those paused counters are back that come back by then."""

    serving: dict[str, int] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    count: int = 0


class Floor:
    """The hall at one moment, looked through once for as many questions as there are.

    ``mean_s`` says how long a service takes, in seconds, where so long was configured.
    """

    def __init__(self, hall: Hall, state: State, now_ms: int, mean_s: Callable[[str, float], float]) -> None:
        self._hall, self._state, self._now_ms = hall, state, now_ms
        self.rule = Rule(hall, state, now_ms)
        self._means = {key: mean_s(key, one.mean_minutes * 60) for key, one in hall.services.items()}
        self._busy: list[tuple[int, float]] = []
        self._idle = 0
        self._returning: list[tuple[int, str]] = []
        opened = []
        for index, key in enumerate(hall.counters):
            counter = state.counters.get(key)
            if counter is None:
                continue
            if counter.status is CounterStatus.OPEN:
                opened.append(key)
                ticket = state.tickets[counter.ticket] if counter.ticket else None
                if ticket is None:
                    self._idle |= 1 << index
                else:
                    self._busy.append((1 << index, self._means.get(ticket.service, 0.0)))
            elif counter.pause is not None and (counter.pause.returns_at_ms or 0) >= now_ms:
                self._returning.append((counter.pause.returns_at_ms or 0, key))
        self._index = {key: index for index, key in enumerate(hall.counters)}
        self._returning.sort()
        self._opened = opened
        self._staffs: dict[int, _Staff] = {}
        self._before_counters: dict[tuple[int, int], tuple[list[tuple[_Line, float]], float]] = {}
        self._now_staff = self._staff(0)
        self._lines = [
            _Line(
                lane[0],
                (self.rule.kind(*lane[:2]), self.rule.kind(*lane[:2], True)),
                self.rule.is_favoured(lane[1]),
                self._means[lane[0]],
                places,
                self._bound(lane),
            )
            for lane, places in state.lanes.items()
            if lane[0] in hall.services and lane[2] != ON_THE_WAY
        ]
        self._heads: dict[str, int] = {}
        for line in self._lines:
            self._heads[line.service] = min(line.places[0][0], self._heads.get(line.service, now_ms))

    def serves(self, service: str) -> bool:
        """Whether a counter is open for it now."""
        return service in self._now_staff.serving

    def before(self, service: str, priority: str | None, place: Place, wanted: str | None = None) -> Before | None:
        """What is before somebody of this kind at this place; None when no counter is open for the service.

        ``wanted``: the counter that he was sent to, as in his lane. Where it binds him it alone counts, and nothing is
        said while it is not at work.
        """
        bound = self._bound((service, priority, wanted))
        if not self.serves(service) or (bound is not None and bound not in self._now_staff.bits):
            return None
        wait_s, back, work_s, mine = 0.0, -1, 0.0, 0
        staff, doing_s, free, found = self._now_staff, 0.0, False, NOTHING
        lines: list[tuple[_Line, float]] = []
        for step in range(STEPS):
            then_ms, returned = self._now_ms + wait_s * 1000, 0
            if self._returning:
                returned = sum(1 for returns_ms, _ in self._returning if returns_ms <= then_ms)
            if returned != back:
                back, staff = returned, self._staff(returned)
                mine = staff.serving[service] if bound is None else staff.bits[bound]
                lines, doing_s = self._at(staff, returned, mine)
            if lines:
                found = self._ahead(lines, service, priority, Moment(place, then_ms))
            free = found.people == 0 and mine & self._idle != 0
            work_s = 0.0 if free else (found.work_s + doing_s) / mine.bit_count()
            if work_s == wait_s or not lines:
                break  # the moment and the work until then agree
            wait_s = work_s if step == 0 else (wait_s + work_s) / 2
        share = mine.bit_count() / staff.count
        return Before(found.people, found.alike, work_s, staff.count, share, free, self._longest_s(service))

    def _ahead(self, lines: list[tuple[_Line, float]], service: str, priority: str | None, at: Moment) -> _Ahead:
        """Who goes first at that moment. Where the rule rotates, those of the other sort only by their share."""
        rule, favoured = self.rule, self.rule.is_favoured(priority)
        mine = rule.mine(service, priority, at.waited_ms)
        people, alike, work_s, in_turn, others = 0.0, 0, 0.0, 0.0, []
        for line, share in lines:
            count = rule.before(line.places, line.kinds, mine, at)
            if rule.in_a_row and line.favoured != favoured:
                count, by_turns = self._by_turns(line, count, at)
                others.append((line, share, by_turns))
            elif rule.in_a_row:
                in_turn += (count if favoured else count - min(count, rule.waited_long(line.places, at))) * share
            if count:
                people += count * share
                work_s += count * share * line.mean_s
                alike += count if line.service == service else 0
        if not others:
            return _Ahead(people, alike, work_s)
        turns = in_turn // rule.in_a_row if favoured else (in_turn + 1) * rule.in_a_row
        all_others = sum(count * share for _, share, count in others)
        part = min(1.0, turns / all_others) if all_others else 0.0
        for line, share, count in others:
            people += part * count * share
            work_s += part * count * share * line.mean_s
            alike += round(part * count) if line.service == service else 0
        return _Ahead(people, alike, work_s)

    def _by_turns(self, line: _Line, before: int, at: Moment) -> tuple[int, int]:
        """Of a line of the other sort: how many go first in any turn, and of how many some do in their own.

        Who is of no class and has waited long enough is called in either turn; so are all before whoever's time has not
        come. Of a class, those who waited longer go first in their turns alone, and behind them nobody does.
        """
        if at.waited_ms < 0:
            return before, 0
        if line.favoured:
            return 0, before
        return before, bisect_right(line.places, (at.then_ms, NOBODY_LATER)) - before

    def _at(self, staff: _Staff, returned: int, mine: int) -> tuple[list[tuple[_Line, float]], float]:
        """What stands before these counters, and what they are doing; many services are served by the same ones."""
        known = self._before_counters.get((returned, mine))
        if known is None:
            known = self._before_counters[returned, mine] = self._shared(staff, mine), self._doing_s(mine)
        return known

    def _shared(self, staff: _Staff, mine: int) -> list[tuple[_Line, float]]:
        """Lanes whose people may be called at counters of ours, and by which share."""
        found = []
        for line in self._lines:
            theirs = staff.serving.get(line.service, 0) if line.bound is None else staff.bits.get(line.bound, 0)
            if theirs & mine:
                found.append((line, (theirs & mine).bit_count() / theirs.bit_count()))
        return found

    def _doing_s(self, mine: int) -> float:
        """The mean of the services that go on at our counters."""
        found = [mean_s for bit, mean_s in self._busy if bit & mine]
        return sum(found) / len(found) if found else 0.0

    def _longest_s(self, service: str) -> float:
        head_ms = self._heads.get(service, self._now_ms)
        return max(0.0, (self._now_ms - head_ms) / 1000)

    def _staff(self, returned: int) -> _Staff:
        """Who is at work once so many of the paused counters have come back."""
        found = self._staffs.get(returned)
        if found is None:
            found = self._staffs[returned] = _Staff()
            for key in (*self._opened, *(key for _, key in self._returning[:returned])):
                bit = found.bits[key] = 1 << self._index[key]
                found.count += 1
                for service in services_of(self._hall, self._state, key):
                    found.serving[service] = found.serving.get(service, 0) | bit
        return found

    def _bound(self, lane: Lane) -> str | None:
        return None if lane[2] is None else bound_to(self._hall, self._state, lane)


def bound_to(hall: Hall, state: State, lane: Lane) -> str | None:
    """The counter that alone may call from a lane, as the policy has it: a wish for one that is closed, or does not
    serve this today, binds nobody. None: any that serves."""
    service, _, wanted = lane
    if wanted is None or wanted not in hall.counters:
        return None
    closed = state.counter(wanted).status is CounterStatus.CLOSED
    return None if closed or service not in services_of(hall, state, wanted) else wanted
