"""How a wall display looks: state and grid in, drawing operations out. Pure.

Two facts carry the screen, a white ticket number and an amber counter; everything else is quiet around them.
"""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import Call
from broker.model.words import Names, TicketStatus
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import holds, named
from broker.runtime.canvas.ops import Box, Film, Icon, Image, Op, Ring, rule, scaled, text
from display import phrases
from display.board import BoardState, Row
from display.board_cards import service_cards
from display.board_frame import WELCOMES, clock_text, header, open_kind, opening, ticker, urgent_band
from display.guide import steps_of
from display.layout import BoardGrid, Fitted, board_grid
from display.pause_view import pause_bar
from display.pieces import counter_tile, pair, stack, steps_down

RING_PX = 8
HERO_RADIUS = 28
ROW_NAME_W = {"landscape": 314, "portrait": 414}
ROW_LONG_H = {"landscape": 96, "portrait": 106}
"""What a recent call leaves for the name of its service, and how high it is where that takes two lines."""


def board_ops(state: BoardState, fitted: Fitted, zone: tzinfo) -> tuple[Op, ...]:
    """Return the drawing of a wall display in real pixels."""
    grid = board_grid(fitted.size, fitted.shape, with_services=bool(state.services or state.urgent))
    ops: list[Op] = []
    ops += header(state, grid, zone)
    ops += _slot(state, grid)
    ops += _recent(state, grid, zone)
    ops += urgent_band(state.urgent, grid.services) if state.urgent else service_cards(state, grid)
    ops += ticker(state, grid)
    if state.ring:
        ops.append(
            Ring(rect=grid.hero.inset(-RING_PX), colour=theme.AMBER, width=RING_PX, radius=HERO_RADIUS + RING_PX)
        )
    return scaled(ops, fitted.scale)


# --- Hero -----------------------------------------------------------------------------------------------------------


def _hero_ground(grid: BoardGrid) -> list[Op]:
    return [
        Box(rect=grid.hero, fill=theme.BLUE, radius=HERO_RADIUS),
        Box(rect=grid.hero_foot, fill=theme.BLUE_DARK, corners=(0, 0, HERO_RADIUS, HERO_RADIUS)),
    ]


def _slot(state: BoardState, grid: BoardGrid) -> list[Op]:
    """A call; else a film or a picture of the hall, whose corners are round already; else a greeting."""
    if state.hero:
        return _hero(state, grid)
    if state.medium and state.medium.film:
        return [Film(rect=grid.hero, name=state.medium.film, ground=theme.INK, radius=HERO_RADIUS)]
    if state.medium and state.medium.picture:
        return [Image(rect=grid.hero, data=state.medium.picture)]
    return _welcome(state, grid)


def _hero(state: BoardState, grid: BoardGrid) -> list[Op]:
    call = state.hero
    assert call is not None
    hero, foot = grid.hero, grid.hero_foot
    head = Rect(hero.x + 56, hero.y + 14, hero.w - 112, 100)
    number = Rect(hero.x + 48, hero.y + 100, hero.w - 96, foot.y - hero.y - 104)
    return [
        *_hero_ground(grid),
        *_hero_head(call, head),
        text(number, call.number, min(theme.T1_HERO, number.h), theme.WHITE, bold=True, align="centre", min_size=96),
        *_hero_foot(call, foot),
    ]


def _hero_head(call: Call, head: Rect) -> list[Op]:
    asked, label = _is_asked(call), phrases.CALLED_AGAIN if call.recall else phrases.NOW_CALLING
    left, right = Rect(head.x, head.y, 430, head.h), Rect(head.x + 440, head.y, head.w - 440, head.h)
    ops: list[Op] = []
    if call.recall and asked:
        ops.append(Icon(rect=Rect(left.x, left.y, 52, left.h), name="bell", colour=theme.AMBER))
        left = Rect(left.x + 68, left.y, left.w - 68, left.h)
    ops.append(pair(left, label if asked else phrases.LAST_CALLED, (48, 32), (theme.WHITE, theme.ICE)))
    ops += named(right, call.service, (40, 27), (theme.WHITE, theme.ICE), align="right")
    return ops


def _is_asked(call: Call) -> bool:
    """Whether somebody is still asked to that counter; a visit that is over sends nobody there."""
    return call.status in (TicketStatus.CALLED, TicketStatus.SERVING)


