"""One service in large letters: how long, what to have ready, and the yellow button; nothing else to decide. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_INK, KIOSK_SUB
from kiosk import targets as t
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.frame import Frame
from kiosk.screens.papers import can_print_notice, large_papers, notice_button
from kiosk.screens.parts import card, rule, switch, upright
from kiosk.screens.pauses import pause_row

GAP, CHOICE_H, PAPERS_LEAST_H = 22, 120, 150


def large_choices(frame: Frame, offer: Offer, take: Rect) -> tuple[list[Op], int]:
    """Priority and the written notice above the yellow button, and where the room above them ends."""
    wanted = [t.CLAIM] if frame.menu.priorities and offer.open else []
    wanted += [t.NOTICE] if can_print_notice(frame, offer) else []
    if not wanted:
        return [], take.y - GAP
    row = Rect(take.x, take.y - GAP - CHOICE_H, take.w, CHOICE_H)
    ops: list[Op] = []
    for wish, cell in zip(wanted, row.columns(len(wanted), 18), strict=True):
        ops += notice_button(frame, cell) if wish == t.NOTICE else _claim(frame, cell)
    return ops, row.y - GAP


def large_sheet(frame: Frame, offer: Offer, area: Rect) -> list[Op]:
    """Two figures on top, the papers below."""
    ops: list[Op] = [card(area)]
    inner = area.inset(44, 0)
    y = area.y + 30
    if offer.open:
        ops += _figures(frame, offer, Rect(inner.x, y, inner.w, 124))
        ops.append(rule(Rect(inner.x, y + 146, inner.w, 2)))
        y += 172
    row, taken = pause_row(frame, offer, Rect(inner.x, y, inner.w, 0))
    ops += row
    y += taken
    room = Rect(inner.x, y, inner.w, area.bottom - 24 - y)
    if taken and room.h < PAPERS_LEAST_H:
        return ops  # as in the ordinary manner
    return ops + large_papers(frame, offer, room)


def _claim(frame: Frame, rect: Rect) -> list[Op]:
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
