"""The line through logarithms: it finds what is there, keeps its guess until it is taught, and stays a covariance."""

import random

import pytest

from broker.engine.pace.mix import LEAST_SURE, MEMORY, NOISE, Mix


def grown(*rows: tuple[float, float]) -> Mix:
    mix = Mix()
    for weight, variance in rows:
        mix.grow(weight, variance)
    return mix


def test_before_anything_is_learned_it_says_its_first_guess() -> None:
    assert grown((0.0, 0.3), (0.5, 0.1), (0.5, 0.1)).at(((0, 1.0), (1, 4.0), (2, 6.0))) == 5.0


def test_one_observation_moves_it_as_kalman_has_it() -> None:
    mix = grown((0.0, 1.0), (1.0, 0.0))
    mix.learn(((0, 1.0), (1, 2.0)), 5.0)
    gain = 1.0 / (MEMORY * NOISE + 1.0)
    assert mix.weights == pytest.approx([gain * 3.0, 1.0])
    assert mix.spread[0][0] == pytest.approx((1.0 - gain) / MEMORY)


def test_what_is_certain_never_moves_and_what_is_not_seen_stays() -> None:
    mix = grown((2.0, 0.0), (0.0, 0.5), (7.0, 0.5))
    for found in (1.0, 9.0, -4.0):
        mix.learn(((0, 1.0), (1, 1.0)), found)
    assert (mix.weights[0], mix.weights[2]) == (2.0, 7.0)


def test_it_finds_a_line_in_noise_and_follows_when_the_line_moves() -> None:
    chance = random.Random(3)
    mix = grown((0.0, 0.5), (0.0, 0.5), (0.0, 0.5))

    def teach(weights: tuple[float, ...], times: int) -> None:
        for _ in range(times):
            terms = ((0, 1.0), (1, chance.uniform(0, 4)), (2, chance.uniform(0, 4)))
            mix.learn(terms, sum(weights[i] * value for i, value in terms) + chance.gauss(0, 0.6))

    teach((0.5, 0.8, 0.1), 3_000)
    assert mix.weights == pytest.approx([0.5, 0.8, 0.1], abs=0.08)
    teach((1.5, 0.2, 0.1), 20_000)
    assert mix.weights == pytest.approx([1.5, 0.2, 0.1], abs=0.15)


def test_the_covariance_stays_one_and_no_variance_outgrows_its_bound() -> None:
    chance = random.Random(5)
    mix = grown(*((0.0, 0.15),) * 5)
    for _ in range(40_000):
        terms = [(i, chance.uniform(-1, 6)) for i in range(4)]  # the fifth is never seen
        mix.learn(terms, chance.gauss(5, 1))
    assert mix.spread[4][4] == pytest.approx(LEAST_SURE, rel=0.01)
    for row in range(5):
        assert mix.spread[row][row] > 0
        for other in range(5):
            assert mix.covariance(row, other) == mix.covariance(other, row)
            assert mix.covariance(row, other) ** 2 <= mix.spread[row][row] * mix.spread[other][other] * 1.0001


def test_a_term_more_begins_beside_what_was_learned() -> None:
    mix = grown((0.0, 0.5))
    mix.learn(((0, 1.0),), 2.0)
    before = list(mix.weights)
    assert mix.grow(0.25, 0.15) == 1
    assert mix.weights == [*before, 0.25]
    assert mix.spread[1] == [0.0, 0.15]
    assert mix.covariance(0, 1) == 0.0
