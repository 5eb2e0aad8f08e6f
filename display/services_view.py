"""A board of services: for each its last call, its counters, who waits and about how long. Pure."""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import Call, ServiceLine
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import named
from broker.runtime.canvas.ops import Box, Hatch, Icon, Op, Ring, Span, Text, rule, scaled, text
from display import phrases
from display.board import BoardState
from display.board_cards import why_not
from display.framing import framed, grid_of
from display.guide import steps_of
from display.layout import Fitted, free_below
from display.pieces import counter_tile, counters_row, pair, stack, steps_panel, welcome
from display.room import NameRoom

NAMES = {
    "landscape": (NameRoom(6, 422), NameRoom(5, 422, 2)),
    "portrait": (NameRoom(7, 468), NameRoom(5, 468, 2)),
}
"""How many lines a page has, by how much room their names need."""
RING_PX = 6


def services_ops(state: BoardState, fitted: Fitted, zone: tzinfo) -> tuple[Op, ...]:
    """Return the drawing of a service board in real pixels."""
    grid = grid_of(state, fitted)
    last = {call.service: call for call in reversed(state.latest)}
    inner: list[Op] = []
    rings: list[Op] = []
    head, places = _places(grid.body, fitted.shape, len(state.services))
    if not state.services:
        inner += welcome(grid.body)
    elif head:
        inner += _head(head)
    if places:
        inner += steps_panel(free_below(grid.body, places), steps_of(state), across=not grid.portrait)
    for service, place in zip(state.services, places, strict=False):
        call = last.get(service.names)
        fresh = call is not None and state.hero is not None and state.hero.call_id == call.call_id and state.fresh
        inner += _line(service, call, place, fresh=fresh, portrait=grid.portrait)
        if fresh and state.ring:
            rings.append(Ring(rect=place.inset(-RING_PX), colour=theme.AMBER, width=RING_PX, radius=18 + RING_PX))
    return scaled([*framed(state, grid, zone, inner), *rings], fitted.scale)


def _places(body: Rect, shape: str, count: int) -> tuple[Rect | None, tuple[Rect, ...]]:
    """The head of the table where there is one, and the lines; few services get higher lines, within reason."""
    head = Rect(body.x, body.y, body.w, 60) if shape == "landscape" else None
    rest = Rect(body.x, body.y + 72, body.w, body.h - 72) if head else body
    rows = max(count, 4) if shape == "landscape" or count == 4 else max(count, 5)
    return head, rest.rows(rows, 14)[:count]


def _columns(place: Rect) -> tuple[Rect, Rect, Rect, Rect, Rect]:
    """Service, last call, counters, waiting, wait."""
    widths = (0.25, 0.285, 0.2, 0.105, 0.16)
    inner, x = place.inset(28, 0), place.x + 28
    found = []
    for share in widths:
        width = round(inner.w * share)
        found.append(Rect(x, place.y, width - (44 if len(found) == 1 else 20), place.h))
        x += width
    return tuple(found)  # type: ignore[return-value]


def _head(place: Rect) -> list[Op]:
    names = (phrases.SERVICE_COLUMN, phrases.LAST_CALLED, phrases.COUNTERS_COLUMN, phrases.WAITING_COLUMN)
    service, last, counters, waiting, wait = _columns(place)
    soft = (theme.SOFT, theme.SOFT)
    ops: list[Op] = []
    for column, words in zip((service, last, counters, waiting), names, strict=True):
        ops += stack(column, words, (28, 24), soft)
    return [*ops, *stack(wait, phrases.WAIT_COLUMN, (28, 24), soft, align="right")]


def _line(service: ServiceLine, call: Call | None, place: Rect, *, fresh: bool, portrait: bool) -> list[Op]:
    ops: list[Op] = [Box(rect=place, fill=theme.BLUE if fresh else theme.PANEL, radius=18)]
    if service.state != "open" and not fresh:
        ops.append(Hatch(rect=place, colour=theme.HATCH, radius=18, step=30, width=10))
    return ops + (_tall(service, call, place, fresh) if portrait else _wide(service, call, place, fresh))


