"""The number: on its way, on paper, or on the screen alone. Pure."""

from broker.model.words import SHUT_REASONS, Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Matrix, Op, text
from broker.runtime.canvas.theme import (
    AMBER,
    AMBER_INK,
    BLUE,
    KIOSK_CARD,
    KIOSK_EDGE,
    KIOSK_GROUND,
    KIOSK_INK,
    KIOSK_SUB,
    KIOSK_TINT,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
    KIOSK_WARN_LINE,
)
from kiosk import targets as t
from kiosk.screens import words as w
from kiosk.screens.check_in import booked_mark, marks_height
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import (
    button,
    card,
    disc,
    fact,
    figures,
    help_tool,
    rule,
    shares,
    split,
    upright,
    width_of,
)
from kiosk.ticket import Slip, more_on_it
from kiosk.visit import Step


def taking(frame: Frame) -> list[Op]:
    """TAKING, CHECKING and COPYING: nothing to touch, something moves slowly."""
    names = {Step.CHECKING: w.CHECKING, Step.COPYING: w.COPYING}.get(frame.visit.step, w.TAKING)
    area = frame.body
    middle = area.centre_y
    dots = int(frame.around.now_s * 2) % 3
    ops = [*chrome(frame, names, w.TAKING_HINT), card(Rect(area.x, area.y, area.w, area.h))]
    ops += disc(area.centre_x, middle - 250, 260, "ticket", KIOSK_TINT, BLUE)
    ops.append(
        text(Rect(area.x, middle + 40, area.w, 110), frame.first(names), 76, KIOSK_INK, bold=True, align="centre")
    )
    for number in range(3):
        place = Rect(area.centre_x - 80 + number * 64, middle + 176, 32, 32)
        ops.append(Box(rect=place, fill=BLUE if number == dots else KIOSK_TINT, radius=16))
    return ops


def ticket(frame: Frame) -> list[Op]:
    """TICKET: the number as on the paper, and where the paper is."""
    slip = frame.visit.slip
    if slip is None:
        return taking(frame)
    title = w.TAKE_PAPER if frame.visit.printed else w.YOUR_NUMBER
    hint = w.TAKE_PAPER_HINT if frame.visit.printed else w.PRINTING
    area = frame.body
    band_h = 150 if frame.tall else 124
    band = Rect(area.x, area.bottom - band_h, area.w, band_h)
    ops = [*chrome(frame, title, hint), *_paper(frame, slip, Rect(area.x, area.y, area.w, band.y - 24 - area.y))]
    ops += _printing_band(frame, band)
    return ops + (_done_bar(frame) if frame.visit.printed else [])


def no_paper(frame: Frame) -> list[Op]:
    """NO_PAPER: the number and its code very large, to be photographed; the staff know."""
    slip = frame.visit.slip
    if slip is None:
        return taking(frame)
    area = frame.body
    ops = chrome(frame, w.PHOTOGRAPH, w.KEEP_LISTENING)
    warn = Rect(area.x, area.y, area.w, 124)
    told, hint = w.NO_PAPER, w.NO_PAPER_ALONE if frame.menu.alone else w.NO_PAPER_HINT
    if frame.visit.paper_unsure:
        told, hint = w.PAPER_UNSURE, w.PAPER_UNSURE_HINT
    ops += [
        Box(rect=warn, fill=KIOSK_WARN_GROUND, radius=26, border=3, border_colour=KIOSK_WARN_LINE),
        Icon(rect=Rect(warn.x + 32, warn.centre_y - 32, 64, 64), name="printer", colour=KIOSK_WARN_INK),
        *_no_paper_lines(frame, Rect(warn.x + 124, warn.y + 10, warn.w - 150, warn.h - 20), told, hint),
    ]
    sheet = Rect(area.x, warn.bottom + 22, area.w, area.bottom - warn.bottom - 22)
    ops.append(card(sheet))
    if slip.qr_rows:
        ops += _photographed(frame, slip, sheet) if frame.tall else _photographed_wide(frame, slip, sheet)
    else:
        ops += _photographed_number(frame, slip, sheet)
    return [*ops, *_done_bar(frame)]


def _no_paper_lines(frame: Frame, room: Rect, told: Names, hint: Names) -> list[Op]:
    """That the number counts, and that the printer is seen to; in the larger manner in one language."""
    if frame.larger:
        upper, low = room.rows(2)
        return [
            text(upper, frame.first(told), 44, KIOSK_WARN_INK, bold=True, min_size=34),
            text(low, frame.first(hint), 38, KIOSK_WARN_INK, min_size=28),
        ]
    upper, middle, low = room.rows(3)
    return [
        text(upper, frame.first(told), 32, KIOSK_WARN_INK, bold=True, min_size=28),
        text(middle, frame.first(hint), 28, KIOSK_WARN_INK, min_size=24),
        text(low, f"{frame.second(told)} · {frame.second(hint)}", 24, KIOSK_WARN_INK),
    ]


