"""An evaluator's screen while its counter is paused: why, until when, where to go instead, whom to ask. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from broker.model.reasons import has_english, reason_said
from broker.model.views import PausedCounter
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Hatch, Icon, Op, Span, Text, rule
from caller.evaluator import words as w
from caller.evaluator.mind import EvaluatorState
from caller.evaluator.pieces import Face, seen, stack


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
    ops += stack(words, w.PAUSED, (92, 40) if face.wide else (68, 32))
    return ops if view.pause is None else [
        *ops, *_pause_lines(view.pause, lines, face, zone, late=state.late)
    ]  # fmt: skip


def _pause_lines(pause: PausedCounter, place: Rect, face: Face, zone: tzinfo, *, late: bool) -> list[Op]:
    """Why and until when, where to go instead, whom to ask; what is not known is left out."""
    rows: list[tuple[str, tuple[Span, ...]]] = []
    spans: list[Span] = []
    if pause.reason or pause.reason_en:
        said = reason_said(pause.reason, pause.reason_en)
        spans += [Span(said.zh, 34, theme.WHITE, True)]
        if has_english(pause.reason, pause.reason_en):
            spans += [Span(said.en, 26, theme.ICE, False, 12)]
    if late:
        spans += [Span(w.LATE.zh, 34, theme.SAND, True, 28 if spans else 0)]
        spans += [Span(w.LATE.en, 26, theme.ICE, False, 12)]
    elif pause.returns_at_ms is not None:
        clock = f"{datetime.fromtimestamp(pause.returns_at_ms / 1000, zone):%H:%M}"
        spans += [Span(f"{w.RETURNS.zh} {w.RETURNS.en}", 26, theme.SOFT, False, 28 if spans else 0)]
        spans += [Span(clock, 40, theme.SAND, True, 12)]
    if spans:
        rows.append(("clock", tuple(spans)))
    if pause.instead:
        names = "、".join(pause.instead)
        zh, en = f"{w.INSTEAD.zh} {names} {w.COUNTER.zh}", f"{w.INSTEAD.en} counter {', '.join(pause.instead)}"
        rows.append(("arrow-right", (Span(zh, 36, theme.WHITE, True), Span(en, 26, theme.ICE, False, 16))))
    spans = [Span(w.CONTACT_IS.zh, 26, theme.SOFT), Span(pause.contact.zh, 34, theme.WHITE, True, 12)]
    spans += [Span(pause.contact.en, 26, theme.ICE, False, 12)] if pause.contact.en != pause.contact.zh else []
    rows.append(("person", tuple(spans)))
    if pause.phone:
        phone = (Span(f"{w.PHONE.zh} {w.PHONE.en}", 26, theme.SOFT), Span(pause.phone, 38, theme.WHITE, True, 12))
        rows.append(("call", phone))
    height = min(78 if not face.wide else 66, place.h // len(rows))
    top = place.y + max(0, (place.h - height * len(rows)) // 2)
    ops: list[Op] = []
    for index, (icon, line) in enumerate(rows):
        row = Rect(place.x, top + index * height, place.w, height)
        ops.append(Icon(rect=Rect(row.x, row.y + (row.h - 38) // 2, 38, 38), name=icon, colour=theme.SOFT))
        ops.append(Text(rect=Rect(row.x + 56, row.y, row.w - 56, row.h), spans=line))
    return ops
