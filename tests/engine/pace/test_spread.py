"""Ranges: which residuals speak for whom, quantiles, and levels that make the share come true."""

import random
from statistics import NormalDist

import pytest

from broker.engine.pace.spread import (
    BIN_STARTS,
    ENOUGH,
    FIRST_DEVIATION,
    KEPT_MOST,
    Bin,
    Residuals,
    Tails,
    bin_of,
    mean_ratio,
    quantile,
)


def test_everybody_has_a_bin_and_more_ahead_is_never_a_lower_one() -> None:
    bins = [bin_of(ahead) for ahead in range(400)]
    assert bins == sorted(bins)
    assert set(bins) == set(range(len(BIN_STARTS)))
    assert [bin_of(ahead) for ahead in (3, 4, 5, 6, 21, 22)] == [3, 4, 4, 5, 7, 8]


def test_a_bin_keeps_the_newest_in_both_orders() -> None:
    chance = random.Random(1)
    numbers = [round(chance.gauss(0, 1), 1) for _ in range(KEPT_MOST * 3)]  # many alike
    kept = Bin()
    for number in numbers:
        kept.add(number)
    assert list(kept.came) == numbers[-KEPT_MOST:]
    assert kept.ordered == sorted(numbers[-KEPT_MOST:])


def test_neighbours_help_until_there_are_enough_and_then_no_more() -> None:
    residuals = Residuals()
    for _ in range(ENOUGH - 1):
        residuals.learn(0, 1.0)
    residuals.learn(1, 2.0)
    residuals.learn(30, 9.0)
    assert residuals.near(0) == [1.0] * (ENOUGH - 1) + [2.0]
    residuals.learn(0, 1.5)
    assert residuals.near(0) == [1.0] * (ENOUGH - 1) + [1.5]
    assert len(residuals.near(30)) == ENOUGH + 2


def test_before_there_are_enough_the_normal_distribution_speaks_and_is_narrower_the_more_stand_ahead() -> None:
    assert quantile([5.0] * (ENOUGH - 1), 0.9, 0) == pytest.approx(NormalDist().inv_cdf(0.9) * FIRST_DEVIATION)
    assert 0 < quantile([], 0.9, 9) < quantile([], 0.9, 0)
    assert quantile([], 0.5, 4) == 0
    assert mean_ratio([], 0) > mean_ratio([], 30) > 1


def test_a_quantile_lies_between_its_neighbours() -> None:
    ordered = [float(number) for number in range(101)]
    assert [quantile(ordered, level, 0) for level in (0.0, 0.105, 0.5, 1.0)] == [0.0, 10.5, 50.0, 100.0]


@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_the_levels_move_until_the_range_holds_its_share_though_its_quantiles_are_wrong(shift: float) -> None:
    chance, tails, within, last = random.Random(11), Tails(0.10, 0.90), 0, 6_000
    believed = [
        NormalDist(shift, 0.7).inv_cdf((i + 0.5) / 400) for i in range(400)
    ]  # the truth is wider, and elsewhere
    for turn in range(20_000):
        low, high = quantile(believed, tails.low, 0), quantile(believed, tails.high, 0)
        found = chance.gauss(0, 1)
        tails.learn(found < low, found > high)
        within += turn >= 20_000 - last and low <= found <= high
    assert within / last == pytest.approx(0.80, abs=0.02)


def test_a_level_never_leaves_what_has_a_quantile() -> None:
    tails = Tails(0.2, 0.85)
    for _ in range(5_000):
        tails.learn(below=True, above=True)
    assert 0 < tails.low < tails.high < 1