def _photographed(frame: Frame, slip: Slip, sheet: Rect) -> list[Op]:
    number_h = 250 if sheet.h < 800 else 400
    y = sheet.y + 146 + number_h
    side = min(470, sheet.bottom - y - 96)
    code = Rect(sheet.centre_x - side // 2, y, side, side)
    return [
        *_photographed_name(frame, slip, Rect(sheet.x + 40, sheet.y + 22, sheet.w - 80, 120)),
        figures(Rect(sheet.x + 40, sheet.y + 146, sheet.w - 80, number_h), slip.number, number_h * 24 // 25, KIOSK_INK),
        *_code(frame, slip, code),
        _caption(frame, w.SCAN, Rect(sheet.x, code.bottom + 14, sheet.w, 52)),
    ]


def _photographed_wide(frame: Frame, slip: Slip, sheet: Rect) -> list[Op]:
    side = min(430, sheet.h - 130)
    code = Rect(sheet.right - side - 60, sheet.centre_y - side // 2 - 24, side, side)
    left = Rect(sheet.x + 40, sheet.y, code.x - sheet.x - 80, sheet.h)
    return [
        *_photographed_name(frame, slip, Rect(left.x, left.y + 26, left.w, 120)),
        figures(Rect(left.x, left.y + 150, left.w, left.h - 180), slip.number, 330, KIOSK_INK),
        *_code(frame, slip, code),
        _caption(frame, w.SCAN, Rect(code.x - 50, code.bottom + 10, code.w + 100, 52)),
    ]


def _photographed_number(frame: Frame, slip: Slip, sheet: Rect) -> list[Op]:
    """A hall without a public address has nothing to scan: the number takes all the room."""
    number = Rect(sheet.x + 40, sheet.y + 146, sheet.w - 80, sheet.h - 146 - 100)
    return [
        *_photographed_name(frame, slip, Rect(sheet.x + 40, sheet.y + 22, sheet.w - 80, 120)),
        figures(number, slip.number, min(460, int(number.h * 0.96)), KIOSK_INK),
        _caption(frame, w.SHOW_NUMBER, Rect(sheet.x, sheet.bottom - 86, sheet.w, 52)),
    ]


def _code(frame: Frame, slip: Slip, rect: Rect) -> list[Op]:
    return [
        Box(rect=rect, fill=KIOSK_CARD, radius=20, border=2, border_colour=KIOSK_EDGE),
        Matrix(rect=rect.inset(22), rows=slip.qr_rows, colour=KIOSK_INK),
    ]


def _caption(frame: Frame, names: Names, rect: Rect) -> Op:
    return text(rect, frame.first(names), 40 if frame.larger else 34, KIOSK_SUB, bold=True, align="centre", min_size=26)


def _paper(frame: Frame, slip: Slip, sheet: Rect) -> list[Op]:
    """A picture of the ticket: perforated, the number across it, the code below while there is room."""
    facts_h = 152
    tear = sheet.bottom - facts_h - 44
    with_code = frame.tall and bool(slip.qr_rows) and tear - sheet.y > 760
    number_bottom = tear - (330 if with_code else 20)
    marked = marks_height(frame, slip)
    number = Rect(sheet.x + 40, sheet.y + 150 + marked, sheet.w - 80, number_bottom - sheet.y - 150 - marked)
    ops: list[Op] = [card(sheet), *_service_name(frame, slip, Rect(sheet.x + 40, sheet.y + 26, sheet.w - 80, 120))]
    ops += booked_mark(frame, slip, Rect(sheet.x + 40, sheet.y + 150, sheet.w - 80, 56))
    ops.append(figures(number, slip.number, min(420, int(number.h * 1.1)), KIOSK_INK))
    if with_code:
        ops += _code_beside(frame, slip, Rect(sheet.x + 150, tear - 310, sheet.w - 300, 276))
    ops += [
        Box(rect=Rect(sheet.x - 24, tear - 24, 48, 48), fill=KIOSK_GROUND, radius=24),
        Box(rect=Rect(sheet.right - 24, tear - 24, 48, 48), fill=KIOSK_GROUND, radius=24),
    ]
    ops += [rule(Rect(x, tear - 1, 18, 3)) for x in range(sheet.x + 48, sheet.right - 56, 34)]
    return ops + _facts(frame, slip, Rect(sheet.x + 56, tear + 36, sheet.w - 112, 112))


def _photographed_name(frame: Frame, slip: Slip, rect: Rect) -> list[Op]:
    """What the number is for; and that it is for more than that, where no paper says so."""
    if not slip.more:
        return _service_name(frame, slip, rect)
    first, second = split(rect, 0.58)
    more = frame.first(more_on_it(slip.more))
    return [
        text(first, frame.first(slip.names), 52, KIOSK_INK, bold=True, align="centre", min_size=32),
        text(second, more, 36, KIOSK_INK, align="centre", min_size=24),
    ]


def _service_name(frame: Frame, slip: Slip, rect: Rect) -> list[Op]:
    first, second = split(rect, 0.62)
    said = frame.first(slip.names)
    if frame.larger or width_of(said, 40) > rect.w:
        return [text(rect, said, 60, KIOSK_INK, bold=True, align="centre", lines=2, min_size=34)]
    return [
        text(first, said, 56, KIOSK_INK, bold=True, align="centre", vertical="bottom", min_size=36),
        text(second, frame.second(slip.names), 30, KIOSK_SUB, align="centre", vertical="top"),
    ]


def _code_beside(frame: Frame, slip: Slip, rect: Rect) -> list[Op]:
    words = Rect(rect.x + rect.h + 40, rect.y, rect.w - rect.h - 40, rect.h)
    first, second = split(words, 0.55)
    return [
        *_code(frame, slip, Rect(rect.x, rect.y, rect.h, rect.h)),
        text(first, frame.first(w.SCAN), 42, KIOSK_INK, bold=True, lines=2, vertical="bottom", min_size=30),
        text(
            second,
            frame.first(w.SCAN_HINT),
            38 if frame.larger else 31,
            KIOSK_SUB,
            lines=2,
            vertical="top",
            min_size=24,
        ),
    ]


def _facts(frame: Frame, slip: Slip, rect: Rect) -> list[Op]:
    where = frame.first(w.windows(slip.counters)) if slip.counters else frame.first(w.WATCH_SCREEN)
    if slip.ahead is None:
        left, right = rect.columns(2, 36)
        waiting = frame.first(w.LISTEN)
        return [
            *fact(frame, left, w.AHEAD, waiting, "people", 48),
            upright(rect, right),
            *fact(frame, right, w.COUNTERS, where, "pin", 48),
        ]
    left, middle, right = shares(rect, (32, 35, 33) if frame.larger else (26, 37, 37), 36)
    wait = frame.first(w.minutes(slip.wait_min) if slip.wait_min is not None else SHUT_REASONS["no_counter"])
    return [
        *fact(frame, left, w.AHEAD, frame.first(w.ahead(slip.ahead)), "people", 52),
        upright(rect, middle),
        *fact(frame, middle, w.WAIT, wait, "clock", 52),
        upright(rect, right),
        *fact(frame, right, w.COUNTERS, where, "pin", 52),
    ]


def _printing_band(frame: Frame, rect: Rect) -> list[Op]:
    printed = frame.visit.printed
    ground, ink = (AMBER, AMBER_INK) if printed else (KIOSK_TINT, KIOSK_INK)
    names = w.TAKE_PAPER if printed else w.PRINTING
    hint = w.TAKE_PAPER_HINT if printed else w.KEEP_LISTENING
    side = rect.h - 60
    inner = Rect(rect.x + side + 76, rect.y + 12, rect.w - 2 * side - 140, rect.h - 24)
    ops: list[Op] = [
        Box(rect=rect, fill=ground, radius=28),
        Icon(rect=Rect(rect.x + 40, rect.y + 30, side, side), name="printer", colour=ink),
        text(Rect(inner.x, inner.y, inner.w, inner.h * 3 // 5), frame.first(names), 54, ink, bold=True, min_size=34,
             vertical="bottom"),
        text(Rect(inner.x, inner.y + inner.h * 3 // 5, inner.w, inner.h * 2 // 5), frame.first(hint),
             38 if frame.larger else 31, ink, vertical="top"),
    ]  # fmt: skip
    if printed:
        ops.append(Icon(rect=Rect(rect.right - 40 - side, rect.y + 30, side, side), name="arrow-down", colour=ink))
    return ops


def _done_bar(frame: Frame) -> list[Op]:
    names = w.REMEMBERED if frame.visit.step is Step.NO_PAPER else w.NEXT_PERSON
    left, right = shares(frame.bar, (2, 1), 18) if frame.tall else frame.bar.rows(2, 18)
    return [*button(frame, left, t.DONE, names, "check"), *help_tool(frame, right)]
