"""PACE as a whole: what it says on its first day, what it learns, and that nothing makes it say nonsense."""

import copy
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.engine.pace.predictor import HEAD_START, Line, Pace

USUAL_S = 300.0


def line(ahead: int = 4, counters: int = 2, **changes: object) -> Line:
    return Line("pension", "", ahead, ahead, counters, **changes)  # type: ignore[arg-type]


def test_on_its_first_day_it_says_people_ahead_times_service_over_counters() -> None:
    said = Pace.begun(USUAL_S).forecast(line())
    assert said.median_s == pytest.approx(5 * USUAL_S / 2, rel=0.01)
    assert said.outer_s[0] < said.shown_s[0] < said.median_s < said.shown_s[1] < said.outer_s[1]
    assert said.mean_s > said.median_s


def test_more_people_or_fewer_counters_mean_a_longer_wait() -> None:
    pace = Pace.begun(USUAL_S)
    medians = [pace.forecast(line(ahead)).median_s for ahead in range(30)]
    assert medians == sorted(medians)
    medians = [pace.forecast(line(counters=counters)).median_s for counters in range(1, 12)]
    assert medians == sorted(medians, reverse=True)


def test_a_hall_that_is_always_twice_as_slow_is_known_after_a_while() -> None:
    pace, chance = Pace.begun(USUAL_S), random.Random(2)
    for _ in range(600):
        ahead = chance.randrange(12)
        said = pace.forecast(line(ahead))
        pace.started(said, 2 * (ahead + 1) * USUAL_S / 2 * chance.lognormvariate(0, 0.3))
    for ahead in (0, 3, 9):
        assert pace.forecast(line(ahead)).median_s == pytest.approx((ahead + 1) * USUAL_S, rel=0.2)


def test_its_ranges_hold_the_shares_they_are_meant_to() -> None:
    pace, chance, within, shown, last = Pace.begun(USUAL_S), random.Random(8), 0, 0, 2_000
    for turn in range(5_000):
        ahead = chance.randrange(20)
        said = pace.forecast(line(ahead))
        found = chance.gammavariate(ahead + 1, USUAL_S / 2)
        pace.started(said, found)
        if turn >= 5_000 - last:
            within += said.outer_s[0] <= found <= said.outer_s[1]
            shown += said.shown_s[0] <= found <= said.shown_s[1]
    assert within / last == pytest.approx(0.80, abs=0.03)
    assert shown / last == pytest.approx(0.65, abs=0.03)


def test_a_class_that_goes_first_is_told_less_once_it_was_seen_to() -> None:
    pace, chance = Pace.begun(USUAL_S), random.Random(4)
    for _ in range(400):
        ahead = chance.randrange(10)
        for group, factor in (("", 1.0), ("elder", 0.3)):
            said = pace.forecast(Line("pension", group, ahead, ahead, 2))
            pace.started(said, factor * (ahead + 1) * USUAL_S / 2 * chance.lognormvariate(0, 0.3))
    usual, elder = (pace.forecast(Line("pension", group, 5, 5, 2)).median_s for group in ("", "elder"))
    assert elder == pytest.approx(0.3 * usual, rel=0.25)


def test_the_same_events_make_the_same_numbers_to_the_last_digit() -> None:
    def lived() -> Pace:
        pace, chance = Pace.begun(USUAL_S), random.Random(6)
        for _ in range(300):
            said = pace.forecast(Line(chance.choice("ab"), "", chance.randrange(9), chance.randrange(3), 3))
            pace.passed(chance.random() * 90, {said.line.service})
            pace.served(chance.expovariate(1 / 300))
            pace.started(said, chance.expovariate(1 / 600))
        return pace

    assert lived() == lived()
    assert copy.deepcopy(lived()) == lived()


numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(-3, 10**4), numbers, numbers, st.none() | numbers), max_size=12
    )
)
def test_no_event_however_absurd_makes_a_forecast_no_number(
    days: list[tuple[int, int, float, float, float | None]],
) -> None:
    pace = Pace.begun(USUAL_S)
    for ahead, counters, waited_s, passed_s, work_s in days:
        pace.passed(min(abs(passed_s), 1e9), {"a"})
        pace.served(waited_s)
        said = pace.forecast(Line("a", "", ahead, ahead // 2, counters, abs(passed_s), work_s))
        pace.started(said, waited_s)
    said = pace.forecast(line())
    times = (said.median_s, said.mean_s, *said.outer_s, *said.shown_s)
    assert all(math.isfinite(time_s) and time_s >= 0 for time_s in times)
    assert said.outer_s[0] <= said.outer_s[1]


def test_nobody_is_told_less_than_nothing() -> None:
    pace = Pace.begun(USUAL_S)
    for _ in range(300):
        pace.started(pace.forecast(line(0)), 0.0)
    said = pace.forecast(line(0))
    assert 0 <= said.outer_s[0] <= said.median_s < HEAD_START * USUAL_S
