"""Nobody is overtaken by more people, or by later ones, than the bound says, and it is no larger than it must be."""

from math import inf
from random import Random
from typing import get_args

import pytest

from broker.engine.assigned import services_of
from broker.engine.bound import (
    Kind,
    longest_wait_min,
    overtaken_most,
    overtaken_rarely_over,
    turns_most,
    window_min,
)
from broker.engine.policy import in_force, serves
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_calling import RuleName
from broker.model.hall_file import parse_hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import SMALL

CLASSES = '[priority.disabled]\nnames = { zh = "残疾人", en = "Disabled" }\nfactor = 0.5\n'
WALK_IN, ELDERLY = ("pension", None), ("pension", "elderly")
RAISED = 0.4
MINUTE_MS = 60_000


def hall_with(calling: str) -> Hall:
    return parse_hall(SMALL.replace("mean_minutes = 5\nquota", "mean_minutes = 12\nquota") + CLASSES + calling)


def kind_of(ticket: Ticket) -> Kind:
    return ticket.service, ticket.priority


class WatchedDay:
    """A made-up day in which every overtaking is held against the bound."""

    def __init__(self, calling: str, seed: int, raising: bool = False, changing: bool = False) -> None:
        self.work = HallAtWork(hall_with(calling)).open_day().open_counters("c1", "c2", "c3")
        self.chance, self.raising, self.changing = Random(seed), raising, changing
        self.overtakings = 0
        self.passed: dict[str, list[Ticket]] = {}

    def run(self, steps: int) -> "WatchedDay":
        work, chance = self.work, self.chance
        for _ in range(steps):
            work.wait(chance.expovariate(1 / 70))
            if chance.random() < 0.75:
                priority = chance.choice((None, None, "elderly", "disabled"))
                work.take_ticket(chance.choice(("pension", "card")), priority)
            if self.raising and chance.random() < 0.05:
                work.done(c.RaiseClass(service=chance.choice(("card", "pension")), factor=RAISED, minutes=10))
            if self.changing and chance.random() < 0.05:
                services = chance.choice((("pension",), ("card",), ("card", "pension"), ()))
                work.ask(c.ChangeServices(counter=chance.choice(("c1", "c2", "c3")), services=services))
            if chance.random() < 0.65:
                self._call(chance.choice(("c1", "c2", "c3")))
        return self

    def _call(self, counter: str) -> None:
        work, state = self.work, self.work.state
        if state.counter(counter).ticket is not None:
            work.ask(c.StartService(counter=counter))
            work.done(c.FinishService(counter=counter))
        waiting = [state.tickets[place[2]] for places in state.lanes.values() for place in places]
        if work.ask(c.CallNext(counter=counter)).refusal is not None:
            return
        called = state.tickets[state.counter(counter).ticket or ""]
        for mine in waiting:
            if mine.clock_ms < called.clock_ms and serves(work.hall, state, counter, mine.lane):
                self._overtaken(mine, called)

    def _overtaken(self, mine: Ticket, theirs: Ticket) -> None:
        work = self.work
        self.overtakings += 1
        self.passed.setdefault(mine.ticket, []).append(theirs)
        waited_min = (work.now_ms - mine.clock_ms) / MINUTE_MS
        raised = RAISED if self.raising else 1.0
        calling = in_force(work.hall, work.state)
        assigned = {name: services_of(work.hall, work.state, name) for name in work.hall.counters}
        kinds = kind_of(mine), kind_of(theirs)
        most_min = window_min(work.hall, calling, *kinds, waited_min, raised, assigned if self.changing else None)
        assert (theirs.clock_ms - mine.clock_ms) / MINUTE_MS <= most_min + 1e-9


@pytest.mark.parametrize("raising", [False, True])
@pytest.mark.parametrize("cap", ["", "cap_min = 15\n"])
@pytest.mark.parametrize("rule", get_args(RuleName))
def test_on_made_up_days_nobody_is_passed_by_who_came_after_the_window(rule: str, cap: str, raising: bool) -> None:
    seen = 0
    for seed in range(3):
        seen += WatchedDay(f'[calling]\nrule = "{rule}"\n{cap}', seed, raising).run(150).overtakings
    assert (seen > 20) == (rule != "fcfs" or raising), "days in which nobody passes prove nothing"


