"""What to have ready before a ticket is taken: the list, its page as a code, the written notice to take home. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Matrix, Op, text
from broker.runtime.canvas.qr import qr_rows
from broker.runtime.canvas.theme import (
    BLUE,
    KIOSK_CARD,
    KIOSK_EDGE,
    KIOSK_GOOD_GROUND,
    KIOSK_GOOD_INK,
    KIOSK_INK,
    KIOSK_OFF,
    KIOSK_SUB,
    KIOSK_TINT,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
)
from kiosk import targets as t
from kiosk.menu import Offer
from kiosk.screens import words as w
from kiosk.screens.frame import Frame
from kiosk.screens.parts import button, disc, grid, rule, width_of
from kiosk.visit import NoticeState

PAPERS_MOST = 8
SIDE_W, GAP = 250, 30
CAPTION_H, NOTICE_H, NOTICE_LEAST_H = 44, 136, 84
CODE_LEAST = 130
NOTE_H, LARGE_NOTE_H = 62, 84
HEADING_H, MORE_H, LARGE_MORE_H = 66, 80, 108
WIDE = 1000
MARK = 46
_NOTICE_WORDS: dict[NoticeState, tuple[Names, str]] = {
    "asked": (w.NOTICE_PRINTING, "printer"),
    "done": (w.NOTICE_PRINTED, "check"),
    "failed": (w.NOTICE_FAILED, "warning"),
}


def papers(frame: Frame, offer: Offer, area: Rect) -> list[Op]:
    """The list, beside it what can be taken along of it, below what the hall adds: on a wide sheet left of the side."""
    with_notice = can_print_notice(frame, offer)
    with_side = with_notice or bool(offer.checklist_url)
    left = Rect(area.x, area.y, area.w - SIDE_W - GAP, area.h) if with_side else area
    whole = left if area.w > WIDE else area
    notes = _notes_that_fit(offer, whole, _columns(frame, offer, left))
    notes_h = NOTE_H * len(notes) + (24 if notes else 0)
    upper = Rect(left.x, left.y, left.w, left.h - notes_h)
    ops = _list(frame, offer, upper, whole=len(notes) == len(notes_of(offer)))
    if with_side:
        side_h = area.h if area.w > WIDE else upper.h
        ops += to_take_along(frame, offer, Rect(left.right + GAP, area.y, SIDE_W, side_h), with_notice)
    return [*ops, *_notes(frame, notes, Rect(whole.x, upper.bottom, whole.w, notes_h))]


def can_print_notice(frame: Frame, offer: Offer) -> bool:
    """Whether there is something to print and something to print it with."""
    return frame.menu.printer_ok and bool(offer.papers or offer.checklist_url)


def to_take_along(frame: Frame, offer: Offer, side: Rect, with_notice: bool) -> list[Op]:
    """The code while there is room for one that a phone can read, and the button for the written notice."""
    notice_h = min(NOTICE_H, side.h) if with_notice else 0
    room_h = side.h - CAPTION_H - (notice_h + 20 if with_notice else 0)
    width = min(side.w, room_h)
    ops: list[Op] = []
    y = side.y
    if offer.checklist_url and width >= CODE_LEAST:
        code = Rect(side.centre_x - width // 2, y, width, width)
        ops += [
            Box(rect=code, fill=KIOSK_CARD, radius=16, border=2, border_colour=KIOSK_EDGE),
            Matrix(rect=code.inset(10), rows=qr_rows(offer.checklist_url), colour=KIOSK_INK),
            text(
                Rect(side.x, code.bottom + 4, side.w, CAPTION_H - 6),
                frame.first(w.SCAN_LIST),
                28,
                KIOSK_SUB,
                align="centre",
            ),
        ]
        y = code.bottom + CAPTION_H + 10
    if with_notice:
        ops += notice_button(frame, Rect(side.x, y, side.w, notice_h))
    return ops


def notice_button(frame: Frame, rect: Rect) -> list[Op]:
    state = frame.visit.notice
    if not state and rect.h < NOTICE_H and not frame.larger:
        return [
            Box(rect=rect, fill=KIOSK_CARD, radius=24, border=3, border_colour=KIOSK_EDGE, target=t.NOTICE),
            text(rect.inset(16, 6), frame.first(w.NOTICE), 32, KIOSK_INK, bold=True, align="centre", lines=2),
        ]
    if not state:
        return button(frame, rect, t.NOTICE, w.NOTICE, "printer")
    size, inset = (40, 90) if frame.larger else (30, 74)
    names, icon = _NOTICE_WORDS[state]
    ground, ink = {
        "asked": (KIOSK_TINT, KIOSK_INK),
        "done": (KIOSK_GOOD_GROUND, KIOSK_GOOD_INK),
        "failed": (KIOSK_WARN_GROUND, KIOSK_WARN_INK),
    }[state]
    return [
        Box(rect=rect, fill=ground, radius=24),
        Icon(rect=Rect(rect.x + 18, rect.centre_y - 22, 44, 44), name=icon, colour=ink),
        text(
            Rect(rect.x + inset, rect.y + 6, rect.w - inset - 14, rect.h - 12),
            frame.first(names),
            size,
            ink,
            bold=True,
            lines=2,
        ),
    ]


Note = tuple[Names, Names, str]


def notes_of(offer: Offer) -> list[Note]:
    """What the hall adds to the papers, most helpful first."""
    notes = [
        (w.REAL_NAME, w.REAL_NAME_HINT if offer.real_name else None, "id-card"),
        (w.ONLINE, offer.online, "globe"),
        (w.PROMISED, offer.promised, "clock"),
        (w.CONSULT, offer.consult, "info"),
    ]
    return [(label, names, icon) for label, names, icon in notes if names is not None]


def _notes_that_fit(offer: Offer, area: Rect, columns: int) -> list[Note]:
    """As many as leave the list its room."""
    shown = notes_of(offer)
    while shown and area.h - 24 - NOTE_H * len(shown) < HEADING_H + 56 * -(
        -min(len(offer.papers), PAPERS_MOST) // columns
    ):
        shown.pop()
    return shown


def _notes(frame: Frame, notes: list[Note], area: Rect) -> list[Op]:
    if not notes:
        return []
    ops: list[Op] = [rule(Rect(area.x, area.y, area.w, 2))]
    y = area.y + 24
    for label, names, icon in notes:
        words = frame.first(label) + frame.colon + frame.first(names)
        ops += [
            Icon(rect=Rect(area.x + 4, y + 8, 38, 38), name=icon, colour=BLUE),
            text(Rect(area.x + 62, y, area.w - 62, 54), words, 34 if frame.larger else 32, KIOSK_INK, min_size=24),
        ]
        y += NOTE_H
    return ops


def _list(frame: Frame, offer: Offer, area: Rect, *, whole: bool = True) -> list[Op]:
    """The papers; where not all find room, the first of them and the way to their page, or that alone.

    Not ``whole``: all papers may stand here, but not what the hall adds to them: the heading leads to the page.
    """
    if not offer.papers:
        return _nothing_listed(frame, area, offer.open)
    room = Rect(area.x, area.y + HEADING_H, area.w, area.h - HEADING_H)
    columns, rows = _capacity(frame, offer, room)
    more: list[Op] = []
    if columns * rows < len(offer.papers):
        whole = True
        more_h = LARGE_MORE_H if frame.larger else MORE_H
        room = Rect(room.x, room.y, room.w, room.h - more_h - 12)
        columns, rows = _capacity(frame, offer, room)
        onward = Rect(area.x, area.bottom - more_h, area.w, more_h)
        if not rows:
            onward = Rect(area.x, area.y, area.w, min(NOTICE_H, area.h))
        more = button(frame, onward, t.PAPERS, w.all_papers(len(offer.papers)), "documents")
    if not rows:
        return more
    heading = _heading(frame, Rect(area.x, area.y, area.w, HEADING_H - 6), None if whole else t.PAPERS)
    return [*heading, *_paper_list(frame, offer, room, columns, rows), *more]


def _heading(frame: Frame, rect: Rect, target: str | None) -> list[Op]:
    size = 46 if frame.larger else 38
    if target is None:
        place = Rect(rect.x, rect.y, rect.w, rect.h - 4)
        return [text(place, frame.first(w.PAPERS), size, KIOSK_INK, bold=True, min_size=28)]
    return [
        Box(rect=rect, fill=KIOSK_CARD, radius=20, border=3, border_colour=KIOSK_EDGE, target=target),
        text(rect.inset(22, 4), frame.first(w.PAPERS), 34, KIOSK_INK, bold=True, min_size=28),
        Icon(rect=Rect(rect.right - 62, rect.centre_y - 22, 44, 44), name="chevron-right", colour=BLUE),
    ]


def large_papers(frame: Frame, offer: Offer, area: Rect) -> list[Op]:
    """The same for the larger manner: the papers alone, and that an ID card is wanted."""
    noted = offer.real_name and (not offer.papers or area.h > LARGE_NOTE_H + LARGE_MORE_H)
    if noted:
        area = Rect(area.x, area.y, area.w, area.h - LARGE_NOTE_H)
    ops = _list(frame, offer, area)
    if noted:
        words = frame.first(w.REAL_NAME) + frame.colon + frame.first(w.REAL_NAME_HINT)
        ops += [
            Icon(rect=Rect(area.x, area.bottom + 18, 48, 48), name="id-card", colour=BLUE),
            text(Rect(area.x + 68, area.bottom + 8, area.w - 68, 68), words, 42, KIOSK_INK, min_size=34),
        ]
    return ops


def _columns(frame: Frame, offer: Offer, area: Rect) -> int:
    """Two on a wide sheet where every paper fits into one line."""
    longest = max((width_of(frame.first(names), 28) for names in offer.papers), default=0)
    return 2 if area.w > 800 and longest <= area.w // 2 - 76 else 1


def _capacity(frame: Frame, offer: Offer, area: Rect) -> tuple[int, int]:
    """Columns and rows: one column while lines stay comfortable, two where there is room for them."""
    count = len(offer.papers)
    least_h = 64 if frame.larger else 56
    columns = 1 if count * least_h <= area.h else _columns(frame, offer, area)
    return columns, max(0, min(-(-count // columns), area.h // least_h))


def _paper_list(frame: Frame, offer: Offer, area: Rect, columns: int, rows: int) -> list[Op]:
    row_h = min(112 if frame.larger else 84, area.h // rows)
    cells = grid(Rect(area.x, area.y, area.w, row_h * rows), columns, rows, 0)
    shown = [frame.first(names) for names in offer.papers[: len(cells)]]
    size = min((size_in(words, cells[0], 50 if frame.larger else 37) for words in shown), default=24)
    ops: list[Op] = []
    for number, (cell, words) in enumerate(zip(cells, shown, strict=False), start=1):
        ops += one_paper(cell, number, words, size)
    return ops


def size_in(words: str, cell: Rect, most: int) -> int:
    """One line if it fits, else two, of letters that can be read."""
    most = min(most, cell.h * 3 // 4)
    free = cell.w - MARK - 30
    one_line = most if width_of(words, most) <= free else most * free // width_of(words, most)
    in_two = min(most, (cell.h - 4) * 10 // 27)
    return max(24, one_line if one_line >= min(in_two, 34) else in_two)


def one_paper(rect: Rect, number: int, words: str, size: int) -> list[Op]:
    side = min(MARK, rect.h - 4)
    mark = Rect(rect.x, rect.centre_y - side // 2, side, side)
    return [
        Box(rect=mark, fill=KIOSK_TINT, radius=side // 2),
        text(mark, str(number), 28, BLUE, bold=True, align="centre"),
        text(Rect(mark.right + 18, rect.y, rect.w - side - 30, rect.h), words, size, KIOSK_INK, lines=2, min_size=24),
    ]


def _nothing_listed(frame: Frame, area: Rect, is_open: bool) -> list[Op]:
    """The hall listed no papers, which does not say that none are needed: a sign, and whom to ask."""
    look = ("documents", KIOSK_TINT, BLUE) if is_open else ("documents", KIOSK_OFF, KIOSK_SUB)
    side = max(60, min(240, area.h - 130))
    top = area.y + max(0, (area.h - side - 100) // 2)
    words = Rect(area.x, min(top + side + 22, area.bottom - 70), area.w, 70)
    return [
        *disc(area.centre_x, top, side, *look),
        text(words, frame.first(w.NO_PAPERS), 42, KIOSK_INK, align="centre", min_size=28),
    ]
