"""ESC/POS bytes from neutral rows of a ticket: GBK text, sizes, native QR, partial cut. Pure: no port, no clock.

Text goes out as GBK in the printer's Chinese mode (``FS &`` at job start; not every printer is in it when switched
on). GBK's second bytes are never below 0x40, so once control characters are gone no text can look like a command.
Characters without a GBK code (rare names; GB 18030-2022 obliges public halls to print them) make their line a
picture, drawn by a rasteriser that is handed in; without one they become 〓, the printers' mark for a missing letter.

Command codes are those of Epson's ESC/POS reference; QR is ``GS ( k`` functions 165, 167, 169, 180, 181.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.printer.profile import GLYPH_DOTS, PrinterProfile
from kiosk.printer.raster import Raster

ESC, FS, GS = b"\x1b", b"\x1c", b"\x1d"
MISSING = "〓"
LINE_GAP_DOTS = 10
DEFAULT_SPACING_DOTS = 30  # of ESC @
QR_BYTES_LIMIT = 213  # version 10 at level M: the largest symbol that stays readable on a ticket
RASTER_BYTES_LIMIT = 24_000
"""Pictures of lines on one paper: a whole ticket in Korean, which a line of 9600 baud carries in 21 s."""

_QR_BYTES_BY_VERSION = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)  # level M, ISO/IEC 18004 table 7
_ALIGN = {"left": 0, "centre": 1, "right": 2}
_PLAIN = (1, 1)
_TRANSLATED = str.maketrans({"¥": "￥", "\u00a0": " ", "\t": " ", "\u2022": "·"})

Size = tuple[int, int]
Rasteriser = Callable[[str, int, int], Raster]
"""(text, height in dots, largest width in dots) -> picture of that height, no wider."""


class QrTextTooLong(ValueError):
    """The text for the QR code is longer than `QR_BYTES_LIMIT` bytes."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} bytes are too many for a QR code on a ticket, at most {QR_BYTES_LIMIT}")
        self.length = length


@dataclass(frozen=True)
class TextRow:
    """One printed line. `size` is (width, height) as multiples of a letter; `indent` is in columns."""

    text: str
    size: Size = _PLAIN
    align: str = "left"
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True)
class FieldRow:
    """A label and its value on one line, each in its own size, standing on one base. `indent` is in label columns."""

    label: str
    value: str
    label_size: Size = _PLAIN
    value_size: Size = _PLAIN
    indent: int = 0


@dataclass(frozen=True)
class GapRow:
    """White space of so many dots (8 to the millimetre)."""

    dots: int


@dataclass(frozen=True)
class RuleRow:
    """A dotted line across the paper."""


@dataclass(frozen=True)
class QrRow:
    """A QR code in the middle of the paper."""

    text: str


@dataclass(frozen=True)
class PictureRow:
    """A picture in the middle of the paper, such as the hall's mark."""

    picture: Raster


Row = TextRow | FieldRow | GapRow | RuleRow | QrRow | PictureRow


def printable(text: str) -> str:
    """`text` as one line of visible characters: no control, format or private characters, no line ends."""
    kept = []
    for character in unicodedata.normalize("NFC", text).translate(_TRANSLATED):
        category = unicodedata.category(character)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category in ("Cs", "Co", "Cn"):
            kept.append(MISSING)
        elif category != "Cf" and not _is_variant_mark(character):
            kept.append(character)
    return "".join(kept)


def _is_variant_mark(character: str) -> bool:
    """Variation selectors choose between shapes of the character before; a printer has one shape."""
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF


def has_gbk(character: str) -> bool:
    """Whether a printer with a GBK font can be expected to have this character."""
    try:
        return len(character.encode("gbk")) <= 2
    except UnicodeEncodeError:
        return False


def columns_of(text: str) -> int:
    """Width of printable `text` in columns: what takes one byte in GBK takes one, everything else two."""
    return sum(1 if character.isascii() else 2 for character in text)


