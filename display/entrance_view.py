"""The board at the entrance: what can be done here, at which counters, how long it will take. Pure."""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import ServiceLine
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import named
from broker.runtime.canvas.ops import Box, Hatch, Icon, Op, Span, Text, scaled
from display import phrases
from display.board import BoardState
from display.board_cards import why_not
from display.facts import Facts
from display.framing import framed, grid_of
from display.guide import first_thing, steps_of
from display.layout import Fitted, free_below
from display.pieces import counters_row, pair, stack, steps_panel, welcome
from display.room import NameRoom

NAMES = {
    "landscape": (NameRoom(8, 365), NameRoom(6, 365, 2)),
    "portrait": (NameRoom(7, 446), NameRoom(6, 446, 2)),
}
"""How many cards a page has, by how much room their names need."""
GAP = 18


def entrance_ops(state: BoardState, fitted: Fitted, zone: tzinfo, facts: Facts) -> tuple[Op, ...]:
    """Return the drawing of an entrance board in real pixels."""
    grid = grid_of(state, fitted, tells_hours=True)
    head = Rect(grid.body.x, grid.body.y, grid.body.w, 84)
    rest = Rect(grid.body.x, head.bottom + 12, grid.body.w, grid.body.h - 96)
    inner = _head(head, portrait=grid.portrait, first=first_thing(state))
    if not state.services:
        inner += welcome(rest)
    places = _places(rest, fitted.shape, len(state.services))
    if places:
        inner += steps_panel(free_below(grid.body, places), steps_of(state), across=not grid.portrait)
    for service, place in zip(state.services, places, strict=False):
        inner += _card(service, place, facts.icons.get(service.service, "document"))
    return scaled(framed(state, grid, zone, inner), fitted.scale)


def _head(place: Rect, *, portrait: bool, first: Names) -> list[Op]:
    """The question that this board answers, and the first thing to do."""
    wide = round(place.w * (0.5 if portrait else 0.52))
    box = Rect(place.right - wide, place.y, wide, place.h)
    icon = Rect(box.x + 24, box.y, 52, box.h)
    words = Rect(icon.right + 20, box.y, box.right - icon.right - 44, box.h)
    title = Rect(place.x, place.y, place.w - wide - 24, place.h)
    named = stack(title, phrases.WHERE_TO_GO, (46, 28), bold=True) if portrait else (
        pair(title, phrases.WHERE_TO_GO, (50, 30)),
    )  # fmt: skip
    said = stack(words, first, (34, 24), (theme.WHITE, theme.ICE), bold=True) if portrait else (
        pair(words, first, (38, 26), (theme.WHITE, theme.ICE), gap=14),
    )  # fmt: skip
    return [
        *named,
        Box(rect=box, fill=theme.BLUE_DARK, radius=18),
        Icon(rect=icon, name="ticket" if first is phrases.TAKE_FIRST else "clock", colour=theme.AMBER),
        *said,
    ]


def _places(rest: Rect, shape: str, count: int) -> tuple[Rect, ...]:
    """Two columns on a wide screen; a few services get large cards."""
    if shape == "portrait":
        return rest.rows(count if count == 4 else max(count, 5), GAP)[:count]
    rows = max(3, -(-count // 2))
    return tuple(cell for row in rest.rows(rows, GAP) for cell in row.columns(2, GAP))[:count]


def _card(service: ServiceLine, place: Rect, icon: str) -> list[Op]:
    inner = place.inset(28, 12)
    disc = Rect(inner.x, inner.centre_y - 52, 104, 104)
    open_now = service.state == "open"
    words = Rect(disc.right + 32, inner.y, inner.right - disc.right - 32, inner.h)
    low = inner.h < 190
    upper = Rect(words.x, words.y, words.w, round(words.h * (0.62 if low else 0.52)))
    lower = Rect(words.x, upper.bottom, words.w, words.bottom - upper.bottom)
    ops: list[Op] = [Box(rect=place, fill=theme.PANEL, radius=20)]
    if not open_now:
        ops.append(Hatch(rect=place, colour=theme.HATCH, radius=20, step=30, width=10))
    ops += [
        Box(rect=disc, fill=theme.BLUE_DARK if open_now else theme.SLATE, radius=52),
        Icon(rect=disc.inset(22), name=icon, colour=theme.WHITE if open_now else theme.SOFT),
    ]
    if not open_now:
        half = round(words.w * 0.5)
        name = Rect(words.x, words.y, half - 20, words.h)
        ops += named(name, service.names, (44, 27))
        return ops + why_not(service, Rect(words.x + half, words.y, words.w - half, words.h))
    wait_width = 330
    name = Rect(upper.x, upper.y, upper.w - wait_width - 16, upper.h)
    ops += named(name, service.names, (36, 24) if low else (46, 28))
    where = Rect(lower.x, lower.y, lower.w - wait_width - 16, lower.h)
    ops += _where(service, where)
    return ops + _how_long(service, Rect(words.right - wait_width, words.y, wait_width, words.h))


def _where(service: ServiceLine, place: Rect) -> list[Op]:
    """The counters that do it, with an arrow that needs no language."""
    arrow = Rect(place.x, place.y, 44, place.h)
    height = min(64, place.h - 4)
    return [
        Icon(rect=arrow, name="arrow-right", colour=theme.AMBER, stroke=2.6),
        *counters_row(
            service.counters, Rect(arrow.right + 16, place.y, place.right - arrow.right - 16, place.h), 74, height
        ),
    ]


def _how_long(service: ServiceLine, place: Rect) -> list[Op]:
    """The wait as a range, and how many wait; no figure where none would be honest."""
    if service.waiting == 0:
        return list(stack(place, phrases.NO_WAIT, (50, 30), (theme.MINT, theme.MINT), bold=True, align="right"))
    people = (
        Span(str(service.waiting), 40, theme.WHITE, True),
        Span(phrases.WAITING_PEOPLE.zh, 28, theme.SOFT, False, 8),
        Span(phrases.WAITING_PEOPLE.en, 24, theme.SOFT, False, 8),
    )
    if service.wait is None:
        return [Text(rect=place, spans=people, align="right")]
    top = Rect(place.x, place.y, place.w, round(place.h * 0.58))
    below = Rect(place.x, top.bottom, place.w, place.bottom - top.bottom)
    word, figure, behind = phrases.minutes(service.wait.low_min, service.wait.high_min)
    minutes = (
        Span(word.zh, 28, theme.SOFT),
        Span(figure, 68, theme.WHITE, True, 10),
        Span(phrases.MINUTES.zh, 32, theme.SOFT, False, 8),
        Span(behind, 24, theme.SOFT, False, 8),
    )
    return [Text(rect=top, spans=minutes, align="right"), Text(rect=below, spans=people, align="right")]
