"""How wide a font's characters are, read from the font file's own tables.

FreeType tells the same, but pygame lets it draw the character for that: half a millisecond and a megabyte each at the
size at which advances are whole numbers. A first picture of a hundred new characters took 60 ms by that alone.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

_COLLECTION = b"ttcf"
_RANGES = 12
"""The format (of OpenType's cmap) in which every font of all Unicode writes which characters it has."""
_EM_AT, _WIDTHS_AT = 18, 34
"""Where head has the units of the em, and hhea how many glyphs have a width of their own."""


class AdvancesUnreadable(Exception):
    """A file is no font whose widths can be read; says why."""


class _Range(NamedTuple):
    """Characters `first` to `last`, whose glyphs follow each other from `glyph`."""

    first: int
    last: int
    glyph: int


class Advances:
    """`of` tells the advance of a character in thousandths of the em. Raises AdvancesUnreadable when made.

    Two tables are kept, together 0.2 MB; they are copied, for a file that is replaced under a program must not end it.
    """

    def __init__(self, path: Path, face: int = 0) -> None:
        """`face`: which font of a collection."""
        try:
            with path.open("rb") as file:
                tables = _tables(file, face)
                (self._em,) = _read(file, tables["head"] + _EM_AT, ">H")
                (self._widths,) = _read(file, tables["hhea"] + _WIDTHS_AT, ">H")
                self._metrics = _bytes(file, tables["hmtx"], 4 * self._widths)
                self._ranges, self._characters = _characters(file, tables["cmap"])
        except (OSError, ValueError, KeyError, struct.error) as error:
            raise AdvancesUnreadable(f"{path.name}: {error!r}") from error
        if not self._em or not self._widths:
            raise AdvancesUnreadable(f"{path.name}: no em or no widths")

    def of(self, character: str) -> int | None:
        """Whole thousandths of the em; None where the font has no such character."""
        glyph = self._glyph(ord(character))
        if not glyph:
            return None
        (units,) = struct.unpack_from(">H", self._metrics, 4 * min(glyph, self._widths - 1))
        thousandths: int = round(units * 1000 / self._em)
        return thousandths

    def _glyph(self, code: int) -> int:
        """Its number in the font, 0 for none."""
        place = bisect_right(range(self._ranges), code, key=lambda row: self._range(row).first) - 1
        if place < 0:
            return 0
        known = self._range(place)
        return known.glyph + code - known.first if code <= known.last else 0

    def _range(self, row: int) -> _Range:
        return _Range(*struct.unpack_from(">III", self._characters, 12 * row))


def _tables(file: BinaryIO, face: int) -> dict[str, int]:
    """Where each table begins."""
    at = 0
    if _bytes(file, 0, 4) == _COLLECTION:
        (at,) = _read(file, 12 + 4 * face, ">I")
    (count,) = _read(file, at + 4, ">H")
    rows = (_read(file, at + 12 + 16 * row, ">4sIII") for row in range(count))
    return {name.decode("latin-1"): offset for name, _, offset, _ in rows}


def _characters(file: BinaryIO, at: int) -> tuple[int, bytes]:
    """How many ranges of characters there are, and the ranges, in their order."""
    (count,) = _read(file, at + 2, ">H")
    for row in range(count):
        (offset,) = _read(file, at + 8 + 8 * row, ">I")
        (written,) = _read(file, at + offset, ">H")
        if written == _RANGES:
            (ranges,) = _read(file, at + offset + 12, ">I")
            return ranges, _bytes(file, at + offset + 16, 12 * ranges)
    raise ValueError("no table of all Unicode characters")


def _read(file: BinaryIO, at: int, form: str) -> tuple[Any, ...]:
    return struct.unpack(form, _bytes(file, at, struct.calcsize(form)))


def _bytes(file: BinaryIO, at: int, count: int) -> bytes:
    """Exactly so many. Raises ValueError."""
    file.seek(at)
    found = file.read(count)
    if len(found) != count:
        raise ValueError(f"the file ends within the {count} bytes at {at}")
    return found
