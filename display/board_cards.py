"""The services on a wall display: how many wait, how long about, or why nobody can wait. Pure."""

from __future__ import annotations

from broker.model.views import ServiceLine, WaitRange
from broker.model.words import SHUT_REASONS, Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import holds, named
from broker.runtime.canvas.ops import Align, Box, Hatch, Icon, Op, Span, Text, text
from display import phrases
from display.board import BoardState
from display.board_frame import dots
from display.layout import BoardGrid
from display.pieces import stack

TALL_PX = 180
CARD_NAME_W, ROW_NAME_W, ROW_FACTS_W = 432, 578, 330
"""Of an upright board: what a card beside another leaves for a name, and what a line of its own does."""
STATE_ICONS = {"paused": "pause", "full": "pause", "closed": "clock", "no_counter": "no-entry"}


def service_cards(state: BoardState, grid: BoardGrid) -> list[Op]:
    """Return the cards of one page of services, and dots when there are more pages."""
    ops: list[Op] = []
    rows = grid.portrait and not holds(CARD_NAME_W, state.names)
    places = grid.card_rows(len(state.services)) if rows else grid.cards(len(state.services))
    names = tuple(service.names for service in state.services)
    lines = 1 if all(holds(place.w - 56, names) for place in places) else 2
    for service, place in zip(state.services, places, strict=False):
        idle = service.state != "open"
        ops.append(Box(rect=place, fill=theme.PANEL, radius=22))
        if idle:
            ops.append(Hatch(rect=place, colour=theme.HATCH, radius=22, step=30, width=10))
        if place.h >= TALL_PX:
            ops += _tall_card(service, place, lines)
        else:
            ops += _row_card(service, place) if rows else _low_card(service, place)
    return ops + dots(state.page, state.pages, grid.dots)


def _tall_card(service: ServiceLine, place: Rect, lines: int) -> list[Op]:
    """`lines`: those of the English names of this page, so that the figures of all its cards stand on one line."""
    inner = place.inset(28, 14)
    names = Rect(inner.x, inner.y, inner.w, 80 if lines == 1 else 102)
    facts = Rect(inner.x, names.bottom, inner.w, inner.bottom - names.bottom)
    ops = list(named(names, service.names, (38, 25)))
    large, small = ((62, 30), (44, 28)) if lines == 1 else ((52, 28), (40, 27))
    if service.state != "open":
        return ops + why_not(service, facts)
    below = Rect(facts.x, facts.bottom - 36, facts.w, 32)
    line = Rect(facts.x, facts.y, facts.w, below.y - facts.y - 6)
    if service.waiting == 0:
        ops.append(text(line, phrases.NO_WAIT.zh, 46 if lines == 1 else 38, theme.MINT, bold=True, vertical="baseline"))
        ops.append(text(below, phrases.NO_WAIT.en, 25, theme.MINT))
        return ops
    wait = service.wait
    split = round(line.w * 0.42) if wait else line.w
    ops.append(_people(service.waiting, Rect(line.x, line.y, split - 12, line.h), large))
    if wait:
        ops.append(_wait(wait, Rect(line.x + split, line.y, line.w - split, line.h), small))
    english = phrases.waiting(service.waiting, wait.low_min if wait else None, wait.high_min if wait else None)
    ops.append(text(below, english, 25, theme.SOFT))
    return ops


def _low_card(service: ServiceLine, place: Rect) -> list[Op]:
    inner = place.inset(26, 12)
    names = Rect(inner.x, inner.y, inner.w, 70)
    facts = Rect(inner.x, names.bottom, inner.w, inner.bottom - names.bottom - 4)
    ops = list(named(names, service.names, (34, 25)))
    if service.state != "open":
        return ops + why_not(service, facts, low=True)
    if service.waiting == 0:
        spans = (Span(phrases.NO_WAIT.zh, 34, theme.MINT, True), Span(phrases.NO_WAIT.en, 25, theme.MINT, False, 14))
        ops.append(Text(rect=facts, spans=spans, vertical="baseline"))
        return ops
    split = round(facts.w * (0.44 if service.wait else 1))
    ops.append(_people(service.waiting, Rect(facts.x, facts.y, split - 8, facts.h), (38, 27), english=True))
    if service.wait:
        rest = Rect(facts.x + split, facts.y, facts.w - split, facts.h)
        ops.append(_wait(service.wait, rest, (34, 26), english=True))
    return ops


