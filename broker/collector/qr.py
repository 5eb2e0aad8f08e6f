"""A QR code as a drawing for pages: dark modules as one path. Pure."""

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_MODULES = 4
"""White around it, without which phones and scanners do not find it (ISO/IEC 18004)."""


@dataclass(frozen=True)
class QrDrawing:
    """``path`` for an SVG whose view box is ``side`` modules wide and high."""

    side: int
    path: str


@lru_cache(maxsize=64)
def qr_drawing(text: str) -> QrDrawing:
    """The code of a text, level M."""
    code = segno.make_qr(text, error="m", boost_error=False)
    rows = [list(row) for row in code.matrix_iter(scale=1, border=QUIET_MODULES)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return QrDrawing(len(rows), path)
