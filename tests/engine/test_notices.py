"""Notices: their days, their hours, their end."""

import msgspec
import pytest

from broker.model import commands as c
from broker.model.days import DayKind
from broker.model.hall import Hall, HallNotice
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import CLOSES_MS, DAY, OPENS_MS, lobby_hall, small_hall

HOUR_MS = 3_600_000


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def hall_with(**notice: object) -> Hall:
    return msgspec.structs.replace(small_hall(), notices={"n": HallNotice(zh="通知", en="Notice", **notice)})  # type: ignore[arg-type]


def shown_on(hall: Hall, kind: DayKind | None = DayKind.WORKDAY):  # type: ignore[no-untyped-def]
    work = HallAtWork(hall)
    session = c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS)
    work.ask(c.OpenDay(day=DAY, sessions=(session,), kind=kind), "server", "server")
    return view(work, "board", "display-1").notices


def test_a_notice_of_the_hall_file_has_its_hours_of_the_day() -> None:
    (notice,) = shown_on(hall_with(from_time="10:30", until_time="12:00"))
    assert (notice.from_ms, notice.until_ms) == (OPENS_MS + HOUR_MS * 3 // 2, OPENS_MS + 3 * HOUR_MS)


@pytest.mark.parametrize(
    ("schedule", "kind", "is_shown"),
    [
        ({}, DayKind.WORKDAY, True),
        ({"from_day": DAY}, DayKind.WORKDAY, True),
        ({"from_day": "2026-03-05"}, DayKind.WORKDAY, False),
        ({"until_day": DAY}, DayKind.WORKDAY, True),
        ({"until_day": "2026-03-03"}, DayKind.WORKDAY, False),
        ({"days": ("wed",)}, DayKind.WORKDAY, True),
        ({"days": ("thu", "saturday")}, DayKind.WORKDAY, False),
        ({"days": ("workday",)}, DayKind.HOLIDAY, False),
        ({"days": ("holiday",)}, DayKind.HOLIDAY, True),
        ({"days": ("workday",)}, None, True),
    ],
)
def test_a_notice_is_shown_on_its_days(schedule: dict[str, object], kind: DayKind | None, is_shown: bool) -> None:
    assert bool(shown_on(hall_with(**schedule), kind)) is is_shown


def test_while_no_day_is_open_only_notices_without_a_schedule_are_shown() -> None:
    assert len(view(HallAtWork(hall_with()), "board", "display-1").notices) == 1
    assert view(HallAtWork(hall_with(from_time="10:00")), "board", "display-1").notices == ()


def test_a_posted_notice_outlives_the_day_and_ends_in_the_night(work: HallAtWork) -> None:
    work.done(c.PostNotice(notice="a", zh="明日停电", until_ms=CLOSES_MS + 9 * HOUR_MS))
    work.now_ms = CLOSES_MS
    work.done(c.CloseDay())
    work.now_ms = CLOSES_MS + 9 * HOUR_MS - 1
    work.done(c.PassTime(), device="server", role="server")
    assert [notice.notice for notice in view(work, "board", "display-1").notices] == ["a"]
    work.wait(0.001)
    work.done(c.PassTime(), device="server", role="server")
    assert view(work, "board", "display-1").notices == ()


def test_a_posted_notice_goes_when_its_end_has_come_and_an_urgent_one_stands_first(work: HallAtWork) -> None:
    work.done(c.PostNotice(notice="a", zh="甲"))
    work.done(c.PostNotice(notice="b", zh="乙", until_ms=work.now_ms + 60_000, urgent=True))
    assert [notice.notice for notice in view(work, "board", "display-1").notices] == ["b", "a"]
    assert work.refused(c.PostNotice(notice="c", zh="丙", until_ms=work.now_ms)).code == "notice_over"
    work.wait(60)
    work.done(c.PassTime(), device="server", role="server")
    assert [notice.notice for notice in view(work, "board", "display-1").notices] == ["a"]
