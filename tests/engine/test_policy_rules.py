"""Every rule that a hall may call by: whom it calls, what it keeps of that, and that nobody is forgotten by it."""

from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.engine.policy_rules import RULES, Claim, rank_of
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_calling import RuleName
from broker.model.hall_file import parse_hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import SMALL

NEVER_STARVES = [rule for rule in get_args(RuleName) if rule != "strict"]
DISABLED = '[priority.disabled]\nnames = { zh = "残疾人", en = "Disabled" }\nfactor = 0.3\n'


def hall_with(calling: str) -> Hall:
    return parse_hall(SMALL + DISABLED + "[calling]\n" + calling)


def at_work(calling: str) -> HallAtWork:
    return HallAtWork(hall_with(calling)).open_day().open_counters("c1")


def order_of(work: HallAtWork) -> list[str]:
    """Everybody who waits, in the order in which counter 1 calls them now."""
    called = []
    while any(work.state.lanes.values()):
        called.append(work.call())
        work.done(c.StartService(counter="c1"))
        work.done(c.FinishService(counter="c1"))
    return called


def last_call(work: HallAtWork) -> e.TicketCalled:
    return [event for event in work.events if isinstance(event, e.TicketCalled)][-1]


def a_mixed_line(work: HallAtWork, gap_s: int = 60) -> list[str]:
    """Walk-in, elderly, walk-in, disabled, walk-in, a minute after each other; and another minute."""
    numbers = []
    for priority in (None, "elderly", None, "disabled", None):
        numbers.append(work.take_ticket("pension", priority))
        work.wait(gap_s)
    return numbers


def test_first_come_first_served_knows_no_classes() -> None:
    work = at_work('rule = "fcfs"')
    numbers = a_mixed_line(work)
    assert order_of(work) == numbers


def test_the_strict_rule_takes_classes_as_they_are_declared_and_then_all_others() -> None:
    work = at_work('rule = "strict"')
    one, elderly, three, disabled, five = a_mixed_line(work)
    assert order_of(work) == [elderly, disabled, one, three, five]


def test_the_rotating_rule_calls_so_many_with_priority_and_then_one_other() -> None:
    work = at_work('rule = "rotation"\npriority_in_a_row = 1')
    one, elderly, three, disabled, five = a_mixed_line(work)
    assert order_of(work) == [elderly, one, disabled, three, five]


def test_an_undone_call_does_not_count_for_the_rotation() -> None:
    work = at_work('rule = "rotation"\npriority_in_a_row = 1')
    _, elderly, *_ = a_mixed_line(work)
    assert work.call() == elderly
    work.done(c.UndoLast(counter="c1"))
    assert work.call() == elderly


def test_a_head_start_is_so_many_minutes_and_no_more() -> None:
    work = at_work('rule = "head_start"\nhead_start_min = { elderly = 1.5, disabled = 2.5 }')
    one, elderly, three, disabled, five = a_mixed_line(work)
    assert order_of(work) == [elderly, one, disabled, three, five]
    assert [row.credit_ms for row in last_call(work).compared] == [0.0]


def test_a_class_without_a_head_start_of_its_own_has_twenty_minutes() -> None:
    work = at_work('rule = "head_start"')
    old = work.take_ticket("pension")
    work.wait(1199)
    elderly = work.take_ticket("pension", "elderly")
    assert order_of(work) == [elderly, old]
    old = work.take_ticket("pension")
    work.wait(1201)
    elderly = work.take_ticket("pension", "elderly")
    assert order_of(work) == [old, elderly]


def test_who_is_nearest_to_the_target_goes_first_by_max_wait() -> None:
    work = at_work('rule = "max_wait"')
    old = work.take_ticket("pension")  # target 10 min
    work.wait(6 * 60)
    elderly = work.take_ticket("pension", "elderly")  # 3 min: seven minutes less
    assert order_of(work) == [elderly, old]
    old = work.take_ticket("pension")
    work.wait(8 * 60)
    elderly = work.take_ticket("pension", "elderly")
    assert order_of(work) == [old, elderly]


def test_what_was_raised_goes_first_by_every_rule() -> None:
    for rule in get_args(RuleName):
        work = at_work(f'rule = "{rule}"')
        work.take_ticket("pension")
        work.wait(30)
        raised = work.take_ticket("card")
        work.wait(240)
        work.done(c.RaiseClass(service="card", factor=0.2, minutes=30))
        assert work.call() == raised, rule


