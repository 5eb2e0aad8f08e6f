"""Boards that are not about one call, of each layout in each state; and what interrupts every board. Pure."""

from __future__ import annotations

import msgspec

from broker.model import views as v
from broker.model.hours import NextOpening
from broker.model.words import CounterStatus, Names, TicketStatus
from broker.runtime.canvas.ops import Op
from display import gallery_hall as g
from display.board import BoardMind, MediaOf, Medium, no_media
from display.care import dimmed, shifted
from display.facts import Facts, Person
from display.gallery_pictures import hills, portrait
from display.layout import Fitted, Layout, fit_shape, shape_of, whole_grid
from display.layouts import draw_board, room_of
from display.reopening import shut_until

CALLED, SERVING = TicketStatus.CALLED, TicketStatus.SERVING
SHORT_EMERGENCY = v.Emergency(zh="请留在原地", en="Please stay where you are", since_ms=g.NOW_MS)
URGENT = v.Notice(
    notice="power",
    zh="因线路检修，社会保险业务今日 15:00 起暂停办理。",
    en="Social insurance services stop at 15:00 today for maintenance.",
    urgent=True,
)
LONG_NOTICE = v.Notice(
    notice="move",
    zh="因办公场所搬迁，本大厅自下周一起停止对外服务，社会保险、不动产登记和企业开办业务请到新址东区政务服务中心二楼办理。",
    en="This hall moves: from next Monday social insurance, real estate and business setup are served at the new "
    "Government Service Centre East, second floor.",
)
FACTS = Facts(
    icons={
        "household": "id-card", "social": "shield-person", "estate": "house", "business": "briefcase",
        "vehicles": "car", "tax": "yen", "booked": "calendar-check", "fund": "house", "health": "heart-plus",
    },
    staff={
        "016": Person("王晓明", "业务主办", portrait()),
        "021": Person("", "业务经办"),
        "008": Person("欧阳春晓", "首席代表", portrait()),
    },
)  # fmt: skip


def make_counter(
    name: str,
    number: str | None = None,
    status: TicketStatus | None = None,
    *,
    state: CounterStatus = CounterStatus.OPEN,
    staff: str | None = None,
    stars: float | None = None,
) -> v.CounterLine:
    """A counter as it stands on an overview or on the staff wall."""
    return v.CounterLine(
        counter=f"c{name}", name=name, status=state, number=number, ticket_status=status, staff_number=staff,
        stars=stars,
    )  # fmt: skip


PAUSED, CLOSED = CounterStatus.PAUSED, CounterStatus.CLOSED
COUNTERS = (
    make_counter("1", "Y0007", SERVING, staff="008", stars=5.0),
    make_counter("2", "A0122", SERVING, staff="016", stars=4.5),
    make_counter("3", "A0123", CALLED, staff="021", stars=4.0),
    make_counter("4", "A0121", SERVING, staff="004"),
    make_counter("5", state=PAUSED, staff="033", stars=5.0),
    make_counter("6", staff="018"),
    make_counter("7", "B0046", SERVING, staff="019", stars=5.0),
    make_counter("8", "B0045", SERVING, staff="020"),
    make_counter("9", "C0031", CALLED, staff="029", stars=4.0),
    make_counter("10", state=CLOSED),
    make_counter("11", state=PAUSED, staff="011"),
    make_counter("12", "D0018", SERVING, staff="012", stars=4.5),
)
WITH_TILES = tuple(
    msgspec.structs.replace(line, counters=counters)
    for line, counters in zip(g.BOARD.services, (("2", "3", "4"), ("7", "8"), ("12",), ("6",), ()), strict=True)
)
MORE = (
    g.make_line("tax", 2, (5, 10)),
    g.make_line("fund", 0, None, "paused", reason=Names("系统维护", "System maintenance")),
    g.make_line("health", 1234, (180, 240), names=g.LONG_SERVICE),
)
MORE = tuple(
    msgspec.structs.replace(line, counters=tuple(str(number) for number in range(8, 19))) if line.waiting else line
    for line in MORE
)
States = dict[str, tuple[v.BoardView | None, str]]


def _changed(**changes: object) -> v.BoardView:
    return msgspec.structs.replace(g.BOARD, services=WITH_TILES, counters=COUNTERS, ratings="last_day", **changes)


def _with(view: v.BoardView, **changes: object) -> v.BoardView:
    return msgspec.structs.replace(view, **changes)


def _morning() -> v.BoardView:
    """The first minute of the day: counters are ready, nobody has been called, nobody waits."""
    lines = tuple(_idle(line) for line in WITH_TILES)
    counters = tuple(make_counter(str(number), staff=f"0{number:02d}") for number in range(1, 13))
    return _with(_changed(), services=lines, counters=counters, calls=(), paused=())


def _idle(line: v.ServiceLine) -> v.ServiceLine:
    return msgspec.structs.replace(line, waiting=0, wait=None)


def _shut() -> v.BoardView:
    """The hall after its hours: nobody at any counter, every service closed."""
    lines = tuple(g.make_line(line.service, 0, None, "closed") for line in g.BOARD.services)
    counters = tuple(make_counter(str(number), state=CLOSED) for number in range(1, 13))
    return _with(_changed(), services=lines, counters=counters, calls=(), paused=(), open=g.CLOSED, notices=())


def _at_noon() -> v.BoardView:
    """The hall's break, with a counter that paused before it."""
    lines = tuple(g.make_line(line.service, 0, None, "closed", reopens="13:30") for line in g.BOARD.services)
    return _with(_morning(), open=g.BREAK, services=lines, paused=g.BOARD.paused)


