"""Pictures for what a printer cannot do itself: a line with characters outside GBK, a QR code."""

from __future__ import annotations

import segno
from PIL import Image

from kiosk.printer.escpos import columns_of, printable
from kiosk.printer.letters import letter
from kiosk.printer.profile import CELL_DOTS, GLYPH_DOTS
from kiosk.printer.raster import Raster


def paint_line(text: str, height_dots: int, width_limit_dots: int) -> Raster:
    """`text` in the printer's own grid, `height_dots` high; narrowed as a whole if it would be too wide."""
    text = printable(text) or " "
    cell = height_dots * CELL_DOTS // GLYPH_DOTS
    line = Image.new("L", (max(1, columns_of(text) * cell), height_dots), 0)
    x = 0
    for character in text:
        width = columns_of(character) * cell
        line.paste(letter(character, (width, height_dots)), (x, 0))
        x += width
    if line.width > width_limit_dots:
        line = line.resize((width_limit_dots, height_dots), Image.Resampling.LANCZOS)
    return _raster(line)


def paint_qr(text: str) -> Raster:
    """The QR code of `text` at level M, one dot a module."""
    code = segno.make_qr(text, error="m", boost_error=False)
    return Raster.from_dots([[bool(module) for module in row] for row in code.matrix])


def _raster(image: Image.Image) -> Raster:
    bits = image.point(lambda value: 255 if value > 127 else 0).convert("1")
    return Raster(bits.width, bits.height, bits.tobytes())
