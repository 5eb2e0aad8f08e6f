"""How a wall display looks: state and grid in, drawing operations out. Pure.

Two facts carry the screen, a white ticket number and an amber counter; everything else is quiet around them.
"""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import Call
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Film, Icon, Image, Op, Ring, rule, scaled, text
from display import phrases
from display.board import BoardState, Row
from display.board_cards import service_cards
from display.board_frame import clock_text, header, open_kind, opening, ticker, urgent_band
from display.guide import steps_of
from display.layout import BoardGrid, Fitted, board_grid
from display.pieces import counter_tile, pair, paused_tile, stack, steps_down

RING_PX = 8
HERO_RADIUS = 28
WELCOMES = {
    "open": (phrases.WELCOME, phrases.WELCOME_HINT, "ticket"),
    "before": (phrases.BEFORE, phrases.BREAK_HINT, "sun"),
    "break": (phrases.BREAK, phrases.BREAK_HINT, "clock"),
    "closed": (phrases.CLOSED, phrases.CLOSED_HINT, "moon"),
}


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
    head = Rect(hero.x + 56, hero.y + 20, hero.w - 112, 88)
    number = Rect(hero.x + 48, hero.y + 100, hero.w - 96, foot.y - hero.y - 104)
    return [
        *_hero_ground(grid),
        *_hero_head(call, head),
        text(number, call.number, min(theme.T1_HERO, number.h), theme.WHITE, bold=True, align="centre", min_size=96),
        *_hero_foot(call, foot),
    ]


def _hero_head(call: Call, head: Rect) -> list[Op]:
    label = phrases.CALLED_AGAIN if call.recall else phrases.NOW_CALLING
    left, right = Rect(head.x, head.y, 460, head.h), Rect(head.x + 480, head.y, head.w - 480, head.h)
    ops: list[Op] = []
    if call.recall:
        ops.append(Icon(rect=Rect(left.x, left.y, 52, left.h), name="bell", colour=theme.AMBER))
        left = Rect(left.x + 68, left.y, left.w - 68, left.h)
    ops.append(pair(left, label, (48, 32), (theme.WHITE, theme.ICE)))
    ops += stack(right, call.service, (40, 27), (theme.WHITE, theme.ICE), bold=True, align="right")
    return ops


def _hero_foot(call: Call, foot: Rect) -> list[Op]:
    """请到 → tile 号窗口: readable without either language."""
    wide = foot.w >= 1040
    size = 96 if wide else 88
    go, arrow, tile, word = (204, 112, 240, 300) if wide else (186, 100, 224, 272)
    gap = (foot.w - 2 * 56 - go - arrow - tile - word) // 3
    x = foot.x + 56
    go_rect = Rect(x, foot.y + 24, go, foot.h - 48)
    arrow_rect = Rect(go_rect.right + gap, foot.y, arrow, foot.h)
    tile_rect = Rect(arrow_rect.right + gap, foot.y + 22, tile, foot.h - 44)
    word_rect = Rect(tile_rect.right + gap, foot.y + 24, word, foot.h - 48)
    counter = Names(phrases.COUNTER.zh, f"{phrases.COUNTER.en} {call.counter_name}")
    colours = (theme.WHITE, theme.ICE)
    return [
        *stack(go_rect, phrases.GO_TO, (size, 32), colours, bold=True),
        Icon(rect=arrow_rect, name="arrow-right", colour=theme.AMBER, stroke=2.6),
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
    places = grid.rows if state.paused else _rows_without_bar(grid)
    for row, place in zip(state.rows, places, strict=False):
        ops.append(rule(Rect(place.x + 24, place.y, place.w - 48, 2), theme.LINE))
        ops += _row(row, place, grid, zone)
    if not state.rows:
        ops += steps_down(Rect(title.x, title.bottom, title.w, places[-1].bottom - title.bottom - 12), steps_of(state))
    if state.paused:
        ops += _paused_bar(state, grid)
    return ops


def _rows_without_bar(grid: BoardGrid) -> tuple[Rect, ...]:
    """Return the rows when no counter is paused: the bar's place is theirs."""
    list_zone = Rect(grid.recent.x, grid.rows[0].y, grid.recent.w, grid.recent.bottom - 12 - grid.rows[0].y)
    return list_zone.rows(len(grid.rows) + 1)


def _row(row: Row, place: Rect, grid: BoardGrid, zone: tzinfo) -> list[Op]:
    if grid.portrait:
        number_width, number_size, name_sizes, tile_size, tile_height = 340, 80, (40, 27), (148, 76), 84
    else:
        number_width, number_size, name_sizes, tile_size, tile_height = 238, theme.T2_LIST, (32, 24), (116, 60), 72
    number = Rect(place.x + 36, place.y, number_width, place.h)
    tile = Rect(place.right - 36 - tile_size[0], place.centre_y - tile_height // 2 + 1, tile_size[0], tile_height)
    name = Rect(number.right + 16, place.y + 2, tile.x - number.right - 16 - 20, place.h)
    below = Names(row.service.zh, f"{clock_text(row.at_ms, zone)} · {row.service.en}")
    ops: list[Op] = []
    if row.fresh:
        ops.append(Box(rect=Rect(place.x + 12, place.y + 20, 8, place.h - 38), fill=theme.AMBER, radius=4))
    ops.append(text(number, row.number, number_size, theme.WHITE, bold=True))
    ops += stack(name, below, name_sizes)
    ops += counter_tile(tile, row.counter, tile_size[1], radius=12)
    return ops


def _paused_bar(state: BoardState, grid: BoardGrid) -> list[Op]:
    place, paused = grid.paused, state.paused
    tile_width, tile_height, gap = (148, 72, 16) if grid.portrait else (92, 64, 12)
    ops: list[Op] = [
        Box(rect=place, fill=theme.PANEL_RAISED, corners=(0, 0, 28, 28)),
        Icon(rect=Rect(place.x + 36, place.y, 46, place.h), name="pause", colour=theme.SOFT),
    ]
    first = place.right - 36 - len(paused) * (tile_width + gap) + gap
    words = Rect(place.x + 102, place.y, first - place.x - 102 - 16, place.h)
    page = f" {state.paused_page + 1}/{state.paused_pages}" if state.paused_pages > 1 else ""
    names = Names(phrases.PAUSED_COUNTERS.zh, phrases.PAUSED_COUNTERS.en + page)
    ops += stack(words, names, (36, 26), (theme.WHITE, theme.SOFT), bold=True)
    for number, name in enumerate(paused):
        tile = Rect(first + number * (tile_width + gap), place.centre_y - tile_height // 2, tile_width, tile_height)
        ops += paused_tile(tile, name, 52, radius=12)
    return ops