def common() -> States:
    """States of every layout that is not a board of calls."""
    base = _changed()
    return {
        "calling": (base, "news"),
        "ring-off": (base, "ring-off"),
        "urgent": (_with(base, notices=(URGENT, *g.NOTICES)), "quiet"),
        "morning": (_morning(), "quiet"),
        "closed": (_shut(), "quiet"),
        "closed-until": (_with(_shut(), open=shut_until(g.CLOSED, NextOpening("2026-11-25", "09:00"))), "quiet"),
        "break": (_at_noon(), "quiet"),
        "night": (_shut(), "night"),
        "stale": (base, "stale"),
        "starting": (None, "quiet"),
        "emergency": (_with(base, emergency=g.EMERGENCY), "quiet"),
    }


def shut_states() -> States:
    """A hall that is shut and wants media over its whole screens: `whole` with a picture, `poster` without one."""
    shut = _with(_shut(), notices=g.NOTICES)
    return {
        "shut-picture": (shut, "whole"),
        "shut-notice": (shut, "poster"),
        "shut-urgent": (_with(shut, notices=(URGENT, *g.NOTICES)), "whole"),
        "shut-break": (_with(shut, open=g.BREAK), "whole"),
        "shut-before": (_with(shut, open=g.BEFORE), "poster"),
        "shut-stale": (shut, "whole-stale"),
        "shut-long-names": (_with(shut, hall=g.LONG_HALL, notices=(LONG_NOTICE,)), "poster"),
        "shut-called": (_with(shut, calls=g.CALLS[:2]), "whole"),
        "shut-emergency": (_with(shut, emergency=g.EMERGENCY), "whole"),
    }


def layout_states(layout: Layout) -> States:
    """State name -> (board, how it came), for one layout."""
    base = _changed()
    if layout in ("landscape", "portrait"):
        return {
            "picture": (base, "picture"),
            "urgent": (_with(base, notices=(URGENT, *g.NOTICES)), "news"),
            "night": (_shut(), "night"),
            "shifted": (base, "shifted"),
            "emergency": (_with(base, emergency=g.EMERGENCY), "quiet"),
            "emergency-short": (_with(base, emergency=SHORT_EMERGENCY), "quiet"),
            "emergency-long": (_with(base, emergency=g.LONG_EMERGENCY), "quiet"),
            **shut_states(),
        }
    found = common()
    if layout in ("overview", "staff"):
        numbers = [f"{n}A" if n % 7 == 0 else str(100 + n) for n in range(1, 31)]
        many = tuple(
            make_counter(n, "预1234", SERVING if int(n[-2:-1] or 1) % 3 else CALLED, staff=f"2{n.zfill(3)}", stars=4.5)
            for n in numbers
        )
        hall_of_128 = tuple(make_counter(str(n), f"A{1000 + n}", SERVING) for n in range(1, 128))
        called = make_counter("128", "A1128", CALLED)
        call = g.make_call("A1128", "128", g.SERVICES["household"], 2)
        found["few"] = (_with(base, counters=COUNTERS[:5], ratings="today"), "quiet")
        found["many-paused"] = (
            _with(base, paused=tuple(g.make_pause(str(n), instead=("2", "4")) for n in range(20, 33))),
            "quiet",
        )
        found["one"] = (_with(base, counters=COUNTERS[2:3]), "news")
        found["many-long-names"] = (_with(base, counters=many, hall=g.LONG_HALL), "quiet")
        found["128-counters"] = (_with(base, counters=(*hall_of_128, called), calls=(call, *g.CALLS)), "news")
    else:
        found["few"] = (_with(base, services=WITH_TILES[:2]), "quiet")
        found["paused-long"] = (_with(base, paused=(g.long_pause(),)), "quiet")
        found["many-long-names"] = (_with(base, services=WITH_TILES + MORE, hall=g.LONG_HALL), "quiet")
        found["town-names"] = (_with(base, calls=g.town_calls(), services=g.TOWN), "news")
        found["town-names-second-page"] = (_with(base, calls=g.town_calls(), services=g.TOWN, paused=()), "second")
        found["two-pages-long-names"] = (_with(base, services=WITH_TILES + MORE + MORE[:1] * 4), "second")
    return found


def layout_sample(layout: Layout, size: tuple[int, int], name: str) -> tuple[Op, ...]:
    """One wall display of any layout in one state."""
    view, how = layout_states(layout)[name]
    fitted = fit_shape(shape_of(layout, size), size)
    whole = how.startswith(("whole", "poster"))
    mind = BoardMind(g.HALL, room_of(fitted, layout), whole_when_shut=whole)
    now_s = 100.0
    if view is not None:
        g.let_arrive(mind, view, how, now_s)
    if how == "ring-off":
        now_s += 0.6
    elif how in ("stale", "whole-stale"):
        now_s += 100.0
    elif how in ("second", "picture"):
        mind.look(now_s, g.NOON)
        now_s += 60.0 if how == "picture" else 10.0
        mind.heard(now_s, g.NOW_MS)
    media = pictures(fitted) if how in ("picture", "whole", "whole-stale") else no_media
    state = mind.look(now_s, g.NOON, media)
    ops = draw_board(state, layout, fitted, g.ZONE, FACTS)
    if how == "night" or (whole and state.resting):
        return dimmed(ops)
    return shifted(ops, (2, 2), size) if how == "shifted" else ops


def pictures(fitted: Fitted) -> MediaOf:
    """The gallery's picture wherever there is room for it, in the shape of its place."""
    width, height = whole_grid(fitted.size, fitted.shape).body[2:]
    whole = Medium(picture=hills((width // 3, height // 3), 0))
    return lambda place: {"slot": Medium(picture=hills()), "screen": whole}.get(place or "")