def _hero_foot(call: Call, foot: Rect) -> list[Op]:
    """请到 → tile 号窗口: readable without either language. Once the visit is over, only where it was."""
    wide = foot.w >= 1040
    size = 96 if wide else 88
    go, arrow, tile, word = (204, 112, 240, 300) if wide else (186, 100, 224, 272)
    gap = (foot.w - 2 * 56 - go - arrow - tile - word) // 3
    go_rect = Rect(foot.x + 56, foot.y + 24, go, foot.h - 48)
    arrow_rect = Rect(go_rect.right + gap, foot.y, arrow, foot.h)
    there = arrow_rect.right + gap if _is_asked(call) else foot.x + (foot.w - tile - gap - word) // 2
    tile_rect = Rect(there, foot.y + 22, tile, foot.h - 44)
    word_rect = Rect(tile_rect.right + gap, foot.y + 24, word, foot.h - 48)
    counter = Names(phrases.COUNTER.zh, f"{phrases.COUNTER.en} {call.counter_name}")
    colours = (theme.WHITE, theme.ICE)
    way = [
        *stack(go_rect, phrases.GO_TO, (size, 32), colours, bold=True),
        Icon(rect=arrow_rect, name="arrow-right", colour=theme.AMBER, stroke=2.6),
    ]
    return [
        *(way if _is_asked(call) else ()),
        *counter_tile(tile_rect, call.counter_name, theme.T1_COUNTER, radius=20),
        *stack(word_rect, counter, (size, 32), colours, bold=True),
    ]


def _welcome(state: BoardState, grid: BoardGrid) -> list[Op]:
    """The hero's place while nobody is called: a greeting, or when the hall serves again."""
    hero, foot = grid.hero, grid.hero_foot
    names, hint, icon = WELCOMES[open_kind(state.open)]
    room = foot.y - hero.y
    top = Rect(hero.x + 56, hero.y + (room - 108 - 262) // 2, hero.w - 112, 108)
    words = Rect(top.x, top.bottom + 8, top.w, 254)
    return [
        *_hero_ground(grid),
        Icon(rect=top, name=icon, colour=theme.AMBER),
        *stack(words, names, (144, 52), (theme.WHITE, theme.ICE), bold=True, align="centre"),
        *stack(
            foot.inset(56, 24), opening(state.open, hint), (56, 34), (theme.WHITE, theme.ICE), bold=True, align="centre"
        ),
    ]


# --- Recent calls ---------------------------------------------------------------------------------------------------


def _recent(state: BoardState, grid: BoardGrid, zone: tzinfo) -> list[Op]:
    title = grid.recent_title.inset(36, 0)
    left, right = Rect(title.x, title.y, title.w - 220, title.h), Rect(title.right - 210, title.y + 4, 210, title.h)
    ops: list[Op] = [
        Box(rect=grid.recent, fill=theme.PANEL, radius=28),
        pair(left, phrases.RECENT if state.rows else phrases.GUIDE, (40, 26), gap=16),
    ]
    if state.rows:
        soft = (theme.SOFT, theme.SOFT)
        ops.append(pair(right, phrases.COUNTER_COLUMN, (28, 26), soft, bold=False, align="right", gap=10))
    long = not holds(ROW_NAME_W[grid.shape], state.names)
    places = grid.rows_of(ROW_LONG_H[grid.shape] if long else grid.row_least, pause=state.told is not None)
    for row, place in zip(state.rows, places, strict=False):
        ops.append(rule(Rect(place.x + 24, place.y, place.w - 48, 2), theme.LINE))
        ops += _row(row, place, grid, zone)
    if not state.rows:
        ops += steps_down(Rect(title.x, title.bottom, title.w, places[-1].bottom - title.bottom - 12), steps_of(state))
    if state.told:
        ops += pause_bar(state, grid.paused, zone)
    return ops


def _row(row: Row, place: Rect, grid: BoardGrid, zone: tzinfo) -> list[Op]:
    if grid.portrait:
        number_width, number_size, name_sizes, tile_size, tile_height = 330, 80, (40, 27), (148, 76), 84
    else:
        number_width, number_size, name_sizes, tile_size, tile_height = 238, theme.T2_LIST, (32, 24), (116, 60), 72
    number = Rect(place.x + 36, place.y, number_width, place.h)
    tile_height = min(tile_height, place.h - 16)
    tile = Rect(place.right - 36 - tile_size[0], place.centre_y - tile_height // 2 + 1, tile_size[0], tile_height)
    name = Rect(number.right + 8, place.y + 2, tile.x - number.right - 8 - 12, place.h - 2)
    timed = Names(row.service.zh, f"{clock_text(row.at_ms, zone)} · {row.service.en}")
    below = timed if holds(name.w, (timed,)) else row.service
    ops: list[Op] = []
    if row.fresh:
        ops.append(Box(rect=Rect(place.x + 12, place.y + 20, 8, place.h - 38), fill=theme.AMBER, radius=4))
    ops.append(text(number, row.number, number_size, theme.WHITE, bold=True))
    ops += named(name, below, name_sizes, bold=False)
    ops += counter_tile(tile, row.counter, tile_size[1], radius=12)
    return ops
