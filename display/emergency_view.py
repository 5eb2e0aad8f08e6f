"""An emergency on every kind of screen: nothing else, still, Chinese before English, until staff end it. Pure.

Its picture is made of the broadcast alone: neither clock nor calls change it, so it is painted once.
"""

from __future__ import annotations

from datetime import tzinfo

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


def _words(emergency: Emergency, place: Rect, sizes: tuple[int, int], lines: int) -> list[Op]:
    """What to do: Chinese, then English, in the parts of the place that each needs."""
    share = 0.58 if emergency.en else 1.0
    zh = Rect(place.x, place.y, place.w, round(place.h * share))
    en = Rect(place.x, zh.bottom + 8, place.w, place.bottom - zh.bottom - 8)
    english = phrases.english_marks(emergency.en)
    size = even_size(emergency.zh, zh, sizes[0], lines)
    return [
        text(zh, emergency.zh, size, theme.WHITE, bold=True, lines=lines),
        text(en, english, sizes[1], PALE, lines=lines),
    ]


class _Ems:
    """Widths in parts of the size, near enough to break lines: a hanzi is one wide, a letter little more than half."""

    def advance(self, words: str, size: int, bold: bool) -> float:
        return sum(size * (0.58 if character.isascii() else 1.0) for character in words)

    def bounds(self, words: str, size: int, bold: bool) -> Rect:
        return Rect(0, -size, round(self.advance(words, size, bold)), size)


def even_size(words: str, place: Rect, size: int, lines: int) -> int:
    """Return a size, hardly smaller, at which no lone hanzi is left over for a last line of its own."""
    largest = 0
    for smaller in range(size, MIN_TEXT_PX, -1):
        broken = wrap(Span(words, smaller, theme.WHITE, True), place.w, _Ems())
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
    if portrait:
        icon = Rect(inner.x, inner.y + 24, inner.w, 400)
        title = Rect(inner.x, icon.bottom + 32, inner.w, 380)
        sizes, colours = (208, 84), (theme.WHITE, theme.WHITE)
        head = stack(title, phrases.EMERGENCY, sizes, colours, bold=True, align="centre")
    else:
        icon = Rect(inner.x, inner.y, 372, 372)
        title = Rect(icon.right + 96, inner.y, inner.right - icon.right - 96, 372)
        head = stack(title, phrases.EMERGENCY, (216, 84), (theme.WHITE, theme.WHITE), bold=True)
    line = Rect(inner.x, max(icon.bottom, title.bottom) + 32, inner.w, 4)
    words = Rect(inner.x, line.bottom + 36, inner.w, foot.y - line.bottom - 52)
    return [
        Icon(rect=icon, name="warning", colour=theme.WHITE),
        *head,
        rule(line, theme.WHITE),
        *_words(emergency, words, (150, 64), 4 if portrait else 3),
        text(foot, since, 40, theme.WHITE, bold=True, align="right"),
    ]


def _on_a_sign(emergency: Emergency, place: Rect) -> list[Op]:
    inner = place.inset(40, 24)
    icon = Rect(inner.x, inner.y, 220, inner.h)
    rest = Rect(icon.right + 48, inner.y, inner.right - icon.right - 48, inner.h)
    title = Rect(rest.x, rest.y, rest.w, 112)
    words = Rect(rest.x, title.bottom + 12, rest.w, rest.bottom - title.bottom - 12)
    heading = f"{phrases.EMERGENCY.zh} {phrases.EMERGENCY.en}"
    return [
        Icon(rect=icon, name="warning", colour=theme.WHITE),
        text(title, heading, 84, theme.WHITE, bold=True),
        *_words(emergency, words, (60, 38), 2),
    ]
