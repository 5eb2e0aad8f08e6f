"""What a panel that stands still all day needs: now and then two pixels aside, and less light after hours. Pure.

An LCD keeps an image that never moves; two pixels every ten minutes are not seen, and repaint the picture six times an
hour. After hours nobody reads, but a black screen would look broken: the same picture, at part of its light.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Op, Text, scaled
from broker.runtime.canvas.theme import Colour

SHIFT_PX = 2
SHIFT_EVERY_S = 600.0
STEPS = ((0, 0), (SHIFT_PX, 0), (SHIFT_PX, SHIFT_PX), (0, SHIFT_PX))
NIGHT_LIGHT = 0.76
"""Part of each channel that is left: hardly more than half of the light, and still a contrast of 4.5 for every word."""
_COLOURS = ("fill", "border_colour", "colour", "ground")

Shift = tuple[int, int]


def shift_at(now_s: float) -> Shift:
    """Return how far to the right and down the picture stands at a monotonic moment."""
    return STEPS[int(now_s // SHIFT_EVERY_S) % len(STEPS)]


def shifted(ops: tuple[Op, ...], shift: Shift, size: tuple[int, int]) -> tuple[Op, ...]:
    """Return the whole picture moved; what reached the left or upper edge still does, nothing runs off the screen."""
    if shift == (0, 0):
        return ops
    screen = Rect(0, 0, *size)
    return tuple(_edged(op, shift, screen) for op in scaled(ops, 1, *shift))


def _edged(op: Op, shift: Shift, screen: Rect) -> Op:
    if isinstance(op, Text):
        return msgspec.structs.replace(op, rect=op.rect.shared(screen))
    x, y, w, h = op.rect
    if x == shift[0]:
        x, w = 0, w + shift[0]
    if y == shift[1]:
        y, h = 0, h + shift[1]
    within = Rect(x, y, w, h).shared(screen)
    return op if within == op.rect else msgspec.structs.replace(op, rect=within)


def dimmed(ops: Iterable[Op], light: float = NIGHT_LIGHT) -> tuple[Op, ...]:
    """Return the same picture with `light` (0 to 1) of each colour channel."""
    return tuple(_dim(op, light) for op in ops)


def _dim(op: Op, light: float) -> Op:
    changes: dict[str, object] = {
        name: _less(colour, light) for name in _COLOURS if isinstance(colour := getattr(op, name, None), tuple)
    }
    if isinstance(op, Text):
        spans = (msgspec.structs.replace(span, colour=_less(span.colour, light)) for span in op.spans)
        changes["spans"] = tuple(spans)
    return msgspec.structs.replace(op, **changes) if changes else op


def _less(colour: Colour, light: float) -> Colour:
    red, green, blue = (round(channel * light) for channel in colour)
    return red, green, blue
