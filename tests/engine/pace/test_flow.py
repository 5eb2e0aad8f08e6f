"""Means that forget, rates over busy time, waits that began alike."""

from math import log

import pytest

from broker.engine.pace.flow import ALIKE_ENOUGH, ALIKE_MOST, LAST_ALIKE, LAST_WAITS, BusyRate, Mean, Waits


def test_a_mean_begins_as_configured_and_goes_to_what_is_seen() -> None:
    mean = Mean.believed(300)
    assert mean.seconds == 300
    mean.learn(600)
    assert mean.seconds == pytest.approx((5 * 300 * 0.998 + 600) / (5 * 0.998 + 1))
    for _ in range(5_000):
        mean.learn(120)
    assert mean.seconds == pytest.approx(120, rel=0.001)


def test_a_rate_counts_starts_over_the_time_in_which_somebody_waited() -> None:
    rate = BusyRate(half_life_s=300)
    for _ in range(400):
        rate.passed(20)
        rate.started()
    assert rate.per_second(1.0, 1e-9) == pytest.approx(1 / 20, rel=0.05)


def test_nothing_is_forgotten_while_nobody_waits_and_half_of_it_in_a_half_life() -> None:
    rate = BusyRate(half_life_s=100, starts=8.0, busy_s=40.0)
    rate.passed(0)
    assert rate.per_second(1.0, 1e-9) == pytest.approx(8 / 40)
    rate.passed(60)
    rate.passed(40)  # only added up until somebody starts
    rate.started()
    assert rate.starts == pytest.approx(4.0 + 1)
    assert rate.busy_s == pytest.approx(20 + 100 / log(2) / 2)


def test_what_is_believed_counts_like_something_seen_before() -> None:
    assert BusyRate(100).per_second(0.02, 150) == pytest.approx(0.02)
    assert BusyRate(100, starts=3, busy_s=150).per_second(0.02, 150) == pytest.approx(0.02)
    assert BusyRate(100, starts=6, busy_s=150).per_second(0.02, 150) == pytest.approx(0.03)


def test_waits_are_alike_that_began_with_as_many_ahead_and_missing_ones_are_as_said_otherwise() -> None:
    waits = Waits()
    assert (waits.mean_of_last(77), waits.mean_of_alike(3, 77)) == (77, 77)
    waits.learn(3, 100)
    assert waits.mean_of_alike(3, 50) == pytest.approx((100 + (ALIKE_ENOUGH - 1) * 50) / ALIKE_ENOUGH)
    assert waits.mean_of_alike(4, 50) == 50
    for _ in range(LAST_ALIKE):
        waits.learn(3, 10)
    assert waits.mean_of_alike(3, 50) == 10
    assert waits.mean_of_last(50) == 10
    assert len(waits.last) == LAST_WAITS


def test_beyond_forty_ahead_all_are_alike() -> None:
    waits = Waits()
    for _ in range(ALIKE_ENOUGH):
        waits.learn(ALIKE_MOST + 20, 4_000)
    assert waits.mean_of_alike(ALIKE_MOST + 1, 1) == 4_000
    assert len(waits.alike) == 1
