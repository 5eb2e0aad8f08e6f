"""For whoever has an appointment or a return slip: the way in, and what became of the code. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import (
    BLUE,
    KIOSK_EDGE,
    KIOSK_GOOD_GROUND,
    KIOSK_GOOD_INK,
    KIOSK_INK,
    KIOSK_SUB,
    KIOSK_TINT,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
)
from kiosk import targets as t
from kiosk.refusal_words import too_early
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import button, card, disc, figures, named, pill, primary, width_of
from kiosk.ticket import Slip, more_on_it

ENTRY_H, ENTRIES_H, QUIET_H, MARK_H, GAP = 92, 112, 116, 56, 22


def entry(frame: Frame, rect: Rect) -> list[Op]:
    """The way in: a calm band over the services. Where codes can be read, nobody has to touch it."""
    hint = w.CHECK_IN_SCAN if frame.menu.scanner == "ok" else w.CHECK_IN_TYPE
    side = rect.h - 32
    place = Rect(rect.x + 24, rect.centre_y - side // 2, side, side)
    upper, low = Rect(place.right + 24, rect.y + 6, rect.right - 84 - place.right - 24, rect.h - 12).rows(2)
    return [
        Box(rect=rect, fill=KIOSK_TINT, radius=24, border=3, border_colour=KIOSK_EDGE, target=t.CHECK_IN),
        Icon(rect=place, name="calendar-check", colour=BLUE),
        named(frame, upper, w.CHECK_IN, (36, KIOSK_INK), KIOSK_SUB),
        text(low, frame.first(hint), 28, KIOSK_SUB, min_size=24),
        Icon(rect=Rect(rect.right - 72, rect.centre_y - 24, 48, 48), name="chevron-right", colour=BLUE),
    ]


def for_holders(frame: Frame, area: Rect) -> tuple[Rect, list[Op]]:
    """While no number can be taken, who has a ticket or an appointment is not shut out: the room left, and the ways."""
    rows = Rect(area.x, area.bottom - ENTRIES_H, area.w, ENTRIES_H)
    more, hint = for_more(frame)
    if not frame.menu.appointments:
        ops = button(frame, rows, t.MORE, more, "ticket", hint)
    else:
        left, right = rows.columns(2, 18)
        ops = button(frame, left, t.CHECK_IN, w.CHECK_IN, "calendar-check")
        ops += button(frame, right, t.MORE, more, "ticket", hint)
    return Rect(area.x, area.y, area.w, area.h - ENTRIES_H - GAP), ops


def for_more(frame: Frame) -> tuple[Names, Names | None]:
    """The way to what else there is, and its hint: also to a slip's code, where no appointments are taken."""
    if frame.menu.appointments:
        return (w.MORE_TITLE, None) if frame.larger else (w.MORE, w.MORE_HINT)
    return (w.MORE_SLIP_TITLE, None) if frame.larger else (w.MORE, w.MORE_SLIP_HINT)


def booked(frame: Frame) -> list[Op]:
    """BOOKED: why there is no ticket for the code, or the one there is."""
    if frame.visit.slip is not None:
        return _already(frame, frame.visit.slip)
    area = frame.body
    ops = chrome(frame, w.code_words(frame.menu.appointments).failed, w.CHECK_IN_NOT_HINT)
    if frame.menu.state != "ready":
        return [*ops, *_message(frame, area), *back_bar(frame, w.HOME)]
    if too_early(frame.visit.note):
        area, offered = _come_back(frame)
        return [*ops, *offered, *_message(frame, area), *back_bar(frame)]
    area, offered = _offered(frame, t.ORDINARY, w.ORDINARY)
    return [*ops, *offered, *_message(frame, area), *back_bar(frame, w.HOME)]


def _come_back(frame: Frame) -> tuple[Rect, list[Op]]:
    """The appointment is kept: to come back is the better way and the loud one, an ordinary number the quiet one."""
    area, place = frame.body, _loud_place(frame)
    quiet = Rect(area.x, place.y - GAP - QUIET_H, area.w, QUIET_H)
    if not frame.tall:
        quiet, place = place.columns(2, GAP)
    ops = primary(frame, place, t.HOME, w.HOME) + button(frame, quiet, t.ORDINARY, w.ORDINARY, "ticket")
    return Rect(area.x, area.y, area.w, quiet.y - GAP - area.y), ops


def _offered(frame: Frame, target: str, names: Names) -> tuple[Rect, list[Op]]:
    area, place = frame.body, _loud_place(frame)
    return Rect(area.x, area.y, area.w, area.h - place.h - GAP), primary(frame, place, target, names, "ticket")


