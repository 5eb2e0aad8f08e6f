"""Counters of a service that pause: which, where to go instead, and whom to ask. Pure."""

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import KIOSK_OFF, KIOSK_SUB
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.frame import Frame
from kiosk.screens.parts import width_of

FLAT_ROW_H, ROW_H, LARGE_ROW_H, GAP = 52, 88, 132, 12
"""A lying screen has one line of it, side by side, where both halves hold their words."""
MARGINS, BETWEEN, LEAST = 104, 24, 24


def pause_row(frame: Frame, offer: Offer, room: Rect) -> tuple[list[Op], int]:
    """One row at the top of ``room`` and how much of it that takes; nothing where no counter pauses.

    All of them are named; whom to ask is said of the first, for the papers below need their room.
    """
    if not offer.paused:
        return [], 0
    large = frame.larger and frame.tall
    first, second = (44, 38) if large else (32, 28)
    ask = frame.first(w.ask(offer.paused[0].contact, offer.paused[0].phone))
    height = LARGE_ROW_H if large else ROW_H if frame.tall or frame.larger else FLAT_ROW_H
    half = (room.w - MARGINS - BETWEEN) // 2
    if height == FLAT_ROW_H and max(width_of(_said(frame, offer, 1), LEAST), width_of(ask, LEAST)) > half:
        height = ROW_H
    rect = Rect(room.x, room.y, room.w, height)
    inner = Rect(rect.x + 84, rect.y + 8, rect.w - MARGINS, rect.h - 16)
    top, bottom = inner.columns(2, BETWEEN) if height == FLAT_ROW_H else inner.rows(2)
    said = next((one for most in range(9, 0, -1) if width_of(one := _said(frame, offer, most), LEAST) <= top.w), "")
    ops = [
        Box(rect=rect, fill=KIOSK_OFF, radius=20),
        Icon(rect=Rect(rect.x + 22, rect.centre_y - 22, 44, 44), name="pause", colour=KIOSK_SUB),
        text(top, said or _said(frame, offer, 1), first, KIOSK_SUB, bold=True, min_size=LEAST),
        *_whom(frame, offer, ask, bottom, second),
    ]
    return ops, height + GAP


def _said(frame: Frame, offer: Offer, most: int) -> str:
    """Which counters pause, and at most so many of those that are there instead."""
    said = frame.first(w.paused_counters(tuple(pause.counter_name for pause in offer.paused)))
    instead = next((pause.instead for pause in offer.paused if pause.instead), ())
    return said + frame.comma + frame.first(w.go_to(instead[:most])) if instead else said


def _whom(frame: Frame, offer: Offer, ask: str, place: Rect, size: int) -> list[Op]:
    """Whom to ask; where that is long its name may be cut, the telephone beside it never."""
    phone = offer.paused[0].phone
    if not phone or width_of(ask, LEAST) <= place.w:
        return [text(place, ask, size, KIOSK_SUB, min_size=LEAST)]
    width = width_of(phone, LEAST) + 8
    left = Rect(place.x, place.y, place.w - width - 16, place.h)
    right = Rect(place.right - width, place.y, width, place.h)
    contact = frame.first(w.ask(offer.paused[0].contact, ""))
    return [
        text(left, contact, LEAST, KIOSK_SUB, min_size=LEAST),
        text(right, phone, LEAST, KIOSK_SUB, bold=True, align="right", min_size=LEAST),
    ]
