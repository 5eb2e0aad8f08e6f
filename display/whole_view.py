"""A hall that is shut, where it wants its screens for something else: media or a notice over the whole screen. Pure.

What everybody looks for then stands in one line below: that the hall is closed, when it opens, and the time; and that
the picture is not up to date, when it is not.
"""

from __future__ import annotations

from datetime import tzinfo

from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Film, Icon, Image, Op, rule, scaled, text
from display import phrases
from display.board import BoardState
from display.board_frame import chip_of, clock_of, open_kind, opening, ticker
from display.layout import Fitted, WholeGrid, whole_grid
from display.pieces import stack

LINES = 12
"""More than the most that 200 characters need."""
WHY = {
    "before": (phrases.BEFORE, "sun"),
    "break": (phrases.BREAK, "clock"),
    "closed": (phrases.CLOSED, "moon"),
}


def whole_ops(state: BoardState, fitted: Fitted, zone: tzinfo) -> tuple[Op, ...]:
    """Return the drawing in real pixels of a state that is `whole`."""
    grid = whole_grid(fitted.size, fitted.shape)
    return scaled([*_body(state, grid), *_line(state, grid, zone), *ticker(state, grid)], fitted.scale)


def _body(state: BoardState, grid: WholeGrid) -> list[Op]:
    if state.medium and state.medium.film:
        return [Film(rect=grid.body, name=state.medium.film, ground=theme.INK)]
    if state.medium and state.medium.picture:
        return [Image(rect=grid.body, data=state.medium.picture)]
    return poster_ops(state.poster, grid, urgent=state.urgent is not None) if state.poster else []


def poster_ops(names: Names, grid: WholeGrid, *, urgent: bool) -> list[Op]:
    """One notice, as large as the screen: an urgent one in the colours that it has everywhere."""
    ground, soft = (theme.SAND_GROUND, theme.SAND) if urgent else (theme.BLUE, theme.ICE)
    place = grid.body.inset(96 if grid.portrait else 160, 96)
    icon = Rect(place.x, place.y, place.w, 144)
    words = Rect(place.x, icon.bottom + 32, place.w, place.bottom - icon.bottom - 32)
    zh = Rect(words.x, words.y, words.w, round(words.h * 0.6))
    en = Rect(words.x, zh.bottom, words.w, words.bottom - zh.bottom)
    return [
        rule(grid.body, ground),
        Icon(rect=icon, name="warning" if urgent else "bell", colour=theme.AMBER),
        text(zh, names.zh, 104, theme.WHITE, bold=True, align="centre", lines=LINES, min_size=36),
        text(en, phrases.english_marks(names.en), 52, soft, align="centre", lines=LINES, min_size=28),
    ]


def _line(state: BoardState, grid: WholeGrid, zone: tzinfo) -> list[Op]:
    names, icon = WHY[open_kind(state.open)]
    when = opening(
        state.open, phrases.CLOSED_HINT if state.open and state.open.state == "closed" else phrases.BREAK_HINT
    )
    sign = Rect(grid.why.x, grid.why.y, 72, grid.why.h)
    words = Rect(sign.right + 24, grid.why.y, grid.why.right - sign.right - 24, grid.why.h)
    ops: list[Op] = [rule(grid.line, theme.PANEL), Icon(rect=sign, name=icon, colour=theme.AMBER)]
    ops += stack(words, names, (48, 30), bold=True)
    stale = state.chip in ("stale", "connecting")
    ops += stack(
        grid.when if stale else grid.when.joined(grid.chip), when, (44, 29), (theme.WHITE, theme.ICE), bold=True
    )
    if stale:
        ops += chip_of(state, grid.chip, grid, zone)
    return ops + (clock_of(state.local, grid.clock, grid) if state.local is not None else [])