def qr_modules(text: str) -> int:
    """Modules along one side of the QR code for `text`; raise `QrTextTooLong`."""
    length = len(text.encode("utf-8", "replace"))
    for version, capacity in enumerate(_QR_BYTES_BY_VERSION, start=1):
        if length <= capacity:
            return 17 + 4 * version
    raise QrTextTooLong(length)


class JobEncoder:
    """Turns rows into the bytes of one job. One instance per job: it remembers the printer's modes to say less."""

    def __init__(
        self,
        profile: PrinterProfile,
        rasterise: Rasteriser | None = None,
        draw_qr: Callable[[str], Raster] | None = None,
    ) -> None:
        self._profile = profile
        self._rasterise = rasterise
        self._draw_qr = draw_qr
        self._picture_bytes = 0
        self._spacing_dots = DEFAULT_SPACING_DOTS
        self.length_dots = 0
        """How far the paper moves for what was encoded so far."""
        self._modes: dict[str, object] = {"align": "left", "size": _PLAIN, "bold": False, "spacing": None}
        self._out = bytearray(ESC + b"@" + FS + b"&")
        if profile.smooths:
            self._out += GS + b"b\x01"

    def encode(self, rows: Sequence[Row]) -> bytes:
        """The whole job: start, rows, feed to the knife, cut."""
        for row in rows:
            match row:
                case TextRow():
                    self._text(row)
                case FieldRow():
                    self._field(row)
                case GapRow(dots):
                    self._feed(dots)
                case RuleRow():
                    self._rule()
                case QrRow(text):
                    self._qr(text)
                case PictureRow(picture):
                    self._align("centre")
                    self._raster(picture.cropped(self._profile.dots))
        self._feed(self._profile.feed_before_cut_dots)
        self._out += cut(self._profile)
        return bytes(self._out)

    def _feed(self, dots: int) -> None:
        self._out += feed_dots(dots)
        self.length_dots += dots

    def _raster(self, picture: Raster, scale: Size = _PLAIN) -> None:
        self._out += raster(picture, scale)
        self.length_dots += picture.height * scale[1]

    def _text(self, row: TextRow) -> None:
        self._line([(" " * row.indent + row.text, row.size)], row.align, row.bold)

    def _field(self, row: FieldRow) -> None:
        self._line([(" " * row.indent + row.label, row.label_size), (row.value, row.value_size)], "left", False)

    def _line(self, parts: Sequence[tuple[str, Size]], align: str, bold: bool) -> None:
        """One line of parts of different sizes; a picture in the size of the last part where GBK does not do."""
        parts = [(printable(text), size) for text, size in parts]
        self._align(align)
        has_rare = not all(has_gbk(character) for text, _ in parts for character in text)
        if has_rare and self._rasterise is not None and self._picture_bytes < RASTER_BYTES_LIMIT:
            self._picture_of("".join(text for text, _ in parts), parts[-1][1])
            return
        self._bold(bold)
        self._spacing(max(size[1] for _, size in parts))
        for text, size in parts:
            self._size(size)
            self._out += "".join(c if has_gbk(c) else MISSING for c in text).encode("gbk")
        self._end_line(max(size[1] for text, size in parts if text) if any(text for text, _ in parts) else 1)

    def _end_line(self, height: int) -> None:
        self._out += b"\n"
        self.length_dots += max(self._spacing_dots, GLYPH_DOTS * height)

    def _picture_of(self, text: str, size: Size) -> None:
        """A line as a picture: drawn at single size and doubled by the printer, or drawn large beyond double."""
        doubles = size[0] <= 2 and size[1] <= 2
        width_scale, height_scale = size if doubles else (1, 1)
        height = GLYPH_DOTS if doubles else GLYPH_DOTS * min(size)
        picture = self._rasterise(text, height, self._profile.dots // width_scale)
        self._picture_bytes += len(picture.rows)
        self._raster(picture.cropped(self._profile.dots // width_scale), (width_scale, height_scale))
        self._feed(LINE_GAP_DOTS)

    def _rule(self) -> None:
        """Hyphens of fourfold width need a quarter of the bytes."""
        self._align("centre")
        self._size((4, 1))
        self._bold(False)
        self._spacing(1)
        self._out += b"-" * (self._profile.columns // 4)
        self._end_line(1)

    def _qr(self, text: str) -> None:
        modules = qr_modules(text)
        self._align("centre")
        if self._profile.native_qr or self._draw_qr is None:
            self._out += native_qr(text, self._module_dots(modules))
            self.length_dots += modules * self._module_dots(modules)
            return
        drawn = self._draw_qr(text)
        self._raster(drawn.magnified(max(1, self._module_dots(modules) // 2)), (2, 2))

    def _module_dots(self, modules: int) -> int:
        """Dots per module: about 24 mm for a whole code, never wider than three quarters of the paper."""
        widest = self._profile.dots * 3 // 4 // modules
        return max(3, min(6, widest))

    def _align(self, align: str) -> None:
        if self._changed("align", align):
            self._out += ESC + b"a" + bytes((_ALIGN[align],))

    def _bold(self, bold: bool) -> None:
        if self._changed("bold", bold):
            self._out += ESC + b"E" + bytes((bold,))

    def _size(self, size: Size) -> None:
        if not self._changed("size", size):
            return
        width, height = (max(1, min(self._profile.largest_scale, side)) for side in size)
        self._out += GS + b"!" + bytes(((width - 1) << 4 | (height - 1),))
        if self._profile.hanzi_size_by_fs:
            self._out += FS + b"!" + bytes(((width > 1) << 2 | (height > 1) << 3,))

    def _spacing(self, height: int) -> None:
        """Line feed with the same gap under small and double letters; larger ones bring their own."""
        if height <= 2 and self._changed("spacing", height):
            self._spacing_dots = GLYPH_DOTS * height + LINE_GAP_DOTS
            self._out += ESC + b"3" + bytes((self._spacing_dots,))

    def _changed(self, mode: str, value: object) -> bool:
        if self._modes[mode] == value:
            return False
        self._modes[mode] = value
        return True


def feed_dots(dots: int) -> bytes:
    """Paper forward by `dots` (``ESC J``, 255 at a time)."""
    out = b""
    while dots > 0:
        step = min(dots, 255)
        out += ESC + b"J" + bytes((step,))
        dots -= step
    return out


def native_qr(text: str, module_dots: int) -> bytes:
    """A QR code drawn by the printer itself: model 2, level M."""
    data = text.encode("utf-8", "replace")
    return (
        _qr_function(b"A2\x00")
        + _qr_function(b"C" + bytes((module_dots,)))
        + _qr_function(b"E1")
        + _qr_function(b"P0" + data)
        + _qr_function(b"Q0")
    )


def _qr_function(function: bytes) -> bytes:
    body = b"1" + function
    return GS + b"(k" + len(body).to_bytes(2, "little") + body


def raster(picture: Raster, scale: Size = _PLAIN) -> bytes:
    """``GS v 0``: a picture, each side optionally doubled by the printer."""
    mode = (scale[0] > 1) | (scale[1] > 1) << 1
    width_bytes = (picture.width + 7) // 8
    head = GS + b"v0" + bytes((mode,)) + width_bytes.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    return head + picture.rows


def cut(profile: PrinterProfile) -> bytes:
    """``GS V``: part the paper the way this printer does it; nothing where a hand tears it."""
    return {"partial": GS + b"V\x01", "full": GS + b"V\x00", "none": b""}[profile.cut]


def residue_cleared(profile: PrinterProfile) -> bytes:
    """Sent before the job after a broken one: drop a half line, part the broken paper from the next."""
    return ESC + b"@" + feed_dots(profile.feed_before_cut_dots) + cut(profile)
