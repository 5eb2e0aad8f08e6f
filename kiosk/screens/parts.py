"""The few shapes every picture is made of: buttons, pills, facts, cards, round pictures. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, Span, Text, Vertical, text
from broker.runtime.canvas.theme import (
    AMBER,
    AMBER_INK,
    BLUE,
    HELP,
    KIOSK_CARD,
    KIOSK_EDGE,
    KIOSK_GOOD_GROUND,
    KIOSK_GOOD_INK,
    KIOSK_INK,
    KIOSK_LINE,
    KIOSK_SUB,
    KIOSK_TINT,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
    KIOSK_WARN_LINE,
    WHITE,
    Colour,
    rgb,
)
from kiosk import targets as t
from kiosk.screens import words as w
from kiosk.screens.frame import Frame

STRIP = rgb("#F3F7FC")
AMBER_DEEP = rgb("#E5A400")
HELP_SOFT = rgb("#FFE3DF")
BESIDE, BESIDE_GAP = 24, 14
"""The other language on the same line."""


def width_of(words: str, size: int) -> int:
    """A little more than the words will need, without asking a font."""
    return int(sum(size * (1.0 if ord(letter) > 0x2E7F else 0.59) for letter in words))


def size_for(words: str, size: int, width: int) -> int:
    """At most ``size``, small enough that no single word is wider than ``width``."""
    longest = max(words.split(), key=lambda word: width_of(word, 100), default="")
    whole = longest.isascii() or any("\uac00" <= letter <= "\ud7a3" for letter in longest)
    return min(size, int(size * width / max(1, width_of(longest, size)))) if whole else size


def card(rect: Rect, target: str | None = None, radius: int = 26) -> Box:
    """A white card that can be touched, or only read."""
    return Box(rect=rect, fill=KIOSK_CARD, radius=radius, shadow=16, target=target)


def tile(rect: Rect, name: str, ground: Colour = KIOSK_TINT, colour: Colour = BLUE, fill: float = 0.56) -> list[Op]:
    """An icon on a soft square."""
    side = int(min(rect.w, rect.h) * fill)
    inner = Rect(rect.centre_x - side // 2, rect.centre_y - side // 2, side, side)
    return [Box(rect=rect, fill=ground, radius=rect.h // 5), Icon(rect=inner, name=name, colour=colour)]


def primary(frame: Frame, rect: Rect, target: str, names: Names, icon: str = "chevron-right") -> list[Op]:
    """The one thing to do here: amber."""
    size = 72 if rect.h >= 160 else min(60, rect.h * 2 // 5)
    inner = Rect(rect.x + 48, rect.y, rect.w - 176, rect.h)
    arrow = Rect(rect.right - 48 - 64, rect.centre_y - 32, 64, 64)
    ops: list[Op] = [Box(rect=rect, fill=AMBER, radius=30, shadow=16, target=target)]
    if frame.larger:
        ops.append(text(inner, frame.first(names), size + 12, AMBER_INK, bold=True, min_size=36))
    else:
        first, second = split(inner, 0.6)
        ops.append(text(first, frame.first(names), size, AMBER_INK, bold=True, vertical="bottom", min_size=34))
        ops.append(text(second, frame.second(names), 31, AMBER_INK, vertical="top"))
    return [*ops, Icon(rect=arrow, name=icon, colour=AMBER_INK)]


def help_banner(frame: Frame, rect: Rect, target: str) -> list[Op]:
    """Call a person: red, with words."""
    if rect.w < 700:
        inner = Rect(rect.x + 112, rect.y + 8, rect.w - 132, rect.h - 16)
        return [
            Box(rect=rect, fill=HELP, radius=30, target=target),
            Icon(rect=Rect(rect.x + 28, rect.centre_y - 34, 68, 68), name="help", colour=WHITE),
            text(inner, frame.first(w.HELP_LARGER), 46, WHITE, bold=True, lines=2, min_size=36),
        ]
    inner = Rect(rect.x + 190, rect.y, rect.w - 220, rect.h)
    first, second = split(inner, 0.6)
    return [
        Box(rect=rect, fill=HELP, radius=30, target=target),
        Icon(rect=Rect(rect.x + 56, rect.centre_y - 48, 96, 96), name="help", colour=WHITE),
        text(first, frame.first(w.HELP_LARGER), 66, WHITE, bold=True, vertical="bottom", min_size=40),
        text(second, frame.first(w.HELP_LARGER_HINT), 38, HELP_SOFT, vertical="top", min_size=28),
    ]


def button(frame: Frame, rect: Rect, target: str, names: Names, icon: str, hint: Names | None = None) -> list[Op]:
    """A tool: icon above its words, or beside them when the button is flat."""
    ops: list[Op] = [Box(rect=rect, fill=KIOSK_CARD, radius=24, border=3, border_colour=KIOSK_EDGE, target=target)]
    second = frame.second(names) if hint is None else frame.first(hint)
    if rect.w > 1.9 * rect.h and not (frame.larger and rect.w < 420 and rect.h > 130):
        side = min(56, rect.h - 40)
        onward = icon == "chevron-right"
        x = rect.right - 28 - side if onward else rect.x + 28
        ops.append(Icon(rect=Rect(x, rect.centre_y - side // 2, side, side), name=icon, colour=BLUE))
        inner = Rect(rect.x + (32 if onward else side + 50), rect.y + 6, rect.w - side - 74, rect.h - 12)
        if rect.w > 700 and icon != "chevron-left":
            ops.append(Icon(rect=Rect(rect.right - 80, rect.centre_y - 24, 48, 48), name="chevron-right", colour=BLUE))
        if hint is not None and not frame.larger:
            return ops + _hinted(frame, inner, names, hint)
        return ops + _two_lines(frame, inner, names, second, "left", min(38, inner.h * 42 // 100))
    flat = rect.h < 140
    ops.append(Icon(rect=Rect(rect.centre_x - 23, rect.y + (11 if flat else 15), 46, 46), name=icon, colour=BLUE))
    top = 56 if flat else 64
    inner = Rect(rect.x + 10, rect.y + top, rect.w - 20, rect.h - top - 4)
    return ops + _two_lines(frame, inner, names, second, "centre", 31 if flat else 34)


def language_button(frame: Frame, rect: Rect) -> list[Op]:
    """The other language by its own name; with more of them a way to choose, with some of their names."""
    others = [language.name for language in frame.around.languages if language is not frame.language]
    flat = rect.w > 1.9 * rect.h
    few = _few(others, rect.w - (136 if flat else 20))
    if len(others) == 1 or (frame.larger and width_of(few, 30) <= rect.w - (100 if flat else 20)):
        return button(frame, rect, t.LANGUAGE, Names(few, few), "globe", w.LANGUAGE)
    return button(frame, rect, t.LANGUAGE, w.LANGUAGE, "globe", Names(few, few))


def _few(names: list[str], width: int) -> str:
    """Two of the names, or one, as they fit in small letters; that there are more is shown."""
    shown = [" · ".join(names[:count]) + (" …" if len(names) > count else "") for count in (2, 1)]
    return shown[0] if width_of(shown[0], 24) <= width * 11 // 10 else shown[1]


def _hinted(frame: Frame, inner: Rect, names: Names, hint: Names) -> list[Op]:
    top, low = split(inner, 0.57)
    return [
        named(frame, top, names, (min(38, inner.h * 42 // 100), KIOSK_INK), KIOSK_SUB, vertical="bottom"),
        text(low, frame.first(hint), 25, KIOSK_SUB, vertical="top"),
    ]


def named(
    frame: Frame, rect: Rect, names: Names, look: tuple[int, Colour], sub: Colour, vertical: Vertical = "middle"
) -> Text:
    """A name and, smaller on the same line where it finds room, the other language."""
    most, ink = look
    first, second = frame.first(names), frame.second(names)
    spans: tuple[Span, ...] = (Span(first, most, ink, True),)
    if second not in ("", first):
        free = rect.w - BESIDE_GAP - width_of(second, BESIDE)
        size = next((size for size in range(most, most * 3 // 4, -2) if width_of(first, size) <= free), 0)
        if size:
            spans = (Span(first, size, ink, True), Span(second, BESIDE, sub, False, BESIDE_GAP))
    return Text(rect=rect, spans=spans, vertical=vertical, min_size=BESIDE)


def _two_lines(frame: Frame, inner: Rect, names: Names, second: str, align: str, size: int) -> list[Op]:
    if frame.larger:
        return [text(inner, frame.first(names), size + 10, KIOSK_INK, bold=True, align=align, min_size=28)]  # type: ignore[arg-type]
    top, low = split(inner, 0.57)
    return [
        text(top, frame.first(names), size, KIOSK_INK, bold=True, align=align, min_size=26, vertical="bottom"),  # type: ignore[arg-type]
        text(low, second, 25, KIOSK_SUB, align=align, vertical="top"),  # type: ignore[arg-type]
    ]


def switch(frame: Frame, rect: Rect, target: str, icon: str, names: Names, hint: Names, done: bool) -> list[Op]:
    """A wide button with a hint, in the larger manner without; green with a cross once it is set."""
    ground, edge, ink = (KIOSK_GOOD_GROUND, None, KIOSK_GOOD_INK) if done else (WHITE, KIOSK_EDGE, KIOSK_INK)
    narrow = rect.w < 700
    left, right = (112, 98) if not narrow else (100, 76) if frame.larger else (92, 70)
    body = Rect(rect.x + left, rect.y + 8, rect.w - left - right, rect.h - 16)
    half = body.h // 2 + 4
    return [
        Box(rect=rect, fill=ground, radius=24, border=3 if edge else 0, border_colour=edge, target=target),
        Icon(
            rect=Rect(rect.x + left - 78, rect.centre_y - 28, 56, 56),
            name="check-circle" if done else icon,
            colour=ink if done else BLUE,
        ),
        *_said(frame, body, half, names, hint, (ink, ink if done else KIOSK_SUB)),
        Icon(
            rect=Rect(rect.right - right + 14, rect.centre_y - 26, 52, 52),
            name="cross" if done else "chevron-right",
            colour=ink if done else BLUE,
        ),
    ]


def _said(frame: Frame, body: Rect, half: int, names: Names, hint: Names, inks: tuple[Colour, Colour]) -> list[Op]:
    if frame.larger:
        return [text(body, frame.first(names), 44, inks[0], bold=True, lines=2, min_size=34)]
    low = Rect(body.x, body.y + half, body.w, body.h - half)
    return [
        named(frame, Rect(body.x, body.y, body.w, half), names, (38, inks[0]), inks[1]),
        text(low, frame.first(hint), 28, inks[1], min_size=24),
    ]


def help_tool(frame: Frame, rect: Rect) -> list[Op]:
    """The way to a person in the bar below: in the larger manner red, as everywhere there."""
    if not frame.larger:
        return button(frame, rect, t.HELP, w.HELP, "help")
    side = 52
    flat = rect.w > 1.9 * rect.h
    mark = Rect(rect.x + 24, rect.centre_y - side // 2, side, side)
    words = Rect(mark.right + 16, rect.y + 6, rect.right - mark.right - 36, rect.h - 12)
    if not flat:
        mark = Rect(rect.centre_x - side // 2, rect.y + 12, side, side)
        words = Rect(rect.x + 10, mark.bottom, rect.w - 20, rect.bottom - mark.bottom - 6)
    return [
        Box(rect=rect, fill=HELP, radius=24, target=t.HELP),
        Icon(rect=mark, name="help", colour=WHITE),
        text(words, frame.first(w.HELP), 44, WHITE, bold=True, align="left" if flat else "centre", min_size=28),
    ]


def split(rect: Rect, share: float) -> tuple[Rect, Rect]:
    """An upper part of ``share`` of the height, and the rest."""
    cut = int(rect.h * share)
    return Rect(rect.x, rect.y, rect.w, cut), Rect(rect.x, rect.y + cut, rect.w, rect.h - cut)


def pill(rect: Rect, words: str, size: int, good: bool) -> list[Op]:
    """A short state on a rounded ground, hugging its words from the left."""
    ground, ink = (KIOSK_GOOD_GROUND, KIOSK_GOOD_INK) if good else (KIOSK_WARN_GROUND, KIOSK_WARN_INK)
    hugged = Rect(rect.x, rect.y, min(rect.w, width_of(words, size) + rect.h), rect.h)
    edge = None if good else KIOSK_WARN_LINE
    return [
        Box(rect=hugged, fill=ground, radius=rect.h // 2, border=0 if good else 2, border_colour=edge),
        text(hugged.inset(rect.h // 3, 0), words, size, ink, bold=True, align="centre"),
    ]


def fact(frame: Frame, rect: Rect, label: Names, value: str, icon: str, size: int = 52) -> list[Op]:
    """A labelled figure."""
    head = Rect(rect.x + 52, rect.y, rect.w - 52, 44)
    return [
        Icon(rect=Rect(rect.x, rect.y + 2, 40, 40), name=icon, colour=BLUE),
        text(head, frame.first(label), 36 if frame.larger else 29, KIOSK_SUB, min_size=24),
        text(Rect(rect.x, rect.y + 46, rect.w, rect.h - 46), value, size, KIOSK_INK, bold=True, min_size=30, lines=2),
    ]


def rule(rect: Rect) -> Box:
    """A hairline."""
    return Box(rect=rect, fill=KIOSK_LINE)


def disc(centre_x: int, top: int, side: int, name: str, ground: Colour, colour: Colour) -> list[Op]:
    """A large round sign."""
    rect = Rect(centre_x - side // 2, top, side, side)
    inner = rect.inset(side // 4)
    return [Box(rect=rect, fill=ground, radius=side // 2), Icon(rect=inner, name=name, colour=colour)]


def figures(rect: Rect, words: str, size: int, colour: Colour, *, align: str = "centre", min_size: int = 80) -> Text:
    """A ticket number: as large as it fits, digits a little apart."""
    span = Span(words, size, colour, True, 0, max(2, size // 60))
    return Text(rect=rect, spans=(span,), align=align, min_size=min_size)  # type: ignore[arg-type]


def shares(rect: Rect, parts: tuple[int, ...], gap: int) -> list[Rect]:
    """Columns of the given shares, `gap` px apart."""
    free, total = rect.w - gap * (len(parts) - 1), sum(parts)
    cells, x = [], rect.x
    for part in parts:
        cells.append(Rect(x, rect.y, free * part // total, rect.h))
        x = cells[-1].right + gap
    return cells


def upright(rect: Rect, before: Rect) -> Box:
    """A hairline in the gap before a column."""
    return Box(rect=Rect(before.x - 19, rect.y + 4, 2, rect.h - 8), fill=KIOSK_LINE)


def grid(rect: Rect, columns: int, rows: int, gap: int) -> list[Rect]:
    """Cells row by row."""
    return [cell for row in rect.rows(rows, gap) for cell in row.columns(columns, gap)]


__all__ = [
    "AMBER_DEEP", "STRIP", "button", "card", "disc", "fact", "figures", "grid", "help_banner", "help_tool",
    "language_button", "named", "pill", "primary", "rule", "shares", "size_for", "split", "switch", "tile", "upright",
    "width_of",
]  # fmt: skip
