"""Reads a list of operations as a visitor's advocate: what cannot be read, or cannot be hit? Pure.

Findings: ``outside`` the screen, ``empty`` rects (no room was left), ``overflow`` of a text over its rect,
``shortened`` words, ``small`` text, weak ``contrast``, texts that ``overlap``, a touch ``target`` too small or covered
by another.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Op, Text, Ticker
from broker.runtime.canvas.texts import Metrics, fit, ink_of
from broker.runtime.canvas.theme import DESCENT_EM, INK, MIN_CONTRAST, MIN_TARGET_PX, MIN_TEXT_PX, Colour, contrast


class Finding(NamedTuple):
    """What is wrong (`kind`), with which words or target, and in figures."""

    kind: str
    what: str
    detail: str


def lint(ops: tuple[Op, ...], size: tuple[int, int], metrics: Metrics, ground: Colour = INK) -> list[Finding]:
    """Return all findings for a screen of `size` px painted `ground` first."""
    screen = Rect(0, 0, *size)
    findings = [Finding("outside", _name(op), str(tuple(op.rect))) for op in ops if not screen.encloses(op.rect)]
    findings += [Finding("empty", _name(op), str(tuple(op.rect))) for op in ops if min(op.rect.w, op.rect.h) <= 0]
    inks: list[tuple[Text, Rect]] = []
    for position, op in enumerate(ops):
        if isinstance(op, Text):
            ink = _lint_text(op, _ground_under(op.rect, ops[:position], ground), metrics, findings)
            if ink.area and not _covered(op.rect, ops[position + 1 :]):
                inks.append((op, ink))
        elif isinstance(op, Ticker):
            _lint_colours(op.words, op.size, op.colour, op.ground, findings)
    for (first, a), (second, b) in combinations(inks, 2):
        if a.shared(b).area > 4:
            findings.append(Finding("overlap", f"{first.plain} / {second.plain}", str(tuple(a.shared(b)))))
    _lint_targets(ops, findings)
    return findings


def _lint_text(op: Text, ground: Colour, metrics: Metrics, findings: list[Finding]) -> Rect:
    fitted = fit(op, metrics)
    if fitted.shortened:
        findings.append(Finding("shortened", op.plain, f"{op.rect.w} px"))
    ink = ink_of(fitted, metrics)
    if fitted.overflow or (ink.area and not _allowed(op).encloses(ink)):
        findings.append(Finding("overflow", op.plain, f"{tuple(ink)} in {tuple(op.rect)}"))
    for piece in fitted.pieces:
        _lint_colours(piece.span.text, piece.span.size, piece.span.colour, ground, findings)
    return ink


def _allowed(op: Text) -> Rect:
    """Return where a text may colour pixels: its rect, and below a baseline what hangs from it."""
    slack = max(2, op.rect.h // 12)
    allowed = op.rect.inset(-3, -slack)
    hanging = round(max(span.size for span in op.spans) * DESCENT_EM) if op.vertical == "baseline" else 0
    return Rect(allowed.x, allowed.y, allowed.w, allowed.h + hanging)


def _lint_colours(words: str, size: int, colour: Colour, ground: Colour, findings: list[Finding]) -> None:
    if size < MIN_TEXT_PX:
        findings.append(Finding("small", words, f"{size} px"))
    ratio = contrast(colour, ground)
    if ratio < MIN_CONTRAST:
        findings.append(Finding("contrast", words, f"{ratio:.1f}:1"))


def _lint_targets(ops: tuple[Op, ...], findings: list[Finding]) -> None:
    touchable = [op for op in ops if op.target is not None]
    for op in touchable:
        if min(op.rect.w, op.rect.h) < MIN_TARGET_PX:
            findings.append(Finding("target", str(op.target), f"{op.rect.w} x {op.rect.h} px"))
    for first, second in combinations(touchable, 2):
        covered = first.rect.shared(second.rect).area
        if first.target != second.target and covered and not _is_curtain(first, second):
            findings.append(Finding("target", f"{first.target} / {second.target}", f"{covered} px shared"))


def _is_curtain(below: Op, above: Op) -> bool:
    """A dialogue's curtain covers what is below it on purpose."""
    return (above.rect.encloses(below.rect) and above.rect.area > 4 * below.rect.area) or below.rect.encloses(
        above.rect
    )


def _ground_under(rect: Rect, ops: tuple[Op, ...], ground: Colour) -> Colour:
    """Return the colour of the topmost filled box that holds the middle of a text."""
    for op in reversed(ops):
        if isinstance(op, Box) and op.fill and op.rect.holds(rect.centre_x, rect.centre_y):
            return op.fill
    return ground


def _covered(rect: Rect, later: tuple[Op, ...]) -> bool:
    return any(isinstance(op, Box) and op.fill and op.rect.encloses(rect) for op in later)


def _name(op: Op) -> str:
    return op.plain if isinstance(op, Text) else op.target or type(op).__name__
