"""The first picture: services by category, or categories when there are many; pages when even those are. Pure."""

from dataclasses import dataclass

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import (
    AMBER,
    ICE,
    KIOSK_EDGE,
    KIOSK_INK,
    KIOSK_OFF,
    KIOSK_SUB,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
    KIOSK_WARN_LINE,
    WHITE,
)
from kiosk import targets as t
from kiosk.menu import Choice, Offer
from kiosk.screens import words as w
from kiosk.screens.cards import category_card, service_card
from kiosk.screens.check_in import ENTRY_H, entry, for_more
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import button, help_banner, language_button
from kiosk.visit import Step

GAP, HEAD_H, PAGER_H, MISSED_H, BANNER_H = 22, 62, 100, 112, 84
MOST_H, MOST_LARGE_H = 290, 380
FEW, MANY = 4, 99

Section = tuple[Names | None, tuple[Offer | Choice, ...]]


@dataclass(frozen=True)
class Plan:
    """What one page shows: sections with their cards; ``pages`` in all, this is ``page`` (from 0)."""

    sections: tuple[Section, ...]
    page: int
    pages: int


def home(frame: Frame) -> list[Op]:
    """HOME and CATEGORY."""
    area, extras = _extras(frame)
    plan = _plan(frame, area)
    headed = bool(plan.sections) and plan.sections[0][0] is not None and not area.y > frame.body.y
    ops = chrome(frame, *_title(frame, plan), overlap=HEAD_H + 40 if headed else 40)
    return [*ops, *cards(frame, plan, area), *pager(frame, plan, area), *extras, *tools(frame)]


def tools(frame: Frame) -> list[Op]:
    """Language, larger text, lower buttons, help; in the larger manner fewer and larger."""
    if frame.larger:
        return _tools_larger(frame)
    names = (
        (t.LARGER, w.LARGER, "letters"),
        (t.LOWER, w.HIGHER if frame.lower else w.LOWER, "wheelchair"),
        (t.HELP, w.HELP, "help"),
    )
    cells = frame.bar.columns(4, 18) if frame.tall else [c for row in frame.bar.rows(2, 18) for c in row.columns(2, 18)]
    ops = language_button(frame, cells[0])
    for cell, (target, words, icon) in zip(cells[1:], names, strict=True):
        ops += button(frame, cell, target, words, icon)
    return ops


def _tools_larger(frame: Frame) -> list[Op]:
    if frame.tall:
        banner, cells = Rect(48, 1488, 984, 180), Rect(48, 1690, 984, 146).columns(3, 18)
    else:
        banner, cells = Rect(40, 562, 448, 140), Rect(40, 720, 448, 312).rows(3, 16)
    ops = help_banner(frame, banner, t.HELP)
    ops += button(frame, cells[0], t.LARGER, w.STANDARD, "letters")
    ops += language_button(frame, cells[1])
    return ops + button(frame, cells[2], t.LOWER, w.HIGHER if frame.lower else w.LOWER, "wheelchair")


def _title(frame: Frame, plan: Plan) -> tuple[Names, Names]:
    if frame.visit.step is Step.CATEGORY:
        chosen = next((c.names for c in frame.menu.categories if c.key == frame.visit.category), w.TITLE)
        return chosen, w.TITLE_HINT
    if frame.larger:
        return w.TITLE_LARGER, w.TITLE_LARGER_HINT
    if plan.sections and isinstance(plan.sections[0][1][0], Choice):
        return w.TITLE_CATEGORIES, w.TITLE_CATEGORIES_HINT
    return w.TITLE, w.TITLE_HINT


def above_tools(frame: Frame) -> int:
    """Where the content ends over the tools, which are higher in the larger manner."""
    return 1464 if frame.larger and frame.tall else frame.body.bottom


# -- what goes where ------------------------------------------------


