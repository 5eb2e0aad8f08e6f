"""Pieces that wall display and counter sign are made of: words in two languages, counter tiles. Pure."""

from __future__ import annotations

from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Align, Box, Hatch, Icon, Op, Span, Text, rule, text
from broker.runtime.canvas.theme import Colour
from display import phrases

Steps = tuple[tuple[str, Names], ...]
"""The sign and the words of each step of a guide."""

TILES_MOST = 4


def stack(
    rect: Rect,
    names: Names,
    sizes: tuple[int, int],
    colours: tuple[Colour, Colour] = (theme.WHITE, theme.SOFT),
    *,
    bold: bool = False,
    align: Align = "left",
    lines: int = 1,
) -> tuple[Op, ...]:
    """Chinese over English, together in the middle of `rect`; `lines` is for the Chinese."""
    zh_height = round(sizes[0] * (1.2 + 1.3 * (lines - 1)))
    en_height = round(sizes[1] * 1.3)
    top = rect.y + max(0, (rect.h - zh_height - en_height) // 2)
    zh = Rect(rect.x, top, rect.w, zh_height)
    en = Rect(rect.x, zh.bottom, rect.w, en_height)
    return (
        text(zh, names.zh, sizes[0], colours[0], bold=bold, align=align, lines=lines),
        text(en, names.en, sizes[1], colours[1], align=align),
    )


def pair(
    rect: Rect,
    names: Names,
    sizes: tuple[int, int],
    colours: tuple[Colour, Colour] = (theme.WHITE, theme.SOFT),
    *,
    bold: bool = True,
    align: Align = "left",
    gap: int = 20,
) -> Text:
    """Chinese, then English smaller, on one baseline."""
    spans = (Span(names.zh, sizes[0], colours[0], bold), Span(names.en, sizes[1], colours[1], False, gap))
    return Text(rect=rect, spans=spans, align=align)


def counter_tile(rect: Rect, name: str, size: int, *, radius: int = 14) -> tuple[Op, ...]:
    """An amber tile with a counter's name: amber means counter, everywhere."""
    return (
        Box(rect=rect, fill=theme.AMBER, radius=radius),
        text(rect.inset(8, 0), name, size, theme.AMBER_INK, bold=True, align="centre"),
    )


def counters_row(counters: tuple[str, ...], place: Rect, width: int, height: int) -> list[Op]:
    """Where a service is done, as tiles; when they are too many, the last one says how many more."""
    room = max(1, min(TILES_MOST + 2, (place.w + 12) // (width + 12)))
    shown = counters if len(counters) <= room else counters[: room - 1]
    ops: list[Op] = []
    x = place.x
    for name in shown:
        tile = Rect(x, place.centre_y - height // 2, width, height)
        ops.append(Box(rect=tile, border=3, border_colour=theme.AMBER, fill=theme.PANEL, radius=12))
        ops.append(text(tile.inset(4, 0), name, round(height * 0.66), theme.AMBER, bold=True, align="centre"))
        x += width + 12
    if len(shown) < len(counters):
        more = Rect(x, place.centre_y - height // 2, width, height)
        ops.append(text(more, f"+{len(counters) - len(shown)}", 36, theme.SOFT, bold=True, align="centre"))
    return ops


def paused_tile(rect: Rect, name: str, size: int, *, radius: int = 14) -> tuple[Op, ...]:
    """A hatched tile with a frame: a counter that is not served now, told by shape and not by colour."""
    return (
        Box(rect=rect, fill=theme.SLATE, radius=radius, border=3, border_colour=theme.SOFT),
        Hatch(rect=rect.inset(3), colour=theme.SLATE_HATCH, radius=max(0, radius - 3), step=20, width=7),
        text(rect.inset(8, 0), name, size, theme.WHITE, bold=True, align="centre"),
    )


def welcome(place: Rect) -> list[Op]:
    """Before the first board has come."""
    middle = Rect(place.x, place.centre_y - 150, place.w, 300)
    return [
        text(Rect(middle.x, middle.y, middle.w, 190), phrases.WELCOME.zh, 144, theme.WHITE, bold=True, align="centre"),
        text(Rect(middle.x, middle.y + 200, middle.w, 70), phrases.WELCOME.en, 52, theme.ICE, align="centre"),
    ]


def steps_down(place: Rect, steps: Steps) -> list[Op]:
    """How it works, one step under the other, where there is nothing yet to list."""
    ops: list[Op] = []
    for (icon, names), cell in zip(steps, place.rows(len(steps)), strict=True):
        ops.append(rule(Rect(cell.x - 12, cell.y, cell.w + 24, 2), theme.LINE))
        disc = Rect(cell.x + 8, cell.centre_y - 48, 96, 96)
        words = Rect(disc.right + 32, cell.y, cell.right - disc.right - 32, cell.h)
        ops += [*_disc(disc, icon), *stack(words, names, (44, 28), bold=True)]
    return ops


def steps_panel(place: Rect, steps: Steps, *, across: bool) -> list[Op]:
    """How it works on a card of its own, for a board whose few lines leave room; nothing where the room is small."""
    if place.h < (196 if across else 520):
        return []
    ops: list[Op] = [Box(rect=place, fill=theme.PANEL, radius=20)]
    head = Rect(place.x + 36, place.y + 8, place.w - 72, min(76, place.h // 3))
    ops.append(pair(head, phrases.GUIDE, (40, 26), gap=16))
    rest = Rect(head.x, head.bottom, head.w, place.bottom - head.bottom - 16)
    if not across:
        return ops + steps_down(rest, steps)
    ops.append(rule(Rect(rest.x - 12, rest.y, rest.w + 24, 2), theme.LINE))
    for (icon, names), cell in zip(steps, rest.columns(len(steps), 24), strict=True):
        disc = Rect(cell.x, cell.centre_y - 48, 96, 96)
        words = Rect(disc.right + 24, cell.y, cell.right - disc.right - 24, cell.h)
        ops += [*_disc(disc, icon), *stack(words, names, (40, 26), bold=True)]
    return ops


def _disc(place: Rect, icon: str) -> list[Op]:
    return [
        Box(rect=place, fill=theme.BLUE_DARK, radius=place.h // 2),
        Icon(rect=place.inset(22), name=icon, colour=theme.ICE),
    ]
