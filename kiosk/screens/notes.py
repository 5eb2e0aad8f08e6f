"""Pictures with one message: paused, closed, starting, refused, help called, "are you still there?". Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, Text, Zone, text
from broker.runtime.canvas.theme import (
    AMBER,
    AMBER_INK,
    BLUE,
    HELP,
    ICE,
    INK,
    KIOSK_GOOD_GROUND,
    KIOSK_GOOD_INK,
    KIOSK_INK,
    KIOSK_SUB,
    KIOSK_TINT,
    KIOSK_WARN_GROUND,
    KIOSK_WARN_INK,
    WHITE,
    Colour,
)
from kiosk import targets as t
from kiosk.help_state import HelpState
from kiosk.screens import words as w
from kiosk.screens.check_in import for_holders
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.home import above_tools, cards, paged, pager, tools
from kiosk.screens.parts import card, disc, split
from kiosk.visit import MENU_STEPS

Look = tuple[str, Colour, Colour]
_WARN: Look = ("pause", KIOSK_WARN_GROUND, KIOSK_WARN_INK)
_GOOD: Look = ("check", KIOSK_GOOD_GROUND, KIOSK_GOOD_INK)
_HELP: Look = ("bell", (255, 227, 223), HELP)

_HELP_WORDS: dict[HelpState, tuple[Names, Names, Look]] = {
    "asking": (w.HELP_ASKING, w.HELP_ASKING_HINT, _HELP),
    "called": (w.HELP_CALLED, w.HELP_CALLED_HINT, _HELP),
    "coming": (w.HELP_COMING, w.HELP_COMING_HINT, _GOOD),
    "unheard": (w.HELP_UNHEARD, w.HELP_UNHEARD_HINT, ("link-lost", KIOSK_WARN_GROUND, KIOSK_WARN_INK)),
}


def paused(frame: Frame) -> list[Op]:
    """Issuing is paused at this kiosk or in the hall."""
    lines = (w.PAUSED_HINT,) if frame.menu.reason is None else (frame.menu.reason, w.PAUSED_HINT)
    ops = chrome(frame, w.PAUSED, w.PAUSED_HINT)
    area, ways = for_holders(frame, _above_tools(frame))
    return [*ops, *_message(frame, _WARN, w.PAUSED, *lines, area=area), *ways, *tools(frame)]


def connecting(frame: Frame) -> list[Op]:
    """A fresh card that has heard of no business day yet."""
    look = ("link-lost", KIOSK_TINT, BLUE)
    return [*chrome(frame, w.CONNECTING), *_message(frame, look, w.CONNECTING, w.CONNECTING_HINT), *tools(frame)]


def note(frame: Frame) -> list[Op]:
    """NOTE: one answer to read, good or not: about a ticket wanted for a service, or about one that somebody has."""
    visit = frame.visit
    message = visit.note or w.CANNOT
    look: Look = _GOOD if visit.note_good else ("warning", KIOSK_WARN_GROUND, KIOSK_WARN_INK)
    title = w.DONE if visit.note_good else w.CANNOT if visit.service else w.NOT_DONE
    return [*chrome(frame, title), *_message(frame, look, message), *back_bar(frame, w.HOME)]


def help_called(frame: Frame) -> list[Op]:
    """HELP: whether staff know, and whether somebody is on the way."""
    title, hint, look = _HELP_WORDS[frame.around.help]
    ops = chrome(frame, title, hint)
    kiosk = w.this_kiosk(frame.around.kiosk, frame.around.phone)
    return [*ops, *_message(frame, look, title, hint, kiosk), *back_bar(frame)]


def closed(frame: Frame) -> list[Op]:
    """Outside the hours: when it opens, and the services to read about."""
    menu = frame.menu
    ops = chrome(frame, w.CLOSED, w.CLOSED_HINT)
    head_h = 168 if frame.tall else 150
    head = Rect(frame.body.x, frame.body.y, frame.body.w, head_h)
    room = Rect(head.x + 192, head.y + 12, head.w - 230, head.h - 24)
    ops += [
        card(head),
        *disc(head.x + 110, head.y + (head_h - 104) // 2, 104, "clock", KIOSK_TINT, BLUE),
        *_opens_again(frame, room),
    ]
    area = Rect(head.x, head.bottom + 24, head.w, above_tools(frame) - head.bottom - 24)
    area, ways = for_holders(frame, area)
    plan = paged(frame, area, menu.offers)
    return [*ops, *ways, *cards(frame, plan, area), *pager(frame, plan, area), *tools(frame)]


def _opens_again(frame: Frame, room: Rect) -> list[Op]:
    """Day and time, in both languages but where letters are large; below them the hours where they are known."""
    menu = frame.menu
    again = w.opens_on(menu.next_opening) if menu.next_opening is not None else w.CLOSED
    again = w.opens_at(menu.next_opens) if menu.next_opens else again
    hours = frame.first(w.hours(menu.hours)).strip()
    lines = [line for line in (() if frame.larger else (frame.second(again),)) + (hours,) if line]
    upper, rest = split(room, 1 - 0.24 * len(lines) if not frame.larger else 1 - 0.4 * len(lines))
    size = 36 if frame.larger else 28
    places = rest.rows(max(1, len(lines)))
    return [
        text(upper, frame.first(again), 56, KIOSK_INK, bold=True, min_size=32),
        *(text(place, line, size, KIOSK_SUB, min_size=24) for place, line in zip(places, lines, strict=False)),
    ]


def _above_tools(frame: Frame) -> Rect:
    return Rect(frame.body.x, frame.body.y, frame.body.w, above_tools(frame) - frame.body.y)


def _message(frame: Frame, look: Look, title: Names, *lines: Names, area: Rect | None = None) -> list[Op]:
    """A round sign with its words, in the middle of the content."""
    icon, ground, ink = look
    area = area or (_above_tools(frame) if frame.visit.step in MENU_STEPS else frame.body)
    each = 64 if frame.larger else 92
    text_h = (186 if frame.larger else 206) + each * len(lines)
    side = max(96, min(300, area.h // 3, area.h - text_h - 44))
    top = area.y + max(20, (area.h - side - text_h) // 2)
    inner = area.inset(60, 0)
    ops: list[Op] = [card(area), *disc(area.centre_x, top, side, icon, ground, ink)]
    y = top + side + 36
    first = Rect(inner.x, y, inner.w, 116)
    ops.append(text(first, frame.first(title), 66, KIOSK_INK, bold=True, align="centre", lines=2, min_size=36))
    if not frame.larger:
        ops.append(text(Rect(inner.x, y + 118, inner.w, 52), frame.second(title), 33, KIOSK_SUB, align="centre"))
    y += 150 if frame.larger else 182
    size = 46 if frame.larger else 40
    for names in lines:
        said, other = frame.first(names), "" if frame.larger else frame.second(names)
        ops.append(text(Rect(inner.x, y, inner.w, 58), said, size, KIOSK_INK, align="centre", min_size=26))
        if other not in said and said not in other:  # staff's own words may have one language only
            ops.append(text(Rect(inner.x, y + 54, inner.w, 36), other, 26, KIOSK_SUB, align="centre"))
        y += each
    return ops


def still_there(frame: Frame, ops: list[Op], seconds: int) -> list[Op]:
    """The time-out's warning over a picture: one touch anywhere is enough to go on. Nothing shows half covered.

    In two languages in every manner: whoever stands there now may not be who chose the manner.
    """
    sheet = frame.sheet
    box = Rect(sheet.centre_x - 440, sheet.centre_y - 320, 880, 640)
    box = box.moved(0, 80) if frame.tall else box.moved(264, 0)
    inner = box.inset(60, 0)
    go_on = Rect(inner.x, box.bottom - 216, inner.w, 156)
    upper, low = go_on.inset(30, 8).rows(2)

    def line(top: int, height: int, words: str, look: tuple[int, Colour], bold: bool = False) -> Text:
        rect = Rect(inner.x, box.y + top, inner.w, height)
        return text(rect, words, look[0], look[1], bold=bold, align="centre", min_size=26)

    return [
        *_not_under(ops, box),
        Zone(rect=sheet, target=t.STAY),
        Box(rect=box, fill=INK, radius=40, shadow=40, border=6, border_colour=AMBER),
        line(32, 84, frame.first(w.STILL_THERE), (64, WHITE), bold=True),
        line(116, 46, frame.second(w.STILL_THERE), (34, ICE)),
        line(162, 140, str(seconds), (132, AMBER), bold=True),
        line(304, 52, frame.first(w.GOING_HOME), (38, ICE)),
        line(356, 44, frame.second(w.GOING_HOME), (30, ICE)),
        Box(rect=go_on, fill=AMBER, radius=30),
        text(upper, frame.first(w.STAY), 58, AMBER_INK, bold=True, align="centre", vertical="bottom"),
        text(low, frame.second(w.STAY), 34, AMBER_INK, align="centre", min_size=26),
    ]


def _not_under(ops: list[Op], box: Rect) -> list[Op]:
    """The picture with blank cards where a dialogue lies on them: half a card would show half of its words."""
    cards = [op.rect for op in ops if isinstance(op, Box) and op.radius and op.rect.meets(box)]
    kept = []
    for op in ops:
        on_card = any(place.encloses(op.rect) and place != op.rect for place in cards)
        if not on_card and (isinstance(op, Box) or not op.rect.meets(box)):
            kept.append(op)
    return kept


def failsafe(size: tuple[int, int]) -> tuple[Op, ...]:
    """When a picture cannot be made: nothing that depends on a visit, a menu or a view."""
    width, height = size
    side = min(width, height) // 4
    return (
        Box(rect=Rect(0, 0, width, height), fill=(14, 60, 130)),
        Icon(rect=Rect((width - side) // 2, height // 3 - side // 2, side, side), name="person", colour=AMBER),
        text(Rect(24, height // 2, width - 48, 90), "请到咨询台取号", 64, WHITE, bold=True, align="centre"),
        text(Rect(24, height // 2 + 96, width - 48, 60), "Please ask at the help desk", 36, ICE, align="centre"),
        Zone(rect=Rect(0, 0, width, height), target=t.HOME),
    )
