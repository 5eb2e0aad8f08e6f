"""Who is before somebody when his turn comes: as if everybody were asked, in the order of the hall's rule."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from broker.engine.assigned import services_of
from broker.engine.policy import next_for, raised_factor, serves, target_ms
from broker.engine.policy_rules import Claim, rank_of
from broker.engine.queue_ahead import STEPS, Before, Floor
from broker.engine.state import Counter, Pause, Raised, State, Ticket
from broker.model.hall import Hall
from broker.model.hall_calling import Calling, RuleName
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

    def __init__(self, hall: Hall, state: State, who: Ticket) -> None:
        self.hall, self.state, self.who = hall, state, who

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
            theirs = {
                key for key in self._serving(other.service, then_ms) if serves(self.hall, self.state, key, other.lane)
            }
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
            if (counter.status is CounterStatus.OPEN or back) and service in services_of(self.hall, self.state, key):
                yield key

    def _first(self, other: Ticket, then_ms: float) -> bool:
        """By the rule at that moment; a tie goes to the earlier place."""
        (group, score), (my_group, my_score) = self._rank(other, then_ms), self._rank(self.who, then_ms)
        if group != my_group:
            return group < my_group
        nearly = abs(score - my_score) <= NEARLY * max(1.0, abs(score), abs(my_score))
        same = (other.service, other.priority) == (self.who.service, self.who.priority)
        assume(same or score == my_score or not nearly)  # what is nearly a tie is one or the other by the last digit
        if nearly:
            return other.place < self.who.place
        return score > my_score

    def _rank(self, ticket: Ticket, then_ms: float) -> tuple[int, float]:
        """As a call would have it: a class by its place and head start; who has waited too long, as elderly people."""
        calling, classes = self.hall.calling, list(self.hall.priority)
        raised = raised_factor(self.state, ticket.lane, NOW_MS)
        waited_ms, counted = then_ms - ticket.clock_ms, ticket.priority
        place, credit_ms = None, 0.0
        if counted in classes:
            place, credit_ms = classes.index(counted), calling.credit_ms(counted)
        elif calling.cap_min and waited_ms >= calling.cap_min * 60_000:
            counted, place, credit_ms = "elderly", 0, max(map(calling.credit_ms, classes))
        target = target_ms(self.hall, (ticket.service, counted, None)) * raised
        return rank_of(calling.rule, Claim(waited_ms, target, 1, raised, place, credit_ms))  # type: ignore[arg-type]

    @staticmethod
    def _mean_s(service: str) -> float:
        return HALL.services[service].mean_minutes * 60


@settings(deadline=None, max_examples=300)
@given(
    people,
    desks,
    st.sampled_from(SERVICES),
    st.sampled_from(CLASSES),
    st.integers(1, 3_000_000),
    st.booleans(),
    st.sampled_from(("ratio", "ratio", "fcfs", "strict", "max_wait", "head_start")),
    st.sampled_from((0.0, 25.0)),
)
def test_what_is_ahead_is_what_asking_everybody_finds(
    crowd: list[Person],
    at_counters: list[tuple[CounterStatus, int, bool]],
    service: str,
    priority: str | None,
    waited_ms: int,
    raised: bool,
    rule: RuleName,
    cap_min: float,
) -> None:
    hall = replace(HALL, calling=Calling(rule=rule, cap_min=cap_min, head_start_min={"elderly": 15.0}))
    me = Person(service, priority, NOW_MS - waited_ms, None, True)
    state = state_of([*crowd, me], at_counters)
    if raised:
        state.raised["bank", None] = Raised(0.25, NOW_MS + HOURS_MS)
    who = state.tickets[f"t-{len(crowd):03d}"]
    found = Floor(hall, state, NOW_MS, usual).before(service, priority, who.place)
    wanted = Asked(hall, state, who).answer()
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


@pytest.mark.parametrize(("priority", "ahead"), [(None, 3 + 8), ("elderly", 30 + 15)])
def test_where_two_of_a_class_go_before_one_of_the_others_each_sort_is_counted_so(
    priority: str | None, ahead: int
) -> None:
    """A walk-in behind three has two for each of them and two for himself before him; who is of a class has thirty of
    his own, and one for each two of these."""
    hall = replace(HALL, calling=Calling(rule="rotation"))
    crowd = [*walk_ins(3), *[Person("card", "elderly", NOW_MS - 1_000, None, True)] * 30]
    crowd += [Person("card", None, NOW_MS + 1, None, True)] * 40 * (priority is not None)
    state = state_of(crowd, [OPEN_BUSY, SHUT, SHUT])
    found = Floor(hall, state, NOW_MS, usual).before("card", priority, (NOW_MS, float("inf"), ""))
    assert found is not None and found.ahead == ahead


def called_before(hall: Hall, state: State, mine: str) -> int:
    """As the policy itself calls, one after the other at one counter, within a moment."""
    for count in range(1_000):
        choice = next_for(hall, state, "c1", NOW_MS)
        assert choice is not None
        if choice.ticket.ticket == mine:
            return count
        state.leave_line(choice.ticket)
        counter = state.counters["c1"]
        counter.favoured = 0 if choice.ticket.priority is None else counter.favoured + 1
    raise AssertionError("never called")


@pytest.mark.parametrize("classes", [3, 6, 60])
@pytest.mark.parametrize("long", [0, 1, 5, 40])
@pytest.mark.parametrize("others", [0, 2, 20])
@pytest.mark.parametrize(("priority", "waited_ms"), [(None, 1_000), ("elderly", 1_000), (None, 2_900_000)])
def test_where_turns_are_taken_who_has_waited_very_long_is_before_whoever_comes_and_takes_no_turn(
    classes: int, long: int, others: int, priority: str | None, waited_ms: int
) -> None:
    hall = replace(HALL, calling=Calling(rule="rotation", cap_min=45))
    crowd = [Person("card", None, NOW_MS - 3_000_000 + n, None, True) for n in range(long)]
    crowd += [Person("card", "elderly", NOW_MS - 300_000 + n, None, True) for n in range(classes)]
    crowd += [Person("card", None, NOW_MS - 60_000 + n, None, True) for n in range(others)]
    me = Person("card", priority, NOW_MS - waited_ms, None, True)
    state = state_of([*crowd, me], [OPEN_BUSY, SHUT, SHUT])
    who = state.tickets[f"t-{len(crowd):03d}"]
    found = Floor(hall, state, NOW_MS, lambda *_: 0.001).before("card", priority, who.place)
    assert found is not None
    assert found.ahead == pytest.approx(called_before(hall, state, who.ticket))
