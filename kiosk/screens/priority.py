"""Why somebody may go first: the classes of the hall file. Pure."""

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_INK, KIOSK_SUB, KIOSK_WARN_GROUND, KIOSK_WARN_INK
from kiosk import targets as t
from kiosk.menu import Choice
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import card, grid, tile


def priority(frame: Frame) -> list[Op]:
    """PRIORITY: the classes of the hall file."""
    area = frame.body
    ops = chrome(frame, w.PRIORITY_TITLE, w.PRIORITY_HINT)
    choices = frame.menu.priorities
    columns = 1 if frame.tall or len(choices) <= 4 else 2
    rows = max(1, -(-len(choices) // columns))
    while rows > 6 and columns < 3:
        columns += 1
        rows = -(-len(choices) // columns)
    note = Rect(area.x, area.bottom - 78, area.w, 78)
    room = Rect(area.x, area.y, area.w, area.h - 100)
    height = min(270, (room.h - 20 * (rows - 1)) // rows)
    block = Rect(room.x, room.y, room.w, height * rows + 20 * (rows - 1))
    for cell, choice in zip(grid(block, columns, rows, 20), choices, strict=False):
        ops += _class_card(frame, cell, choice)
    return [
        *ops,
        Box(rect=note, fill=KIOSK_WARN_GROUND, radius=20),
        Icon(rect=Rect(note.x + 26, note.centre_y - 20, 40, 40), name="info", colour=KIOSK_WARN_INK),
        text(
            Rect(note.x + 84, note.y, note.w - 108, note.h),
            frame.first(w.PRIORITY_HINT),
            36 if frame.larger else 31,
            KIOSK_WARN_INK,
            min_size=26,
        ),
        *back_bar(frame),
    ]


def _class_card(frame: Frame, rect: Rect, choice: Choice) -> list[Op]:
    chosen = frame.visit.priority == choice.key
    side = min(100, rect.h - 40)
    place = Rect(rect.x + 30, rect.centre_y - side // 2, side, side)
    body = Rect(place.right + 30, rect.y + 12, rect.right - 110 - place.right - 30, rect.h - 24)
    upper = body.h * 3 // 5
    ops = [card(rect, t.target(t.CLASS, choice.key)), *tile(place, "person")]
    if frame.larger:
        ops.append(text(body, frame.first(choice.names), 60, KIOSK_INK, bold=True, min_size=34, lines=2))
    else:
        first, second = frame.first(choice.names), frame.second(choice.names)
        ops.append(text(Rect(body.x, body.y, body.w, upper), first, 46, KIOSK_INK, bold=True, vertical="bottom"))
        ops.append(text(Rect(body.x, body.y + upper, body.w, body.h - upper), second, 28, KIOSK_SUB, vertical="top"))
    icon = "check-circle" if chosen else "chevron-right"
    return [*ops, Icon(rect=Rect(rect.right - 88, rect.centre_y - 28, 56, 56), name=icon, colour=BLUE)]
