"""Rectangles of whole pixels. Pure."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle: left, top, width, height in pixels; right and bottom lie just outside."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def centre_x(self) -> int:
        return self.x + self.w // 2

    @property
    def centre_y(self) -> int:
        return self.y + self.h // 2

    @property
    def area(self) -> int:
        return max(0, self.w) * max(0, self.h)

    def inset(self, dx: int, dy: int | None = None) -> Rect:
        """Return the rectangle `dx` (and `dy`, else `dx`) smaller on each side; negative grows it."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def moved(self, dx: int, dy: int) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def encloses(self, other: Rect) -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def meets(self, other: Rect) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def shared(self, other: Rect) -> Rect:
        """Return the part both cover; its area is 0 when they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rect(
            x,
            y,
            max(0, min(self.right, other.right) - x),
            max(0, min(self.bottom, other.bottom) - y),
        )

    def joined(self, other: Rect) -> Rect:
        """Return the smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def scaled(self, factor: float, dx: int = 0, dy: int = 0) -> Rect:
        """Return the rectangle on another screen; edges are rounded, so neighbours stay neighbours."""
        left, top = round(self.x * factor), round(self.y * factor)
        return Rect(left + dx, top + dy, round(self.right * factor) - left, round(self.bottom * factor) - top)

    def rows(self, count: int, gap: int = 0) -> tuple[Rect, ...]:
        """Cut into `count` rows of equal height."""
        step = (self.h + gap) / count
        edges = [(round(i * step), round((i + 1) * step) - gap) for i in range(count)]
        return tuple(Rect(self.x, self.y + top, self.w, bottom - top) for top, bottom in edges)

    def columns(self, count: int, gap: int = 0) -> tuple[Rect, ...]:
        """Cut into `count` columns of equal width."""
        step = (self.w + gap) / count
        edges = [(round(i * step), round((i + 1) * step) - gap) for i in range(count)]
        return tuple(Rect(self.x + left, self.y, right - left, self.h) for left, right in edges)


def join_near(rects: list[Rect], waste: float = 1.5) -> list[Rect]:
    """Join rectangles while a join covers less than `waste` times what its parts really cover.

    The parts' own area is carried along, so that a chain of joins cannot swallow the screen bit by bit. A pair that is
    too far apart even if nothing overlapped is left at once: with a hundred rectangles nearly all pairs are.
    """
    pending = [(rect, rect.area) for rect in rects if rect.area]
    done: list[tuple[Rect, int]] = []
    while pending:
        one, own = pending.pop()
        position = 0
        while position < len(pending):
            other, other_own = pending[position]
            both, most = _around(one, other), own + other_own
            covered = max(own, other_own, most - one.shared(other).area) if both <= waste * most else 0
            if both > waste * covered:
                position += 1
                continue
            one, own = one.joined(other), covered
            del pending[position]
            position = 0
        done.append((one, own))
    return _without_loss([rect for rect, _ in done])


def _without_loss(rects: list[Rect]) -> list[Rect]:
    """Join those that overlap so much that one rectangle around two, or around all, has no more pixels than they have
    together."""
    pending, done = list(rects), []
    while pending:
        one = pending.pop()
        cheap = next((two for two in pending if _around(one, two) <= one.area + two.area), None)
        if cheap is None:
            done.append(one)
        else:
            pending.remove(cheap)
            pending += [one.joined(cheap), *done]
            done = []
    around = reduce(Rect.joined, done) if done else None
    return [around] if around is not None and around.area <= sum(rect.area for rect in done) else done


def _around(one: Rect, other: Rect) -> int:
    """Pixels of the smallest rectangle around both; the innermost step of `join_near`, so without properties."""
    x, y, w, h = one
    left, top, width, height = other
    right, bottom = x + w, y + h
    other_right, other_bottom = left + width, top + height
    return ((right if right > other_right else other_right) - (x if x < left else left)) * (
        (bottom if bottom > other_bottom else other_bottom) - (y if y < top else top)
    )
