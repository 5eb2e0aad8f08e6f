"""Neutral lines of a ticket become rows that fit the paper: sizes chosen, text wrapped by Chinese rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kiosk.printer.escpos import FieldRow, GapRow, PictureRow, QrRow, Row, RuleRow, Size, TextRow, columns_of, printable
from kiosk.printer.raster import Raster

_NOT_FIRST = "、，。；：？！）》」』】〕”’…～·％,.;:?!)]}%"
_NOT_LAST = "（《「『【〔“‘([{"
LONELY_COLUMNS = 2
"""A last line of one hanzi looks like a slip of the printer."""
_ITEM = re.compile(r"[^、]+、?|、")  # of a list
_PIECE = re.compile(r"[A-Za-z0-9가-힣@#&$+./:_%~=?'\"\-]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """Words in the first of `sizes` that fits `lines` lines; in the last one they take as many as they need."""

    text: str
    sizes: tuple[Size, ...] = ((1, 1),)
    align: str = "left"
    bold: bool = False
    lines: int = 1


@dataclass(frozen=True)
class Fields:
    """Labels and values, all in the first of `sizes` (of the label, of the value) in which every one fits a line.

    In the last of them a long value wraps under itself, not under its label.
    """

    pairs: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[Size, Size], ...] = (((1, 1), (1, 1)),)


@dataclass(frozen=True)
class Gap:
    dots: int


@dataclass(frozen=True)
class Rule:
    pass


@dataclass(frozen=True)
class Qr:
    text: str


@dataclass(frozen=True)
class Mark:
    """A picture in the middle."""

    picture: Raster


Line = Text | Fields | Gap | Rule | Qr | Mark


def fit(lines: Iterable[Line], columns: int, margin: int = 0) -> tuple[Row, ...]:
    """Rows for paper of `columns` columns; left-aligned text keeps `margin` columns free on both sides."""
    return tuple(row for line in lines for row in _rows(line, columns, margin))


def _rows(line: Line, columns: int, margin: int) -> Iterator[Row]:
    match line:
        case Text():
            yield from _text_rows(line, columns, margin)
        case Fields():
            yield from _fields_rows(line, columns, margin)
        case Gap(dots):
            yield GapRow(dots)
        case Rule():
            yield RuleRow()
        case Qr(text):
            yield QrRow(text)
        case Mark(picture):
            yield PictureRow(picture)


def _text_rows(line: Text, columns: int, margin: int) -> Iterator[Row]:
    text = printable(line.text).strip()
    free = 2 * margin if line.align == "left" else 0
    for size in line.sizes:
        room = max(2, (columns - free) // size[0])
        if len(wrapped(text, room)) <= line.lines:
            break
    parts = balanced(text, room) if line.align == "centre" else accompanied(text, room)
    for part in parts:
        yield TextRow(part, size, line.align, line.bold, free // 2 // size[0])


def _fields_rows(line: Fields, columns: int, margin: int) -> Iterator[Row]:
    pairs = [(printable(label), printable(value).strip()) for label, value in line.pairs]
    room = columns - 2 * margin
    for label_size, value_size in line.sizes:
        widths = (columns_of(label) * label_size[0] + columns_of(value) * value_size[0] for label, value in pairs)
        if all(width <= room for width in widths):
            break
    for label, value in pairs:
        yield from _field_rows(FieldRow(label, value, label_size, value_size, margin // label_size[0]), room)


def _field_rows(row: FieldRow, room: int) -> Iterator[Row]:
    """`row` as it is, or over several lines. `room` is in columns of the paper."""
    label_width = columns_of(row.label) * row.label_size[0]
    widest = max((columns_of(piece) for piece in _PIECE.findall(row.value)), default=0) * row.value_size[0]
    if label_width > room // 2 or room - label_width < widest <= room:  # a telephone number is not cut in two
        for part in wrapped(row.label, max(2, room // row.label_size[0])):
            yield TextRow(part, row.label_size, indent=row.indent)
        row, label_width = replace(row, label=""), 0
    value_room = max(2, (room - label_width) // row.value_size[0])
    for part in wrapped(row.value, value_room, whole=_ITEM):
        yield replace(row, value=part)
        row = replace(row, label=" " * columns_of(row.label))


def wrapped(text: str, room: int, whole: re.Pattern[str] = _PIECE) -> list[str]:
    """Cut `text` into lines of at most `room` columns.

    What `whole` matches stays whole where it fits a line, at least Western and Korean words and numbers; no line
    begins with a closing mark or ends with an opening one, unless a single piece is wider than it. At least one line,
    maybe empty.
    """
    lines: list[str] = []
    current = ""
    for piece in _pieces(text, room, whole):
        if columns_of(current + piece) <= room:
            current += piece
            continue
        if piece.isspace():
            continue
        kept, moved = _moved_with(current, piece, room)
        lines.append(kept.rstrip())
        current = moved + piece
    if current.strip() or not lines:
        lines.append(current.rstrip())
    return lines


def balanced(text: str, room: int) -> list[str]:
    """Like `wrapped`, in no more lines but of like length: a centred name never leaves one character alone."""
    lines = wrapped(text, room)
    narrowest = max(2, -(-columns_of(text) // len(lines)))
    for width in range(narrowest, room):
        narrow = wrapped(text, width)
        if len(narrow) <= len(lines):
            return narrow
    return lines


def accompanied(text: str, room: int) -> list[str]:
    """Like `wrapped`, in no more lines, but a last line of one hanzi gets company from the line before."""
    lines = wrapped(text, room)
    width = room - 1
    while len(lines) > 1 and columns_of(lines[-1]) <= LONELY_COLUMNS and width >= room * 3 // 4:
        narrow = wrapped(text, width)
        if len(narrow) == len(lines):
            lines = narrow
        width -= 1
    return lines


def _moved_with(current: str, piece: str, room: int) -> tuple[str, str]:
    """What must leave the end of the full line `current` so that `piece` may begin the next one properly."""
    cut = len(current)
    if piece[0] in _NOT_FIRST:
        cut -= len(_last_piece(current))
    while cut > 0 and current[cut - 1] in _NOT_LAST:
        cut -= 1
    moved = current[cut:].lstrip()
    if cut == 0 or not current[:cut].strip() or columns_of(moved + piece) > room:
        return current, ""
    return current[:cut], moved


def _last_piece(text: str) -> str:
    pieces: Sequence[str] = _PIECE.findall(text)
    return pieces[-1] if pieces else ""


def _pieces(text: str, room: int, whole: re.Pattern[str]) -> Iterator[str]:
    for piece in whole.findall(text):
        if columns_of(piece) <= room:
            yield piece
        elif whole is not _PIECE:
            yield from _pieces(piece, room, _PIECE)
        else:
            yield from _cut(piece, room)


def _cut(piece: str, room: int) -> Iterator[str]:
    """A word that is wider than the paper, in parts that are not."""
    part = ""
    for character in piece:
        if part and columns_of(part + character) > room:
            yield part
            part = ""
        part += character
    yield part