def _extras(frame: Frame) -> tuple[Rect, list[Op]]:
    """The room left for cards, and what takes the rest of it: a warning above, back or tickets one has below."""
    area, ops = frame.body, []
    area = Rect(area.x, area.y, area.w, above_tools(frame) - area.y)
    if not frame.menu.printer_ok:
        ops += _warning(frame, Rect(area.x, area.y, area.w, BANNER_H))
        area = Rect(area.x, area.y + BANNER_H + 20, area.w, area.h - BANNER_H - 20)
    if frame.visit.step is Step.CATEGORY:
        place, area = _below(frame, area)
        ops += button(frame, place, t.BACK, w.BACK, "chevron-left")
    elif frame.larger and frame.menu.appointments:
        place, area = _below(frame, area)
        left, right = place.columns(2, 18)
        ops += button(frame, left, t.CHECK_IN, w.CHECK_IN, "calendar-check")
        ops += button(frame, right, t.MORE, w.MORE_TITLE, "ticket")
    else:
        if frame.menu.appointments:
            ops += entry(frame, Rect(area.x, area.y, area.w, ENTRY_H))
            area = Rect(area.x, area.y + ENTRY_H + 20, area.w, area.h - ENTRY_H - 20)
        places, area = _beside(frame, area)
        more, hint = for_more(frame)
        hint = hint if frame.tall else None  # in the rail the other language has no room
        ops += button(frame, places[-1], t.MORE, more, "ticket", hint)
        if not frame.larger:
            ops += _missed(frame, places[0])
    return area, ops


def _below(frame: Frame, area: Rect) -> tuple[Rect, Rect]:
    """A flat place under the cards (portrait) or in the rail (landscape), and the room left."""
    if frame.tall or frame.larger:
        place = Rect(area.x, area.bottom - MISSED_H, area.w, MISSED_H)
        return place, Rect(area.x, area.y, area.w, area.h - MISSED_H - GAP)
    return Rect(40, 610, 448, 106), area


def _beside(frame: Frame, area: Rect) -> tuple[list[Rect], Rect]:
    """Two places below the cards, or in the rail; in the larger manner one."""
    if frame.larger:
        place, left = _below(frame, area)
        return [place], left
    if frame.tall:
        place, left = _below(frame, area)
        return place.columns(2, 18), left
    return Rect(40, 524, 448, 200).rows(2, 12), area


def _missed(frame: Frame, rect: Rect) -> list[Op]:
    names = w.rejoin_words(frame.menu.remote).name
    if frame.menu.alone:
        room = Rect(rect.x + 102, rect.y + 2, rect.w - 130, rect.h - 4)
        upper, middle, low = room.rows(3)
        return [
            Box(rect=rect, fill=KIOSK_OFF, radius=24),
            Icon(rect=Rect(rect.x + 28, rect.centre_y - 26, 52, 52), name="ticket", colour=KIOSK_SUB),
            text(upper, frame.first(names), 27, KIOSK_INK),
            text(middle, frame.first(w.OFFLINE_MISSED), 24, KIOSK_SUB),
            text(low, frame.second(w.OFFLINE_MISSED), 24, KIOSK_SUB),
        ]
    return button(frame, rect, t.MISSED, names, "refresh")


def _warning(frame: Frame, rect: Rect) -> list[Op]:
    words = Rect(rect.x + 94, rect.y + 4, rect.w - 120, rect.h - 8)
    upper, low = words.rows(2)
    said = frame.first(w.PRINTER_DOWN)
    lines = [text(words, said, 40, KIOSK_WARN_INK, bold=True, min_size=26)]
    if not frame.larger:
        lines = [
            text(upper, said, 32, KIOSK_WARN_INK, bold=True, min_size=26),
            text(low, frame.second(w.PRINTER_DOWN), 26, KIOSK_WARN_INK),
        ]
    return [
        Box(rect=rect, fill=KIOSK_WARN_GROUND, radius=22, border=2, border_colour=KIOSK_WARN_LINE),
        Icon(rect=Rect(rect.x + 26, rect.centre_y - 24, 48, 48), name="printer", colour=KIOSK_WARN_INK),
        *lines,
    ]


def _columns(frame: Frame, count: int = MANY) -> int:
    """Few cards on a tall sheet stand one below the other, so that they fill it."""
    if frame.larger or (frame.tall and not frame.lower and count <= FEW):
        return 1
    return 2 if frame.tall or count <= FEW else 3


def _least_h(frame: Frame) -> int:
    if frame.larger and frame.lower:
        return 148
    return (190 if frame.tall else 170) if frame.larger else 172


