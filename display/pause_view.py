"""Counters that are paused, on a wall display: one of them after the other with where to go instead and whom to ask.

Pure. The counter that is told of stands hatched on the left, the others as small tiles; a lobby board has a bar for it
under the recent calls, every other layout a band above its running line.
"""

from __future__ import annotations

from datetime import tzinfo

from broker.model.reasons import has_english, is_late, reason_said
from broker.model.views import PausedCounter
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import fitting, named, width_of
from broker.runtime.canvas.ops import Box, Icon, Op, Span, Text, text
from display import phrases
from display.board import BoardState
from display.board_frame import clock_text
from display.pieces import pair, paused_tile, stack

OTHER_W, OTHER_H, OTHER_GAP = 84, 48, 12
TITLE_W, BACK_W = 230, 256
TILES_BESIDE = 2
"""So many places are left for other counters that are paused, beside when the one of this turn is served again."""


def pause_bar(state: BoardState, place: Rect, zone: tzinfo) -> list[Op]:
    """Under the recent calls, as the lower end of their panel."""
    ground = Box(rect=place, fill=theme.PANEL_RAISED, corners=(0, 0, 28, 28))
    return [ground, *_three_lines(state, place.inset(36, 12), expected_back(state, zone))]


def pause_band(state: BoardState, place: Rect, zone: tzinfo) -> list[Op]:
    """A band of its own: one line of pieces where it is wide, else three lines."""
    ground = Box(rect=place, fill=theme.PANEL_RAISED, radius=22)
    inside, backs = place.inset(28, 12), expected_back(state, zone)
    return [ground, *(_one_line if place.w > 10 * place.h else _three_lines)(state, inside, backs)]


def expected_back(state: BoardState, zone: tzinfo) -> tuple[Names, ...]:
    """Return when the clerk of the counter that is told of is expected, in many words and in few.

    Nothing where nobody said it or the time is not known; a time that has passed is not said any more.
    """
    if state.told is None or state.told.returns_at_ms is None or state.local is None:
        return ()
    at_ms = state.told.returns_at_ms
    if is_late(at_ms, round(state.local.timestamp() * 1000)):
        return (phrases.SIGN_LATE,)
    return phrases.back_at(clock_text(at_ms, zone))


def _three_lines(state: BoardState, place: Rect, backs: tuple[Names, ...]) -> list[Op]:
    """What it is and for whom else; where to go instead; whom to ask."""
    told = state.told
    if told is None:
        return []
    tile = Rect(place.x, place.y, 132 if place.w > 800 else 108, place.h)
    words = Rect(tile.right + 24, place.y, place.right - tile.right - 24, place.h)
    top, middle, below = words.rows(3, 4)
    title = Rect(top.x, top.y, TITLE_W, top.h)
    rest = Rect(title.right + 20, top.y, top.right - title.right - 20, top.h)
    shown, others = _back_line(backs, rest, others=len(state.paused) - 1)
    return [
        *shown,
        *paused_tile(tile, told.counter_name, 64),
        pair(title, phrases.PAUSED_COUNTERS, (34, 25), gap=12),
        *_others(state, others),
        *_way_line(told, middle),
        *_person_line(told, below),
    ]


def _back_line(backs: tuple[Names, ...], place: Rect, *, others: int) -> tuple[list[Op], Rect]:
    """When it is served again, as far as there is room beside one tile; and what is left for other counters."""
    if not backs:
        return [], place
    room = place.w - min(others, 1) * (OTHER_W + OTHER_GAP)
    lines = ((Span(said.zh, 28, theme.SAND, True), Span(said.en, 24, theme.SAND, False, 10)) for said in backs)
    line = fitting(room, *lines)
    used = min(room, round(width_of(line)))
    left = Rect(place.x + used + OTHER_GAP, place.y, place.w - used - OTHER_GAP, place.h)
    return [Text(rect=Rect(place.x, place.y, used, place.h), spans=line)], left


def _one_line(state: BoardState, place: Rect, backs: tuple[Names, ...]) -> list[Op]:
    told = state.told
    if told is None:
        return []
    tile = Rect(place.x, place.y, 132, place.h)
    title = Rect(tile.right + 24, place.y, 160, place.h)
    tiles = min(len(state.paused) - 1, TILES_BESIDE if backs else 4) * (OTHER_W + OTHER_GAP)
    others = Rect(place.right - tiles, place.y, tiles, place.h)
    when = Rect(title.right + 28, place.y, BACK_W if backs else 0, place.h)
    rest = Rect(when.right + 32, place.y, others.x - when.right - 56, place.h)
    way, person = Rect(rest.x, rest.y, round(rest.w * 0.56), rest.h), round(rest.w * 0.6)
    ask = Rect(rest.x + person, rest.y, rest.w - person, rest.h)
    return [
        *paused_tile(tile, told.counter_name, 60),
        *stack(title, phrases.PAUSED_COUNTERS, (38, 26), bold=True),
        *(stack(when, backs[0], (32, 26), (theme.SAND, theme.SAND), bold=True) if backs else ()),
        *_way_stack(told, way),
        *_person_stack(told, ask),
        *_others(state, others),
    ]


