"""Which services of a hall have names that no board can show whole, by what its own layout really draws. Pure."""

from __future__ import annotations

from datetime import UTC

from broker.model.hall import Hall
from broker.model.views import Call, PausedCounter, ServiceLine, WaitRange
from broker.model.words import Names
from broker.model.zones import services_of
from broker.runtime.canvas.ops import Op, Text
from broker.runtime.canvas.texts import Metrics, fit
from display.board import BoardState, Row
from display.facts import Facts
from display.layout import Fitted, Layout
from display.layouts import draw_board, room_of
from display.room import page_of

NUMBER, COUNTER = "A0888", "88"
NAMED: tuple[Layout, ...] = ("landscape", "portrait", "services", "entrance")
"""Layouts on which a service is named."""
_PAUSE = PausedCounter(
    counter="", counter_name=COUNTER, reason="", contact=Names("", ""), phone="", since_ms=0, returns_at_ms=None,
    instead=(COUNTER,),
)  # fmt: skip


def cut_names(hall: Hall, name: str, fitted: Fitted, metrics: Metrics) -> list[str]:
    """Return the services (by their keys) whose name is shortened somewhere on a display of the hall.

    Drawn is the moment with the least room: somebody waits, is called and was called, and a counter is paused.
    """
    layout = hall.displays[name].layout
    if layout not in NAMED:
        return []
    keys = [key for key in services_of(hall, name) if not hall.services[key].hidden]
    room, names = room_of(fitted, layout), tuple(hall.services[key].names for key in keys)
    most = min(room.services if len(keys) <= room.services else room.services_paged, room.for_names(names))
    _, _, pages = page_of(tuple(keys), most, 0)
    found: list[str] = []
    for turn in range(pages):
        page = page_of(tuple(keys), most, turn)[0]
        for key in page:
            state = _moment(hall, key, page, names)
            cut = _shortened(draw_board(state, layout, fitted, UTC, Facts()), metrics)
            own = hall.services[key].names
            if cut & {own.zh, own.en}:
                found.append(key)
    return found


def _moment(hall: Hall, key: str, page: tuple[str, ...], names: tuple[Names, ...]) -> BoardState:
    own = hall.services[key].names
    call = Call(
        call_id="probe", number=NUMBER, counter="probe", counter_name=COUNTER, service=own, called_at_ms=0,
        valid_until_ms=0,
    )  # fmt: skip
    lines = tuple(_line(other, hall.services[other].names) for other in page)
    return BoardState(
        hall=hall.hall.names, local=None, chip="open", open=None, contact_ms=None, hero=call, ring=False,
        rows=(Row(NUMBER, COUNTER, own, 0, False),), paused=(COUNTER,), services=lines, page=0, pages=1, notices=(),
        latest=(call,), fresh=True, names=names, told=_PAUSE,
    )  # fmt: skip


def _line(key: str, names: Names) -> ServiceLine:
    wait = WaitRange(low_min=10, high_min=15)
    return ServiceLine(service=key, names=names, state="open", waiting=8, wait=wait, counters=(COUNTER,))


def _shortened(ops: tuple[Op, ...], metrics: Metrics) -> set[str]:
    return {op.plain for op in ops if isinstance(op, Text) and fit(op, metrics).shortened}
