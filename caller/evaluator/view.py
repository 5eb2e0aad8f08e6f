"""How an evaluator's screen looks: a bar of 1280x400 or a panel of 800x480, both languages at once. Pure.

Amber is the counter, as everywhere; all five faces have the same colour and size, so that the screen favours none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from broker.model.hours import hours_spans
from broker.model.ratings import REASONS, REASONS_VERSION
from broker.model.views import CounterView
from broker.model.words import LEVEL_NAMES, Level, Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import fitting, named, several
from broker.runtime.canvas.ops import Align, Box, Icon, Image, Matrix, Op, Span, Text, rule, scaled, text
from broker.runtime.canvas.qr import qr_rows
from broker.runtime.canvas.theme import Colour
from caller.evaluator import words as w
from caller.evaluator.mind import CONTACT, DECLINE, FACE, REASON, SEND, SKIP, EvaluatorState
from caller.evaluator.pause import paused
from caller.evaluator.pieces import BAR, PANEL, Face, seen, stack

PHOTO_RADIUS = 16
EMERGENCY_LINES = 12
"""More than the most that the 200 characters of an emergency need."""


@dataclass(frozen=True)
class Person:
    """Who serves, as far as the hall wants it shown; ``photo`` is a picture that was read already."""

    name: str = ""
    title: str = ""
    photo: bytes | None = None


def face_of(px: tuple[int, int]) -> Face:
    """The grid that suits a screen of ``px``; it is centred where the shapes differ."""
    size = BAR if px[0] / px[1] > 2.2 else PANEL
    scale = min(px[0] / size[0], px[1] / size[1])
    return Face(size, scale, round((px[0] - size[0] * scale) / 2), round((px[1] - size[1] * scale) / 2))


def photo_place(face: Face) -> Rect:
    """Where the photo of whoever serves stands, in design px."""
    return Rect(40, 36, 246, 328) if face.wide else Rect(32, 32, 222, 296)


def evaluator_ops(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> tuple[Op, ...]:
    """The drawing in the screen's own pixels."""
    ops = _SCREENS[state.mode](state, face, person, zone)
    return scaled(ops, face.scale, face.dx, face.dy)


# -- pieces ------------------------------------------------


def _button(place: Rect, names: Names, target: str, sizes: tuple[int, int], *, chosen: bool = False) -> list[Op]:
    """Something to touch; what is chosen is told by its frame, its tick and its ground."""
    ground, ink = (theme.BLUE, theme.WHITE) if chosen else (theme.PANEL, theme.WHITE)
    ops: list[Op] = [
        Box(rect=place, fill=ground, radius=16, border=3, border_colour=theme.WHITE if chosen else theme.LINE,
            target=target),
    ]  # fmt: skip
    if chosen:
        ops.append(Icon(rect=Rect(place.right - 40, place.y + 6, 32, 32), name="check-circle", colour=theme.WHITE))
    return [*ops, *stack(place.inset(12, 2), names, sizes, (ink, theme.ICE), align="centre")]


def _amber_button(place: Rect, names: Names, target: str) -> list[Op]:
    ink = (theme.AMBER_INK, theme.AMBER_INK)
    return [
        Box(rect=place, fill=theme.AMBER, radius=16, target=target),
        *stack(place.inset(8, 4), names, (36, 24), ink, align="centre"),
    ]


