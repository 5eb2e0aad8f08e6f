"""Everything to have ready for one service, on a page of its own and on more where one is not enough. Pure."""

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_INK, KIOSK_TINT
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.home import PAGER_H, Plan, pager
from kiosk.screens.papers import MARK, SIDE_W, can_print_notice, notes_of, size_in, to_take_along
from kiosk.screens.parts import card

GAP, HEADING_H = 22, 76
LEAST_H, LARGE_LEAST_H, MOST_H = 76, 104, 140
Row = tuple[str, str]
"""What stands in the mark (a digit, or the name of a sign) and the words."""


def paper_page(frame: Frame) -> list[Op]:
    """PAPERS: the whole list, then what the hall adds to it; beside them what can be taken along."""
    offer = frame.menu.offer(frame.visit.service)
    if offer is None:
        return [*chrome(frame, w.CANNOT), *back_bar(frame)]
    rows = _rows(frame, offer)
    area = frame.body
    least_h = LARGE_LEAST_H if frame.larger else LEAST_H
    each = max(1, (area.h - HEADING_H - 2 * GAP) // least_h)
    if each < len(rows):
        each = max(1, (area.h - HEADING_H - 3 * GAP - PAGER_H) // least_h)
    pages = -(-len(rows) // each)
    page = min(frame.visit.papers_page, pages - 1)
    sheet = Rect(area.x, area.y, area.w, area.h - (PAGER_H + GAP if pages > 1 else 0))
    shown = rows[page * each : (page + 1) * each]
    return [
        *chrome(frame, w.PAPERS),
        card(sheet),
        *_sheet(frame, offer, sheet, shown, each),
        *pager(frame, Plan((), page, pages), area),
        *back_bar(frame),
    ]


def _rows(frame: Frame, offer: Offer) -> list[Row]:
    papers = [(str(number), frame.first(names)) for number, names in enumerate(offer.papers, start=1)]
    notes = [(icon, frame.first(label) + frame.colon + frame.first(names)) for label, names, icon in notes_of(offer)]
    return papers + notes


def _sheet(frame: Frame, offer: Offer, sheet: Rect, rows: list[Row], each: int) -> list[Op]:
    inner = sheet.inset(44, GAP)
    with_notice = can_print_notice(frame, offer)
    listed = inner
    ops: list[Op] = [
        text(Rect(inner.x, inner.y, inner.w, HEADING_H - 12), frame.first(offer.names), 50 if frame.larger else 42,
             KIOSK_INK, bold=True, min_size=30),
    ]  # fmt: skip
    if with_notice or offer.checklist_url:
        side = Rect(inner.right - SIDE_W, inner.y + HEADING_H, SIDE_W, inner.h - HEADING_H)
        ops += to_take_along(frame, offer, side, with_notice)
        listed = Rect(inner.x, inner.y, inner.w - SIDE_W - 30, inner.h)
    row_h = min(MOST_H, (listed.h - HEADING_H) // max(each if len(rows) == each else 1, len(rows)))
    cell = Rect(listed.x, listed.y + HEADING_H, listed.w, row_h)
    most = 50 if frame.larger else 40
    of_papers = min((size_in(words, cell, most) for mark, words in rows if mark.isdecimal()), default=most)
    for mark, words in rows:
        ops += _row(cell, mark, words, of_papers if mark.isdecimal() else min(of_papers, size_in(words, cell, most)))
        cell = cell.moved(0, row_h)
    return ops


def _row(rect: Rect, mark: str, words: str, size: int) -> list[Op]:
    place = Rect(rect.x, rect.centre_y - MARK // 2, MARK, MARK)
    sign: list[Op] = [Icon(rect=place.inset(4), name=mark, colour=BLUE)]
    if mark.isdecimal():
        sign = [
            Box(rect=place, fill=KIOSK_TINT, radius=MARK // 2),
            text(place, mark, 28, BLUE, bold=True, align="centre"),
        ]
    said = Rect(place.right + 18, rect.y, rect.w - MARK - 30, rect.h)
    return [*sign, text(said, words, size, KIOSK_INK, lines=2, min_size=24)]
