"""The services on a wall display: how many wait, how long about, or why nobody can wait. Pure."""

from __future__ import annotations

from broker.model.views import ServiceLine, WaitRange
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Hatch, Icon, Op, Span, Text, text
from display import phrases
from display.board import BoardState
from display.layout import BoardGrid
from display.pieces import pair, stack

STATE_ICONS = {"paused": "pause", "full": "check-circle", "closed": "clock", "no_counter": "no-entry"}


def service_cards(state: BoardState, grid: BoardGrid) -> list[Op]:
    """Return the cards of one page of services, and dots when there are more pages."""
    draw = _low_card if grid.service_rows > 1 else _tall_card
    ops: list[Op] = []
    for service, place in zip(state.services, grid.cards(len(state.services)), strict=False):
        idle = service.state != "open"
        ops.append(Box(rect=place, fill=theme.PANEL, radius=22))
        if idle:
            ops.append(Hatch(rect=place, colour=theme.HATCH, radius=22, step=30, width=10))
        ops += draw(service, place)
    if state.pages > 1:
        ops += _dots(state, grid.dots)
    return ops


def _dots(state: BoardState, place: Rect) -> list[Op]:
    step = 28
    x = place.centre_x - (state.pages - 1) * step // 2
    ops: list[Op] = []
    for page in range(state.pages):
        here = page == state.page
        width, colour = (24, theme.AMBER) if here else (10, theme.LINE)
        ops.append(Box(rect=Rect(x + page * step - width // 2, place.centre_y - 5, width, 10), fill=colour, radius=5))
    return ops


def _tall_card(service: ServiceLine, place: Rect) -> list[Op]:
    inner = place.inset(28, 16)
    names = Rect(inner.x, inner.y, inner.w, 84)
    facts = Rect(inner.x, names.bottom + 4, inner.w, inner.bottom - names.bottom - 4)
    ops = list(stack(names, service.names, (38, 26), bold=True))
    if service.state != "open":
        return ops + _why_not(service, facts)
    if service.waiting == 0:
        ops.append(pair(facts, phrases.NO_WAIT, (46, 28), (theme.MINT, theme.MINT), gap=14))
        return ops
    split = round(facts.w * (0.42 if service.wait else 1))
    line = Rect(facts.x, facts.y, facts.w, facts.h - 14)
    ops.append(_people(service.waiting, Rect(line.x, line.y, split - 12, line.h), (64, 30)))
    if service.wait:
        ops.append(_wait(service.wait, Rect(line.x + split, line.y, line.w - split, line.h), (44, 28)))
    return ops


def _low_card(service: ServiceLine, place: Rect) -> list[Op]:
    inner = place.inset(26, 8)
    split = round(inner.w * 0.54)
    names = Rect(inner.x, inner.y, split, inner.h)
    facts = Rect(names.right + 12, inner.y, inner.right - names.right - 12, inner.h)
    ops = list(stack(names, service.names, (34, 25), bold=True))
    if service.state != "open":
        return ops + _why_not(service, facts, low=True)
    if service.waiting == 0:
        ops += stack(facts, phrases.NO_WAIT, (36, 26), (theme.MINT, theme.MINT), bold=True, align="right")
        return ops
    middle = facts.centre_y + (0 if service.wait else 16)
    ops.append(_people(service.waiting, Rect(facts.x, middle - 46, facts.w, 42), (42, 28), align_right=True))
    if service.wait:
        ops.append(_wait(service.wait, Rect(facts.x, middle, facts.w, 36), (32, 26)))
    return ops


def _people(waiting: int, place: Rect, sizes: tuple[int, int], *, align_right: bool = False) -> Text:
    spans = (
        Span(str(waiting), sizes[0], theme.WHITE, True),
        Span(phrases.WAITING_PEOPLE.zh, sizes[1], theme.SOFT, False, 10),
    )
    return Text(rect=place, spans=spans, align="right" if align_right else "left", vertical="baseline")


def _wait(wait: WaitRange, place: Rect, sizes: tuple[int, int]) -> Text:
    low, high = wait.low_min, wait.high_min
    spans = (
        Span(phrases.ABOUT.zh, sizes[1], theme.SOFT),
        Span(str(low) if low == high else f"{low}–{high}", sizes[0], theme.WHITE, True, 8),
        Span(phrases.MINUTES.zh, sizes[1], theme.SOFT, False, 8),
    )
    return Text(rect=place, spans=spans, align="right", vertical="baseline")


def _why_not(service: ServiceLine, place: Rect, *, low: bool = False) -> list[Op]:
    """When it opens again, or the reason; never an empty card."""
    icon = Rect(place.x, place.centre_y - 22, 44, 44)
    words = Rect(icon.right + 14, place.y, place.right - icon.right - 14, place.h)
    size = 32 if low else 46
    if service.reopens:
        ops: list[Op] = [Icon(rect=icon, name="clock", colour=theme.SAND)]
        if low:
            ops += stack(words, Names(f"{service.reopens} {phrases.OPENS_AT.zh}", phrases.OPENS_AT.en), (30, 25),
                         (theme.SAND, theme.SOFT), bold=True, align="right")  # fmt: skip
            return ops
        time = Rect(words.x, words.y, 136, words.h)
        ops.append(text(time, service.reopens, size, theme.SAND, bold=True))
        rest = Rect(time.right + 8, words.y, words.right - time.right - 8, words.h)
        ops += stack(rest, phrases.OPENS_AT, (28, 25), align="right")
        return ops
    reason = service.reason or phrases.SERVICE_STATES[service.state]
    ops = [Icon(rect=icon, name=STATE_ICONS[service.state], colour=theme.SOFT)]
    ops += stack(words, reason, (30 if low else 34, 25), (theme.WHITE, theme.SOFT), bold=True,
                 align="right" if low else "left")  # fmt: skip
    return ops
