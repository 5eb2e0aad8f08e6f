"""One service before its ticket: how long, where, what to have ready, and whether to go first. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import (
    KIOSK_INK,
    KIOSK_OFF,
    KIOSK_SUB,
)
from kiosk import targets as t
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.cards import state_of
from kiosk.screens.detail_large import large_choices, large_sheet
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.needs import RAIL, ROW_H, needs_column, needs_row
from kiosk.screens.papers import papers
from kiosk.screens.parts import button, card, fact, help_tool, language_button, primary, rule, shares, switch, upright
from kiosk.screens.pauses import pause_row

PAPERS_LEAST_H = 120


def detail(frame: Frame) -> list[Op]:
    """DETAIL: facts, papers, priority, and the amber button."""
    offer = frame.menu.offer(frame.visit.service)
    if offer is None:
        return [*chrome(frame, w.CANNOT), *back_bar(frame)]
    area = frame.body
    take_h = 172 if frame.tall else 150
    ops = [*chrome(frame, offer.names, (w.TAKE_LARGER if frame.larger else w.TAKE) if offer.open else w.CANNOT)]
    take = Rect(area.x, area.bottom - take_h, area.w, take_h)
    if frame.larger:
        choices, bottom = large_choices(frame, offer, take)
        ops += large_sheet(frame, offer, Rect(area.x, area.y, area.w, bottom - area.y)) + choices
    else:
        ops += _sheet_and_choices(frame, offer, Rect(area.x, area.y, area.w, take.y - area.y))
    if offer.open:
        ops += primary(frame, take, t.TAKE, w.TAKE_PRIORITY if frame.visit.priority else w.TAKE, "ticket")
    else:
        ops += _cannot(frame, offer, take)
    return [*ops, *back_bar(frame)]


def _sheet_and_choices(frame: Frame, offer: Offer, room: Rect) -> list[Op]:
    """What is known and needed, and what may be said beforehand."""
    ops: list[Op] = []
    choices = _choices(frame, offer, Rect(room.x, room.bottom, room.w, 0))
    bottom = (choices[0][1].y if choices else room.bottom) - 22
    if offer.open and frame.tall:
        ops += needs_row(frame, Rect(room.x, bottom - ROW_H, room.w, ROW_H))
        bottom -= ROW_H + 22
    elif offer.open:
        ops += needs_column(frame, RAIL)
    ops += _facts_and_papers(frame, offer, Rect(room.x, room.y, room.w, bottom - room.y))
    return ops + [op for target, rect in choices for op in _choice(frame, rect, target)]


def _choices(frame: Frame, offer: Offer, take: Rect) -> list[tuple[str, Rect]]:
    """What may be said before the ticket: a claim of priority, the digits of a telephone; side by side."""
    wanted = [t.CLAIM] if frame.menu.priorities else []
    wanted += [t.PHONE] if frame.menu.lookup else []
    if not offer.open or not wanted:
        return []
    height = 116 if frame.tall else 104
    row = Rect(take.x, take.y - 22 - height, take.w, height)
    return list(zip(wanted, row.columns(len(wanted), 18), strict=True))


def _choice(frame: Frame, rect: Rect, target: str) -> list[Op]:
    visit = frame.visit
    if target == t.PHONE:
        done, names, hint, icon = bool(visit.phone_tail), w.PHONE, w.PHONE_HINT, "phone"
        if done:
            names, hint = w.PHONE_LEFT, w.PHONE_LEFT_HINT
        return switch(frame, rect, t.PHONE, icon, names, hint, done)
    if visit.priority is not None:
        return switch(frame, rect, t.UNCLAIM, "star", w.CLAIMED, w.CLAIMED_HINT, True)
    classes = tuple(choice.names for choice in frame.menu.priorities)
    hint = w.listed(classes) if rect.w > 700 else w.CLAIM_HINT
    return switch(frame, rect, t.CLAIM, "star", w.CLAIM, hint, False)


def _cannot(frame: Frame, offer: Offer, rect: Rect) -> list[Op]:
    icon, names = state_of(offer)
    inner = Rect(rect.x + 148, rect.y + 12, rect.w - 190, rect.h - 24)
    ops: list[Op] = [
        Box(rect=rect, fill=KIOSK_OFF, radius=30),
        Icon(rect=Rect(rect.x + 48, rect.centre_y - 36, 72, 72), name=icon, colour=KIOSK_SUB),
    ]
    if frame.larger:
        return [*ops, text(inner, frame.first(names), 66, KIOSK_INK, bold=True, lines=2, min_size=40)]
    return [
        *ops,
        text(
            Rect(inner.x, inner.y, inner.w, inner.h * 3 // 5), frame.first(names), 54, KIOSK_INK, bold=True, min_size=34
        ),
        text(Rect(inner.x, inner.y + inner.h * 3 // 5, inner.w, inner.h * 2 // 5), frame.second(names), 30, KIOSK_SUB),
    ]


def _facts_and_papers(frame: Frame, offer: Offer, area: Rect) -> list[Op]:
    """One white sheet: figures on top, then what to have ready."""
    ops: list[Op] = [card(area)]
    inner = area.inset(44, 0)
    y = area.y + 34
    if offer.open:
        ops += _facts(frame, offer, Rect(inner.x, y, inner.w, 112))
        y += 112 + 26
        ops.append(rule(Rect(inner.x, y, inner.w, 2)))
        y += 26
    row, taken = pause_row(frame, offer, Rect(inner.x, y, inner.w, 0))
    ops += row
    y += taken
    room = Rect(inner.x, y, inner.w, area.bottom - 28 - y)
    if taken and room.h < PAPERS_LEAST_H:
        return ops  # a low picture on a lying screen: the papers stand on the ticket too
    return ops + papers(frame, offer, room)


def _facts(frame: Frame, offer: Offer, rect: Rect) -> list[Op]:
    waiting = frame.first(w.ahead(offer.waiting) if offer.waiting is not None else w.WAITING_UNKNOWN)
    where = frame.first(w.windows(offer.counters)) if offer.counters else frame.first(w.WATCH_SCREEN)
    if offer.reason is not None:
        where = frame.first(offer.reason)
    if offer.wait_min is None:  # not known, or nobody could say
        left, right = rect.columns(2, 36)
        return [
            *fact(frame, left, w.AHEAD, waiting, "people", 48),
            upright(rect, right),
            *fact(frame, right, w.COUNTERS, where, "pin", 48),
        ]
    left, middle, right = shares(rect, (26, 37, 37), 36)
    wait = frame.first(w.minutes(offer.wait_min))
    return [
        *fact(frame, left, w.AHEAD, waiting, "people", 48),
        upright(rect, middle),
        *fact(frame, middle, w.WAIT, wait, "clock", 48),
        upright(rect, right),
        *fact(frame, right, w.COUNTERS, where, "pin", 48),
    ]


# -- the bar below ------------------------------------------------


def back_bar(frame: Frame, back: Names = w.BACK, target: str = t.BACK) -> list[Op]:
    """Back, language, help: the same places in every picture."""
    if frame.tall:
        cells = tuple(frame.bar.columns(3, 18))
    else:
        upper, low = frame.bar.rows(2, 18)
        cells = (upper, *low.columns(2, 18))
    return [
        *button(frame, cells[0], target, back, "chevron-left"),
        *language_button(frame, cells[1]),
        *help_tool(frame, cells[2]),
    ]


def close_bar(frame: Frame) -> list[Op]:
    """Back and help alone, where they always are."""
    left, right = frame.bar.columns(2, 18) if frame.tall else frame.bar.rows(2, 18)
    return [*button(frame, left, t.BACK, w.BACK, "chevron-left"), *help_tool(frame, right)]
