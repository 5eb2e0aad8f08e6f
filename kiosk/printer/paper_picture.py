"""Draws a simulated paper as a person would see it: letters of the print head's grid, the QR code, the cut edge.

Letters are those of the screens; enlarged ones are enlarged dot by dot, as a printer without smoothing does it.
"""

from __future__ import annotations

import io
from functools import lru_cache

import segno
from PIL import Image, ImageDraw

from kiosk.printer.letters import letter
from kiosk.printer.paper import Glyph, Picture, QrMark, Strip
from kiosk.printer.profile import CELL_DOTS, DOTS_PER_MM, GLYPH_DOTS, PrinterProfile
from kiosk.printer.raster import Raster

_INK, _SHEET, _EDGE = 40, 253, 205
TOP_DOTS = 96  # what stood between head and knife when the previous paper was cut


def draw(strip: Strip, profile: PrinterProfile) -> Image.Image:
    """The whole paper, white margins included, as a grey picture; 8 dots are a millimetre."""
    width = profile.paper_mm * DOTS_PER_MM
    left = (width - profile.dots) // 2
    height = max(strip.length_dots + TOP_DOTS - (profile.feed_before_cut_dots if strip.was_cut else 0), TOP_DOTS)
    sheet = Image.new("L", (width, height + 24), _SHEET)
    for mark in strip.marks:
        match mark:
            case Glyph():
                ink = _glyph(mark.character, mark.columns, mark.scale, mark.bold, mark.smooth)
            case Picture():
                ink = _raster_image(mark.raster, mark.scale)
            case QrMark():
                ink = _qr_image(mark)
        sheet.paste(_INK, (left + mark.x, TOP_DOTS + mark.y), ink)
    _draw_edge(sheet, profile.cutter and strip.was_cut)
    return sheet


def png(strip: Strip, profile: PrinterProfile) -> bytes:
    """The same as PNG bytes."""
    out = io.BytesIO()
    draw(strip, profile).save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=300)
def _glyph(character: str, columns: int, scale: tuple[int, int], bold: bool, smooth: bool) -> Image.Image:
    """A letter in its cell of 12 or 24 by 24 dots, magnified."""
    cell = (columns * CELL_DOTS, GLYPH_DOTS)
    if smooth:
        return letter(character, (cell[0] * scale[0], cell[1] * scale[1]), bold)
    small = letter(character, cell, bold)
    return small.resize((cell[0] * scale[0], cell[1] * scale[1]), Image.Resampling.NEAREST)


def _raster_image(raster: Raster, scale: tuple[int, int]) -> Image.Image:
    image = Image.frombytes("1", (raster.stride * 8, raster.height), raster.rows).convert("L")
    return image.resize((image.width * scale[0], image.height * scale[1]), Image.Resampling.NEAREST)


def _qr_image(mark: QrMark) -> Image.Image:
    code = segno.make_qr(mark.data, error=mark.level, boost_error=False)
    side = code.symbol_size(border=0)[0]
    image = Image.new("L", (side, side), 0)
    image.putdata([255 if module else 0 for row in code.matrix for module in row])
    return image.resize((side * mark.module_dots, side * mark.module_dots), Image.Resampling.NEAREST)


def _draw_edge(sheet: Image.Image, cut: bool) -> None:
    """The lower edge: straight from a knife (with the bridge of a partial cut), teeth from a tear bar."""
    pencil = ImageDraw.Draw(sheet)
    width, bottom = sheet.width, sheet.height - 1
    if cut:
        pencil.line((0, bottom, width // 2 - 6, bottom), fill=_EDGE)
        pencil.line((width // 2 + 6, bottom, width, bottom), fill=_EDGE)
        return
    for x in range(0, width, 8):
        pencil.line((x, bottom, x + 4, bottom - 5, x + 8, bottom), fill=_EDGE)
