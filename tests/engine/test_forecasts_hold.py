"""Days of a made-up hall: what visitors are told comes true as often as it should, and oftener than by queue length.

Seeds are fixed, bounds wider than what was found for them by the chance of so many waits.
"""

from functools import cache
from math import exp
from statistics import fmean

import pytest

from broker.engine.coverage import coverage
from broker.engine.pace.predictor import HEAD_START
from broker.model.hall import Hall
from tests.engine.made_up_day import MadeUpHall, Waited, hall_of_three
from tests.halls import small_hall

SEEDS = (1, 2, 3)
DAYS = 12


@cache
def lived(kind: str, seed: int) -> MadeUpHall:
    """``slow``: everything takes twice as long as the hall file says."""
    halls: dict[str, Hall] = {"as configured": small_hall(), "slow": small_hall(), "three services": hall_of_three()}
    speed = 2.0 if kind == "slow" else 1.0
    return MadeUpHall(halls[kind], seed, load=0.9 / speed, speed=speed).days(DAYS)


def later(made: MadeUpHall) -> list[Waited]:
    """Of the second half of the days."""
    return made.waited[len(made.waited) // 2 :]


def within(waits: list[Waited]) -> tuple[float, float, float, float]:
    """The shares that ended within the outer range, the shown one, as it was told, and as queue length would tell."""
    return (
        fmean(one.foretold.outer_s[0] <= one.waited_s <= one.foretold.outer_s[1] for one in waits),
        fmean(one.foretold.shown_s[0] <= one.waited_s <= one.foretold.shown_s[1] for one in waits),
        fmean(one.foretold.told_min[0] * 60 <= one.waited_s <= one.foretold.told_min[1] * 60 for one in waits),
        fmean(one.plain.low_min * 60 <= one.waited_s <= one.plain.high_min * 60 for one in waits),
    )


def seconds(made: MadeUpHall, logarithm: float) -> float:
    assert made.state.pace is not None
    return max(0.0, exp(logarithm) - HEAD_START * made.state.pace.usual_s)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["as configured", "slow", "three services"])
def test_ranges_hold_the_shares_they_are_meant_to_whatever_the_hall_is_like(kind: str, seed: int) -> None:
    outer, shown, told, plain = within(later(lived(kind, seed)))
    assert outer == pytest.approx(0.80, abs=0.05)
    assert shown == pytest.approx(0.65, abs=0.05)
    assert 0.77 < told < 0.92
    assert plain < told - 0.12


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["as configured", "slow", "three services"])
def test_the_middle_is_nearer_to_the_wait_than_the_work_ahead_alone(kind: str, seed: int) -> None:
    made = lived(kind, seed)
    middle = fmean(abs(seconds(made, one.foretold.log_s) - one.waited_s) for one in later(made))
    by_work = fmean(abs(seconds(made, one.foretold.numbers[0]) - one.waited_s) for one in later(made))
    assert middle < by_work


def test_who_goes_first_is_told_the_truth_as_often_as_who_does_not() -> None:
    waits = [one for kind in ("as configured", "three services") for seed in SEEDS for one in later(lived(kind, seed))]
    for priority in (None, "elderly"):
        told = within([one for one in waits if one.priority == priority])[2]
        assert 0.77 < told < 0.92, priority


def test_the_first_hundred_visitors_of_a_new_hall_are_told_the_truth_already() -> None:
    told = [within(lived(kind, seed).waited[:100])[2] for kind in ("as configured", "three services") for seed in SEEDS]
    assert fmean(told) > 0.72


def test_what_the_fold_counts_is_what_happened() -> None:
    made = lived("three services", 1)
    counted = coverage(made.state)
    assert len({one.day for one in counted}) == DAYS
    assert sum(one.told for one in counted) == len(made.waited)
    assert sum(one.kept for one in counted) == pytest.approx(within(made.waited)[2] * len(made.waited))
    assert sum(one.later for one in counted) == sum(one.waited_s > one.foretold.told_min[1] * 60 for one in made.waited)


def held_again(made: MadeUpHall) -> tuple[int, int]:
    """Of the ranges shown to people who waited already, in the second half of the days: how many held, of how many."""
    counted = coverage(made.state, again=True)
    half = sorted({one.day for one in counted})[DAYS // 2 :]
    return sum(one.kept for one in counted if one.day in half), sum(one.told for one in counted if one.day in half)


def test_what_is_shown_to_those_who_wait_holds_as_often_as_what_was_told_with_their_tickets() -> None:
    kinds = [lived(kind, seed) for kind in ("as configured", "slow", "three services") for seed in SEEDS]
    kept, told = (sum(figures) for figures in zip(*map(held_again, kinds), strict=True))
    assert told > 3_000
    assert 0.77 < kept / told < 0.92


def test_the_tails_of_those_who_wait_are_not_those_of_the_tickets() -> None:
    pace = lived("as configured", 1).state.pace
    assert pace is not None
    assert (pace.again.low, pace.again.high) != (pace.shown.low, pace.shown.high)
