"""For whoever has a ticket already: the choice, copies, what was found, and five faces. Pure."""

from broker.model.words import LEVEL_NAMES, Level, Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_EDGE, KIOSK_INK, KIOSK_OFF, KIOSK_SUB, Colour, rgb
from kiosk import targets as t
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import card, figures, named, size_for, split, tile

GAP, ROW_MOST, ONE_MOST, FACE_MOST = 22, 300, 460, 210
OFF_TILE, OFF_INK = rgb("#D3DCE8"), rgb("#34495F")
FACES = {level: f"face-{level.stars}" for level in Level}
"""Best first, always: the order never changes, so that nobody taps another than was meant."""
Row = tuple[str, str, Names, Names, Names | None]
"""Target, icon, name, hint, and why it cannot be had now."""


def more(frame: Frame) -> list[Op]:
    """MORE: what can be done with a ticket; what needs the engine says so while it is away."""
    menu = frame.menu
    away = w.OFFLINE_MISSED if menu.alone else None
    told = w.NO_PAPER_ALONE if menu.alone else w.NO_PAPER_HINT
    none = told if not menu.printer_ok else None if menu.given else w.COPIES_NONE
    rejoin = w.rejoin_words(menu.remote)
    rows: list[Row] = [
        (t.MISSED, "refresh", rejoin.name, rejoin.hint, away),
        (t.COPIES, "printer", w.COPIES, w.COPIES_HINT, none),
    ]
    if menu.lookup:
        rows.append((t.FIND, "phone", w.FIND, w.FIND_HINT, away))
    rows.append((t.RATE, "star", w.RATE, w.RATE_HINT, away))
    code = w.code_words(menu.appointments)
    icon = "calendar-check" if menu.appointments else "document"
    rows.append((t.CHECK_IN, icon, code.name, code.hint, away))
    ops = chrome(frame, w.MORE_TITLE if menu.appointments else w.MORE_SLIP_TITLE, w.MORE)
    for rect, row in zip(_rows(frame, len(rows)), rows, strict=True):
        ops += _row(frame, rect, row)
    return [*ops, *back_bar(frame)]


def copies(frame: Frame) -> list[Op]:
    """COPIES: the last tickets of this kiosk, newest first."""
    given = frame.menu.given
    ops = chrome(frame, w.COPIES_TITLE, w.COPIES_HINT)
    for rect, one in zip(_rows(frame, len(given)), given, strict=True):
        ops += _numbered(frame, rect, one.number, one.names, one.time, t.target(t.COPY, one.ticket))
    return [*ops, *back_bar(frame)]


def found(frame: Frame) -> list[Op]:
    """FOUND: the live tickets of a telephone's last digits; several may be of several people."""
    tickets = frame.visit.found
    ops = chrome(frame, w.FOUND_TITLE if len(tickets) == 1 else w.FOUND_MANY, w.FOUND_HINT)
    for rect, one in zip(_rows(frame, len(tickets)), tickets, strict=True):
        offer = frame.menu.offer(one.service)
        names = offer.names if offer is not None else w.FOUND_HINT
        ops += _numbered(frame, rect, one.number, names, frame.first(w.before_you(one.ahead)), None)
    return [*ops, *back_bar(frame, w.DONE, t.DONE)]


