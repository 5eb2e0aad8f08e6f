"""A roll of paper under a simulated print head: commands become marks at exact places, and papers at each cut. Pure.

Places are dots, 8 to the millimetre. `Strip.marks` is what stands on one paper; ``paper_picture`` draws it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import segno

from kiosk.printer.interpreter import Command
from kiosk.printer.profile import CELL_DOTS, GLYPH_DOTS, PrinterProfile
from kiosk.printer.raster import Raster

_DEFAULT_SPACING_DOTS = 30


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter: top left corner, magnification, one or two columns wide."""

    x: int
    y: int
    character: str
    columns: int
    scale: tuple[int, int]
    bold: bool
    smooth: bool


@dataclass(frozen=True, slots=True)
class Picture:
    x: int
    y: int
    raster: Raster
    scale: tuple[int, int]


@dataclass(frozen=True, slots=True)
class QrMark:
    x: int
    y: int
    data: bytes
    module_dots: int
    level: str


@dataclass
class Strip:
    """One paper, cut off or still in the printer. `length_dots` grows with every feed."""

    marks: list[Glyph | Picture | QrMark] = field(default_factory=list)
    length_dots: int = 0
    was_cut: bool = False

    @property
    def text_lines(self) -> list[str]:
        """Printed lines from top to bottom, without their indents."""
        lines: dict[int, list[Glyph]] = {}
        for mark in self.marks:
            if isinstance(mark, Glyph):
                lines.setdefault(mark.y + GLYPH_DOTS * mark.scale[1], []).append(mark)
        ordered = (sorted(lines[bottom], key=lambda glyph: glyph.x) for bottom in sorted(lines))
        return ["".join(glyph.character for glyph in line).strip() for line in ordered]

    @property
    def qr_texts(self) -> list[str]:
        return [mark.data.decode("utf-8", "replace") for mark in self.marks if isinstance(mark, QrMark)]


