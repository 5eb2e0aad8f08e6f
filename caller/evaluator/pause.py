"""An evaluator's screen while its counter is paused: why, until when, where to go instead, whom to ask. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from broker.model.reasons import has_english, reason_said
from broker.model.views import PausedCounter
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import fitting
from broker.runtime.canvas.ops import Hatch, Icon, Op, Span, Text, rule
from caller.evaluator import words as w
from caller.evaluator.mind import EvaluatorState
from caller.evaluator.pieces import Face, seen, stack

Line = tuple[Span, ...]
Row = tuple[str, tuple[Line, ...]]
"""A sign, and its words: the fullest first, of which the one that stands there is shown."""


def paused(state: EvaluatorState, face: Face, zone: tzinfo) -> list[Op]:
    view = seen(state)
    width, height = face.size
    margin = 40 if face.wide else 32
    left = Rect(0, 0, 250, height) if face.wide else Rect(0, 0, width, 132)
    side = 150 if face.wide else 92
    sign = Rect((left.w - side) // 2 if face.wide else margin, (left.h - side) // 2, side, side)
    ops: list[Op] = [rule(left, theme.SLATE), Hatch(rect=left, colour=theme.SLATE_HATCH, step=34, width=11)]
    ops.append(Icon(rect=sign, name="pause", colour=theme.WHITE))
    if face.wide:
        words = Rect(left.right + margin, 20, width - left.right - 2 * margin, 156)
        lines = Rect(words.x, 190, words.w, height - 200)
    else:
        words = Rect(sign.right + 28, 0, width - sign.right - 28 - margin, left.h)
        lines = Rect(margin, left.bottom + 12, width - 2 * margin, height - left.bottom - 24)
    ops += stack(words, w.PAUSED, (92, 40) if face.wide else (62, 30))
    return ops if view.pause is None else [
        *ops, *_pause_lines(view.pause, lines, face, zone, late=state.late)
    ]  # fmt: skip


def _pause_lines(pause: PausedCounter, place: Rect, face: Face, zone: tzinfo, *, late: bool) -> list[Op]:
    """Why and until when, where to go instead, whom to ask; what is not known is left out."""
    rows = [*_why(pause, zone, late=late), *_instead(pause), *_whom(pause)]
    height = min(78 if not face.wide else 66, place.h // len(rows))
    top = place.y + max(0, (place.h - height * len(rows)) // 2)
    ops: list[Op] = []
    for index, (icon, lines) in enumerate(rows):
        row = Rect(place.x, top + index * height, place.w, height)
        words = Rect(row.x + 56, row.y, row.w - 56, row.h)
        ops.append(Icon(rect=Rect(row.x, row.y + (row.h - 38) // 2, 38, 38), name=icon, colour=theme.SOFT))
        ops.append(Text(rect=words, spans=fitting(words.w, *lines)))
    return ops


def _why(pause: PausedCounter, zone: tzinfo, *, late: bool) -> list[Row]:
    """The reason, and when the clerk is expected back: a time that has passed is not said any more."""
    reason: Line = ()
    english: Line = ()
    if pause.reason or pause.reason_en:
        said = reason_said(pause.reason, pause.reason_en)
        reason = (Span(said.zh, 34, theme.WHITE, True),)
        if has_english(pause.reason, pause.reason_en):
            english = (Span(said.en, 26, theme.ICE, False, 12),)
    gap = 28 if reason else 0
    back: Line = ()
    short: Line = ()
    if late:
        back = short = (Span(w.LATE.zh, 34, theme.SAND, True, gap), Span(w.LATE.en, 26, theme.SAND, False, 12))
    elif pause.returns_at_ms is not None:
        clock = f"{datetime.fromtimestamp(pause.returns_at_ms / 1000, zone):%H:%M}"
        at = Span(clock, 40, theme.SAND, True, 12)
        back = (Span(f"{w.RETURNS.zh} {w.RETURNS.en}", 26, theme.SOFT, False, gap), at)
        short = (Span(w.RETURNS.zh, 26, theme.SOFT, False, gap), at)
    lines = ((*reason, *english, *back), (*reason, *english, *short), (*reason, *short), short or reason)
    return [("clock", lines)] if lines[0] else []


def _instead(pause: PausedCounter) -> list[Row]:
    if not pause.instead:
        return []
    zh = Span(f"{w.INSTEAD.zh} {'、'.join(pause.instead)} {w.COUNTER.zh}{w.THERE}", 36, theme.WHITE, True)
    few = ", ".join(pause.instead)
    full = f"{w.INSTEAD.en} {'counter' if len(pause.instead) == 1 else 'counters'} {few}"
    lines = tuple((zh, Span(english, 26, theme.ICE, False, 16)) for english in (full, f"{w.USE} {few}"))
    return [("arrow-right", (*lines, (zh,)))]


def _whom(pause: PausedCounter) -> list[Row]:
    who = pause.contact
    label = Span(f"{w.CONTACT_IS.zh} {w.CONTACT_IS.en}", 26, theme.SOFT)
    zh = Span(who.zh, 34, theme.WHITE, True, 12)
    english = (Span(who.en, 26, theme.ICE, False, 12),) if who.en != who.zh else ()
    rows: list[Row] = [("person", ((label, zh, *english), (zh, *english), (zh,)))]
    if pause.phone:
        phone = (Span(f"{w.PHONE.zh} {w.PHONE.en}", 26, theme.SOFT), Span(pause.phone, 38, theme.WHITE, True, 12))
        rows.append(("call", (phone,)))
    return rows
