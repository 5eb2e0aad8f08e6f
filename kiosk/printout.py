"""Neutral lines become a print job for one printer: its bytes, and how much of the roll it takes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.printer.escpos import JobEncoder, Rasteriser
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import Raster
from kiosk.printer.typesetting import Line, fit

WIDE_COLUMNS = 48
MARGIN_COLUMNS = 2


@dataclass(frozen=True)
class Printout:
    """``length_dots``: paper from the last cut to this one, 8 dots to the millimetre."""

    data: bytes
    length_dots: int


def printout(
    lines: Iterable[Line],
    profile: PrinterProfile,
    rasterise: Rasteriser | None = None,
    draw_qr: Callable[[str], Raster] | None = None,
) -> Printout:
    """The whole job. ``rasterise`` draws lines that the printer's own font cannot, ``draw_qr`` what it cannot draw."""
    margin = MARGIN_COLUMNS if profile.columns >= WIDE_COLUMNS else 0
    encoder = JobEncoder(profile, rasterise, draw_qr)
    data = encoder.encode(fit(lines, profile.columns, margin))
    return Printout(data, encoder.length_dots)
