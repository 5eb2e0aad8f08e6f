"""When advice is raised and ended, and how it is judged."""

from dataclasses import replace
from math import inf

import pytest

from broker.staffing.advice import Advice, Seen, looked
from broker.staffing.judging import JUDGED_ENOUGH, judge, precision_of
from broker.staffing.record import DayRecord, Waited

MINUTE = 60_000


def watched(*looks: tuple[float, Seen]) -> Advice:
    advice = Advice()
    for minute, seen in looks:
        advice = looked(advice, replace(seen, at_ms=round(minute * MINUTE)))
    return advice


LATE = Seen(0, 1.2, 0.6, 0.8, True)
FINE = Seen(0, 0.5, 0.2, 0.8, True)
BETWEEN = Seen(0, 0.9, 0.4, 0.8, True)
ENOUGH = Seen(0, 1.2, 0.6, 0.8, False)
"""A line over the target that the open counters will clear."""
BUSY = Seen(0, 0.95, 0.6, 0.97, True)


@pytest.mark.parametrize("bad", [LATE, BUSY, Seen(0, inf, inf, inf, True)])
def test_advice_is_raised_after_three_minutes_running_and_not_before(bad: Seen) -> None:
    assert watched((0, bad), (1, bad), (2.9, bad)).raised_ms is None
    assert watched((0, bad), (1, bad), (3, bad)).raised_ms == 3 * MINUTE


def test_one_look_between_begins_the_three_minutes_anew() -> None:
    assert watched((0, LATE), (2, BETWEEN), (3, LATE), (5, LATE)).raised_ms is None
    assert watched((0, LATE), (2, BETWEEN), (3, LATE), (6, LATE)).raised_ms == 6 * MINUTE


def test_a_full_load_with_a_short_wait_is_no_reason() -> None:
    assert watched(*((minute, Seen(0, 0.9, 0.4, 1.3, True)) for minute in range(30))).raised_ms is None


def test_raised_advice_stands_until_ten_good_minutes_running() -> None:
    raised = tuple((minute, LATE) for minute in range(4))
    assert watched(*raised, (4, BETWEEN), (60, BETWEEN)).raised_ms == 3 * MINUTE
    assert watched(*raised, (4, FINE), (13, FINE)).raised_ms == 3 * MINUTE
    assert watched(*raised, (4, FINE), (10, BETWEEN), (11, FINE), (20, FINE)).raised_ms == 3 * MINUTE
    assert watched(*raised, (4, FINE), (14, FINE)).raised_ms is None


def test_nothing_is_advised_of_a_group_that_has_counters_enough_however_long_its_line() -> None:
    assert watched(*((minute, ENOUGH) for minute in range(30))).raised_ms is None


def test_advice_ends_after_three_minutes_with_counters_enough_and_not_before() -> None:
    raised = tuple((minute, LATE) for minute in range(4))
    assert watched(*raised, (4, ENOUGH), (6.9, ENOUGH)).raised_ms == 3 * MINUTE
    assert watched(*raised, (4, ENOUGH), (6, LATE), (7, ENOUGH), (9, ENOUGH)).raised_ms == 3 * MINUTE
    assert watched(*raised, (4, ENOUGH), (7, ENOUGH)).raised_ms is None


def test_a_wait_that_swings_about_the_target_raises_advice_once() -> None:
    advice, raised = Advice(), set()
    for minute in range(240):
        advice = looked(advice, Seen(minute * MINUTE, 1.1 if minute % 12 < 6 else 0.8, 0.5, 0.9, True))
        raised.add(advice.raised_ms)
    assert len(raised - {None}) == 1


def called(*minutes: tuple[float, float]) -> DayRecord:
    """(when, how long waited)."""
    return DayRecord(
        "2026-03-02",
        waits=tuple(Waited("card", round(at * MINUTE), round(wait * MINUTE), True) for at, wait in minutes),
    )


def test_advice_is_right_if_waits_ten_to_forty_minutes_later_are_over_the_target_on_the_mean() -> None:
    found = judge(called((9, 99), (10, 14), (39, 18), (40, 0)), ["card"], {"card": 15}, 0, followed=False)
    assert (found.verdict, found.n, found.mean_min) == ("right", 2, 16)
    assert judge(called((12, 10), (20, 19)), ["card"], {"card": 15}, 0, followed=False).verdict == "wrong"


def test_other_services_say_nothing_of_it() -> None:
    assert judge(called((12, 99)), ["pension"], {"pension": 15}, 0, followed=False).verdict == "nobody"


def test_advice_that_was_followed_counts_neither_way() -> None:
    assert judge(called((12, 99)), ["card"], {"card": 15}, 0, followed=True).verdict == "followed"
    assert judge(called(), ["card"], {"card": 15}, 0, followed=False).verdict == "nobody"
    found = precision_of({"right": 3, "wrong": 9, "followed": 5, "nobody": 2})
    assert (found.judged, found.right, found.followed) == (12, 3, 5)


def test_no_precision_is_known_before_twenty_were_judged() -> None:
    assert not precision_of({"right": JUDGED_ENOUGH - 1, "followed": 50}).known
    assert precision_of({"right": 1, "wrong": JUDGED_ENOUGH - 1}).known
