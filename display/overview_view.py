"""All counters as a grid: number, what goes on there, the ticket that is called or served. Pure."""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import CounterLine
from broker.model.words import CounterStatus, Names, TicketStatus
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, Ring, scaled, text
from broker.runtime.canvas.theme import Colour
from display import phrases
from display.board import BoardState
from display.framing import framed, grid_of
from display.layout import Fitted, cells
from display.pieces import counter_tile, paused_tile, stack, welcome

RING_PX = 8
T1_LARGE = 220
"""Few counters have large cells: number and ticket fill them, up to this."""
GAP = 20
SHAPES = {
    "landscape": ((2, 1), (2, 2), (3, 2), (3, 3), (4, 3), (4, 4), (5, 4)),
    "portrait": ((1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (2, 4), (2, 5), (2, 6), (2, 8)),
}
"""Columns and rows that are tried, smallest first."""
MOST = {shape: counts[-1][0] * counts[-1][1] for shape, counts in SHAPES.items()}


def overview_ops(state: BoardState, fitted: Fitted, zone: tzinfo) -> tuple[Op, ...]:
    """Return the drawing of an overview board in real pixels."""
    grid = grid_of(state, fitted)
    inner: list[Op] = []
    rings: list[Op] = []
    rests = state.open is not None and state.open.state == "break"
    for line, place in zip(
        state.counters, cells(grid.body, SHAPES[fitted.shape], GAP, len(state.counters)), strict=False
    ):
        inner += counter_cell(line, place, rests=rests)
        if state.ring and state.hero and state.hero.counter == line.counter:
            ring = place.inset(-RING_PX)
            rings.append(Ring(rect=ring, colour=theme.AMBER, width=RING_PX, radius=20 + RING_PX))
    if not state.counters:
        inner += welcome(grid.body)
    return scaled([*framed(state, grid, zone, inner), *rings], fitted.scale)


def state_of(line: CounterLine, *, rests: bool) -> tuple[Names, Colour]:
    """What goes on at a counter, and the colour that says the same."""
    if line.ticket_status is TicketStatus.CALLED:
        return phrases.COUNTER_CALLING, theme.WHITE
    if line.ticket_status is TicketStatus.SERVING:
        return phrases.COUNTER_SERVING, theme.MINT
    if line.status is CounterStatus.OPEN:
        return (phrases.COUNTER_BREAK if rests else phrases.COUNTER_READY), theme.SOFT
    return (phrases.COUNTER_PAUSED if line.status is CounterStatus.PAUSED else phrases.COUNTER_CLOSED), theme.SOFT


def counter_cell(line: CounterLine, place: Rect, *, rests: bool = False) -> list[Op]:
    """One counter: its tile on the left, the ticket and the state on the right; ``rests``: the hall has its break."""
    called = line.ticket_status is TicketStatus.CALLED
    serves = line.number is not None or (line.status is CounterStatus.OPEN and not rests)
    side = min(place.h - 32, round(place.w * 0.36))
    tile = Rect(place.x + 16, place.y + 16, side, place.h - 32)
    size = min(round(side * 0.62), round(tile.h * 0.7), T1_LARGE)
    right = Rect(tile.right + 24, tile.y, place.right - tile.right - 24 - 20, tile.h)
    names, colour = state_of(line, rests=rests)
    ops: list[Op] = [Box(rect=place, fill=theme.BLUE if called else theme.PANEL, radius=20)]
    ops += (counter_tile if serves else paused_tile)(tile, line.name, size, radius=14)
    large = min(1.6, right.h / 170)
    sizes = (max(26, round(30 * min(large, 1.3))), max(24, round(24 * min(large, 1.3))))
    height = round(sizes[0] * 1.2 + sizes[1] * 1.3)
    foot = Rect(right.x, right.bottom - height, right.w, height)
    words = (colour, theme.ICE if called else theme.SOFT)
    if line.number is None:
        return ops + _without_ticket(line, right, names, large, rests=rests)
    number = Rect(right.x, right.y, right.w, foot.y - right.y)
    ops.append(text(number, line.number, min(T1_LARGE, number.h), theme.WHITE, bold=True, min_size=44))
    return [*ops, *stack(foot, names, sizes, words, bold=True)]


def _without_ticket(line: CounterLine, place: Rect, names: Names, large: float, *, rests: bool) -> list[Op]:
    ready = line.status is CounterStatus.OPEN and not rests
    colour = theme.MINT if ready else theme.WHITE
    middle = round(54 * large)
    zh = Rect(place.x, place.centre_y - middle, place.w, round(62 * large))
    en = Rect(place.x, zh.bottom, place.w, round(38 * large))
    ops: list[Op] = []
    if line.status is CounterStatus.PAUSED:
        side = round(40 * large)
        ops.append(Icon(rect=Rect(place.x, zh.centre_y - side // 2, side, side), name="pause", colour=theme.SOFT))
        zh = Rect(place.x + side + 12, zh.y, place.w - side - 12, zh.h)
    return [
        *ops,
        text(zh, names.zh, round(42 * large), colour, bold=ready),
        text(en, names.en, max(24, round(27 * large)), theme.SOFT),
    ]
