"""How a counter sign looks: state and grid in, drawing operations out. Pure.

The left block is the counter, amber while it serves, hatched slate while it does not; the right part says what goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from broker.model.reasons import has_english, reason_said
from broker.model.views import CounterView, PausedCounter
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import fitting, named, several, width_of
from broker.runtime.canvas.ops import Box, Hatch, Icon, Matrix, Op, Ring, Span, Text, rule, scaled, text
from broker.runtime.canvas.qr import qr_rows
from display import phrases
from display.board_frame import clock_text
from display.layout import Fitted, SignGrid, sign_grid
from display.pieces import pair, stack
from display.sign import SignState

RING_PX = 8


def sign_ops(state: SignState, fitted: Fitted, zone: tzinfo) -> tuple[Op, ...]:
    """Return the drawing of a counter sign in real pixels."""
    grid = sign_grid(fitted.size)
    ops = _block(state, grid)
    ops += _RIGHT_SIDES[state.mode](state, grid, zone)
    if state.stale and state.mode != "starting":
        colour = theme.AMBER_INK if _serves(state) else theme.SAND
        ops.append(Icon(rect=Rect(20, 20, 40, 40), name="link-lost", colour=colour))
    if state.ring:
        right = Rect(grid.block.right, 0, grid.size[0] - grid.block.right, grid.size[1])
        ops.append(Ring(rect=right, colour=theme.AMBER, width=RING_PX))
    return scaled(ops, fitted.scale)


def _serves(state: SignState) -> bool:
    return state.mode in ("calling", "serving", "idle", "rating") and not _rests(state)


def _rests(state: SignState) -> bool:
    """The clerk is at the counter and the hall has its break: nobody is served there now."""
    return state.mode == "idle" and state.view is not None and state.view.open.state == "break"


def _block(state: SignState, grid: SignGrid) -> list[Op]:
    serves = _serves(state)
    colour = theme.AMBER_INK if serves else theme.WHITE
    ops: list[Op] = [rule(grid.block, theme.AMBER if serves else theme.SLATE)]
    if not serves:
        ops.append(Hatch(rect=grid.block, colour=theme.SLATE_HATCH, step=34, width=11))
    return [
        *ops,
        text(grid.number, state.counter, min(300, grid.number.h), colour, bold=True, align="centre", min_size=96),
        pair(grid.caption, phrases.COUNTER, (36, 30), (colour, colour), align="centre", gap=12),
    ]


def _head(view: CounterView, grid: SignGrid, names: Names, word: Names, bright: theme.Colour) -> list[Op]:
    """Service on the left, what the counter does on the right."""
    place, right = grid.top, 220
    left = Rect(place.x, place.y, place.w - right - 24, place.h)
    return [
        *named(left, names, (40, 26)),
        *stack(Rect(place.right - right, place.y, right, place.h), word, (40, 26), (bright, bright), bold=True,
               align="right"),
    ]  # fmt: skip


def _foot(grid: SignGrid, left: str, right: Names | None) -> list[Op]:
    place = grid.foot
    ops: list[Op] = [rule(Rect(place.x, place.y - 4, place.w, 2), theme.LINE)]
    half = round(place.w * 0.36)
    ops.append(text(Rect(place.x, place.y, half, place.h), left, 30, theme.SOFT))
    if right:
        rest = Rect(place.x + half + 16, place.y, place.w - half - 16, place.h)
        ops.append(pair(rest, right, (28, 26), (theme.SOFT, theme.SOFT), bold=False, align="right", gap=12))
    return ops


def _staff(view: CounterView) -> str:
    return f"{phrases.SIGN_STAFF.zh} {view.staff_number} 号" if view.staff_number else view.hall.zh


def _services(view: CounterView) -> Names:
    if not view.services:
        return view.hall
    return several(view.services)


# --- The right side, by mode ----------------------------------------------------------------------------------------


def _calling(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    view = _seen(state)
    assert view.ticket is not None
    place = grid.main
    edge = 116
    middle = Rect(place.x + edge, place.y, place.w - 2 * edge, place.h)
    return [
        *_head(view, grid, view.ticket.service_names, phrases.NOW_CALLING, theme.AMBER),
        text(Rect(place.x, place.y, edge, place.h), phrases.PLEASE.zh, 92, theme.WHITE, bold=True),
        text(middle, view.ticket.number, 220, theme.WHITE, bold=True, align="centre", min_size=96),
        text(Rect(middle.right, place.y, edge, place.h), phrases.NUMBER.zh, 92, theme.WHITE, bold=True, align="right"),
        *_foot(grid, _staff(view), phrases.SIGN_CALLING),
    ]


def _serving(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    view = _seen(state)
    assert view.ticket is not None
    return [
        *_head(view, grid, view.ticket.service_names, phrases.SIGN_SERVING, theme.MINT),
        text(grid.main, view.ticket.number, 236, theme.WHITE, bold=True, min_size=96),
        *_foot(grid, _staff(view), phrases.SIGN_DISTANCE),
    ]


def _idle(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    view = _seen(state)
    warm = Rect(grid.main.right - 250, grid.main.y, 250, grid.main.h)
    if _rests(state):
        rest = stack(grid.main, phrases.BREAK_HINT, (84, 40), (theme.WHITE, theme.ICE), bold=True)
        head = _head(view, grid, _services(view), phrases.BREAK, theme.SAND)
        return [*head, *rest, *_foot(grid, _staff(view), _hours(view))]
    return [
        *_head(view, grid, _services(view), phrases.OPEN, theme.MINT),
        *stack(Rect(grid.main.x, grid.main.y, grid.main.w - 270, grid.main.h), phrases.SIGN_WELCOME, (128, 44),
               (theme.WHITE, theme.ICE), bold=True),
        *stack(warm, phrases.SIGN_WARM, (52, 30), (theme.AMBER, theme.ICE), bold=True, align="right"),
        *_foot(grid, _staff(view), _hours(view)),
    ]  # fmt: skip


def _rating(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    place = Rect(grid.top.x, 24, grid.top.w, 64)
    body = Rect(grid.main.x, 104, grid.main.w, grid.size[1] - 132)
    ops: list[Op] = []
    if state.code:
        side = grid.size[1] - 96
        code = Rect(grid.main.right - side, 24, side, grid.size[1] - 48)
        return [*_code(code, state.code), *_asked(Rect(place.x, code.y, code.x - place.x - 30, code.h))]
    ops.append(pair(place, phrases.SIGN_RATE, (48, 30), (theme.WHITE, theme.ICE)))
    for cell, (icon, names) in zip(body.columns(len(phrases.SIGN_FACES), 16), phrases.SIGN_FACES, strict=True):
        ops.append(Box(rect=cell, fill=theme.PANEL, radius=20))
        ops.append(Icon(rect=Rect(cell.x, cell.y + 22, cell.w, 108), name=icon, colour=theme.AMBER))
        words = Rect(cell.x + 6, cell.y + 138, cell.w - 12, cell.h - 146)
        ops.append(text(Rect(words.x, words.y, words.w, 48), names.zh, 30, theme.WHITE, bold=True, align="centre"))
        ops.append(text(Rect(words.x, words.y + 46, words.w, words.h - 46), names.en, 24, theme.SOFT, align="centre",
                        lines=2))  # fmt: skip
    return ops


def _asked(place: Rect) -> list[Op]:
    """Beside a QR code there is room for the five faces, not for their words: those are on the evaluator."""
    words, faces, below = place.rows(3, 8)
    ops = list(stack(words, phrases.SIGN_RATE, (60, 32), (theme.WHITE, theme.ICE), bold=True))
    for cell, (icon, _) in zip(faces.columns(len(phrases.SIGN_FACES), 12), phrases.SIGN_FACES, strict=True):
        ops.append(Icon(rect=cell, name=icon, colour=theme.AMBER))
    return [*ops, *stack(below, phrases.SIGN_WAYS, (36, 26), (theme.WHITE, theme.ICE))]


def _code(place: Rect, url: str) -> list[Op]:
    """The QR code, dark on white, and what it is for."""
    square = Rect(place.x, place.y, place.w, place.w)
    below = Rect(place.x, square.bottom + 4, place.w, place.bottom - square.bottom - 4)
    return [
        Box(rect=square, fill=theme.WHITE, radius=12),
        Matrix(rect=square, rows=qr_rows(url)),
        pair(below, phrases.SIGN_SCAN, (30, 24), (theme.WHITE, theme.ICE), align="centre", gap=10),
    ]


def _paused(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    view = _seen(state)
    pause = view.pause
    ops: list[Op] = [
        Icon(rect=Rect(grid.top.x, 40, 128, 128), name="pause", colour=theme.AMBER),
        *_pause_words(view, Rect(grid.top.x + 168, 18, grid.top.w - 168 - 208, 160)),
    ]
    if pause is None:
        return ops
    if pause.returns_at_ms is not None:
        box = Rect(grid.top.right - 196, 36, 196, 136)
        ops.append(Box(rect=box, fill=theme.SAND_GROUND, radius=20, border=2, border_colour=theme.SAND_LINE))
        ops += _return(box, "" if state.late else clock_text(pause.returns_at_ms, zone))
    lines = Rect(grid.top.x, 204, grid.top.w, grid.size[1] - 204 - 16)
    ops.append(rule(Rect(lines.x, lines.y - 4, lines.w, 2), theme.LINE))
    return ops + _pause_lines(view, lines)


def _return(box: Rect, time: str) -> tuple[Op, ...]:
    """When the clerk is expected back; a time that has passed is not said any more."""
    if not time:
        return stack(box.inset(8, 0), phrases.SIGN_LATE, (42, 28), (theme.WHITE, theme.SAND), bold=True, align="centre")
    return (
        text(Rect(box.x, box.y + 8, box.w, 34), phrases.SIGN_RETURNS.zh, 26, theme.SAND, align="centre"),
        text(Rect(box.x, box.y + 42, box.w, 56), time, 52, theme.WHITE, bold=True, align="centre"),
        text(Rect(box.x, box.y + 98, box.w, 32), phrases.SIGN_RETURNS.en, 24, theme.SAND, align="centre"),
    )


def _pause_words(view: CounterView, place: Rect) -> list[Op]:
    """暂停服务, and the reason as the clerk gave it; in English too when it was typed or is one of the usual ones."""
    pause = view.pause
    paused, colours = phrases.SIGN_PAUSED, (theme.WHITE, theme.ICE)
    if pause is None or not (pause.reason or pause.reason_en):
        return list(stack(place, paused, (104, 40), colours, bold=True))
    said = reason_said(pause.reason, pause.reason_en)
    english = f"{phrases.PAUSED_COUNTERS.en} · {said.en}" if has_english(pause.reason, pause.reason_en) else paused.en
    return [
        text(Rect(place.x, place.y - 8, place.w, 88), paused.zh, 80, colours[0], bold=True),
        text(Rect(place.x, place.y + 84, place.w, 44), said.zh, 36, colours[0]),
        text(Rect(place.x, place.y + 128, place.w, 36), english, 26, colours[1]),
    ]


def _pause_lines(view: CounterView, place: Rect) -> list[Op]:
    """Where to go instead, and whom to ask."""
    pause = view.pause
    assert pause is not None
    first, second = place.rows(2)
    ops: list[Op] = []
    if pause.instead:
        instead = phrases.use_instead(pause.instead)
        ops.append(Icon(rect=Rect(first.x, first.y, 44, first.h), name="arrow-right", colour=theme.AMBER))
        words = Rect(first.x + 64, first.y, first.w - 64, first.h)
        zh, few = Span(instead.zh, 40, theme.WHITE, True), phrases.use_numbers(pause.instead)
        lines = [(zh, Span(english, 28, theme.ICE, False, 20)) for english in (instead.en, few)]
        ops.append(Text(rect=words, spans=fitting(words.w, *lines, (zh,))))
    else:
        second = Rect(first.x, first.y + first.h // 2, first.w, first.h)
    ask = Rect(second.x + 64, second.y, second.w - 64, second.h)
    ops.append(Icon(rect=Rect(second.x, second.y, 44, second.h), name="call", colour=theme.SOFT))
    ops.append(Text(rect=ask, spans=fitting(ask.w, *_whom(pause))))
    return ops


def _whom(pause: PausedCounter) -> list[tuple[Span, ...]]:
    """Whom to ask, with less and less around it; the telephone is the last thing to be left out."""
    who = Span(pause.contact.zh, 34, theme.WHITE, True, 12)
    english = (Span(pause.contact.en, 26, theme.ICE, False, 12),) if pause.contact.en != pause.contact.zh else ()
    labels = [
        Span(f"{name.zh} {name.en}", 26, theme.SOFT, False, 36) for name in (phrases.SIGN_CONTACT, phrases.SIGN_PHONE)
    ]
    if not pause.phone:
        return [(labels[0], who, *english), (who,)]
    phone = Span(pause.phone, 34, theme.WHITE, True, 12)
    apart = Span(pause.phone, 34, theme.WHITE, True, 30)
    return [
        (labels[0], who, *english, labels[1], phone), (who, *english, labels[1], phone), (who, *english, apart),
        (who, apart), (phone, Span(pause.contact.zh, 34, theme.WHITE, True, 30)),
    ]  # fmt: skip


def _closed(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    """下班 only once the hall's day is over: in its hours somebody may still open the counter."""
    view = _seen(state)
    over = view.open.state == "closed"
    names, icon = (phrases.SIGN_CLOSED, "moon") if over else (phrases.SIGN_NOT_OPEN, "clock")
    foot = Rect(grid.foot.x, grid.size[1] - 112, grid.foot.w, 92)
    room = foot.y - 4 - 20
    return [
        Icon(rect=Rect(grid.main.x, 20, 132, room), name=icon, colour=theme.SOFT),
        *stack(Rect(grid.main.x + 180, 20, grid.main.w - 180, room), names, (132, 46), (theme.WHITE, theme.ICE),
               bold=True),
        rule(Rect(foot.x, foot.y - 4, foot.w, 2), theme.LINE),
        *_whose_hours(view, foot),
    ]  # fmt: skip


