"""Which openings a date has: holidays, make-up workdays, the hall's own days, years nobody knows yet, time zones."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.commands import SessionTimes
from broker.model.days import DayKind
from broker.model.hall import Hall
from broker.model.hall_file import hall_of
from broker.runtime.business_calendar import ServiceDays, kind_of, sessions_of
from broker.runtime.hall_source import load_hall
from tests.model.hall_edits import HALLS, edited

TOWN = load_hall(HALLS / "town_hall.toml")
TEXTS = {"zh": "段", "en": "Part"}
LAST_KNOWN = max(chinese_calendar.constants.holidays).year


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def hall_with(sessions: dict[str, tuple[list[str], str, str]], **edits: Any) -> Hall:
    """A hall with openings ``{name: (days, opens, closes)}``."""
    tables = {
        name: {"names": TEXTS, "days": days, "opens": opens, "closes": closes}
        for name, (days, opens, closes) in sessions.items()
    }
    return hall_of(edited({"sessions": tables, **edits}))


def names_on(hall: Hall, day: str) -> list[str]:
    return [times.name for times in sessions_of(hall, date(day))[0]]


WEEK = ["morning", "lunch-duty", "afternoon"]
SATURDAY = ["saturday-morning", "saturday-afternoon"]


@pytest.mark.parametrize(
    ("day", "kind", "names"),
    [
        ("2026-03-04", DayKind.WORKDAY, WEEK),  # an ordinary Wednesday
        ("2026-03-07", DayKind.WEEKEND, SATURDAY),  # an ordinary Saturday
        ("2026-03-08", DayKind.WEEKEND, []),  # an ordinary Sunday
        ("2026-10-01", DayKind.HOLIDAY, []),  # National Day, a Thursday
        ("2026-10-03", DayKind.HOLIDAY, []),  # a Saturday inside the holiday is no Saturday
        ("2026-10-10", DayKind.WORKDAY, WEEK),  # a Saturday that is worked is no Saturday either
        ("2026-02-17", DayKind.HOLIDAY, []),  # the first day of the Spring Festival
    ],
)
def test_china_s_calendar_makes_a_date_a_workday_a_weekend_or_a_holiday(day: str, kind: DayKind, names: list[str]):
    assert kind_of(TOWN, date(day)) == (kind, ())
    assert names_on(TOWN, day) == names


def ends(hall: Hall, given: str, days: int, service: str = "pension") -> str:
    """The last day of a slip given at noon, in the hall's time."""
    zone = ZoneInfo(hall.hall.time_zone)
    noon = dt.datetime.combine(date(given), dt.time(12), tzinfo=zone)
    end_ms = ServiceDays(hall).end_ms(service, days, int(noon.timestamp() * 1000))
    last = dt.datetime.fromtimestamp((end_ms - 1) / 1000, zone)
    assert last.strftime("%H:%M:%S") == "23:59:59"
    return last.date().isoformat()


@pytest.mark.parametrize(
    ("given", "days", "last"),
    [
        ("2026-03-04", 1, "2026-03-05"),
        ("2026-03-04", 3, "2026-03-09"),  # from a Wednesday over a weekend
        ("2026-09-30", 1, "2026-10-08"),  # the week of the National Day
        ("2026-09-30", 3, "2026-10-10"),  # whose Saturday is worked
        ("2026-09-30", 4, "2026-10-12"),
    ],
)
def test_a_slip_is_good_for_days_on_which_somebody_could_come(given: str, days: int, last: str):
    assert ends(hall_with({"usual": (["workday"], "09:00", "17:00")}), given, days) == last


def test_a_slip_s_days_are_those_of_its_own_service():
    tables = {"usual": (["workday"], "09:00", "17:00"), "extra": (["saturday"], "09:00", "12:00")}
    hall = hall_with(tables, **{"services.pension.sessions": ["usual"]})
    assert ends(hall, "2026-03-06", 1) == "2026-03-09"
    other = next(name for name in hall.services if name != "pension")
    assert ends(hall, "2026-03-06", 1, other) == "2026-03-07"


def test_a_slip_of_a_service_that_is_seldom_open_ends_too():
    hall = hall_with({"duty": (["holiday"], "09:00", "12:00")})
    assert ends(hall, "2026-03-04", 30) <= "2027-03-06"


def test_a_hall_may_open_on_holidays_by_name():
    hall = hall_with({"duty": (["holiday"], "09:00", "12:00"), "usual": (["workday"], "09:00", "12:00")})
    assert names_on(hall, "2026-10-01") == ["duty"]
    assert names_on(hall, "2026-10-12") == ["usual"]


def test_a_weekday_by_name_is_not_a_holiday_nor_a_make_up_day():
    hall = hall_with({"late": (["thu"], "18:00", "20:00"), "usual": (["workday"], "09:00", "17:00")})
    assert names_on(hall, "2026-03-05") == ["usual", "late"]
    assert names_on(hall, "2026-10-01") == []
    assert names_on(hall, "2026-10-10") == ["usual"]


