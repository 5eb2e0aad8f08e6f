"""Whether a wall display can be read from where people sit, by what its own layout really draws. Pure.

The rule is that of Japan's Ministry of Land, Infrastructure, Transport and Tourism for signs, tried at acuity 0.5:
a hanzi is at least distance / 250 high, a Latin letter or digit distance / 333. A board with as many counters and
services as this display has is drawn, and the sizes are taken from that drawing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC

from broker.model.hall import Hall
from broker.model.views import Call, CounterLine, ServiceLine, WaitRange
from broker.model.words import CounterStatus, Names, TicketStatus
from broker.model.zones import counters_named, services_of
from broker.runtime.canvas.ops import Op, Text
from broker.runtime.canvas.texts import Metrics, fit
from broker.runtime.canvas.theme import MIN_TEXT_PX
from display import phrases
from display.board import BoardState, Row
from display.facts import Facts
from display.layout import Fitted, Layout
from display.layouts import draw_board, room_of
from display.room import page_of

HANZI_PER_DISTANCE = 250
LATIN_PER_DISTANCE = 333
HANZI_EM = 0.92
DIGIT_EM = 0.74
NUMBER, RECENT, COUNTER, SERVICE, STAFF = "A0888", "B0888", "88", "社会保险", "016"
_WAIT = WaitRange(low_min=10, high_min=15)
_BOARD = (
    ("called numbers", NUMBER),
    ("counters", COUNTER),
    ("words of a call", phrases.GO_TO.zh),
    ("recent numbers", RECENT),
)
TIERS: dict[Layout, tuple[tuple[str, str], ...]] = {
    "landscape": _BOARD,
    "portrait": _BOARD,
    "overview": (("called numbers", NUMBER), ("counters", COUNTER), ("states", phrases.COUNTER_CALLING.zh)),
    "services": (("called numbers", NUMBER), ("counters", COUNTER), ("services", SERVICE)),
    "entrance": (("services", SERVICE), ("counters", COUNTER), ("waits", f"{_WAIT.low_min}–{_WAIT.high_min}")),
    "staff": (("counters", COUNTER), ("staff numbers", f"{phrases.STAFF_NUMBER.zh} {STAFF}")),
}
"""What people must be able to read of each layout, with the words that stand for it in the drawing."""
CHINESE = {
    "called numbers": "叫号号码", "counters": "窗口号", "words of a call": "叫号文字", "recent numbers": "最近叫号",
    "states": "窗口状态", "services": "事项名称", "waits": "等候时间", "staff numbers": "工号",
}  # fmt: skip
ROOM_OF_A_HALL_M = 1.0
"""Nobody is told to sit nearer than this."""


@dataclass(frozen=True)
class TooSmall:
    """A kind of text that is `height_mm` high where `wanted_mm` would be needed; it can be read from `reach_m`."""

    what: str
    height_mm: float
    wanted_mm: float
    reach_m: float

    def __str__(self) -> str:
        return f"{self.what} are {self.height_mm:.0f} mm high, {self.wanted_mm:.0f} mm are needed at this distance"


def too_small(hall: Hall, name: str, fitted: Fitted, size: tuple[int, int], metrics: Metrics) -> list[TooSmall]:
    """Return what cannot be read on a display of the hall whose screen has `size` px."""
    declared = hall.displays[name]
    mm_per_px = declared.inches * 25.4 / math.hypot(*size)
    drawn = _sizes(probe(hall, name, fitted), metrics)
    found = []
    for what, words in TIERS[declared.layout]:
        hanzi = any(ord(character) > 0x2E80 for character in words)
        wanted = declared.distance_m * 1000 / (HANZI_PER_DISTANCE if hanzi else LATIN_PER_DISTANCE)
        height = drawn.get(words, MIN_TEXT_PX * fitted.scale) * (HANZI_EM if hanzi else DIGIT_EM) * mm_per_px
        if height < wanted:
            found.append(TooSmall(what, height, wanted, declared.distance_m * height / wanted))
    return found


def advice(found: list[TooSmall], inches: float) -> Names:
    """Return what to do about texts that are too small on a panel of so many inches: nearer, larger, or other."""
    worst = min(found, key=lambda text: text.height_mm / text.wanted_mm)
    larger = math.ceil(inches * worst.wanted_mm / worst.height_mm)
    zh, en = f"改用 {larger} 英寸以上的屏幕", f"take a panel of {larger} inches or more"
    if worst.reach_m >= ROOM_OF_A_HALL_M:
        near = math.floor(worst.reach_m * 10) / 10
        zh, en = f"让座位离屏幕不超过 {near} 米，或{zh}", f"seat people within {near} m, {en}"
    return Names(f"{zh}，或换用内容较少的布局", f"{en}, or choose a layout that shows less")


def _sizes(ops: tuple[Op, ...], metrics: Metrics) -> dict[str, int]:
    """Words -> the size in real pixels at which they are largest: a number is read where it stands large."""
    sizes: dict[str, int] = {}
    for op in ops:
        if isinstance(op, Text):
            for piece in fit(op, metrics).pieces:
                sizes[piece.span.text] = max(sizes.get(piece.span.text, 0), piece.span.size)
    return sizes


def probe(hall: Hall, name: str, fitted: Fitted) -> tuple[Op, ...]:
    """Return the drawing of a busy moment of a display: a call, a full first page, nothing urgent."""
    layout = hall.displays[name].layout
    room = room_of(fitted, layout)
    own = counters_named(hall, name)
    names = Names(SERVICE, "Social Insurance")
    call = Call(
        call_id="probe", number=NUMBER, counter="probe", counter_name=COUNTER, service=names, called_at_ms=0,
        valid_until_ms=0,
    )  # fmt: skip
    counter = CounterLine(
        counter="probe", name=COUNTER, status=CounterStatus.OPEN, number=NUMBER, ticket_status=TicketStatus.CALLED,
        staff_number=STAFF,
    )  # fmt: skip
    line = ServiceLine(service="", names=names, state="open", waiting=8, wait=_WAIT, counters=(COUNTER,))
    services = (line,) * sum(1 for key in services_of(hall, name) if not hall.services[key].hidden)
    state = BoardState(
        hall=hall.hall.names, local=None, chip="open", open=None, contact_ms=None, hero=call, ring=False,
        rows=(Row(RECENT, COUNTER, names, 0, False),), paused=(),
        services=page_of(services, room.services if len(services) <= room.services else room.services_paged, 0)[0],
        page=0, pages=1, notices=(), counters=page_of((counter,) * len(own), room.counters, 0)[0], latest=(call,),
        fresh=True,
    )  # fmt: skip
    return draw_board(state, layout, fitted, UTC, Facts())