def _whose_hours(view: CounterView, place: Rect) -> list[Op]:
    """The hall and when it serves, a line each; a long name has a line for each language."""
    hall = (Span(view.hall.zh, 30, theme.SOFT), Span(view.hall.en, 25, theme.SOFT, False, 16))
    label = (Span(phrases.SERVICE_HOURS.zh, 30, theme.SOFT), Span(phrases.SERVICE_HOURS.en, 25, theme.SOFT, False, 12))
    times = Span(phrases.hours(view.open.hours), 32, theme.WHITE, True, 24)
    above, below = place.rows(2)
    if width_of(hall) <= place.w or not view.open.hours:
        return [Text(rect=above, spans=hall), Text(rect=below, spans=(*label, times))]
    zh, en, below = Rect(place.x, place.y - 2, place.w, place.h + 8).rows(3)
    return [text(zh, view.hall.zh, 26, theme.SOFT), text(en, view.hall.en, 24, theme.SOFT),
            Text(rect=below, spans=(*label, times))]  # fmt: skip


def _starting(state: SignState, grid: SignGrid, zone: tzinfo) -> list[Op]:
    return list(stack(grid.main, phrases.SIGN_WELCOME, (128, 44), (theme.WHITE, theme.ICE), bold=True))


def _hours(view: CounterView) -> Names | None:
    if not view.open.hours:
        return None
    return phrases.come_at(view.open.hours)


def _seen(state: SignState) -> CounterView:
    assert state.view is not None, state.mode
    return state.view


_RIGHT_SIDES: dict[str, Callable[[SignState, SignGrid, tzinfo], list[Op]]] = {
    "starting": _starting,
    "calling": _calling,
    "serving": _serving,
    "idle": _idle,
    "rating": _rating,
    "paused": _paused,
    "closed": _closed,
}
