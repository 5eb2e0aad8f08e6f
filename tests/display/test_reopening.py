"""A board of a hall that is shut tells on which day and when it opens again."""

from datetime import datetime
from typing import get_args

import msgspec
import pytest

from broker.model.hours import NextOpening
from broker.model.views import OpenState
from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.ops import Op, Text
from broker.runtime.newest import Position
from display import gallery_hall as g
from display.faces import BoardFace, NoVoice
from display.layout import Layout
from display.reopening import opens_again, shut_until
from tests.display.pictures import shared_fonts
from tests.halls import small_hall

SHUT = OpenState(state="closed", hours="09:00-17:00")
MONDAY = "3月9日 星期一 09:00 开始服务"


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=g.ZONE).timestamp() * 1000)


def picture(layout: str, now: str, *, sure: bool = True, heard: str = "", open: OpenState = SHUT) -> tuple[Op, ...]:
    hall = small_hall()
    name, display = next(iter(hall.displays.items()))
    hall = msgspec.structs.replace(hall, displays={name: msgspec.structs.replace(display, layout=layout)})
    size = (1080, 1920) if layout == "portrait" else (1920, 1080)
    face = BoardFace(hall, name, size, g.ZONE, NoVoice())
    services = tuple(g.make_line(line.service, 0, None, "closed") for line in g.BOARD.services)
    view = msgspec.structs.replace(g.BOARD, calls=(), paused=(), services=services, notices=(), open=open)
    face.heard(0.0, at(heard or now))
    face.take(view, Position(1, 1), 0.0)
    ops = face.draw(1.0, at(now), sure)
    assert lint(ops, size, shared_fonts()) == []
    return ops


def said(ops: tuple[Op, ...]) -> str:
    return " ".join(op.plain for op in ops if isinstance(op, Text))


@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("now", ["2026-03-06 18:00", "2026-03-07 11:00", "2026-03-08 23:30"])
def test_over_a_weekend_it_is_the_monday(layout: str, now: str) -> None:
    assert MONDAY in said(picture(layout, now)) and "Mon 9 Mar, 09:00" in said(picture(layout, now))


@pytest.mark.parametrize("layout", get_args(Layout))
def test_no_layout_overflows_with_the_longest_day(layout: str) -> None:
    picture(layout, "2026-11-25 18:00")


def test_before_a_holiday_it_is_the_day_after_it() -> None:
    assert "10月8日 星期四 09:00 开始服务" in said(picture("landscape", "2026-09-30 18:00"))


def test_an_opening_of_today_comes_first_and_an_unsure_clock_promises_nothing() -> None:
    later = OpenState(state="closed", hours="09:00-17:00", next_opens="13:30")
    assert "13:30 开始服务" in said(picture("landscape", "2026-03-06 12:30", open=later))
    assert MONDAY not in said(picture("landscape", "2026-03-06 18:00", sure=False))


def test_a_board_whose_server_fell_silent_yesterday_does_not_skip_today() -> None:
    assert "3月6日 星期五 09:00" in said(picture("landscape", "2026-03-06 06:00", heard="2026-03-05 18:00"))


def test_what_serves_or_opens_today_needs_no_calendar() -> None:
    monday = NextOpening("2026-03-09", "09:00")
    for state in (OpenState(state="open", hours=""), OpenState(state="break", hours="", next_opens="13:30")):
        assert shut_until(state, monday) is state
    assert shut_until(SHUT, None) is SHUT and opens_again(SHUT) is None