def faces(frame: Frame) -> list[Op]:
    """FACES: five levels, none of them chosen before."""
    area = frame.body
    ops = chrome(frame, w.RATE_TITLE, w.RATE_FACES_HINT)
    head = Rect(area.x, area.y, area.w, 132)
    ops += [card(head), figures(head.inset(40, 8), frame.visit.rated, 100, KIOSK_INK, min_size=60)]
    room = Rect(area.x, head.bottom + GAP, area.w, area.bottom - head.bottom - GAP)
    if frame.tall:
        height = min(FACE_MOST, (room.h - 4 * GAP) // 5)
        cells = Rect(room.x, room.y, room.w, height * 5 + GAP * 4).rows(5, GAP)
    else:
        cells = Rect(room.x, room.y, room.w, min(room.h, 700)).columns(5, GAP)
    for cell, level in zip(cells, Level, strict=True):
        ops += _face(frame, cell, level)
    return [*ops, *back_bar(frame)]


def _rows(frame: Frame, count: int) -> list[Rect]:
    """Equal rows from the top; in two columns where the sheet is low and wide."""
    area = frame.body
    columns = 2 if not frame.tall and count > 4 else 1
    rows = max(1, -(-count // columns))
    height = min(ONE_MOST if count == 1 else ROW_MOST, (area.h - GAP * (rows - 1)) // rows)
    cells = []
    for row in Rect(area.x, area.y, area.w, height * rows + GAP * (rows - 1)).rows(rows, GAP):
        cells += row.columns(columns, GAP)
    return cells[:count]


def _row(frame: Frame, rect: Rect, row: Row) -> list[Op]:
    target, icon, names, hint, why_not = row
    live = why_not is None
    ground = card(rect, target) if live else Box(rect=rect, fill=KIOSK_OFF, radius=26)
    side = min(140, rect.h - 44)
    place = Rect(rect.x + 30, rect.centre_y - side // 2, side, side)
    x = place.right + 30
    room = Rect(x, rect.y + 14, rect.right - 90 - x, rect.h - 28)
    said = frame.first(hint if why_not is None else why_not)
    ink, sub = (KIOSK_INK, KIOSK_SUB) if live else (OFF_INK, OFF_INK)
    ops: list[Op] = [ground, *(tile(place, icon) if live else tile(place, icon, OFF_TILE, OFF_INK))]
    ops += _row_words(frame, room, names, said, (ink, sub))
    if live:
        ops.append(Icon(rect=Rect(rect.right - 80, rect.centre_y - 28, 56, 56), name="chevron-right", colour=BLUE))
    return ops


def _row_words(frame: Frame, room: Rect, names: Names, said: str, inks: tuple[Colour, Colour]) -> list[Op]:
    """A name and what is said of it; the other language on a line of its own, or beside the name where it is low."""
    ink, sub = inks
    roomy = room.h > 200
    if frame.larger or not roomy:
        upper, low = split(room, 0.55)
        size = min(64 if frame.larger else 48, upper.h * 13 // 16)
        name = named(frame, upper, names, (size, ink), sub, vertical="bottom")
        if frame.larger:
            name = text(upper, frame.first(names), size, ink, bold=True, vertical="bottom", min_size=30)
        return [name, text(low, said, 40 if frame.larger else 30, sub, vertical="top", lines=2, min_size=24)]
    upper, rest = split(room, 0.44)
    middle, low = split(rest, 0.34)
    return [
        text(upper, frame.first(names), min(56, upper.h * 13 // 16), ink, bold=True, vertical="bottom", min_size=30),
        text(middle, frame.second(names), 28, sub),
        text(low, said, 34, sub, vertical="top", lines=2, min_size=24),
    ]


def _numbered(frame: Frame, rect: Rect, number: str, names: Names, side: str, target: str | None) -> list[Op]:
    """A number with its service, and its time or how many are before it."""
    tall = rect.h > 320
    number_w = min(560 if tall else 440, rect.w * (52 if tall else 42) // 100)
    place = Rect(rect.x + 36, rect.y + 8, number_w, rect.h - 16)
    words = Rect(place.right + 44, rect.y + 14, rect.right - place.right - 70, rect.h - 28)
    upper = words.h * 3 // 5 if side else words.h
    said = frame.first(names)
    ops: list[Op] = [
        card(rect, target),
        figures(place, number, min(220 if tall else 150, rect.h * 3 // 5), KIOSK_INK, align="left", min_size=50),
        Box(rect=Rect(words.x - 24, rect.y + 34, 2, rect.h - 68), fill=KIOSK_EDGE),
        text(
            Rect(words.x, words.y, words.w, upper),
            said,
            size_for(said, min(54 if frame.larger or tall else 46, upper * 9 // 20), words.w),
            KIOSK_INK,
            lines=2,
            vertical="bottom" if side else "middle",
        ),
    ]
    if side:
        ops.append(
            text(
                Rect(words.x, words.y + upper, words.w, words.h - upper),
                side,
                42 if frame.larger or tall else 36,
                KIOSK_SUB,
                vertical="top",
                min_size=26,
            )
        )
    return ops


def _face(frame: Frame, rect: Rect, level: Level) -> list[Op]:
    names, target = LEVEL_NAMES[level], t.target(t.FACE, level)
    ops: list[Op] = [card(rect, target)]
    if frame.tall:
        side = min(130, rect.h - 20)
        ops.append(Icon(rect=Rect(rect.x + 50, rect.centre_y - side // 2, side, side), name=FACES[level], colour=BLUE))
        room = Rect(rect.x + side + 100, rect.y + 6, rect.w - side - 140, rect.h - 12)
        upper = room.h * 3 // 5
        if frame.larger:
            return [*ops, text(room, frame.first(names), min(72, room.h // 2), KIOSK_INK, bold=True)]
        return [
            *ops,
            text(Rect(room.x, room.y, room.w, upper), frame.first(names), min(62, upper * 7 // 10), KIOSK_INK,
                 bold=True, vertical="bottom"),
            text(Rect(room.x, room.y + upper, room.w, room.h - upper), frame.second(names), 30, KIOSK_SUB,
                 vertical="top"),
        ]  # fmt: skip
    side = min(180, rect.w - 60, rect.h - 170)
    top = rect.y + (rect.h - side - 150) // 2
    second = Rect(rect.x + 10, top + side + 100, rect.w - 20, 44)
    said = frame.first(names)
    size = size_for(said, 50 if frame.larger else 44, rect.w - 20)
    return [
        *ops,
        Icon(rect=Rect(rect.centre_x - side // 2, top, side, side), name=FACES[level], colour=BLUE),
        text(Rect(rect.x + 10, top + side + 14, rect.w - 20, 130 if frame.larger else 84), said, size, KIOSK_INK,
             bold=True, align="centre", lines=2, min_size=28),
        *(() if frame.larger else (text(second, frame.second(names), 26, KIOSK_SUB, align="centre"),)),
    ]  # fmt: skip
