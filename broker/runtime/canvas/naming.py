"""A name in two languages in a place of given size: made smaller and broken into lines rather than cut. Pure.

No font is asked, so that what is drawn depends on the name and the place alone: widths are taken from a table that is
a little wider than the letters are (``tests/runtime/canvas/test_naming.py`` compares it with them).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Align, Op, Span, Vertical, text
from broker.runtime.canvas.texts import units_of
from broker.runtime.canvas.theme import ASCENT_EM, MIN_TEXT_PX, SOFT, WHITE, Colour

HANZI_FROM = "\u2e80"
NARROW, WIDE = frozenset("iIjlftr.,:;'|!()[]-·/ "), frozenset("mwMW@%—&")
NARROW_EM, WIDE_EM, CAPITAL_EM, LETTER_EM = 0.37, 0.92, 0.7, 0.61
MANY_LINES = 99
"""Where a single word is wider than the place."""
ZH_LINE, EN_LINE, LINES_APART = 1.2, 1.26, 1.3
COMFORT = 0.72
"""A name may be so much smaller before it is broken into two lines."""
FULL = 0.84
"""A line of facts may be so much smaller before the least of them is left out."""


class _Fit(NamedTuple):
    zh_px: int
    zh_lines: int
    en_px: int
    en_lines: int
    zh_height: int
    en_height: int


@lru_cache(maxsize=4096)
def ems(words: str) -> float:
    """Return the width of words in em, rather too wide than too narrow."""
    return sum(_em(character) for character in words)


def _em(character: str) -> float:
    if character >= HANZI_FROM:
        return 1.0
    if character in NARROW:
        return NARROW_EM
    if character in WIDE:
        return WIDE_EM
    return CAPITAL_EM if character.isupper() else LETTER_EM


def holds(width: int, names: tuple[Names, ...], *, english_lines: int = 1) -> bool:
    """Whether each of these fits into `width` px at the smallest size, the English in so many lines."""
    return all(
        _largest(n.zh, width, 1, MIN_TEXT_PX) and _largest(n.en, width, english_lines, MIN_TEXT_PX) for n in names
    )


def named(
    rect: Rect,
    names: Names,
    sizes: tuple[int, int],
    colours: tuple[Colour, Colour] = (WHITE, SOFT),
    *,
    bold: bool = True,
    align: Align = "left",
) -> tuple[Op, ...]:
    """Chinese over English, together in the middle of `rect`, each in as many lines as it takes."""
    found = _best(rect, names, sizes)
    top = rect.y + max(0, (rect.h - found.zh_height - found.en_height) // 2)
    zh = Rect(rect.x, top, rect.w, found.zh_height)
    en = Rect(rect.x, zh.bottom, rect.w, found.en_height)
    lower: Vertical = "middle"
    if found.en_lines > 1:  # whether it takes them or not, it begins right under the Chinese
        drop = round(found.en_px * (1 - ASCENT_EM))
        en, lower = Rect(en.x, en.y + drop, en.w, en.h - drop), "top"
    return (
        text(zh, names.zh, found.zh_px, colours[0], bold=bold, align=align, lines=found.zh_lines),
        text(en, names.en, found.en_px, colours[1], align=align, vertical=lower, lines=found.en_lines),
    )


def _best(rect: Rect, names: Names, sizes: tuple[int, int]) -> _Fit:
    """The first that is large enough, of fewest lines; else the largest that holds all; else one line of each."""
    found = [fit for lines in ((1, 1), (1, 2), (2, 1), (2, 2)) if (fit := _tried(rect, names, sizes, lines))]
    for fit in found:
        if fit.zh_px >= sizes[0] * COMFORT:
            return fit
    if found:
        return max(found, key=lambda fit: fit.zh_px)
    return _Fit(sizes[0], 1, sizes[1], 1, round(sizes[0] * ZH_LINE), round(sizes[1] * LINES_APART))


def _tried(rect: Rect, names: Names, sizes: tuple[int, int], lines: tuple[int, int]) -> _Fit | None:
    zh_px, en_px = _largest(names.zh, rect.w, lines[0], sizes[0]), _largest(names.en, rect.w, lines[1], sizes[1])
    while min(zh_px, en_px) >= MIN_TEXT_PX:
        zh_height, en_height = _height(zh_px, lines[0], ZH_LINE), _height(en_px, lines[1], EN_LINE)
        if zh_height + en_height <= rect.h:
            return _Fit(zh_px, lines[0], en_px, lines[1], zh_height, en_height)
        zh_px, en_px = (zh_px, en_px - 1) if en_px > MIN_TEXT_PX else (zh_px - 1, en_px)
    return None


@lru_cache(maxsize=4096)
def _largest(words: str, width: int, lines: int, most: int) -> int:
    """The largest size up to `most` at which words fill no more than so many lines; 0 where none is."""
    for px in range(most, MIN_TEXT_PX - 1, -1):
        if _lines(words, width / px) <= lines:
            return px
    return 0


def _lines(words: str, width_em: float) -> int:
    """How many lines of so many em words fill."""
    count, line = 1, ""
    for unit in units_of(words):
        if line and ems((line + unit).rstrip()) > width_em:
            count, line = count + 1, unit.lstrip()
        else:
            line += unit
        if ems(line.rstrip()) > width_em:
            return MANY_LINES
    return count


def _height(px: int, lines: int, line: float) -> int:
    return round(px * (line + LINES_APART * (lines - 1)))


def several(services: tuple[Names, ...], zh_em: float = 16, en_em: float = 24) -> Names:
    """Return the services of one counter: by name as far as there is room (in em), the rest by number."""
    shown = [services[0]]
    for service in services[1:]:
        if len("、".join(s.zh for s in (*shown, service))) > zh_em:
            break
        shown.append(service)
    zh, en = "、".join(s.zh for s in shown), ", ".join(s.en for s in shown)
    more = len(services) - len(shown)
    zh, en = (f"{zh} 等 {len(services)} 项", f"{en} and {more} more") if more else (zh, en)
    return Names(zh, en if len(services) == 1 or ems(en) <= en_em else f"{len(services)} services")


def fitting(width: int, *lines: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the first of these lines, fullest first, that stands in `width` px without being small; else the last."""
    return next((line for line in lines if width_of(line) * FULL <= width), lines[-1])


def width_of(line: tuple[Span, ...]) -> float:
    """Return about how wide spans on one baseline are, in px, rather too wide than too narrow."""
    return sum(ems(span.text) * span.size + (span.gap if number else 0) for number, span in enumerate(line))