def _rows_in(frame: Frame, height: int) -> int:
    return max(1, (height + GAP) // (_least_h(frame) + GAP))


def _rows_of(count: int, columns: int) -> int:
    return -(-count // columns)


def _plan(frame: Frame, area: Rect) -> Plan:
    menu, columns = frame.menu, _columns(frame)
    if frame.visit.step is Step.CATEGORY:
        return paged(frame, area, menu.in_category(frame.visit.category or ""))
    room = _rows_in(frame, area.h) * columns
    sections = tuple((c.names, menu.in_category(c.key)) for c in menu.categories if menu.in_category(c.key))
    rows = sum(_rows_of(len(offers), columns) for _, offers in sections)
    with_heads = area.h - HEAD_H * len(sections)
    if len(sections) > 1 and not frame.larger and rows <= _rows_in(frame, with_heads):
        return Plan(sections, 0, 1)
    if len(menu.offers) <= room:
        return Plan(((None, menu.offers),), 0, 1)
    flat = paged(frame, area, menu.offers)
    few_pages = flat.pages <= 2 and (frame.larger or frame.lower)
    return flat if few_pages or len(menu.categories) == 1 else paged(frame, area, menu.categories)


def paged(frame: Frame, area: Rect, items: tuple[Offer, ...] | tuple[Choice, ...]) -> Plan:
    """As many items as fit, on pages when they do not all."""
    columns = _columns(frame)
    if len(items) <= _rows_in(frame, area.h) * columns:
        return Plan(((None, items),), 0, 1)
    room = _rows_in(frame, area.h - PAGER_H - GAP) * columns
    pages = _rows_of(len(items), room)
    page = min(frame.visit.page, pages - 1)
    return Plan(((None, items[page * room : (page + 1) * room]),), page, pages)


def cards(frame: Frame, plan: Plan, area: Rect) -> list[Op]:
    """The cards of one page, section by section."""
    count = sum(len(items) for _, items in plan.sections)
    columns = _columns(frame, count if len(plan.sections) == 1 and plan.pages == 1 else MANY)
    turning = PAGER_H + GAP if plan.pages > 1 else 0
    heads = sum(HEAD_H for names, _ in plan.sections if names is not None)
    rows = max(1, sum(_rows_of(len(items), columns) for _, items in plan.sections))
    free = area.h - turning - heads - GAP * (rows - 1)
    height = min(MOST_LARGE_H if frame.larger else MOST_H, free // rows)
    ops: list[Op] = []
    y = area.y
    for names, items in plan.sections:
        if names is not None:
            ops += _head(frame, Rect(area.x, y, area.w, HEAD_H), names, on_blue=y == frame.body.y and frame.tall)
            y += HEAD_H
        row = Rect(area.x, y, area.w, height)
        for start in range(0, len(items), columns):
            for cell, item in zip(row.columns(columns, GAP), items[start : start + columns], strict=False):
                ops += service_card(frame, cell, item) if isinstance(item, Offer) else category_card(frame, cell, item)
            row = row.moved(0, height + GAP)
        y = row.y
    return ops


def _head(frame: Frame, rect: Rect, names: Names, on_blue: bool) -> list[Op]:
    """A category's name over its cards; the first one stands on the blue band."""
    ink, sub = (WHITE, ICE) if on_blue else (KIOSK_INK, KIOSK_SUB)
    return [
        Box(rect=Rect(rect.x, rect.y + 17, 8, 30), fill=AMBER if on_blue else KIOSK_EDGE, radius=4),
        text(Rect(rect.x + 24, rect.y + 6, rect.w // 2, 52), frame.first(names), 33, ink, bold=True),
        text(Rect(rect.centre_x, rect.y + 6, rect.w // 2, 52), frame.second(names), 26, sub, align="right"),
    ]


def pager(frame: Frame, plan: Plan, area: Rect) -> list[Op]:
    """Where one can turn pages, if there are any to turn."""
    if plan.pages == 1:
        return []
    row = Rect(area.x, area.bottom - PAGER_H, area.w, PAGER_H)
    before, middle, after = row.columns(3, 18)
    ops: list[Op] = []
    if plan.page > 0:
        ops += button(frame, before, t.target(t.PAGE, plan.page - 1), w.PREVIOUS, "chevron-left")
    if plan.page < plan.pages - 1:
        ops += button(frame, after, t.target(t.PAGE, plan.page + 1), w.NEXT, "chevron-right")
    names = w.page_of(plan.page + 1, plan.pages)
    return [*ops, text(middle, frame.first(names), 34, KIOSK_SUB, align="centre", min_size=26)]
