"""Shows lists of operations on a surface and paints only the difference to what was shown before."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import NamedTuple

import pygame

from broker.runtime.canvas.brush import Brush, covers
from broker.runtime.canvas.geometry import Rect, join_near
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.theme import Colour


class Painted(NamedTuple):
    """The rectangles that were painted anew and how many pixels they have."""

    rects: tuple[Rect, ...]
    pixels: int


class Painter:
    """Keeps the last list shown. `painted_pixels` counts over its whole life."""

    def __init__(self, surface: pygame.Surface, brush: Brush, ground: Colour = (0, 0, 0)) -> None:
        self._surface = surface
        self._brush = brush
        self._ground = ground
        self._shown: tuple[Op, ...] | None = None
        self._screen = Rect(0, 0, *surface.get_size())
        self.painted_pixels = 0

    def forget(self) -> None:
        """Paint everything at the next call (the pixels were lost or painted by somebody else)."""
        self._shown = None

    def paint(self, ops: tuple[Op, ...]) -> Painted:
        """Bring the surface to `ops`; an unchanged list paints nothing."""
        if ops == self._shown:
            return Painted((), 0)
        rects = tuple(self._dirty(ops))
        placed = [(op, area) for op in ops for area in self._brush.areas(op)]
        areas = [area for _, area in placed]
        for rect in rects:
            self._repaint(rect, [placed[position][0] for position in pygame.Rect(rect).collidelistall(areas)])
        self._shown = ops
        pixels = sum(rect.area for rect in rects)
        self.painted_pixels += pixels
        return Painted(rects, pixels)

    def _dirty(self, ops: tuple[Op, ...]) -> list[Rect]:
        if self._shown is None:
            return [self._screen]
        changed = changed_ops(self._shown, ops)
        areas = [area.shared(self._screen) for op in changed for area in self._brush.areas(op)]
        return join_near(list(dict.fromkeys(areas)))

    def _repaint(self, rect: Rect, ops: list[Op]) -> None:
        """`ops` in their order, but none of which nothing is seen in `rect`; one of several areas may stand there more
        than once in a row."""
        lowest = next((place for place in reversed(range(len(ops))) if covers(ops[place], rect)), None)
        self._surface.set_clip(rect)
        if lowest is None:
            self._surface.fill(self._ground, rect)
        for _, same in groupby(ops[lowest or 0 :], key=id):
            self._brush.paint(self._surface, next(same))
        self._surface.set_clip(None)


def changed_ops(before: tuple[Op, ...], after: tuple[Op, ...]) -> list[Op]:
    """Return the ops that only one list has, and those whose order changed."""
    old, new = Counter(before), Counter(after)
    changed = list((old - new).elements()) + list((new - old).elements())
    common = old & new
    kept_before = _kept(before, common)
    kept_after = _kept(after, common)
    if kept_before != kept_after:
        changed += [b for a, b in zip(kept_before, kept_after, strict=True) if a != b]
    return changed


def _kept(ops: tuple[Op, ...], common: Counter[Op]) -> list[Op]:
    left = Counter(common)
    kept = []
    for op in ops:
        if left[op] > 0:
            left[op] -= 1
            kept.append(op)
    return kept