@pytest.mark.parametrize("country", ["CN", "none"])
def test_what_the_hall_lists_itself_wins(country: str):
    hall = hall_with(
        {"usual": (["workday"], "09:00", "17:00"), "duty": (["holiday"], "09:00", "10:00")},
        calendar={"country": country, "holidays": ["2026-03-04"], "workdays": ["2026-10-01", "2026-03-08"]},
    )
    assert names_on(hall, "2026-03-04") == ["duty"]
    assert names_on(hall, "2026-10-01") == ["usual"]
    assert names_on(hall, "2026-03-08") == ["usual"]


def test_without_a_country_only_weekends_are_free():
    hall = hall_with({"usual": (["workday"], "09:00", "17:00")}, **{"calendar.country": "none"})
    assert names_on(hall, "2026-10-01") == ["usual"]
    assert names_on(hall, "2026-10-10") == []
    assert sessions_of(hall, date("2099-12-07"))[1] == ()


# -- years nobody knows ------------------------------------------------


@pytest.mark.parametrize("day", [f"{LAST_KNOWN + 1}-03-04", "2003-03-04", "9999-12-31", "0001-01-01"])
def test_an_unknown_year_counts_weekdays_and_warns(day: str):
    kind, warnings = kind_of(TOWN, date(day))
    assert kind is (DayKind.WEEKEND if date(day).weekday() > 4 else DayKind.WORKDAY)
    (warning,) = warnings
    assert (warning.code, warning.day, warning.facts) == ("year_unknown", date(day), {"year": date(day).year})
    assert str(date(day).year) in warning.sentence.zh and str(date(day).year) in warning.sentence.en


def test_a_date_that_the_hall_lists_needs_no_warning_in_an_unknown_year():
    day = f"{LAST_KNOWN + 1}-01-01"
    hall = hall_with({"usual": (["workday"], "09:00", "17:00")}, **{"calendar.holidays": [day]})
    assert sessions_of(hall, date(day)) == ((), ())


def test_in_december_the_manager_is_told_that_next_year_is_missing():
    assert [w.code for w in kind_of(TOWN, dt.date(LAST_KNOWN, 12, 1))[1]] == ["next_year_unknown"]
    assert kind_of(TOWN, dt.date(LAST_KNOWN, 11, 30))[1] == ()
    assert kind_of(TOWN, dt.date(LAST_KNOWN - 1, 12, 31))[1] == ()


def date_of(hall: Hall, at_ms: int) -> dt.date:
    """The date in the hall at a moment."""
    return dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone)).date()


@given(st.dates())
@settings(deadline=None)
def test_no_date_whatever_is_an_error(day: dt.date):
    sessions, _ = sessions_of(TOWN, day)
    assert all(date_of(TOWN, times.opens_ms) == day for times in sessions)


# -- times ------------------------------------------------


def test_times_are_epoch_milliseconds_of_the_hall_s_zone():
    (morning, _, afternoon), _ = sessions_of(TOWN, date("2026-03-04"))
    assert morning == SessionTimes(
        name="morning",
        opens_ms=1_772_586_000_000,
        closes_ms=1_772_586_000_000 + 3 * 3_600_000,
        last_ticket_ms=1_772_586_000_000 + 3 * 3_600_000,
    )
    assert afternoon.last_ticket_ms == afternoon.closes_ms - 20 * 60_000


def test_the_order_is_by_time_whatever_the_order_in_the_file():
    hall = hall_with({"late": (["workday"], "14:00", "17:00"), "early": (["workday"], "08:00", "12:00")})
    assert names_on(hall, "2026-03-04") == ["early", "late"]


@given(
    st.dates(dt.date(2004, 1, 1), dt.date(2026, 12, 31)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
    st.tuples(st.integers(0, 1438), st.integers(1, 1439)).filter(lambda pair: pair[0] < pair[1]),
)
@settings(deadline=None)
def test_every_opening_is_a_span_of_its_own_date_or_a_warning(day: dt.date, zone: str, minutes: tuple[int, int]):
    opens, closes = (f"{minute // 60:02}:{minute % 60:02}" for minute in minutes)
    days = ["workday", "saturday", "sunday", "holiday"]
    hall = hall_with({"any": (days, opens, closes)}, **{"hall.time_zone": zone})
    sessions, warnings = sessions_of(hall, day)
    assert len(sessions) + len([w for w in warnings if w.code == "session_impossible"]) == 1
    for times in sessions:
        assert times.opens_ms < times.last_ticket_ms <= times.closes_ms
        assert date_of(hall, times.opens_ms) == day


def test_an_opening_inside_the_hour_that_a_clock_change_takes_is_a_warning():
    hall = hall_with(
        {"night": (["sunday"], "02:30", "03:00"), "day": (["sunday"], "09:00", "12:00")},
        **{"hall.time_zone": "Europe/Berlin", "calendar.country": "none"},
    )
    sessions, (warning,) = sessions_of(hall, date("2026-03-29"))
    assert [times.name for times in sessions] == ["day"]
    assert (warning.code, warning.facts) == ("session_impossible", {"session": "night"})
    assert sessions[0].closes_ms - sessions[0].opens_ms == 3 * 3_600_000