def _row_card(service: ServiceLine, place: Rect) -> list[Op]:
    """A long name has a whole line of an upright board, and the figures stand beside it."""
    inner = place.inset(26, 0)
    name = Rect(inner.x, inner.y + 4, ROW_NAME_W, inner.h - 8)
    facts = Rect(inner.right - ROW_FACTS_W, inner.y + 2, ROW_FACTS_W, inner.h - 4)
    ops = list(named(name, service.names, (34, 25)))
    if service.state != "open":
        return ops + why_not(service, facts)
    if service.waiting == 0:
        return [*ops, *stack(facts, phrases.NO_WAIT, (36, 25), (theme.MINT, theme.MINT), bold=True, align="right")]
    line, below = Rect(facts.x, facts.y, facts.w, round(facts.h * 0.53)), Rect(facts.x, facts.bottom - 34, facts.w, 32)
    wait = service.wait
    split = round(line.w * 0.4) if wait else line.w + 12
    ops.append(
        _people(service.waiting, Rect(line.x, line.y, split - 12, line.h), (44, 27), align="left" if wait else "right")
    )
    if wait:
        ops.append(_wait(wait, Rect(line.x + split, line.y, line.w - split, line.h), (36, 27)))
    english = phrases.waiting(service.waiting, wait.low_min if wait else None, wait.high_min if wait else None)
    return [*ops, text(below, english, 25, theme.SOFT, align="right")]


def _people(waiting: int, place: Rect, sizes: tuple[int, int], *, english: bool = False, align: Align = "left") -> Text:
    spans: tuple[Span, ...] = (
        Span(str(waiting), sizes[0], theme.WHITE, True),
        Span(phrases.WAITING_PEOPLE.zh, sizes[1], theme.SOFT, False, 10),
    )
    if english:
        spans += (Span(phrases.WAITING_PEOPLE.en, 24, theme.SOFT, False, 8),)
    return Text(rect=place, spans=spans, align=align, vertical="baseline")


def _wait(wait: WaitRange, place: Rect, sizes: tuple[int, int], *, english: bool = False) -> Text:
    word, figure, behind = phrases.minutes(wait.low_min, wait.high_min)
    spans: tuple[Span, ...] = (
        Span(word.zh, sizes[1], theme.SOFT),
        Span(figure, sizes[0], theme.WHITE, True, 8),
        Span(phrases.MINUTES.zh, sizes[1], theme.SOFT, False, 8),
    )
    if english:
        spans += (Span(behind, 24, theme.SOFT, False, 8),)
    return Text(rect=place, spans=spans, align="right", vertical="baseline")


def why_not(service: ServiceLine, place: Rect, *, low: bool = False) -> list[Op]:
    """When it opens again, or the reason; never an empty card."""
    if service.reopens:
        names = Names(f"{service.reopens} {phrases.OPENS_AT.zh}", f"{phrases.OPENS_AT.en} {service.reopens}")
        colour, name = theme.SAND, "clock"
    else:
        names = service.reason or SHUT_REASONS[service.state]
        colour, name = theme.WHITE, STATE_ICONS[service.state]
    if low:
        spans = (Span(names.zh, 32, colour, True), Span(names.en, 25, theme.SOFT, False, 14))
        icon = Rect(place.x, place.bottom - 33, 36, 36)
        words = Rect(icon.right + 12, place.y, place.right - icon.right - 12, place.h)
        return [Icon(rect=icon, name=name, colour=colour), Text(rect=words, spans=spans, vertical="baseline")]
    icon = Rect(place.x, place.centre_y - 24, 48, 48)
    words = Rect(icon.right + 16, place.y, place.right - icon.right - 16, place.h)
    return [
        Icon(rect=icon, name=name, colour=theme.SAND if service.reopens else theme.SOFT),
        *stack(words, names, (40, 27), (colour, theme.SOFT), bold=True),
    ]
