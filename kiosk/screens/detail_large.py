"""One service in large letters: how long, what to have ready, the yellow button, and what may be said first. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_INK, KIOSK_SUB
from kiosk import targets as t
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.frame import Frame
from kiosk.screens.needs import LARGE_ROW_H, RAIL, needs_column, needs_row
from kiosk.screens.papers import can_print_notice, large_papers, notice_button
from kiosk.screens.parts import card, rule, switch, upright
from kiosk.screens.pauses import pause_row

GAP, CHOICE_H, FIGURES_H, PAPERS_LEAST_H = 22, 120, 172, 150


def large_choices(frame: Frame, offer: Offer, take: Rect) -> tuple[list[Op], int]:
    """What may be said or printed above the yellow button, and where the room above ends."""
    ops: list[Op] = []
    bottom = take.y - GAP
    for wishes in reversed(_rows(frame, offer)):
        row = Rect(take.x, bottom - CHOICE_H, take.w, CHOICE_H)
        for wish, cell in zip(wishes, row.columns(len(wishes), 18), strict=True):
            ops += _choice(frame, cell, wish)
        bottom = row.y - GAP
    if not offer.open:
        return ops, bottom
    if not frame.tall:
        return [*needs_column(frame, RAIL), *ops], bottom
    row = Rect(take.x, bottom - LARGE_ROW_H, take.w, LARGE_ROW_H)
    return [*needs_row(frame, row), *ops], row.y - GAP


def _rows(frame: Frame, offer: Offer) -> list[list[str]]:
    """Two side by side on a tall sheet. Where that is low, the written notice is on the page of the papers."""
    wishes = [t.CLAIM] if frame.menu.priorities and offer.open else []
    wishes += [t.PHONE] if frame.menu.lookup and offer.open else []
    if can_print_notice(frame, offer) and not (wishes and offer.papers and frame.tall and frame.lower):
        wishes.append(t.NOTICE)
    columns = 2 if frame.tall else 3
    return [wishes[start : start + columns] for start in range(0, len(wishes), columns)]


def large_sheet(frame: Frame, offer: Offer, area: Rect) -> list[Op]:
    """Two figures on top, the papers below."""
    ops: list[Op] = [card(area)]
    inner = area.inset(44, 0)
    y = area.y + 30
    if offer.open:
        ops += _figures(frame, offer, Rect(inner.x, y, inner.w, 124))
        ops.append(rule(Rect(inner.x, y + 146, inner.w, 2)))
        y += FIGURES_H
    row, taken = pause_row(frame, offer, Rect(inner.x, y, inner.w, 0))
    ops += row
    y += taken
    room = Rect(inner.x, y, inner.w, area.bottom - 24 - y)
    if taken and room.h < PAPERS_LEAST_H:
        return ops  # as in the ordinary manner
    return ops + large_papers(frame, offer, room)


def _choice(frame: Frame, rect: Rect, wish: str) -> list[Op]:
    if wish == t.NOTICE:
        return notice_button(frame, rect)
    if wish == t.PHONE:
        if frame.visit.phone_tail:
            return switch(frame, rect, t.PHONE, "phone", w.PHONE_LEFT, w.PHONE_LEFT_HINT, True)
        return switch(frame, rect, t.PHONE, "phone", w.PHONE, w.PHONE_HINT, False)
    if frame.visit.priority is not None:
        return switch(frame, rect, t.UNCLAIM, "star", w.CLAIMED, w.CLAIMED_HINT, True)
    return switch(frame, rect, t.CLAIM, "star", w.CLAIM, w.CLAIM_HINT, False)


def _figures(frame: Frame, offer: Offer, rect: Rect) -> list[Op]:
    """How many before me, how long; the counter stands on the ticket and on the board."""
    first = w.ahead(offer.waiting) if offer.waiting is not None else w.WAITING_UNKNOWN
    second = (w.COUNTERS, offer.reason or w.WATCH_SCREEN, "pin")
    if offer.reason is None and offer.wait_min is not None:
        second = (w.WAIT, w.minutes(offer.wait_min), "clock")
    left, right = rect.columns(2, 36)
    return [*_figure(frame, left, w.AHEAD, first, "people"), upright(rect, right), *_figure(frame, right, *second)]


def _figure(frame: Frame, rect: Rect, label: Names, value: Names, icon: str) -> list[Op]:
    return [
        Icon(rect=Rect(rect.x, rect.y + 2, 44, 44), name=icon, colour=BLUE),
        text(Rect(rect.x + 60, rect.y, rect.w - 60, 48), frame.first(label), 36, KIOSK_SUB, min_size=30),
        text(Rect(rect.x, rect.y + 50, rect.w, 74), frame.first(value), 62, KIOSK_INK, bold=True, min_size=36),
    ]
