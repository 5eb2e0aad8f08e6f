"""An emergency on every kind of screen: nothing else, still, Chinese before English, until staff end it. Pure.

Its picture is made of the broadcast alone: neither clock nor calls change it, so it is painted once.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache

from broker.model.views import Emergency
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Icon, Op, Span, rule, scaled, text
from broker.runtime.canvas.texts import wrap
from broker.runtime.canvas.theme import LINE_HEIGHT_EM, MIN_TEXT_PX
from display import phrases
from display.board_frame import clock_text
from display.layout import Fitted
from display.pieces import stack

LINES = 16
"""More than the most that 200 characters, all that staff can type, need on any screen."""
LEAST_ON_A_WALL, LEAST_ON_A_SIGN = 70, 44
"""Words that would stand smaller than this make the heading small instead."""
SHARE, LARGE_SHARE = 0.58, 0.64
"""How much of the room the Chinese words have; many of them need more, to stay the larger ones."""
LAST_LINE_LEAST = 4
SMALLER_MOST = 0.7
PALE = theme.rgb("#FFE9E6")


def emergency_ops(emergency: Emergency, fitted: Fitted, zone: tzinfo) -> tuple[Op, ...]:
    """Return the drawing in real pixels."""
    width, height = fitted.size
    bar = 12 if fitted.shape == "sign" else 24
    ops: list[Op] = [
        rule(Rect(0, 0, width, height), theme.WHITE),
        rule(Rect(0, bar, width, height - 2 * bar), theme.EMERGENCY),
    ]
    inside = Rect(0, bar, width, height - 2 * bar)
    if fitted.shape == "sign":
        ops += _on_a_sign(emergency, inside)
    else:
        ops += _on_a_wall(emergency, inside, zone, portrait=fitted.shape == "portrait")
    return scaled(ops, fitted.scale)


def _parts(emergency: Emergency, place: Rect, share: float) -> tuple[Rect, Rect]:
    """Where the Chinese and the English words stand, one below the other."""
    zh = Rect(place.x, place.y, place.w, round(place.h * (share if emergency.en else 1.0)))
    return zh, Rect(place.x, zh.bottom + 8, place.w, place.bottom - zh.bottom - 8)


def _words(emergency: Emergency, place: Rect, sizes: tuple[int, int], share: float) -> list[Op]:
    """What to do: Chinese, then English, in the parts of the place that each needs."""
    zh, en = _parts(emergency, place, share)
    english = phrases.english_marks(emergency.en)
    return [
        text(zh, emergency.zh, even_size(emergency.zh, zh, sizes[0], LINES), theme.WHITE, bold=True, lines=LINES),
        text(en, english, sizes[1], PALE, lines=LINES),
    ]


def _roomy(emergency: Emergency, place: Rect, least: int) -> bool:
    """Whether the Chinese words stand there in letters of at least this size."""
    zh, _ = _parts(emergency, place, SHARE)
    lines = len(wrap(Span(emergency.zh, least, theme.WHITE, True), zh.w, _Ems()))
    return least * (1.05 + (lines - 1) * LINE_HEIGHT_EM) <= zh.h


class _Ems:
    """Widths in parts of the size, near enough to break lines: a hanzi is one wide, a letter little more than half."""

    def advance(self, words: str, size: int, bold: bool) -> float:
        return sum(size * (0.58 if character.isascii() else 1.0) for character in words)

    def bounds(self, words: str, size: int, bold: bool) -> Rect:
        return Rect(0, -size, round(self.advance(words, size, bold)), size)


@lru_cache(maxsize=16)
def even_size(words: str, place: Rect, size: int, lines: int) -> int:
    """Return a size, hardly smaller, at which no lone hanzi is left over for a last line of its own."""
    largest, ems = 0, _Ems()
    for smaller in range(size, MIN_TEXT_PX, -1):
        room = min(lines, (place.h / smaller - 1.05) / LINE_HEIGHT_EM + 1)
        if ems.advance(words, smaller, True) > room * (place.w + smaller):
            continue  # not even if no line were broken early
        broken = wrap(Span(words, smaller, theme.WHITE, True), place.w, ems)
        if len(broken) > lines or smaller * (1.05 + (len(broken) - 1) * LINE_HEIGHT_EM) > place.h:
            continue
        largest = largest or smaller
        if smaller < largest * SMALLER_MOST:
            break
        if len(broken) == 1 or len(broken[-1].text) >= LAST_LINE_LEAST:
            return smaller
    return size


def _on_a_wall(emergency: Emergency, place: Rect, zone: tzinfo, *, portrait: bool) -> list[Op]:
    inner = place.inset(96 if not portrait else 72, 56)
    foot = Rect(inner.x, inner.bottom - 64, inner.w, 64)
    time = clock_text(emergency.since_ms, zone)
    since = f"{phrases.EMERGENCY_SINCE.zh} {phrases.EMERGENCY_SINCE.en} {time}"
    (head, line, words), share = _heading(inner, foot, portrait=portrait), SHARE
    if not _roomy(emergency, words, LEAST_ON_A_WALL):
        (head, line, words), share = _small_heading(inner, foot), LARGE_SHARE
    return [
        *head,
        rule(line, theme.WHITE),
        *_words(emergency, words, (150, 64), share),
        text(foot, since, 40, theme.WHITE, bold=True, align="right"),
    ]


def _heading(inner: Rect, foot: Rect, *, portrait: bool) -> tuple[list[Op], Rect, Rect]:
    """Its drawing, the line under it, and what is left for the words."""
    if portrait:
        icon = Rect(inner.x, inner.y + 24, inner.w, 400)
        title = Rect(inner.x, icon.bottom + 32, inner.w, 380)
        sizes, colours = (208, 84), (theme.WHITE, theme.WHITE)
        head = stack(title, phrases.EMERGENCY, sizes, colours, bold=True, align="centre")
    else:
        icon = Rect(inner.x, inner.y, 372, 372)
        title = Rect(icon.right + 96, inner.y, inner.right - icon.right - 96, 372)
        head = stack(title, phrases.EMERGENCY, (216, 84), (theme.WHITE, theme.WHITE), bold=True)
    return [Icon(rect=icon, name="warning", colour=theme.WHITE), *head], *_below(inner, foot, title.bottom)


def _small_heading(inner: Rect, foot: Rect) -> tuple[list[Op], Rect, Rect]:
    """The same with most of the room left: many words must be read from afar too."""
    icon = Rect(inner.x, inner.y, 170, 170)
    title = Rect(icon.right + 48, inner.y, inner.right - icon.right - 48, 170)
    head = stack(title, phrases.EMERGENCY, (96, 40), (theme.WHITE, theme.WHITE), bold=True)
    return [Icon(rect=icon, name="warning", colour=theme.WHITE), *head], *_below(inner, foot, title.bottom)


def _below(inner: Rect, foot: Rect, top: int) -> tuple[Rect, Rect]:
    line = Rect(inner.x, top + 32, inner.w, 4)
    return line, Rect(inner.x, line.bottom + 36, inner.w, foot.y - line.bottom - 52)


def _on_a_sign(emergency: Emergency, place: Rect) -> list[Op]:
    inner = place.inset(40, 24)
    icon = Rect(inner.x, inner.y, 220, inner.h)
    rest = Rect(icon.right + 48, inner.y, inner.right - icon.right - 48, inner.h)
    title, size, share = Rect(rest.x, rest.y, rest.w, 112), 84, SHARE
    words = Rect(rest.x, title.bottom + 12, rest.w, rest.bottom - title.bottom - 12)
    if not _roomy(emergency, words, LEAST_ON_A_SIGN):
        inner = place.inset(40, 14)
        icon = Rect(inner.x, inner.y, 60, 60)
        title = Rect(icon.right + 20, inner.y, inner.right - icon.right - 20, 60)
        size, share = 46, LARGE_SHARE
        words = Rect(inner.x, title.bottom + 6, inner.w, inner.bottom - title.bottom - 6)
    heading = f"{phrases.EMERGENCY.zh} {phrases.EMERGENCY.en}"
    return [
        Icon(rect=icon, name="warning", colour=theme.WHITE),
        text(title, heading, size, theme.WHITE, bold=True),
        *_words(emergency, words, (60, 38), share),
    ]
