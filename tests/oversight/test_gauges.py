"""A goal is reached by the exact share, and shown with what it is a share of."""

import pytest

from broker.model.words import Names
from broker.oversight.gauges import Gauge, Gauges

NAMES = Names("一号", "One")


def gauge(
    satisfied: int | None, rated: int | None, goal: float = 90.0, *, strictly: bool = True, key: str = "c1"
) -> Gauge:
    return Gauge(key=key, label=NAMES, satisfied=satisfied, rated=rated, rateable=200, goal=goal, strictly=strictly)


@pytest.mark.parametrize(
    ("satisfied", "rated", "goal", "strictly", "met", "percent"),
    [
        (90, 100, 90.0, True, False, 90.0),  # more than nine of ten is wanted
        (901, 1000, 90.0, True, True, 90.1),
        (95, 100, 95.0, False, True, 95.0),
        (9499, 10_000, 95.0, False, False, 94.9),  # never shown as the goal that it misses
        (19, 20, 95.0, False, True, 95.0),
        (0, 5, 90.0, True, False, 0.0),
    ],
)
def test_a_goal_is_judged_by_the_exact_share(
    satisfied: int, rated: int, goal: float, strictly: bool, met: bool, percent: float
) -> None:
    found = gauge(satisfied, rated, goal, strictly=strictly)
    assert (found.met, found.percent) == (met, percent)
    assert found.rating_rate == round(rated / 2, 1)


@pytest.mark.parametrize("few", [gauge(None, None), gauge(0, 0)])
def test_of_nothing_told_nothing_is_judged(few: Gauge) -> None:
    assert few.met is None and few.percent is None


def test_the_red_list_has_the_worst_first_and_nobody_of_whom_nothing_is_told() -> None:
    counters = (gauge(89, 100, key="a"), gauge(91, 100, key="b"), gauge(3, 10, key="c"), gauge(None, None, key="d"))
    found = Gauges(year=gauge(95, 100), counters=counters, month={}, first="2026-01-01", last="2026-03-02")
    assert [one.key for one in found.red] == ["c", "a"]
