"""Which idle counter should take who waits: each of them is somebody's, and the least flexible one goes first."""

from hypothesis import given
from hypothesis import strategies as st

from broker.engine.assigned import services_of
from broker.engine.policy import eligible_count, next_for
from broker.engine.project import project
from broker.engine.turn_to_press import rather
from broker.model import commands as c
from broker.model.hall_file import parse_hall
from broker.model.views import CounterView
from tests.engine.bench_hall import HallAtWork
from tests.halls import SMALL

COUNTERS = {
    "w1": ("1", ("pension", "card", "bank")),
    "w2": ("2", ("pension",)),
    "w3": ("3", ("pension", "card")),
    "w4": ("4", ("bank", "pension")),
}
HALL = parse_hall(
    SMALL.replace("quota = 400\n", "")
    + """
[services.bank]
names = { zh = "银行", en = "Bank" }
series = "b"
category = "person"
mean_minutes = 18
"""
    + "".join(
        f'[counters.{key}]\nname = "{name}9"\nzone = "a"\nservices = {{ {" = 1, ".join(services)} = 1 }}\n'
        for key, (name, services) in COUNTERS.items()
    )
)


def at_work(*counters: str) -> HallAtWork:
    return HallAtWork(HALL).open_day().open_counters(*counters)


def told(work: HallAtWork) -> dict[str, str]:
    return rather(HALL, work.state, work.now_ms)


def test_one_who_could_go_to_several_idle_counters_is_for_the_one_that_serves_least() -> None:
    work = at_work("w1", "w2", "w3")
    assert told(work) == {}
    work.take_ticket("pension")
    assert told(work) == {"w1": "w2", "w3": "w2"}
    shown = project(HALL, work.state, ("counter",))
    views = {name: view for (_, name), view in shown.items() if isinstance(view, CounterView)}
    assert {name: view.rather for name, view in views.items() if view.rather} == {"w1": "29", "w3": "29"}


def test_whoever_presses_first_calls_and_then_nobody_is_told_anything() -> None:
    work = at_work("w1", "w2")
    number = work.take_ticket("pension")
    assert told(work) == {"w1": "w2"}
    assert work.call("w1") == number
    assert told(work) == {}


def test_with_one_for_each_of_them_nobody_is_told_to_leave_him_to_another() -> None:
    work = at_work("w1", "w2", "w3")
    for service in ("pension", "card", "bank"):
        work.take_ticket(service)
    assert told(work) == {}


def test_of_two_that_serve_as_much_the_one_that_fewer_people_need_takes_him() -> None:
    work = at_work("w3", "w4")
    pension = work.take_ticket("pension")
    work.wait(60)
    work.take_ticket("card")
    best = next_for(HALL, work.state, "w3", work.now_ms)
    assert best is not None and best.ticket.number == pension, "counter 3 alone would call him"
    assert told(work) == {}, "one for each of them, once counter 4 takes the one that both serve"


def test_of_equals_the_one_that_has_had_nobody_for_longest_takes_him() -> None:
    work = at_work("w3", "w4")
    work.take_ticket("pension")
    work.call("w3")
    work.done(c.StartService(counter="w3"))
    work.wait(60)
    work.done(c.FinishService(counter="w3"))
    work.take_ticket("pension")
    assert told(work) == {"w3": "w4"}
    work.call("w4")
    work.done(c.StartService(counter="w4"))
    work.wait(60)
    work.done(c.FinishService(counter="w4"))
    work.take_ticket("pension")
    assert told(work) == {"w4": "w3"}


@given(
    st.sets(st.sampled_from(sorted(COUNTERS)), min_size=1),
    st.lists(st.sampled_from(("pension", "card", "bank")), max_size=5),
    st.integers(0, 2),
)
def test_of_the_idle_counters_each_waiting_head_has_exactly_one(opened: set[str], people: list[str], busy: int) -> None:
    """Who is told nothing is meant. Once they have called, those who were told find nobody; of all who could call one
    person, the meant one serves least."""
    work = at_work(*sorted(opened))
    for service in people:
        work.take_ticket(service)
        work.wait(5)
    for counter in sorted(opened)[:busy]:
        if eligible_count(HALL, work.state, counter):
            work.call(counter)
    state = work.state
    idle = [key for key in sorted(opened) if state.counters[key].ticket is None and eligible_count(HALL, state, key)]
    could_call = {key: eligible_count(HALL, state, key) for key in idle}
    asked = told(work)
    meant = [key for key in idle if key not in asked]
    assert set(asked) <= set(idle) and set(asked.values()) <= set(meant)
    assert bool(meant) == bool(idle)
    if sum(len(places) for places in state.lanes.values()) == 1 and idle:
        assert len(meant) == 1
        assert len(services_of(HALL, state, meant[0])) == min(len(services_of(HALL, state, key)) for key in idle)
    for counter in sorted(meant, key=lambda key: (len(services_of(HALL, state, key)), could_call[key], key)):
        if eligible_count(HALL, work.state, counter):
            work.call(counter)
    assert not any(eligible_count(HALL, work.state, counter) for counter in asked)
    for counter, other in asked.items():
        assert set(services_of(HALL, state, counter)) & set(services_of(HALL, state, other))


def test_nobody_is_left_to_a_counter_for_whom_only_it_could_do_something_else() -> None:
    work = at_work("w3", "w4")
    work.take_ticket("pension")
    work.wait(60)
    work.take_ticket("card")
    work.wait(60)
    assert told(work) == {}, "counter 4 serves pensions too, and only counter 3 the card"


def most_served(able: dict[str, tuple[str, ...]], people: list[str]) -> int:
    """By trying everything: how many of these counters could have somebody at once."""
    if not able:
        return 0
    counter, *others = able
    rest = {key: able[key] for key in others}
    left = [
        most_served(rest, [*people[:place], *people[place + 1 :]]) + 1
        for place, service in enumerate(people)
        if service in able[counter]
    ]
    return max([most_served(rest, people), *left])


@given(
    st.sets(st.sampled_from(sorted(COUNTERS)), min_size=2),
    st.lists(st.sampled_from(("pension", "card", "bank")), min_size=1, max_size=4),
)
def test_who_leaves_a_visitor_to_another_idles_nobody(opened: set[str], people: list[str]) -> None:
    work = at_work(*sorted(opened))
    for service in people:
        work.take_ticket(service)
        work.wait(5)
    able = {key: tuple(services_of(HALL, work.state, key)) for key in sorted(opened)}
    meant = {key: services for key, services in able.items() if key not in told(work)}
    assert most_served(meant, people) == most_served(able, people)