def _wide(service: ServiceLine, call: Call | None, place: Rect, fresh: bool) -> list[Op]:
    name, last, counters, waiting, wait = _columns(place)
    second = theme.ICE if fresh else theme.SOFT
    ops: list[Op] = [*named(name, service.names, (42, 27), (theme.WHITE, second))]
    ops += _last(call, last, second, shut=service.state != "open")
    if service.state != "open":
        rest = Rect(counters.x, place.y, wait.right - counters.x, place.h)
        return ops + why_not(service, Rect(rest.x, rest.y, rest.w, rest.h))
    ops += counters_row(service.counters, counters, 76, 68)
    ops.append(text(waiting, str(service.waiting), 60, theme.WHITE, bold=True))
    return [*ops, *_wait(service, wait, second)]


def _tall(service: ServiceLine, call: Call | None, place: Rect, fresh: bool) -> list[Op]:
    inner = place.inset(28, 12)
    top, below = inner.rows(2, 8)
    second = theme.ICE if fresh else theme.SOFT
    name = Rect(top.x, top.y, top.w - 460, top.h)
    ops: list[Op] = [*named(name, service.names, (44, 27), (theme.WHITE, second))]
    shut = service.state != "open"
    ops += _last(call, Rect(top.right - 440, top.y, 440, top.h), second, shut=shut, right=True)
    if service.state != "open":
        return ops + why_not(service, below)
    ops += counters_row(service.counters, Rect(below.x, below.y, below.w - 560, below.h), 72, 64)
    people = Rect(below.right - 540, below.y, 200, below.h)
    words = (Span(str(service.waiting), 56, theme.WHITE, True), Span(phrases.WAITING_PEOPLE.zh, 28, second, False, 10),
             Span(phrases.WAITING_PEOPLE.en, 24, second, False, 8))  # fmt: skip
    ops.append(Text(rect=people, spans=words))
    return [*ops, *_wait(service, Rect(below.right - 330, below.y, 330, below.h), second)]


def _last(call: Call | None, place: Rect, second: theme.Colour, *, shut: bool, right: bool = False) -> list[Op]:
    """The last call: its number, and its counter on amber; no word of it where nobody can be called."""
    if call is None and shut:
        return []
    if call is None:
        align = "right" if right else "left"
        return list(stack(place, phrases.NONE_CALLED, (30, 24), (second, second), align=align))  # type: ignore[arg-type]
    height = min(76, place.h - 20)
    tile = Rect(place.right - 132, place.centre_y - height // 2, 132, height)
    arrow = Rect(tile.x - 68, place.y, 48, place.h)
    number = Rect(place.x, place.y, arrow.x - place.x - 24, place.h)
    return [
        text(number, call.number, theme.T2_LIST, theme.WHITE, bold=True, align="right" if right else "left"),
        Icon(rect=arrow, name="arrow-right", colour=theme.AMBER, stroke=2.6),
        *counter_tile(tile, call.counter_name, 60, radius=12),
    ]


def _wait(service: ServiceLine, place: Rect, second: theme.Colour) -> list[Op]:
    if service.waiting == 0:
        return [pair(place, phrases.NO_WAIT, (38, 26), (theme.MINT, theme.MINT), align="right", gap=12)]
    if service.wait is None:
        return [rule(Rect(place.right - 40, place.centre_y - 2, 40, 4), second)]
    word, figure, behind = phrases.minutes(service.wait.low_min, service.wait.high_min)
    before = (Span(word.zh, 28, second),) if word is phrases.UNDER else ()
    spans = (
        *before,
        Span(figure, 56, theme.WHITE, True, 8 if before else 0),
        Span(phrases.MINUTES.zh, 28, second, False, 8),
        Span(behind, 24, second, False, 8),
    )
    return [Text(rect=place, spans=spans, align="right")]
