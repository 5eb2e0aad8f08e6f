"""After one of the last two faces: what went wrong, of the fixed list, and the wish to be called. Optional. Pure."""

from broker.model.ratings import REASONS, REASONS_VERSION
from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import KIOSK_EDGE, KIOSK_GOOD_GROUND, KIOSK_GOOD_INK, KIOSK_INK, KIOSK_SUB, WHITE
from kiosk import targets as t
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import primary, size_for

GAP, ROW_MOST, SEND_H = 22, 190, 170


def reasons(frame: Frame) -> list[Op]:
    """REASONS: nothing is chosen before; what is chosen can be taken back; it is sent by a touch of its own."""
    area, visit = frame.body, frame.visit
    send = Rect(area.x, area.bottom - SEND_H, area.w, SEND_H)
    room = Rect(area.x, area.y, area.w, send.y - GAP - area.y)
    rows = 4 if frame.tall else 3
    height = min(ROW_MOST, (room.h - (rows - 1) * GAP) // rows)
    lines = Rect(room.x, room.y, room.w, rows * height + (rows - 1) * GAP).rows(rows, GAP)
    columns = 2 if frame.tall else 3
    cells = [cell for line in lines[:-1] for cell in line.columns(columns, GAP)]
    ops = chrome(frame, w.WHY_TITLE, w.WHY_HINT)
    for cell, (key, names) in zip(cells, REASONS[REASONS_VERSION].items(), strict=True):
        ops += _choice(frame, cell, t.target(t.REASON, key), names, key in visit.reasons)
    ops += _choice(frame, lines[-1], t.CONTACT, w.WISH_CONTACT, visit.contact, w.WISH_CONTACT_HINT)
    return [*ops, *primary(frame, send, t.SEND, w.SEND_RATING, "check"), *back_bar(frame)]


def _choice(frame: Frame, rect: Rect, target: str, names: Names, chosen: bool, hint: Names | None = None) -> list[Op]:
    """Chosen is told by ground, edge and sign, never by colour alone."""
    ground, ink = (KIOSK_GOOD_GROUND, KIOSK_GOOD_INK) if chosen else (WHITE, KIOSK_INK)
    side = min(64, rect.h - 30)
    mark = Rect(rect.x + 26, rect.centre_y - side // 2, side, side)
    room = Rect(mark.right + 22, rect.y + 10, rect.right - mark.right - 42, rect.h - 20)
    said, below = frame.first(names), hint or names
    upper = room if frame.larger and hint is None else Rect(room.x, room.y, room.w, room.h * 3 // 5)
    lower = Rect(room.x, upper.bottom, room.w, room.bottom - upper.bottom)
    size = size_for(said, min(52 if frame.larger else 44, upper.h * 3 // 5), room.w)
    ops: list[Op] = [
        Box(rect=rect, fill=ground, radius=24, border=3, border_colour=KIOSK_GOOD_INK if chosen else KIOSK_EDGE,
            target=target),
        *([Icon(rect=mark, name="check-circle", colour=KIOSK_GOOD_INK)] if chosen else
          [Box(rect=mark, fill=WHITE, radius=side // 2, border=3, border_colour=KIOSK_EDGE)]),
        text(upper, said, size, ink, bold=True, lines=2 if upper is room else 1, min_size=26,
             vertical="middle" if upper is room else "bottom"),
    ]  # fmt: skip
    if lower.h > 0:
        told = frame.first(below) if hint is not None else frame.second(below)
        ops.append(text(lower, told, 30, ink if chosen else KIOSK_SUB, vertical="top", min_size=22))
    return ops