@pytest.mark.parametrize("rule", ["ratio", "max_wait"])
def test_where_counters_are_given_other_services_on_the_floor_the_bound_is_that_of_these(rule: str) -> None:
    days = [WatchedDay(f'[calling]\nrule = "{rule}"\n', seed, changing=True).run(150) for seed in range(3)]
    assert sum(day.overtakings for day in days) > 20


def test_a_counter_that_was_given_both_lets_pass_what_the_hall_file_keeps_apart() -> None:
    hall = parse_hall(SMALL.replace("services = { pension = 1, card = 2 }", "services = { pension = 1 }"))
    theirs = ("card", "elderly")
    assert window_min(hall, hall.calling, WALK_IN, theirs, 60) == 0
    assert window_min(hall, hall.calling, WALK_IN, theirs, 60, assigned={"c1": {"pension": 1, "card": 1}}) > 40


@pytest.mark.parametrize("waited_min", [4, 10, 47])
def test_who_came_at_the_edge_of_the_window_passes_and_who_came_later_does_not(waited_min: int) -> None:
    """An elderly visitor has three tenths of the target: seven tenths of the wait is the window, to the millisecond."""
    hall = hall_with("")
    edge_min = window_min(hall, hall.calling, WALK_IN, ELDERLY, waited_min)
    assert edge_min == pytest.approx(0.7 * waited_min)
    for later_ms, passes in ((-1, True), (1, False)):
        work = HallAtWork(hall).open_day().open_counters("c2")
        mine, began_ms = work.take_ticket("pension"), work.now_ms
        work.now_ms = began_ms + round(edge_min * MINUTE_MS) + later_ms
        theirs = work.take_ticket("pension", "elderly")
        work.now_ms = began_ms + waited_min * MINUTE_MS
        assert work.call("c2") == (theirs if passes else mine)


def test_nobody_passes_who_needs_as_long_and_is_of_the_same_class() -> None:
    hall = hall_with("")
    assert window_min(hall, hall.calling, WALK_IN, WALK_IN, 60) == 0
    assert window_min(hall, hall.calling, ELDERLY, WALK_IN, 60) == 0


def test_services_that_share_no_counter_pass_each_other_not_at_all() -> None:
    text = SMALL.replace("services = { pension = 1, card = 2 }", "services = { pension = 1 }")
    hall = parse_hall(text)
    assert window_min(hall, hall.calling, WALK_IN, ("card", "elderly"), 60) == 0


def test_skills_and_what_was_raised_widen_the_window_by_as_much() -> None:
    """At counter 1 cards are second best: their target counts for a quarter more there."""
    hall = parse_hall(SMALL)
    assert window_min(hall, hall.calling, ("card", None), WALK_IN, 50) == pytest.approx(50 * (1 - 1 / 1.25))
    assert window_min(hall, hall.calling, WALK_IN, ELDERLY, 50, raised=0.5) == pytest.approx(50 * (1 - 0.15))


def test_from_the_cap_on_nobody_else_of_that_class_can_come_to_pass() -> None:
    hall = hall_with("[calling]\ncap_min = 20\n")
    assert window_min(hall, hall.calling, WALK_IN, ELDERLY, 10) == pytest.approx(7)
    assert window_min(hall, hall.calling, WALK_IN, ELDERLY, 90) == pytest.approx(14)


def test_so_many_come_in_the_window_and_one_at_its_edge() -> None:
    hall = hall_with("")
    assert overtaken_most(hall, hall.calling, WALK_IN, 30, {ELDERLY: 0.2, WALK_IN: 5.0}) == 4 + 1


