"""Who is before somebody when his turn comes: as if everybody were asked, in the order of the hall's rule."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from broker.engine.assigned import services_of
from broker.engine.policy import raised_factor, serves, target_ms
from broker.engine.queue_ahead import STEPS, Before, Floor
from broker.engine.state import Counter, Pause, Raised, State, Ticket
from broker.model.ratios import ratio
from broker.model.words import CounterStatus, Holding, TicketStatus
from tests.engine.made_up_day import hall_of_three
from tests.halls import OPENS_MS

NOW_MS = OPENS_MS + 3_600_000
HOURS_MS = 7_200_000
NEARLY = 1e-9
SERVICES, CLASSES = ("pension", "card", "bank"), (None, "elderly", "appointment")
HALL = hall_of_three()


@dataclass(frozen=True)
class Person:
    service: str
    priority: str | None
    came_ms: int
    wanted: str | None
    present: bool


people = st.lists(
    st.builds(
        Person,
        st.sampled_from(SERVICES),
        st.sampled_from(CLASSES),
        st.integers(NOW_MS - HOURS_MS, NOW_MS),
        st.sampled_from((None, None, None, "c1", "c3")),
        st.sampled_from((True, True, True, False)),
    ),
    max_size=40,
)
desks = st.lists(
    st.tuples(st.sampled_from(CounterStatus), st.integers(-60, 3_000), st.booleans()), min_size=3, max_size=3
)


def ticket_of(rank: int, person: Person) -> Ticket:
    return Ticket(
        f"t-{rank:03d}", f"A{rank:03d}", "a", person.service, person.priority, "zh", None, TicketStatus.WAITING,
        Holding.PAPER, person.came_ms, person.came_ms, rank, person.came_ms,
        to_counter=person.wanted, present=person.present,
    )  # fmt: skip


def state_of(crowd: list[Person], at_counters: list[tuple[CounterStatus, int, bool]]) -> State:
    state = State(now_ms=NOW_MS, day="2026-03-04")
    for rank, person in enumerate(crowd):
        ticket = ticket_of(rank, person)
        state.tickets[ticket.ticket] = ticket
        state.enter_line(ticket)
    for key, (status, back_s, busy) in zip(HALL.counters, at_counters, strict=True):
        pause = Pause("", "", "", NOW_MS, NOW_MS + back_s * 1000, None) if status is CounterStatus.PAUSED else None
        state.counters[key] = Counter(key, status, pause=pause)
        if busy and status is CounterStatus.OPEN:
            served = ticket_of(900, Person("card", None, NOW_MS, None, True))
            state.tickets[served.ticket] = served
            state.counters[key].ticket = served.ticket
    return state


def usual(service: str, configured_s: float) -> float:
    return configured_s


class Asked:
    """The same question, answered by asking everybody in the hall."""

    def __init__(self, state: State, who: Ticket) -> None:
        self.state, self.who = state, who

    def answer(self) -> Before | None:
        serving = self._serving(self.who.service, NOW_MS)
        if not any(self.state.counters[key].status is CounterStatus.OPEN for key in serving):
            return None
        wait_s, found = 0.0, (0.0, 0, 0.0, False)
        for step in range(STEPS):
            found = self._at(NOW_MS + wait_s * 1000)
            wait_s = found[2] if step == 0 else (wait_s + found[2]) / 2
        return Before(found[0], found[1], found[2], 0, 0.0, found[3], 0.0)

    def _at(self, then_ms: float) -> tuple[float, int, float, bool]:
        ours = set(self._serving(self.who.service, then_ms))
        ahead, alike, work_s = 0.0, 0, 0.0
        for other in self.state.tickets.values():
            if other.status is not TicketStatus.WAITING or other is self.who or not other.present or other.rank == 900:
                continue
            theirs = {key for key in self._serving(other.service, then_ms) if serves(HALL, self.state, key, other.lane)}
            if theirs & ours and self._first(other, then_ms):
                share = len(theirs & ours) / len(theirs)
                ahead, work_s = ahead + share, work_s + share * self._mean_s(other.service)
                alike += other.service == self.who.service
        doing = [
            self._mean_s(self.state.tickets[counter.ticket].service)
            for key, counter in self.state.counters.items()
            if key in ours and counter.ticket is not None
        ]
        idle = any(
            self.state.counters[key].ticket is None and self.state.counters[key].status is CounterStatus.OPEN
            for key in ours
        )
        if ahead == 0 and idle:
            return 0.0, 0, 0.0, True
        return ahead, alike, (work_s + (sum(doing) / len(doing) if doing else 0.0)) / len(ours), False

    def _serving(self, service: str, then_ms: float) -> Iterator[str]:
        for key, counter in self.state.counters.items():
            returns_ms = counter.pause.returns_at_ms if counter.pause else None
            back = returns_ms is not None and NOW_MS <= returns_ms <= then_ms
            if (counter.status is CounterStatus.OPEN or back) and service in services_of(HALL, self.state, key):
                yield key

    def _first(self, other: Ticket, then_ms: float) -> bool:
        """By the rule at that moment; a tie goes to the earlier place."""
        theirs, mine = self._score(other, then_ms), self._score(self.who, then_ms)
        alike = self._target_ms(other) == self._target_ms(self.who)
        assume(alike or abs(theirs - mine) > NEARLY)
        if alike:
            return other.place < self.who.place
        return theirs > mine

    def _score(self, ticket: Ticket, then_ms: float) -> float:
        return ratio(then_ms - ticket.clock_ms, self._target_ms(ticket), 1)  # type: ignore[arg-type]

    def _target_ms(self, ticket: Ticket) -> float:
        return target_ms(HALL, ticket.lane) * raised_factor(self.state, ticket.lane, NOW_MS)

    @staticmethod
    def _mean_s(service: str) -> float:
        return HALL.services[service].mean_minutes * 60


@settings(deadline=None, max_examples=300)
@given(people, desks, st.sampled_from(SERVICES), st.sampled_from(CLASSES), st.integers(1, 3_000_000), st.booleans())
def test_what_is_ahead_is_what_asking_everybody_finds(
    crowd: list[Person],
    at_counters: list[tuple[CounterStatus, int, bool]],
    service: str,
    priority: str | None,
    waited_ms: int,
    raised: bool,
) -> None:
    me = Person(service, priority, NOW_MS - waited_ms, None, True)
    state = state_of([*crowd, me], at_counters)
    if raised:
        state.raised["bank", None] = Raised(0.25, NOW_MS + HOURS_MS)
    who = state.tickets[f"t-{len(crowd):03d}"]
    found, wanted = Floor(HALL, state, NOW_MS, usual).before(service, priority, who.place), Asked(state, who).answer()
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        assert (found.ahead, found.work_s) == pytest.approx((wanted.ahead, wanted.work_s))
        assert (found.ahead_alike, found.free) == (wanted.ahead_alike, wanted.free)


OPEN_BUSY = (CounterStatus.OPEN, 0, True)
SHUT = (CounterStatus.CLOSED, 0, False)


def before(crowd: list[Person], at_counters: list[tuple[CounterStatus, int, bool]], service: str) -> Before | None:
    state = state_of(crowd, at_counters)
    return Floor(HALL, state, NOW_MS, usual).before(service, None, (NOW_MS, float("inf"), ""))


def walk_ins(count: int, service: str = "card") -> list[Person]:
    return [Person(service, None, NOW_MS - 60_000 - n, None, True) for n in range(count)]


def test_a_counter_that_comes_back_in_time_takes_its_share_and_one_that_is_overdue_does_not() -> None:
    crowd = walk_ins(8)
    alone = before(crowd, [OPEN_BUSY, SHUT, SHUT], "card")
    soon = before(crowd, [OPEN_BUSY, SHUT, (CounterStatus.PAUSED, 300, False)], "card")
    overdue = before(crowd, [OPEN_BUSY, SHUT, (CounterStatus.PAUSED, -1, False)], "card")
    assert alone is not None and soon is not None
    assert soon.work_s == pytest.approx(alone.work_s / 2)
    assert overdue == alone


def test_with_nobody_ahead_and_a_counter_free_there_is_no_work_to_wait_for() -> None:
    found = before([], [(CounterStatus.OPEN, 0, False), OPEN_BUSY, SHUT], "card")
    assert found is not None and found.free and found.work_s == 0
    assert before([], [SHUT, (CounterStatus.OPEN, 0, False), SHUT], "card") is None


def test_who_is_on_the_way_is_before_nobody_yet() -> None:
    found = before([Person("card", None, NOW_MS - 9_000, None, False)], [OPEN_BUSY, SHUT, SHUT], "card")
    assert found is not None and found.ahead == 0


def test_those_who_gain_on_a_long_service_while_it_waits_are_before_it_though_they_came_no_earlier() -> None:
    crowd = [Person("pension", "elderly", NOW_MS - 1_000, None, True)] * 20
    long = before([*walk_ins(1, "bank"), *crowd], [SHUT, OPEN_BUSY, SHUT], "bank")
    assert long is not None and long.ahead == 21