def _message(face: Face, icon: str, colour: Colour, names: Names, below: Names) -> list[Op]:
    """One sign, one sentence and what follows from it."""
    width, height = face.size
    side = 170 if face.wide else 140
    if face.wide:
        sign = Rect(90, (height - side) // 2, side, side)
        words = Rect(sign.right + 60, 60, width - sign.right - 120, 170)
        more = Rect(words.x, words.bottom, words.w, 110)
        align: Align = "left"
    else:
        sign = Rect((width - side) // 2, 34, side, side)
        words, more, align = Rect(30, 186, width - 60, 150), Rect(30, 346, width - 60, 104), "centre"
    sizes = (92, 44) if face.wide else (72, 36)
    return [
        Icon(rect=sign, name=icon, colour=colour),
        *stack(words, names, sizes, align=align),
        *stack(more, below, (36, 28), (theme.SOFT, theme.SOFT), align=align, bold=False),
    ]


# -- the screens ------------------------------------------------


def _rating(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    width, height = face.size
    margin, gap = (40, 16) if face.wide else (12, 8)
    head_h = 98 if face.wide else 104
    if state.code:
        return _rating_with_code(state, face)
    no = Rect(width - margin - 176, 16, 176, head_h - 20)
    head = Rect(margin + 8, 12, no.x - margin - 28, head_h - 12)
    ops = _head(head, state, face)
    ops += _button(no, w.DECLINE, DECLINE, (28, 24))
    foot = Rect(margin, height - 52, width - 2 * margin, 34)
    body = Rect(margin, head_h + 10, width - 2 * margin, foot.y - head_h - 20)
    for cell, level in zip(body.columns(len(Level), gap), Level, strict=True):
        ops += _face_tile(cell, level, face)
    spans = (
        Span(w.VOLUNTARY.zh, 24, theme.SOFT),
        Span(w.VOLUNTARY.en, 24, theme.SOFT, False, 20),
    )
    ops.append(Text(rect=foot, spans=spans, align="centre"))
    return [*ops, *_time_left(state, face)]


def _time_left(state: EvaluatorState, face: Face) -> list[Op]:
    width, height = face.size
    bar = Rect(0, height - 10, width, 10)
    left = Rect(0, bar.y, round(width * state.left), bar.h)
    return [rule(bar, theme.LINE), *([rule(left, theme.SOFT)] if left.w else [])]


def _rating_with_code(state: EvaluatorState, face: Face) -> list[Op]:
    """The faces, and a QR code for whoever would rather rate on the own phone: beside them, or below on a panel."""
    width, height = face.size
    margin, gap = (40, 14) if face.wide else (12, 8)
    head_h = 98 if face.wide else 104
    right = width - margin - (260 if face.wide else 0)
    no = Rect(right - 176, 14, 176, head_h - 20)
    ops = _head(Rect(margin + 8, 10, no.x - margin - 28, head_h - 12), state, face)
    ops += _button(no, w.DECLINE, DECLINE, (28, 24))
    if face.wide:
        square = Rect(width - margin - 236, 16, 236, 236)
        caption = Rect(square.x, square.bottom, square.w, height - 14 - square.bottom)
        body = Rect(margin, head_h + 4, square.x - margin - 24, height - head_h - 58)
        foot = Rect(margin, height - 50, body.w, 34)
    else:
        square = Rect(width - margin - 170, height - 14 - 170, 170, 170)
        caption = Rect(square.x - 190, square.y + 36, 176, 100)
        body = Rect(margin, head_h + 2, width - 2 * margin, square.y - head_h - 10)
        foot = Rect(margin, square.y, caption.x - margin - 10, square.h)
    for cell, level in zip(body.columns(len(Level), gap), Level, strict=True):
        ops += _face_tile(cell, level, face, low=True)
    ops += [Box(rect=square, fill=theme.WHITE, radius=10), Matrix(rect=square, rows=qr_rows(state.code))]
    if face.wide:
        ops += stack(caption, w.SCAN, (48, 32), align="centre")
        spans = (Span(w.VOLUNTARY.zh, 24, theme.SOFT), Span(w.VOLUNTARY.en, 24, theme.SOFT, False, 20))
        ops.append(Text(rect=foot, spans=spans, align="centre"))
    else:
        ops += stack(caption, w.SCAN, (36, 24), align="right")
        ops += stack(foot, w.VOLUNTARY, (28, 24), (theme.SOFT, theme.SOFT), bold=False)
    return [*ops, *_time_left(state, face)]


def _head(place: Rect, state: EvaluatorState, face: Face) -> list[Op]:
    """The question; once somebody else was called, to whom it is put, in the counter's colour."""
    ask, ink = _question(state), theme.WHITE if state.earlier is None else theme.AMBER
    if face.wide:
        spans = (Span(ask.zh, 50, ink, True), Span(ask.en, 32, theme.ICE, False, 24))
        return [Text(rect=place, spans=spans)]
    return stack(place, ask, (44, 28), (ink, theme.ICE))


def _question(state: EvaluatorState) -> Names:
    if state.earlier is None:
        return w.ASK
    words = w.EARLIER if state.earlier else w.EARLIER_NOBODY
    return Names(words.zh.format(number=state.earlier), words.en.format(number=state.earlier))


def _face_tile(cell: Rect, level: Level, face: Face, *, low: bool = False) -> list[Op]:
    names = LEVEL_NAMES[level]
    icon_h = (88 if low else 106) if face.wide else 62 if low else 126
    icon = Rect(cell.x + 8, cell.y + 14, cell.w - 16, icon_h)
    side = 9 if face.wide else 4
    words = Rect(cell.x + side, icon.bottom + 2, cell.w - 2 * side, cell.bottom - icon.bottom - 4)
    zh, en = (38, 26) if face.wide else (26, 24)
    return [
        Box(rect=cell, fill=theme.PANEL, radius=20, border=3, border_colour=theme.LINE, target=f"{FACE}{level.value}"),
        Icon(rect=icon, name=f"face-{level.stars}", colour=theme.WHITE),
        *stack(words, names, (zh, en), align="centre", en_lines=1 if face.wide and not low else 2),
    ]


def _why(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    width, height = face.size
    margin = 40 if face.wide else 20
    head = Rect(margin, 10, width - 2 * margin, 76)
    names = Names(f"{w.WHY.zh}（{w.WHY_HINT.zh}）", f"{w.WHY.en} ({w.WHY_HINT.en})")
    spans = (Span(names.zh, 44, theme.WHITE, True), Span(names.en, 28, theme.ICE, False, 16))
    ops: list[Op] = [Text(rect=head, spans=spans)] if face.wide else stack(head, names, (34, 24))
    reasons = list(REASONS[REASONS_VERSION].items())
    top = head.bottom + 6
    if face.wide:
        side = Rect(width - margin - 250, top, 250, height - top - 24)
        grid = Rect(margin, top, side.x - margin - 24, side.h)
        cells = [cell for row in grid.rows(2, 16) for cell in row.columns(3, 16)]
        contact, send, skip = side.rows(3, 14)
    else:
        foot = Rect(margin, height - 20 - 88, width - 2 * margin, 88)
        grid = Rect(margin, top, width - 2 * margin, foot.y - 14 - top)
        cells = [cell for row in grid.rows(3, 10) for cell in row.columns(2, 12)]
        contact = Rect(foot.x, foot.y, 372, foot.h)
        send = Rect(contact.right + 14, foot.y, 200, foot.h)
        skip = Rect(send.right + 14, foot.y, foot.right - send.right - 14, foot.h)
    for cell, (key, reason) in zip(cells, reasons, strict=True):
        ops += _button(cell, reason, f"{REASON}{key}", (34, 24), chosen=key in state.reasons)
    ops += _button(contact, w.CONTACT, CONTACT, (30, 24), chosen=state.contact)
    return [*ops, *_amber_button(send, w.SEND, SEND), *_button(skip, w.SKIP, SKIP, (30, 24))]


def _thanks(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    return _message(face, "check-circle", theme.MINT, w.THANKS, w.LEAVE_PHONE if state.contact else w.KEPT)


def _sorry(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    return _message(face, "warning", theme.SAND, w.SORRY, w.SORRY_HINT)


def _starting(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    return stack(Rect(20, 0, face.size[0] - 40, face.size[1]), w.WELCOME, (110, 48), align="centre")


def _idle(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    view = seen(state)
    width = face.size[0]
    photo = photo_place(face)
    tile = Rect(width - 40 - 226, 36, 226, 226) if face.wide else Rect(width - 32 - 190, 32, 190, 190)
    who = Rect(photo.right + 32, photo.y, tile.x - photo.right - 48, photo.h if face.wide else 296)
    foot = Rect(who.x, 288, width - 40 - who.x, 84) if face.wide else Rect(32, 356, width - 64, 100)
    if face.wide:
        who = Rect(who.x, who.y - 8, who.w, 244)
    after = Rect(tile.x - 20, tile.bottom + 6, tile.w + 40, photo.bottom - tile.bottom - 6)
    return [
        *_photo(photo, person),
        *_counter(tile, view.name, face),
        *_who(who, view, person),
        rule(Rect(foot.x, foot.y - 8, foot.w, 2), theme.LINE),
        *_services(foot, view, face),
        *([] if face.wide else stack(after, w.AFTERWARDS, (28, 24), align="centre", bold=False, en_lines=2)),
    ]


def _photo(place: Rect, person: Person) -> list[Op]:
    ops: list[Op] = [Box(rect=place, fill=theme.BLUE_DARK, radius=PHOTO_RADIUS)]
    if person.photo is not None:
        return [*ops, Image(rect=place, data=person.photo)]
    side = round(place.w * 0.62)
    middle = Rect(place.centre_x - side // 2, place.centre_y - side // 2, side, side)
    return [*ops, Icon(rect=middle, name="person", colour=theme.ICE, stroke=1.6)]


def _counter(tile: Rect, name: str, face: Face) -> list[Op]:
    figure = Rect(tile.x + 14, tile.y + 6, tile.w - 28, tile.h - 80)
    words = Rect(tile.x, tile.bottom - 82, tile.w, 76)
    ink = (theme.AMBER_INK, theme.AMBER_INK)
    return [
        Box(rect=tile, fill=theme.AMBER, radius=20),
        text(figure, name, 140 if face.wide else 108, theme.AMBER_INK, bold=True, align="centre", min_size=44),
        *stack(words, w.COUNTER, (34, 24), ink, align="centre"),
    ]


def _who(place: Rect, view: CounterView, person: Person) -> list[Op]:
    """Staff number always; name and title where the hall gave them."""
    if view.staff_number is None:
        return stack(place, w.WELCOME, (84, 40) if place.w > 500 else (64, 34))
    upper, lower = Rect(place.x, place.y, place.w, place.h // 2), Rect(place.x, place.centre_y, place.w, place.h // 2)
    number = f"{w.STAFF.zh} {view.staff_number}"
    english = f"{w.STAFF.en} {view.staff_number}"
    if not person.name:
        return stack(place, Names(number, english), (72, 36))
    title = [text(Rect(upper.x, upper.y, upper.w, 44), person.title, 32, theme.SOFT)] if person.title else []
    name = Rect(upper.x, upper.y + (44 if person.title else 10), upper.w, upper.h - 44)
    return [
        *title,
        text(name, person.name, 76, theme.WHITE, bold=True, lines=1 if place.w > 500 else 2),
        *stack(lower, Names(number, english), (56, 30)),
    ]


def _services(place: Rect, view: CounterView, face: Face) -> list[Op]:
    """What is done here, or the hall, and that a rating is welcome afterwards."""
    what = several(view.services, 16, 20 if face.wide else 29) if view.services else view.hall
    if face.wide:
        zh, en = Span(what.zh, 32, theme.WHITE, True), Span(what.en, 24, theme.SOFT, False, 16)
        spans = fitting(place.w, (zh, en), (zh,))
        after = (Span(w.AFTERWARDS.zh, 28, theme.ICE), Span(w.AFTERWARDS.en, 24, theme.SOFT, False, 12))
        first, second = place.rows(2)
        return [Text(rect=first, spans=spans), Text(rect=second, spans=after)]
    return list(named(place, what, (36, 26)))


def _closed(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    view = seen(state)
    hours = " / ".join(hours_spans(view.open.hours))
    below = Names(f"{w.HOURS.zh} {hours}", w.HOURS.en) if hours else view.hall
    return _message(face, "moon", theme.SOFT, w.CLOSED, below)


def _emergency(state: EvaluatorState, face: Face, person: Person, zone: tzinfo) -> list[Op]:
    """What staff typed, Chinese before English, and since when; nothing else, and nothing to touch."""
    emergency = seen(state).emergency
    assert emergency is not None
    width, height = face.size
    head = Rect(32, 14, width - 64, 64)
    since = datetime.fromtimestamp(emergency.since_ms / 1000, zone)
    left = Rect(head.x + 84, head.y, head.w - 84 - 140, head.h)
    words = Rect(head.x, head.bottom + 16, head.w, height - head.bottom - 26)
    zh = Rect(words.x, words.y, words.w, words.h * 61 // 100)
    en = Rect(words.x, zh.bottom + 4, words.w, words.bottom - zh.bottom - 4)
    return [
        rule(Rect(0, 0, width, height), theme.EMERGENCY),
        Icon(rect=Rect(head.x, head.y, 64, 64), name="warning", colour=theme.WHITE),
        text(left, f"{w.EMERGENCY.zh} {w.EMERGENCY.en}", 50, theme.WHITE, bold=True),
        text(Rect(left.right, head.y, 140, 64), f"{since:%H:%M}", 36, theme.WHITE, bold=True, align="right"),
        rule(Rect(head.x, head.bottom + 6, head.w, 2), theme.WHITE),
        text(zh, emergency.zh, 72, theme.WHITE, bold=True, lines=EMERGENCY_LINES),
        text(en, emergency.en, 40, theme.WHITE, lines=EMERGENCY_LINES),
    ]


_SCREENS: dict[str, Callable[[EvaluatorState, Face, Person, tzinfo], list[Op]]] = {
    "starting": _starting,
    "idle": _idle,
    "rating": _rating,
    "why": _why,
    "thanks": _thanks,
    "sorry": _sorry,
    "paused": lambda state, face, person, zone: paused(state, face, zone),
    "closed": _closed,
    "emergency": _emergency,
}