def _loud_place(frame: Frame) -> Rect:
    """Where the one button to be pressed stands: at the foot of the content."""
    area, height = frame.body, 172 if frame.tall else 150
    return Rect(area.x, area.bottom - height, area.w, height)


def _message(frame: Frame, area: Rect) -> list[Op]:
    message = frame.visit.note or w.code_words(frame.menu.appointments).failed
    icon = "calendar-check" if frame.menu.appointments else "document"
    side = min(240, area.h // 3)
    top = area.y + max(20, (area.h - side - 320) // 2)
    inner = Rect(area.x + 60, top + side + 30, area.w - 120, 180)
    second = Rect(inner.x, inner.bottom + 8, inner.w, 96)
    return [
        card(area),
        *disc(area.centre_x, top, side, icon, KIOSK_WARN_GROUND, KIOSK_WARN_INK),
        text(inner, frame.first(message), 58, KIOSK_INK, bold=True, align="centre", lines=3, min_size=34),
        *(() if frame.larger else (
            text(second, frame.second(message), 30, KIOSK_SUB, align="centre", lines=2, min_size=24),
        )),
    ]  # fmt: skip


def _already(frame: Frame, slip: Slip) -> list[Op]:
    area = frame.body
    done = w.CHECKED_IN if slip.booked else w.HAVE_NUMBER
    ops = chrome(frame, done, w.FOUND_HINT)
    if frame.menu.printer_ok:
        area, offered = _offered(frame, t.AGAIN, w.COPIES)
        ops += offered
    names = frame.first(slip.names)
    lines = [names] + ([frame.first(w.before_you(slip.ahead))] if slip.ahead is not None else [])
    lines += [frame.first(more_on_it(slip.more))] if slip.more else []
    foot = Rect(area.x + 40, area.bottom - 70 * len(lines) - 20, area.w - 80, 64)
    number = Rect(area.x + 40, area.y + 96, area.w - 80, foot.y - area.y - 104)
    ops += [
        card(area),
        *done_mark(frame, Rect(area.x, area.y + 24, area.w, 64), done),
        figures(number, slip.number, min(360, number.h * 15 // 16), KIOSK_INK),
    ]
    for place, said in enumerate(lines):
        ops.append(text(foot.moved(0, 70 * place), said, 44, KIOSK_INK if not place else KIOSK_SUB, align="centre",
                        bold=not place, min_size=28))  # fmt: skip
    return [*ops, *back_bar(frame, w.DONE, t.DONE)]


def done_mark(frame: Frame, rect: Rect, names: Names) -> list[Op]:
    """You have checked in, or have a number: in green, centred."""
    said = frame.first(names)
    width = width_of(said, 34) + 120
    place = Rect(rect.centre_x - width // 2, rect.y, width, rect.h)
    return [
        Box(rect=place, fill=KIOSK_GOOD_GROUND, radius=rect.h // 2),
        Icon(rect=Rect(place.x + 24, place.centre_y - 20, 40, 40), name="check", colour=KIOSK_GOOD_INK),
        text(Rect(place.x + 76, place.y, width - 96, rect.h), said, 34, KIOSK_GOOD_INK, bold=True),
    ]


def marks_height(frame: Frame, slip: Slip) -> int:
    """The room that ``booked_mark`` takes, with the gap below it; on a low sheet all of it stands in one line."""
    two = bool(slip.more) and frame.tall
    return (MARK_H + 6) * (1 + two) + 16 * two if slip.booked else 0


def booked_mark(frame: Frame, slip: Slip, rect: Rect) -> list[Op]:
    """On the picture of the ticket: for an appointment, what of it when somebody came late, and what follows on it."""
    if not slip.booked:
        return []
    rect = Rect(rect.x, rect.y, rect.w, MARK_H)
    names = w.booked_for(slip.booked_for) if slip.booked == "in_time" else w.LATE
    said = frame.first(names)
    if slip.more and not frame.tall:
        said = f"{said} · {frame.first(more_on_it(slip.more))}"
    size = 36 if frame.larger else 30
    width = min(rect.w, width_of(said, size) + rect.h)
    ops = pill(Rect(rect.centre_x - width // 2, rect.y, width, rect.h), said, size, good=slip.booked == "in_time")
    if slip.more and frame.tall:
        ops.append(text(rect.moved(0, MARK_H + 6), frame.first(more_on_it(slip.more)), size + 2, KIOSK_INK, bold=True,
                        align="centre", min_size=24))  # fmt: skip
    return ops