@pytest.mark.parametrize(("rate", "share", "most"), [(0.0, 0.99, 0), (0.2, 0.5, 3), (0.2, 0.99, 7), (60.0, 0.99, 908)])
def test_of_people_who_come_by_chance_so_many_pass_once_in_a_hundred_waits(
    rate: float, share: float, most: int
) -> None:
    """Of the means 0, 2.8 and 840: the first of which the table of the Poisson distribution reaches the share."""
    hall = hall_with("")
    assert overtaken_rarely_over(hall, hall.calling, WALK_IN, 20, {ELDERLY: rate}, share=share) == most


def test_a_bunch_is_no_rarer_than_was_said() -> None:
    """Drawn: people of the class by chance, and how many of them came within the window."""
    hall, chance, rate, waits = hall_with(""), Random(5), 0.3, 4_000
    window = window_min(hall, hall.calling, WALK_IN, ELDERLY, 30)
    most = overtaken_rarely_over(hall, hall.calling, WALK_IN, 30, {ELDERLY: rate}, share=0.9)
    over = 0
    for _ in range(waits):
        came, at_min = 0, chance.expovariate(rate)
        while at_min <= window:
            came, at_min = came + 1, at_min + chance.expovariate(rate)
        over += came > most
    assert 0.02 < over / waits <= 0.11


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.15, 0.2, 0.25])
@pytest.mark.parametrize("before", [0, 3])
def test_nobody_waits_longer_than_the_worst_wait(rate: float, before: int) -> None:
    """One counter, five minutes each; elderly visitors come evenly, up to a quarter more than it can serve."""
    hall = hall_with("")
    work = HallAtWork(hall).open_day().open_counters("c2")
    for _ in range(before):
        work.take_ticket("pension")
    mine, began_ms = work.take_ticket("pension"), work.now_ms
    rates = {ELDERLY: rate}
    most_min = longest_wait_min(hall, hall.calling, WALK_IN, 5 * before, 1, rates)
    assert most_min < inf
    called, came = "", 0
    while called != mine:
        while rate and came / rate <= (work.now_ms - began_ms) / MINUTE_MS:
            work.take_ticket("pension", "elderly")
            came += 1
        called = work.call("c2")
        if called != mine:
            work.done(c.StartService(counter="c2"))
            work.done(c.FinishService(counter="c2"))
            work.wait(300)
    assert (work.now_ms - began_ms) / MINUTE_MS <= most_min + 1e-9


def test_more_work_than_the_counters_do_has_no_worst_wait_but_for_a_cap() -> None:
    """Of a factor of 0.3 seven tenths can pass: the ratio holds up to 1 / 0.7 of what a counter can do."""
    hall, capped = hall_with(""), hall_with("[calling]\ncap_min = 45\n")
    assert longest_wait_min(hall, hall.calling, WALK_IN, 5, 1, {ELDERLY: 0.28}) < inf
    assert longest_wait_min(hall, hall.calling, WALK_IN, 5, 1, {ELDERLY: 0.29}) == inf
    assert longest_wait_min(capped, capped.calling, WALK_IN, 5, 1, {ELDERLY: 0.29}) < 60
    strict = hall_with('[calling]\nrule = "strict"\n')
    assert longest_wait_min(strict, strict.calling, WALK_IN, 5, 1, {ELDERLY: 0.21}) == inf


def test_turns_let_so_many_pass_however_many_come() -> None:
    work = HallAtWork(hall_with('[calling]\nrule = "rotation"\n')).open_day().open_counters("c1", "c2")
    for _ in range(40):
        work.take_ticket("pension", "elderly")
    for _ in range(3):
        work.take_ticket("pension")
    mine, passed = work.take_ticket("pension"), 0
    for _ in range(10):
        work.take_ticket("pension", "elderly")
    for turn in range(60):
        counter = ("c1", "c2")[turn % 2]
        called = work.call(counter)
        if called == mine:
            break
        work.done(c.StartService(counter=counter))
        work.done(c.FinishService(counter=counter))
        passed += 1
    assert passed - 3 <= turns_most(work.hall.calling, 3, 2) == 10