def _way(told: PausedCounter) -> tuple[str, Names, str]:
    """(sign, words, fewer English ones): where to go instead; why it is paused where no counter does the same."""
    if told.instead:
        return "arrow-right", phrases.use_instead(told.instead), phrases.use_numbers(told.instead)
    said = reason_said(told.reason, told.reason_en)
    known = has_english(told.reason, told.reason_en) or not told.reason
    return "clock", Names(said.zh, said.en if known else ""), ""


def _way_line(told: PausedCounter, place: Rect) -> list[Op]:
    """Both languages on one baseline behind a sign; in a narrow place the English is a few words, or left out."""
    icon, names, few = _way(told)
    words = _beside(place)
    zh = Span(names.zh, 32, theme.WHITE, True)
    lines = [(zh, Span(english, 26, theme.ICE, False, 14)) for english in (names.en, few) if english]
    return [_sign(place, icon), Text(rect=words, spans=fitting(words.w, *lines, (zh,)))]


def _person_line(told: PausedCounter, place: Rect) -> list[Op]:
    """Whom to ask and by which telephone, which is the last thing to be left out."""
    words, who = _beside(place), told.contact
    if not told.phone:
        return [_sign(place, "person"), Text(rect=words, spans=_who(who, words.w))]
    zh = Span(who.zh, 28, theme.WHITE, True)
    phone = Span(told.phone, 28, theme.WHITE, True, 20)
    lines = [(zh, phone), (Span(told.phone, 28, theme.WHITE, True), Span(who.zh, 28, theme.WHITE, True, 20))]
    if who.en != who.zh:
        lines.insert(0, (zh, Span(who.en, 24, theme.SOFT, False, 12), phone))
    return [_sign(place, "call"), Text(rect=words, spans=fitting(words.w, *lines))]


def _way_stack(told: PausedCounter, place: Rect) -> list[Op]:
    icon, names, _ = _way(told)
    if names.en:
        return [_sign(place, icon), *named(_beside(place), names, (32, 26), (theme.WHITE, theme.ICE))]
    return [_sign(place, icon), text(_beside(place), names.zh, 32, theme.WHITE, bold=True, lines=2)]


def _person_stack(told: PausedCounter, place: Rect) -> list[Op]:
    """The telephone under the name."""
    words = _beside(place)
    line = _who(told.contact, words.w)
    if not told.phone:
        return [_sign(place, "person"), Text(rect=words, spans=line)]
    above, below = words.rows(2)
    return [
        _sign(place, "call"),
        Text(rect=above, spans=line),
        text(below, told.phone, 28, theme.WHITE, bold=True),
    ]


def _who(who: Names, width: int) -> tuple[Span, ...]:
    """A name in both languages; where they are the same, or have no room, in Chinese."""
    zh = Span(who.zh, 28, theme.WHITE, True)
    return (zh,) if who.en == who.zh else fitting(width, (zh, Span(who.en, 24, theme.SOFT, False, 12)), (zh,))


def _beside(place: Rect) -> Rect:
    """What a sign leaves of its line."""
    return Rect(place.x + 50, place.y, place.w - 50, place.h)


def _sign(place: Rect, icon: str) -> Op:
    colour = theme.AMBER if icon == "arrow-right" else theme.SOFT
    return Icon(rect=Rect(place.x, place.y, 38, place.h), name=icon, colour=colour)


def _others(state: BoardState, place: Rect) -> list[Op]:
    """The other counters that are paused, right-aligned; when they are too many, how many more there are."""
    others = [name for name in state.paused if state.told is None or name != state.told.counter_name]
    room = max(1, (place.w + OTHER_GAP) // (OTHER_W + OTHER_GAP))
    shown = others if len(others) <= room else others[: room - 1]
    more = [f"+{len(others) - len(shown)}"] if len(shown) < len(others) else []
    x = place.right - (len(shown) + len(more)) * (OTHER_W + OTHER_GAP) + OTHER_GAP
    ops: list[Op] = []
    for name in [*shown, *more]:
        tile = Rect(x, place.centre_y - OTHER_H // 2, OTHER_W, min(OTHER_H, place.h))
        drawn = text(tile, name, 34, theme.SOFT, bold=True, align="centre")
        ops += [drawn] if name in more else paused_tile(tile, name, 36, radius=10)
        x += OTHER_W + OTHER_GAP
    return ops
