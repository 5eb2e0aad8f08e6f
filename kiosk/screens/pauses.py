"""Counters of a service that pause: which, where to go instead, and whom to ask. Pure."""

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import KIOSK_OFF, KIOSK_SUB
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.frame import Frame

FLAT_ROW_H, ROW_H, LARGE_ROW_H, GAP = 52, 88, 132, 12
"""A lying screen has one line of it, side by side."""


def pause_row(frame: Frame, offer: Offer, room: Rect) -> tuple[list[Op], int]:
    """One row at the top of ``room`` and how much of it that takes; nothing where no counter pauses.

    All of them are named; whom to ask is said of the first, for the papers below need their room.
    """
    if not offer.paused:
        return [], 0
    height = LARGE_ROW_H if frame.larger and frame.tall else ROW_H if frame.tall or frame.larger else FLAT_ROW_H
    first, second = (44, 38) if frame.larger and frame.tall else (32, 28)
    rect = Rect(room.x, room.y, room.w, height)
    inner = Rect(rect.x + 84, rect.y + 8, rect.w - 104, rect.h - 16)
    said = frame.first(w.paused_counters(tuple(pause.counter_name for pause in offer.paused)))
    instead = next((pause.instead for pause in offer.paused if pause.instead), ())
    if instead:
        said += frame.comma + frame.first(w.go_to(instead))
    ask = frame.first(w.ask(offer.paused[0].contact, offer.paused[0].phone))
    top, bottom = inner.columns(2, 24) if height == FLAT_ROW_H else inner.rows(2)
    ops = [
        Box(rect=rect, fill=KIOSK_OFF, radius=20),
        Icon(rect=Rect(rect.x + 22, rect.centre_y - 22, 44, 44), name="pause", colour=KIOSK_SUB),
        text(top, said, first, KIOSK_SUB, bold=True, min_size=24),
        text(bottom, ask, second, KIOSK_SUB, min_size=24),
    ]
    return ops, height + GAP
