"""What can be drawn: frozen, hashable operations. Pure; later ops lie above earlier ones.

Every op has a `rect`. An op with a `target` can be touched: the topmost one under the finger names the touch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.theme import MIN_TEXT_PX, Colour

Align = Literal["left", "centre", "right"]
Vertical = Literal["top", "middle", "bottom", "baseline"]
Corners = tuple[int, int, int, int]


class Op(msgspec.Struct, frozen=True, kw_only=True):
    """One drawing operation inside `rect`."""

    rect: Rect
    target: str | None = None


class Box(Op, frozen=True):
    """A filled rectangle with round corners (`radius` px, or `corners`: top left, top right, bottom right, bottom
    left), an inner `border` and a soft `shadow` below it."""

    fill: Colour | None = None
    radius: int = 0
    corners: Corners | None = None
    border: int = 0
    border_colour: Colour | None = None
    shadow: int = 0

    @property
    def radii(self) -> Corners:
        limit = max(0, min(self.rect.w, self.rect.h) // 2)
        wanted = self.corners or (self.radius,) * 4
        return tuple(min(radius, limit) for radius in wanted)  # type: ignore[return-value]


class Hatch(Op, frozen=True):
    """Diagonal stripes inside a rectangle with round corners: the sign of 'not in use' that needs no colour."""

    colour: Colour
    radius: int = 0
    step: int = 28
    width: int = 10


class Ring(Op, frozen=True):
    """A frame of `width` px lying inside `rect`; what it surrounds is not repainted when it comes or goes."""

    colour: Colour
    width: int = 8
    radius: int = 0


class Span(msgspec.Struct, frozen=True):
    """A piece of one line of text. `gap` px are left before it, `spacing` px after each of its characters."""

    text: str
    size: int
    colour: Colour
    bold: bool = False
    gap: int = 0
    spacing: int = 0


class Text(Op, frozen=True):
    """Text inside `rect`. Several spans share one baseline; one span may run over `lines` lines.

    `vertical` "baseline" puts the baseline on the lower edge of `rect`, so that texts side by side stand on one line.
    What does not fit is shrunk (never below `min_size` px), then broken into lines, then shortened with an ellipsis.
    """

    spans: tuple[Span, ...]
    align: Align = "left"
    vertical: Vertical = "middle"
    lines: int = 1
    min_size: int = MIN_TEXT_PX

    @property
    def plain(self) -> str:
        return "".join(span.text for span in self.spans)


class Icon(Op, frozen=True):
    """One of the icons of ``icons.NAMES``, centred in `rect`. `stroke` is in 24ths of its size; 0 = the usual."""

    name: str
    colour: Colour
    stroke: float = 0.0


class Matrix(Op, frozen=True):
    """Square modules in rows of `#` and other characters (a QR code), scaled by a whole number and centred."""

    rows: tuple[str, ...]
    colour: Colour = (0, 0, 0)


class Image(Op, frozen=True):
    """A picture (PNG bytes), scaled to fit into `rect`, centred."""

    data: bytes


class Film(Op, frozen=True):
    """The place of moving pictures: frames of `name` are laid here as they come. Until the first one, and outside its
    round corners, there is `ground`."""

    name: str
    ground: Colour
    radius: int = 0


class Ticker(Op, frozen=True):
    """One line of words that runs through `rect` from right to left, and stands still when it fits."""

    words: str
    size: int
    colour: Colour
    ground: Colour
    speed_px_s: int = 96


class Zone(Op, frozen=True):
    """Nothing to see: a place that can be touched."""


def text(
    rect: Rect,
    words: str,
    size: int,
    colour: Colour,
    *,
    bold: bool = False,
    align: Align = "left",
    vertical: Vertical = "middle",
    lines: int = 1,
    min_size: int = MIN_TEXT_PX,
    spacing: int = 0,
    target: str | None = None,
) -> Text:
    """Return a Text of one span: the usual case."""
    span = Span(words, size, colour, bold, 0, spacing)
    return Text(rect=rect, spans=(span,), align=align, vertical=vertical, lines=lines, min_size=min_size, target=target)


def rule(rect: Rect, colour: Colour) -> Box:
    """Return a hairline or plain fill."""
    return Box(rect=rect, fill=colour)


def target_at(ops: Iterable[Op], x: float, y: float) -> str | None:
    """Return the target of the topmost touchable op at a point."""
    for op in reversed(tuple(ops)):
        if op.target is not None and op.rect.holds(x, y):
            return op.target
    return None


def middles(ops: Iterable[Op]) -> dict[str, tuple[int, int]]:
    """Return the middle of each target that nothing covers there."""
    drawn = tuple(ops)
    found: dict[str, tuple[int, int]] = {}
    for op in drawn:
        if op.target is not None:
            x, y = op.rect.x + op.rect.w // 2, op.rect.y + op.rect.h // 2
            if target_at(drawn, x, y) == op.target:
                found.setdefault(op.target, (int(x), int(y)))
    return found


def scaled(ops: Iterable[Op], factor: float, dx: int = 0, dy: int = 0) -> tuple[Op, ...]:
    """Return the same ops for a screen `factor` times as large, moved by (dx, dy)."""
    if factor == 1 and not dx and not dy:
        return tuple(ops)
    return tuple(_scaled(op, factor, dx, dy) for op in ops)


def _scaled(op: Op, factor: float, dx: int, dy: int) -> Op:
    def px(value: int) -> int:
        return max(1, round(value * factor)) if value else 0

    changes: dict[str, object] = {"rect": op.rect.scaled(factor, dx, dy)}
    if isinstance(op, Box):
        changes |= {"radius": px(op.radius), "border": px(op.border), "shadow": px(op.shadow)}
        if op.corners:
            changes["corners"] = tuple(px(radius) for radius in op.corners)
    elif isinstance(op, Hatch):
        changes |= {"radius": px(op.radius), "step": px(op.step), "width": px(op.width)}
    elif isinstance(op, Film):
        changes |= {"radius": px(op.radius)}
    elif isinstance(op, Ring):
        changes |= {"radius": px(op.radius), "width": px(op.width)}
    elif isinstance(op, Ticker):
        changes |= {"size": px(op.size), "speed_px_s": px(op.speed_px_s)}
    elif isinstance(op, Text):
        changes["min_size"] = px(op.min_size)
        changes["spans"] = tuple(
            msgspec.structs.replace(
                span, size=px(span.size), gap=round(span.gap * factor), spacing=round(span.spacing * factor)
            )
            for span in op.spans
        )
    return msgspec.structs.replace(op, **changes)
