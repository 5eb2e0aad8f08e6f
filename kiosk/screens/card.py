"""Real names: the ID card is laid down, its number stands there masked, another one's for an agent. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import (
    BLUE,
    KIOSK_GOOD_GROUND,
    KIOSK_GOOD_INK,
    KIOSK_INK,
    KIOSK_SUB,
    KIOSK_TINT,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
)
from kiosk import targets as t
from kiosk.flow_cards import ELDERLY, complete
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import button, disc, figures, primary, split
from kiosk.screens.parts import card as plate

NOTE_H, ROW_H, GAP = 96, 150, 22


def card(frame: Frame) -> list[Op]:
    """CARD: lay one down; then what was read, and take."""
    visit, area = frame.visit, frame.body
    ready = complete(visit)
    take_h, other_h = (172, 116) if frame.tall else (150, 104)
    title = w.CARD_READ if ready else w.PRINCIPAL_TITLE if visit.for_another else w.CARD_TITLE
    ops = chrome(frame, title, w.CARD_READ_HINT if ready else _how(frame))
    bottom = area.bottom
    if ready:
        take = Rect(area.x, bottom - take_h, area.w, take_h)
        names = w.TAKE_FOR_ANOTHER if visit.for_another else w.TAKE_PRIORITY if visit.priority else w.TAKE
        ops += primary(frame, take, t.TAKE, names, "ticket")
        bottom = take.y - GAP
    if visit.card is not None and not visit.for_another:
        other = Rect(area.x, bottom - other_h, area.w, other_h)
        hint = None if frame.larger else w.FOR_ANOTHER_HINT
        ops += button(frame, other, t.AGENT, w.FOR_ANOTHER, "people", hint)
        bottom = other.y - GAP
    return [*ops, *_sheet(frame, Rect(area.x, area.y, area.w, bottom - area.y), ready), *back_bar(frame)]


def _how(frame: Frame) -> Names:
    """What to do with the card; the own one lies on the reader yet when that of somebody else is asked for."""
    return w.OWN_CARD_FIRST if frame.visit.for_another else w.CARD_HINT


def _sheet(frame: Frame, sheet: Rect, ready: bool) -> list[Op]:
    """Cards that were read on top, what is waited for in the middle, a word on privacy below."""
    visit = frame.visit
    ops: list[Op] = [plate(sheet)]
    inner = sheet.inset(44, 0)
    y = sheet.y + 26
    rows = [(w.AGENT_CARD if visit.for_another else w.YOUR_CARD, visit.card), (w.PRINCIPAL_CARD, visit.principal)]
    read = [(names, found.masked) for names, found in rows if found is not None]
    foot = Rect(inner.x, sheet.bottom - 66, inner.w, 50)
    notes = _notes(frame, Rect(inner.x, foot.y - NOTE_H - 8, inner.w, NOTE_H))
    row_h = min(ROW_H, (foot.y - y - (NOTE_H + 8 if notes else 0)) // max(1, len(read) + (0 if ready else 1)))
    if ready:
        y += max(0, (foot.y - (NOTE_H + 8 if notes else 0) - y - row_h * len(read)) // 2)
    for names, masked in read:
        ops += _read_card(frame, Rect(inner.x, y, inner.w, row_h), names, masked)
        y += row_h
    if not ready:
        room = Rect(inner.x, y, inner.w, (foot.y - NOTE_H - 16 if notes else foot.y) - y)
        ops += _waiting(frame, room)
    return [
        *ops,
        *notes,
        text(foot, frame.first(w.CARD_PRIVACY), 36 if frame.larger else 28, KIOSK_SUB, align="centre", min_size=24),
    ]


def _read_card(frame: Frame, rect: Rect, names: Names, masked: str) -> list[Op]:
    side = min(84, rect.h - 24)
    mark = Rect(rect.x, rect.centre_y - side // 2, side, side)
    x = mark.right + 28
    upper = rect.h * 2 // 5
    return [
        Box(rect=mark, fill=KIOSK_GOOD_GROUND, radius=side // 2),
        Icon(rect=mark.inset(side // 4), name="check", colour=KIOSK_GOOD_INK),
        text(
            Rect(x, rect.y, rect.right - x, upper),
            frame.first(names),
            40 if frame.larger else 32,
            KIOSK_SUB,
            vertical="bottom",
            min_size=28,
        ),
        figures(
            Rect(x, rect.y + upper, rect.right - x, rect.h - upper), masked, 72, KIOSK_INK, align="left", min_size=36
        ),
    ]


def _waiting(frame: Frame, room: Rect) -> list[Op]:
    names = w.PRINCIPAL_TITLE if frame.visit.for_another else w.CARD_TITLE
    side = min(300, room.h - 150)
    wide = side < 110
    if wide:  # no height for a sign above the words
        side = min(120, room.h - 20)
        words = Rect(room.x + side + 40, room.y, room.w - side - 40, room.h)
        place = disc(room.x + side // 2, room.centre_y - side // 2, side, "id-card", KIOSK_TINT, BLUE)
        if not frame.visit.for_another:
            return [*place, text(words, frame.first(names), 56, KIOSK_INK, bold=True, lines=2, min_size=34)]
        first, second = split(words, 0.6)
        return [
            *place,
            text(first, frame.first(names), 52, KIOSK_INK, bold=True, min_size=30, vertical="bottom"),
            text(second, frame.first(_how(frame)), 34, KIOSK_SUB, min_size=26, vertical="top"),
        ]
    top = room.y + (room.h - side - 150) // 2
    return [
        *disc(room.centre_x, top, side, "id-card", KIOSK_TINT, BLUE),
        text(
            Rect(room.x, top + side + 20, room.w, 74),
            frame.first(names),
            58,
            KIOSK_INK,
            bold=True,
            align="centre",
            min_size=34,
        ),
        text(Rect(room.x, top + side + 96, room.w, 50), frame.first(_how(frame)), 34, KIOSK_SUB, align="centre"),
    ]


def _notes(frame: Frame, rect: Rect) -> list[Op]:
    trouble = frame.visit.card_trouble
    if trouble is not None:
        names, ground, ink, icon = trouble, KIOSK_WARN_GROUND, KIOSK_WARN_INK, "warning"
    elif frame.visit.priority == ELDERLY and frame.visit.card is not None:
        names, ground, ink, icon = w.GOES_FIRST, KIOSK_GOOD_GROUND, KIOSK_GOOD_INK, "star"
    else:
        return []
    return [
        Box(rect=rect, fill=ground, radius=22),
        Icon(rect=Rect(rect.x + 26, rect.centre_y - 22, 44, 44), name=icon, colour=ink),
        text(
            Rect(rect.x + 92, rect.y, rect.w - 116, rect.h),
            frame.first(names),
            40 if frame.larger else 33,
            ink,
            bold=True,
            lines=2,
            min_size=28,
        ),
    ]