class PaperFeed:
    """The print head with its modes. `apply` prints one command and tells how far the paper moved.

    `size_follows_gs` False plays the printers whose ``GS !`` leaves hanzi small.
    """

    def __init__(self, profile: PrinterProfile, size_follows_gs: bool = True) -> None:
        self._profile = profile
        self._size_follows_gs = size_follows_gs
        self.strip = Strip()
        self.unknown: list[bytes] = []
        self._chinese = False  # as switched on: not every printer starts in the Chinese mode
        self._qr_data = b""
        self._reset()

    def _reset(self) -> None:
        """``ESC @``: modes to their start values, the unprinted line is dropped."""
        self._align, self._size, self._fs_size, self._bold, self._smooth = 0, (1, 1), (1, 1), False, False
        self._spacing = _DEFAULT_SPACING_DOTS
        self._line: list[tuple[str, int, tuple[int, int], bool]] = []
        self._line_width = 0
        self._half = b""
        self._qr_module, self._qr_level = 3, "L"

    @property
    def line_begun(self) -> bool:
        return bool(self._line)

    def take_strip(self) -> Strip:
        """Cut: what was printed leaves the printer."""
        done, self.strip = self.strip, Strip()
        done.was_cut = True
        return done

    def apply(self, command: Command) -> int:
        """Print one command; the paper's movement in dots."""
        before = self.strip.length_dots
        name, parameters = command.name, command.parameters
        if name == "text":
            self._type(parameters)
        elif name == "LF":
            self._end_line()
        elif name == "GS v0":
            self._raster(parameters)
        elif name == "GS (k":
            self._qr(parameters)
        elif name == "unknown":
            self.unknown.append(parameters)
            self._type(parameters[1:])  # a real printer prints the rest of a command that it does not know
        else:
            self._set_mode(name, parameters)
        return self.strip.length_dots - before

    def _set_mode(self, name: str, parameters: bytes) -> None:
        value = parameters[0] if parameters else 0
        match name:
            case "ESC @":
                self._reset()
            case "FS &":
                self._chinese = True
            case "FS .":
                self._chinese = False
            case "ESC a":
                self._align = value % 48
            case "ESC E":
                self._bold = bool(value & 1)
            case "ESC 3":
                self._spacing = value
            case "ESC 2":
                self._spacing = _DEFAULT_SPACING_DOTS
            case "ESC J":
                self._flush()
                self.strip.length_dots += value
            case "ESC d":
                self._flush()
                self.strip.length_dots += value * self._spacing
            case "GS !":
                self._size = ((value >> 4 & 7) + 1, (value & 7) + 1)
            case "ESC !":
                self._size, self._bold = (2 if value & 0x20 else 1, 2 if value & 0x10 else 1), bool(value & 8)
            case "FS !":
                self._fs_size = (2 if value & 4 else 1, 2 if value & 8 else 1)
            case "GS b":
                self._smooth = bool(value & 1)

    def _type(self, data: bytes) -> None:
        data, self._half = self._half + data, b""
        place = 0
        while place < len(data):
            if data[place] >= 0x81 and self._chinese:
                if place + 1 == len(data):
                    self._half = data[place:]
                    return
                self._put(data[place : place + 2].decode("gbk", "replace")[:1], 2)
                place += 2
            else:
                self._put(data[place : place + 1].decode("cp437"), 1)
                place += 1

    def _put(self, character: str, columns: int) -> None:
        size = self._size
        if columns == 2:
            own = self._size if self._size_follows_gs else (1, 1)
            size = (max(own[0], self._fs_size[0]), max(own[1], self._fs_size[1]))
        width = columns * CELL_DOTS * size[0]
        if self._line_width + width > self._profile.dots:
            self._end_line()
        self._line.append((character, columns, size, self._bold))
        self._line_width += width

    def _flush(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        """Print the line buffer, letters standing on one base, and feed by the spacing or the tallest letter."""
        tallest = max((GLYPH_DOTS * size[1] for _, _, size, _ in self._line), default=0)
        x = self._start(self._line_width)
        for character, columns, size, bold in self._line:
            y = self.strip.length_dots + tallest - GLYPH_DOTS * size[1]
            if character != " ":
                self.strip.marks.append(Glyph(x, y, character, columns, size, bold, self._smooth))
            x += columns * CELL_DOTS * size[0]
        self._line, self._line_width, self._half = [], 0, b""
        self.strip.length_dots += max(self._spacing, tallest)

    def _start(self, width: int) -> int:
        room = max(0, self._profile.dots - width)
        return (0, room // 2, room)[self._align if self._align in (1, 2) else 0]

    def _raster(self, parameters: bytes) -> None:
        self._flush()
        scale = (2 if parameters[0] & 1 else 1, 2 if parameters[0] & 2 else 1)
        width_bytes = int.from_bytes(parameters[1:3], "little")
        height = int.from_bytes(parameters[3:5], "little")
        if width_bytes and height:
            raster = Raster(width_bytes * 8, height, parameters[5:])
            x = self._start(raster.width * scale[0])
            self.strip.marks.append(Picture(x, self.strip.length_dots, raster, scale))
            self.strip.length_dots += height * scale[1]

    def _qr(self, parameters: bytes) -> None:
        if (
            len(parameters) < 3
            or parameters[0] != ord("1")
            or (parameters[1] == ord("Q") and not self._profile.native_qr)
        ):
            self.unknown.append(parameters[:2])
            return
        function, rest = parameters[1], parameters[2:]
        match chr(function):
            case "C":
                self._qr_module = rest[0]
            case "E":
                self._qr_level = {48: "L", 49: "M", 50: "Q", 51: "H"}.get(rest[0], "L")
            case "P":
                self._qr_data = rest[1:]
            case "Q" if self._qr_data:
                self._flush()
                side = qr_side_modules(self._qr_data, self._qr_level) * self._qr_module
                x = self._start(side)
                mark = QrMark(x, self.strip.length_dots, self._qr_data, self._qr_module, self._qr_level)
                self.strip.marks.append(mark)
                self.strip.length_dots += side


def qr_side_modules(data: bytes, level: str) -> int:
    """Modules along a side, as the printer's own QR generator would choose the version."""
    # The side does not depend on the mask; to choose the best one would take nearly all the time.
    return segno.make_qr(data, error=level, boost_error=False, mask=0).symbol_size(border=0)[0]
