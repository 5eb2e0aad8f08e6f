"""When a hall that is shut opens again: evenings, weekends, holidays, make-up days, years nobody knows yet."""

import datetime as dt
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from broker.model.hall import Hall
from broker.model.hall_file import hall_of
from broker.runtime.hall_source import load_hall
from broker.runtime.next_opening import NextOpenings
from tests.model.hall_edits import HALLS, edited

TOWN = load_hall(HALLS / "town_hall.toml")
"""Open on workdays, and on Saturdays from 09:00."""
ZONE = ZoneInfo(TOWN.hall.time_zone)
LAST_KNOWN = max(chinese_calendar.constants.holidays).year


def at(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


def opening_after(text: str, hall: Hall = TOWN, **more: object) -> str:
    found = NextOpenings(hall).after(at(text), **more)  # type: ignore[arg-type]
    return "" if found is None else f"{found.day} {found.opens}"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-04 18:00", "2026-03-05"),  # a Wednesday evening
        ("2026-03-06 23:59", "2026-03-07"),  # Friday: this hall opens on Saturdays
        ("2026-03-07 18:00", "2026-03-09"),  # Saturday: over the Sunday
        ("2026-03-08 10:00", "2026-03-09"),  # on the Sunday itself
        ("2026-09-30 18:00", "2026-10-08"),  # before the seven days of National Day
        ("2026-10-03 12:00", "2026-10-08"),  # in the middle of them
        ("2026-10-09 18:00", "2026-10-10"),  # a Saturday that is worked
    ],
)
def test_weekends_holidays_and_make_up_days_are_told_by_the_hall_s_calendar(now: str, day: str):
    assert opening_after(now)[:10] == day


def test_the_time_is_the_first_opening_of_that_day():
    first = min(session.opens for session in TOWN.sessions.values() if "workday" in session.days)
    assert opening_after("2026-03-04 18:00") == f"2026-03-05 {first}"


def test_a_service_bound_to_a_session_opens_with_that_session():
    assert opening_after("2026-03-04 18:00", wanted=("saturday-morning",))[:10] == "2026-03-07"


def test_who_was_told_that_today_is_over_is_not_sent_back_today():
    assert opening_after("2026-03-05 07:00")[:10] == "2026-03-06"
    assert opening_after("2026-03-05 07:00", told_ms=at("2026-03-04 18:00"))[:10] == "2026-03-05"


def test_own_holidays_of_the_hall_count():
    hall = hall_of(edited({"calendar": {"country": "CN", "holidays": ["2026-03-05", "2026-03-06"]}}))
    assert opening_after("2026-03-04 23:00", hall)[:10] not in ("2026-03-05", "2026-03-06")


def test_nothing_is_promised_in_a_year_whose_holidays_nobody_published():
    assert opening_after(f"{LAST_KNOWN}-12-31 20:00") == ""


def test_a_day_that_turns_is_seen():
    openings = NextOpenings(TOWN)
    days = [openings.after(at(now)) for now in ("2026-03-04 23:59", "2026-03-05 00:01")]
    assert [found and found.day for found in days] == ["2026-03-05", "2026-03-06"]
