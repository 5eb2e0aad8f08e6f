"""Which day names a date answers to."""

from typing import get_args

import pytest

from broker.model.days import WEEKDAYS, WEEKEND, DayKind, may_share_a_date, names_of_day
from broker.model.hall_base import DayName


@pytest.mark.parametrize("weekday", range(7))
def test_a_holiday_is_only_a_holiday_whatever_its_weekday(weekday: int):
    assert names_of_day(DayKind.HOLIDAY, weekday) == {"holiday"}


@pytest.mark.parametrize(("weekday", "name"), list(enumerate(WEEKDAYS)))
def test_an_ordinary_weekday_is_a_workday_and_itself(weekday: int, name: str):
    assert names_of_day(DayKind.WORKDAY, weekday) == {"workday", name}


@pytest.mark.parametrize("weekday", WEEKEND)
def test_a_worked_weekend_day_is_a_workday_and_no_weekend(weekday: int):
    assert names_of_day(DayKind.WORKDAY, weekday) == {"workday"}


@pytest.mark.parametrize(("weekday", "name"), list(WEEKEND.items()))
def test_a_weekend_day_is_itself_alone(weekday: int, name: str):
    assert names_of_day(DayKind.WEEKEND, weekday) == {name}


def test_every_name_that_the_hall_file_takes_is_some_date_and_no_other_is():
    dates = [names_of_day(DayKind.WORKDAY, n) for n in range(7)] + [names_of_day(DayKind.WEEKEND, n) for n in WEEKEND]
    assert frozenset().union(*dates, {"holiday"}) == set(get_args(DayName))


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (["workday"], ["mon"], True),
        (["workday"], ["workday"], True),
        (["mon"], ["tue"], False),
        (["workday"], ["saturday"], False),
        (["workday"], ["holiday"], False),
        (["saturday", "holiday"], ["sunday", "holiday"], True),
        ([], ["workday"], False),
    ],
)
def test_two_lists_meet_when_one_date_answers_to_both(first: list[str], second: list[str], meet: bool):
    assert may_share_a_date(first, second) is meet
    assert may_share_a_date(second, first) is meet
