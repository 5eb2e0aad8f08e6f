"""One service before its ticket: how long, where, what to have ready, and whether to go first. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import (
    BLUE,
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
from kiosk.menu import Choice, Offer
from kiosk.screens import words as w
from kiosk.screens.cards import state_of
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import button, card, disc, fact, grid, primary, rule, shares, tile, upright

PAPERS_MOST = 8


def detail(frame: Frame) -> list[Op]:
    """DETAIL: facts, papers, priority, and the amber button."""
    offer = frame.menu.offer(frame.visit.service)
    if offer is None:
        return [*chrome(frame, w.CANNOT), *back_bar(frame)]
    area = frame.body
    take_h = 172 if frame.tall else 150
    ops = [*chrome(frame, offer.names, w.TAKE if offer.open else w.CANNOT)]
    take = Rect(area.x, area.bottom - take_h, area.w, take_h)
    claim = _claim_rect(frame, offer, take)
    bottom = (claim.y if claim else take.y) - 22
    ops += _facts_and_papers(frame, offer, Rect(area.x, area.y, area.w, bottom - area.y))
    if claim is not None:
        ops += _claim(frame, claim)
    if offer.open:
        ops += primary(frame, take, t.TAKE, w.TAKE_PRIORITY if frame.visit.priority else w.TAKE, "ticket")
    else:
        ops += _cannot(frame, offer, take)
    return [*ops, *back_bar(frame)]


def _claim_rect(frame: Frame, offer: Offer, take: Rect) -> Rect | None:
    if not offer.open or not frame.menu.priorities:
        return None
    height = 116 if frame.tall else 104
    return Rect(take.x, take.y - 22 - height, take.w, height)


def _claim(frame: Frame, rect: Rect) -> list[Op]:
    claimed = frame.visit.priority is not None
    ground, edge, ink = (KIOSK_GOOD_GROUND, None, KIOSK_GOOD_INK) if claimed else (None, KIOSK_EDGE, KIOSK_INK)
    words = w.CLAIMED if claimed else w.CLAIM
    said = frame.first(w.CLAIMED_HINT if claimed else w.listed(tuple(c.names for c in frame.menu.priorities)))
    icon = "check-circle" if claimed else "star"
    body = Rect(rect.x + 112, rect.y + 8, rect.w - 210, rect.h - 16)
    return [
        Box(
            rect=rect,
            fill=ground or (255, 255, 255),
            radius=24,
            border=3 if edge else 0,
            border_colour=edge,
            target=t.UNCLAIM if claimed else t.CLAIM,
        ),
        Icon(rect=Rect(rect.x + 34, rect.centre_y - 28, 56, 56), name=icon, colour=ink if claimed else BLUE),
        text(Rect(body.x, body.y, body.w, body.h // 2 + 4), frame.first(words), 38, ink, bold=True, min_size=28),
        text(
            Rect(body.x, body.y + body.h // 2 + 4, body.w, body.h // 2 - 4),
            said,
            28,
            ink if claimed else KIOSK_SUB,
            min_size=24,
        ),
        Icon(
            rect=Rect(rect.right - 84, rect.centre_y - 26, 52, 52),
            name="cross" if claimed else "chevron-right",
            colour=ink if claimed else BLUE,
        ),
    ]


def _cannot(frame: Frame, offer: Offer, rect: Rect) -> list[Op]:
    icon, names = state_of(offer)
    inner = Rect(rect.x + 148, rect.y + 12, rect.w - 190, rect.h - 24)
    return [
        Box(rect=rect, fill=KIOSK_OFF, radius=30),
        Icon(rect=Rect(rect.x + 48, rect.centre_y - 36, 72, 72), name=icon, colour=KIOSK_SUB),
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
    return ops + _papers(frame, offer, Rect(inner.x, y, inner.w, area.bottom - 28 - y))


def _facts(frame: Frame, offer: Offer, rect: Rect) -> list[Op]:
    waiting = frame.first(w.ahead(offer.waiting)) if offer.waiting is not None else "—"
    wait = frame.first(w.minutes(offer.wait_min)) if offer.wait_min else "—"
    where = frame.first(w.windows(offer.counters)) if offer.counters else frame.first(w.WATCH_SCREEN)
    if offer.reason is not None:
        where = frame.first(offer.reason)
    left, middle, right = shares(rect, (26, 37, 37), 36)
    return [
        *fact(frame, left, w.AHEAD, waiting, "people", 48),
        upright(rect, middle),
        *fact(frame, middle, w.WAIT, wait, "clock", 48),
        upright(rect, right),
        *fact(frame, right, w.COUNTERS, where, "pin", 48),
    ]


def _papers(frame: Frame, offer: Offer, area: Rect) -> list[Op]:
    """The list as large as the room allows; what the hall adds (time limit, online) under it while there is room."""
    notes = [(w.PROMISED, offer.promised, "clock"), (w.ONLINE, offer.online, "globe")]
    shown = [(label, names, icon) for label, names, icon in notes if names is not None]
    if area.h - 62 * len(shown) < 58 + 44 * min(len(offer.papers), PAPERS_MOST):
        shown = []
    notes_h = 62 * len(shown) + (24 if shown else 0)
    ops: list[Op] = []
    if offer.papers:
        ops.append(text(Rect(area.x, area.y, area.w, 56), frame.first(w.PAPERS), 38, KIOSK_INK, bold=True, min_size=28))
        _paper_list(frame, offer, Rect(area.x, area.y + 66, area.w, area.h - 66 - notes_h), ops)
    else:
        ops += _nothing_needed(frame, Rect(area.x, area.y, area.w, area.h - notes_h), offer.open)
    y = area.bottom - notes_h
    if shown:
        ops.append(rule(Rect(area.x, y, area.w, 2)))
        y += 24
    colon = "：" if frame.visit.language == "zh" else ": "
    for label, names, icon in shown:
        words = frame.first(label) + colon + frame.first(names)
        ops += [
            Icon(rect=Rect(area.x + 4, y + 8, 38, 38), name=icon, colour=BLUE),
            text(Rect(area.x + 62, y, area.w - 62, 54), words, 34 if frame.larger else 32, KIOSK_INK, min_size=24),
        ]
        y += 62
    return ops


def _paper_list(frame: Frame, offer: Offer, area: Rect, ops: list[Op]) -> None:
    """One column while lines stay comfortable, two on a wide sheet; what finds no room is counted, not hidden."""
    papers = offer.papers[:PAPERS_MOST]
    least_h = 64 if frame.larger else 56
    columns = 1 if len(papers) * least_h <= area.h or area.w < 1000 else 2
    rows = max(1, min(-(-len(papers) // columns), area.h // least_h))
    row_h = min(96 if frame.larger else 84, area.h // rows)
    cells = grid(Rect(area.x, area.y, area.w, row_h * rows), columns, rows, 0)
    if len(cells) < len(offer.papers):
        more = w.more_papers(len(offer.papers) - len(cells) + 1)
        ops.append(text(cells[-1].inset(8, 0), frame.first(more), 30, KIOSK_SUB, min_size=24))
        cells = cells[:-1]
    size = min(42 if frame.larger else 37, row_h * 3 // 4)
    for number, (cell, names) in enumerate(zip(cells, papers, strict=False), start=1):
        ops += _paper(frame, cell, number, frame.first(names), size)


def _paper(frame: Frame, rect: Rect, number: int, words: str, size: int) -> list[Op]:
    side = min(46, rect.h - 4)
    mark = Rect(rect.x, rect.centre_y - side // 2, side, side)
    return [
        Box(rect=mark, fill=KIOSK_TINT, radius=side // 2),
        text(mark, str(number), 28, BLUE, bold=True, align="centre"),
        text(Rect(mark.right + 18, rect.y, rect.w - side - 30, rect.h), words, size, KIOSK_INK, lines=2, min_size=24),
    ]


def _nothing_needed(frame: Frame, area: Rect, is_open: bool) -> list[Op]:
    """No papers: a sign in the middle, so that the sheet does not look unfinished."""
    look = ("check", KIOSK_GOOD_GROUND, KIOSK_GOOD_INK) if is_open else ("documents", KIOSK_OFF, KIOSK_SUB)
    side = max(60, min(240, area.h - 130))
    top = area.y + max(0, (area.h - side - 100) // 2)
    words = Rect(area.x, min(top + side + 22, area.bottom - 70), area.w, 70)
    return [
        *disc(area.centre_x, top, side, *look),
        text(words, frame.first(w.NO_PAPERS), 42, KIOSK_INK, align="centre", min_size=28),
    ]


# -- priority ------------------------------------------------


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
    height = min(200, (room.h - 20 * (rows - 1)) // rows)
    block = Rect(room.x, room.y, room.w, height * rows + 20 * (rows - 1))
    for cell, choice in zip(grid(block, columns, rows, 20), choices, strict=False):
        ops += _class_card(frame, cell, choice)
    return [
        *ops,
        Box(rect=note, fill=KIOSK_WARN_GROUND, radius=20),
        Icon(rect=Rect(note.x + 26, note.centre_y - 20, 40, 40), name="info", colour=KIOSK_WARN_INK),
        text(Rect(note.x + 84, note.y, note.w - 108, note.h), frame.first(w.PRIORITY_HINT), 31, KIOSK_WARN_INK),
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


# -- the bar below ------------------------------------------------


def back_bar(frame: Frame, back: Names = w.BACK, target: str = t.BACK) -> list[Op]:
    """Back, language, help: the same places in every picture."""
    names = ((target, back, "chevron-left"), (t.LANGUAGE, w.LANGUAGE_BUTTON, "globe"), (t.HELP, w.HELP, "help"))
    if frame.tall:
        cells = frame.bar.columns(3, 18)
    else:
        upper, low = frame.bar.rows(2, 18)
        cells = (upper, *low.columns(2, 18))
    return [
        op
        for cell, (aim, words, icon) in zip(cells, names, strict=True)
        for op in button(frame, cell, aim, words, icon)
    ]
