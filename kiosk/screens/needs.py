"""What somebody says of themselves so that they are called and served well: one touch each, never in public. Pure."""

from broker.model.words import NEED_NAMES, Need
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_EDGE, KIOSK_GOOD_GROUND, KIOSK_GOOD_INK, KIOSK_INK, WHITE
from kiosk import targets as t
from kiosk.screens.frame import Frame

ROW_H, LARGE_ROW_H, GAP = 76, 104, 18
RAIL = Rect(40, 516, 448, 206)
"""Their place on a wide sheet: above the tools."""
ICONS: dict[Need, str] = {"hearing": "ear", "sight": "eye", "mobility": "wheelchair"}


def needs_row(frame: Frame, rect: Rect) -> list[Op]:
    """Three side by side."""
    return [op for cell, need in zip(rect.columns(3, GAP), ICONS, strict=True) for op in _need(frame, cell, need)]


def needs_column(frame: Frame, rect: Rect) -> list[Op]:
    """Three one above the other, in the rail of a wide sheet."""
    return [op for cell, need in zip(rect.rows(3, 10), ICONS, strict=True) for op in _need(frame, cell, need)]


def _need(frame: Frame, rect: Rect, need: Need) -> list[Op]:
    said = need in frame.visit.needs
    ground, ink = (KIOSK_GOOD_GROUND, KIOSK_GOOD_INK) if said else (WHITE, KIOSK_INK)
    side, edge = min(44, rect.h - 20), KIOSK_GOOD_INK if said else KIOSK_EDGE
    mark = Rect(rect.x + 20, rect.centre_y - side // 2, side, side)
    return [
        Box(rect=rect, fill=ground, radius=22, border=3, border_colour=edge, target=t.target(t.NEED, need)),
        Icon(rect=mark, name="check-circle" if said else ICONS[need], colour=KIOSK_GOOD_INK if said else BLUE),
        text(Rect(rect.x + side + 36, rect.y + 4, rect.w - side - 52, rect.h - 8), frame.first(NEED_NAMES[need]),
             40 if frame.larger and rect.h > 90 else 34 if frame.larger else 30, ink, bold=True, lines=2, min_size=24),
    ]  # fmt: skip
