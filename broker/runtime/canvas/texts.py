"""Text made safe and made to fit. Pure: widths come from the metrics handed in."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, Protocol

import msgspec

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Span, Text
from broker.runtime.canvas.theme import ASCENT_EM, DESCENT_EM, LINE_HEIGHT_EM, OPTICAL_CENTRE_EM

MAX_CHARACTERS = 600
ELLIPSIS = "…"
SURELY = 1.1
"""Widths at two sizes of a font differ by less than this from their ratio."""
_BLANKS = re.compile(r"\s+")
_DROPPED = {"Cc", "Cf", "Cs", "Co"}
_NOT_FIRST = set("，。、；：！？）》」』】〉”’…·,.;:!?)]}%℃")
_NOT_LAST = set("（《「『【〈“‘([{￥¥")


class Metrics(Protocol):
    """What fitting needs to know about a font."""

    def advance(self, words: str, size: int, bold: bool) -> float: ...

    def bounds(self, words: str, size: int, bold: bool) -> Rect: ...


class Piece(NamedTuple):
    """A span placed at (x, baseline)."""

    span: Span
    x: int
    baseline: int


class Fitted(NamedTuple):
    """Where the pieces of a Text go. `shortened`: words were cut. `overflow`: even so it does not fit."""

    pieces: tuple[Piece, ...]
    shortened: bool
    overflow: bool


def clean(words: str, limit: int = MAX_CHARACTERS) -> str:
    """Return text that no font can choke on: NFC, without control, format, surrogate and private characters, white
    space made single blanks, at most `limit` characters."""
    spaced = _BLANKS.sub(" ", words[: limit * 4])
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)
    kept = _BLANKS.sub(" ", unicodedata.normalize("NFC", kept))
    if len(kept) > limit:
        return kept[: limit - 1] + ELLIPSIS
    return words if kept == words else kept  # nearly always, and then there is no second copy of it


def _width_of(spans: tuple[Span, ...], metrics: Metrics) -> float:
    """Return the width of a line of spans, which are clean, in px."""
    total = 0.0
    for position, span in enumerate(spans):
        total += metrics.advance(span.text, span.size, span.bold) + span.spacing * max(0, len(span.text) - 1)
        total += span.gap if position else 0
    return total


def fit(op: Text, metrics: Metrics) -> Fitted:
    """Place a Text inside its rect: shrink, then break into lines, then shorten."""
    spans = tuple(msgspec.structs.replace(span, text=clean(span.text)) for span in op.spans if span.text)
    if not spans or op.rect.area == 0:
        return Fitted((), False, False)
    single = _shrunk(spans, op, metrics)
    if single is not None:
        return _placed([single], op, metrics, shortened=False)
    if op.lines > 1 and len(spans) == 1:
        broken = _broken(spans[0], op, metrics)
        if broken is not None:
            return _placed([(line,) for line in broken], op, metrics, shortened=False)
    return _shortened(spans, op, metrics)


def _shrunk(spans: tuple[Span, ...], op: Text, metrics: Metrics) -> tuple[Span, ...] | None:
    """Return the line at the largest size that fits the width; with more lines allowed only a little smaller."""
    width = _width_of(spans, metrics)
    if width <= op.rect.w:
        return spans
    least = _least_factor(spans, op)
    floor = max(least, 0.8) if op.lines > 1 and len(spans) == 1 else least
    factor = op.rect.w / width
    while factor >= floor - 0.001:
        smaller = _resized(spans, factor, op.min_size)
        if _width_of(smaller, metrics) <= op.rect.w:
            return smaller
        factor -= 0.02
    smallest = _resized(spans, floor, op.min_size)
    return smallest if _width_of(smallest, metrics) <= op.rect.w else None


def _least_factor(spans: tuple[Span, ...], op: Text) -> float:
    return min(1.0, op.min_size / max(span.size for span in spans))


def _resized(spans: tuple[Span, ...], factor: float, min_size: int) -> tuple[Span, ...]:
    return tuple(
        msgspec.structs.replace(
            span,
            size=max(min(span.size, min_size), int(span.size * factor)),
            gap=int(span.gap * factor),
            spacing=int(span.spacing * factor),
        )
        for span in spans
    )


def _broken(span: Span, op: Text, metrics: Metrics) -> list[Span] | None:
    """Return the fewest lines at the largest size at which the text fits into rect and line count."""
    em_px = metrics.advance(span.text, span.size, span.bold) / span.size
    for size in range(span.size, min(span.size, op.min_size) - 1, -2):
        if em_px * size > _room(op, size) * (op.rect.w + size) * SURELY:
            continue  # not even without the blanks that are dropped where lines are broken
        smaller = msgspec.structs.replace(span, size=size)
        lines = wrap(smaller, op.rect.w, metrics)
        if len(lines) <= _room(op, size):
            return lines
    return None


def _room(op: Text, size: int) -> int:
    """Return how many lines of this size the rect takes."""
    return max(1, min(op.lines, int((op.rect.h - size * 1.05) / (size * LINE_HEIGHT_EM) + 0.05) + 1))


def wrap(span: Span, width: int, metrics: Metrics) -> list[Span]:
    """Break a span into lines: between hanzi, at blanks between Latin and Korean words, never before closing marks."""
    lines: list[str] = []
    line = ""
    for unit in units_of(span.text):
        if line and metrics.advance((line + unit).rstrip(), span.size, span.bold) > width:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [msgspec.structs.replace(span, text=words) for words in [*lines, line.rstrip()] if words]


def units_of(words: str) -> list[str]:
    """Return the pieces that may not be broken."""
    units: list[str] = []
    for character in words:
        previous = units[-1][-1] if units else ""
        glued = (
            (_of_words(character) and _of_words(previous))
            or character == " "
            or character in _NOT_FIRST
            or (units and units[-1].rstrip()[-1:] in _NOT_LAST)
        )
        if units and glued:
            units[-1] += character
        else:
            units.append(character)
    return units


def _of_words(character: str) -> bool:
    """Whether it belongs to a script whose words are kept whole: Latin, digits, Hangul."""
    return (character.isascii() and character not in ("", " ")) or "\uac00" <= character <= "\ud7a3"


def _shortened(spans: tuple[Span, ...], op: Text, metrics: Metrics) -> Fitted:
    """Cut words from the end until the rest and an ellipsis fit."""
    smallest = _resized(spans, _least_factor(spans, op), op.min_size)
    if op.lines > 1 and len(smallest) == 1:
        lines = wrap(smallest[0], op.rect.w, metrics)
        room = _room(op, smallest[0].size)
        last = msgspec.structs.replace(smallest[0], text="".join(line.text for line in lines[room - 1 :]))
        kept = [(line,) for line in lines[: room - 1]]
        return _placed([*kept, _cut((last,), op.rect.w, metrics)], op, metrics, shortened=True)
    return _placed([_cut(smallest, op.rect.w, metrics)], op, metrics, shortened=True)


def _cut(spans: tuple[Span, ...], width: int, metrics: Metrics) -> tuple[Span, ...]:
    line = list(spans)
    while line:
        words = line[-1].text
        low, high = 0, len(words)
        while low < high:
            middle = (low + high + 1) // 2
            line[-1] = msgspec.structs.replace(line[-1], text=words[:middle].rstrip() + ELLIPSIS)
            low, high = (middle, high) if _width_of(tuple(line), metrics) <= width else (low, middle - 1)
        if low or len(line) == 1:
            line[-1] = msgspec.structs.replace(line[-1], text=words[:low].rstrip() + ELLIPSIS)
            return tuple(line)
        line.pop()
    return spans


def _placed(lines: list[tuple[Span, ...]], op: Text, metrics: Metrics, *, shortened: bool) -> Fitted:
    sizes = [span.size for line in lines for span in line]
    if not sizes:  # nothing but blanks: nothing to draw
        return Fitted((), shortened, False)
    size = max(sizes)
    step = size * LINE_HEIGHT_EM
    first = _first_baseline(op, size, step * (len(lines) - 1))
    pieces: list[Piece] = []
    overflow = False
    for number, line in enumerate(lines):
        width = _width_of(line, metrics)
        overflow = overflow or width > op.rect.w + 1
        free = op.rect.w - width
        x = op.rect.x + {"left": 0.0, "centre": free / 2, "right": free}[op.align]
        for position, span in enumerate(line):
            x += span.gap if position else 0
            pieces.append(Piece(span, round(x), round(first + number * step)))
            x += metrics.advance(span.text, span.size, span.bold)
            x += span.spacing * max(0, len(span.text) - 1)
    return Fitted(tuple(pieces), shortened, overflow)


def _first_baseline(op: Text, size: int, extra: float) -> float:
    if op.vertical == "top":
        return op.rect.y + size * ASCENT_EM
    if op.vertical == "baseline":
        return op.rect.bottom - extra
    if op.vertical == "bottom":
        return op.rect.bottom - size * DESCENT_EM - extra
    return op.rect.y + op.rect.h / 2 + size * OPTICAL_CENTRE_EM - extra / 2


def ink_of(fitted: Fitted, metrics: Metrics) -> Rect:
    """Return the rectangle of the pixels that the placed text colours."""
    found: Rect | None = None
    for span, x, baseline in fitted.pieces:
        ink = metrics.bounds(span.text, span.size, span.bold).moved(x, baseline)
        if span.spacing:
            ink = Rect(ink.x, ink.y, ink.w + span.spacing * len(span.text), ink.h)
        found = ink if found is None else found.joined(ink)
    return found or Rect(0, 0, 0, 0)