def test_a_session_may_have_another_rule_and_the_call_says_which() -> None:
    everywhere = at_work('rule = "fcfs"')
    numbers = a_mixed_line(everywhere)
    assert everywhere.call() == numbers[0]
    assert last_call(everywhere).rule == "fcfs"
    work = at_work('rule = "fcfs"\n[calling.sessions.day]\nrule = "strict"')
    numbers = a_mixed_line(work)
    assert work.state.session == "day"
    assert work.call() == numbers[1]
    assert last_call(work).rule == "strict"
    assert last_call(work).why.startswith("strict ")
    assert [row.tier for row in last_call(work).compared] == [0, 1, 1_000_000]


@pytest.mark.parametrize("rule", ["ratio", "strict", "rotation", "head_start", "max_wait"])
def test_from_the_cap_on_a_walk_in_counts_as_priority(rule: str) -> None:
    work = at_work(f'rule = "{rule}"\ncap_min = 10\nhead_start_min = {{ elderly = 60, disabled = 60 }}')
    old = work.take_ticket("pension")
    work.wait(300)
    elderly = work.take_ticket("pension", "elderly")
    work.wait(299)
    uncapped = work.call()
    assert uncapped == elderly
    work.done(c.UndoLast(counter="c1"))
    work.wait(1)
    assert work.call() == old


@pytest.mark.parametrize("rule", NEVER_STARVES)
def test_ten_hours_of_people_with_priority_starve_no_walk_in(rule: str) -> None:
    """One service of five minutes at one counter, and whenever it is free one more with priority has come."""
    work = at_work(f'rule = "{rule}"')
    old = work.take_ticket("pension")
    for _ in range(120):
        work.take_ticket("pension", "elderly")
        work.wait(300)
        if work.call() == old:
            return
        work.done(c.StartService(counter="c1"))
        work.done(c.FinishService(counter="c1"))
    raise AssertionError(f"{rule}: {old} still waits")


def test_by_the_strict_rule_a_walk_in_starves_unless_there_is_a_cap() -> None:
    for calling, starved in (("", True), ("cap_min = 45", False)):
        work = at_work('rule = "strict"\n' + calling)
        old, called = work.take_ticket("pension"), list[str]()
        for _ in range(60):
            work.take_ticket("pension", "elderly")
            work.wait(300)
            called.append(work.call())
            work.done(c.StartService(counter="c1"))
            work.done(c.FinishService(counter="c1"))
        assert (old not in called) == starved


@given(
    st.sampled_from(sorted(RULES)),
    st.integers(0, 36_000_000),
    st.integers(0, 3_600_000),
    st.floats(1000, 1e8),
    st.integers(1, 3),
    st.sampled_from([0.1, 0.3, 1.0]),
    st.sampled_from([None, 0, 1, 5]),
    st.sampled_from([0.0, 60_000.0]),
    st.booleans(),
    st.booleans(),
)
def test_who_waits_longer_is_never_behind_for_it(
    rule: RuleName,
    waited_ms: int,
    more_ms: int,
    target_ms: float,
    skill: int,
    raised: float,
    place: int | None,
    credit_ms: float,
    turn: bool,
    cap: bool,
) -> None:
    rest = (target_ms, skill, raised, place, credit_ms, turn)
    shorter, longer = rank_of(rule, Claim(waited_ms, *rest)), rank_of(rule, Claim(waited_ms + more_ms, *rest))
    assert (longer[0], -longer[1]) <= (shorter[0], -shorter[1])
    if cap and place is None:  # in the meantime it has waited too long
        capped = rank_of(rule, Claim(waited_ms + more_ms, *rest[:3], 0, credit_ms, turn, True))
        assert (capped[0], -capped[1]) <= (shorter[0], -shorter[1])
    early = rank_of(rule, Claim(-1, *rest))
    assert (shorter[0], -shorter[1]) < (early[0], -early[1])


@pytest.mark.parametrize("rule", get_args(RuleName))
def test_within_a_line_the_head_is_always_first(rule: str) -> None:
    chance = Random(rule)
    work = HallAtWork(hall_with(f'rule = "{rule}"\ncap_min = 12')).open_day().open_counters("c1", "c2")
    for _ in range(150):
        work.wait(chance.uniform(1, 120))
        work.take_ticket(chance.choice(("pension", "card")), chance.choice((None, None, "elderly", "disabled")))
        counter = chance.choice(("c1", "c2"))
        if work.state.counter(counter).ticket is not None:
            work.ask(c.StartService(counter=counter))
            work.done(c.FinishService(counter=counter))
        heads = {lane: places[0][2] for lane, places in work.state.lanes.items()}
        if work.ask(c.CallNext(counter=counter)).refusal is None:
            called = work.state.tickets[last_call(work).ticket]
            assert heads[called.lane] == called.ticket
