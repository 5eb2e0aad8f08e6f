"""Strokes with round ends on a 24 x 24 grid, drawn several times too large and scaled down smooth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import pygame

from broker.runtime.canvas.theme import Colour

GRID = 24.0
Point = tuple[float, float]


class Pencil:
    """Draws one icon of `size` px; coordinates and widths are in grid units, angles in degrees, clockwise from east."""

    def __init__(self, size: int, colour: Colour, stroke: float = 2.0) -> None:
        self.size = max(1, size)
        self.stroke = stroke
        self._oversample = 8 if size <= 130 else 4
        self._unit = self.size * self._oversample / GRID
        side = self.size * self._oversample
        self._ink = (*colour, 255)
        self._clear = (*colour, 0)
        self._surface = pygame.Surface((side, side), pygame.SRCALPHA, 32)
        self._surface.fill(self._clear)

    def picture(self) -> pygame.Surface:
        return pygame.transform.smoothscale(self._surface, (self.size, self.size))

    def line(self, *points: Point, closed: bool = False, width: float | None = None, erase: bool = False) -> None:
        """Draw a line through points with round joints and ends."""
        thick = self.stroke if width is None else width
        ends = [*points, points[0]] if closed else list(points)
        for start, end in pairwise(ends):
            self._segment(start, end, thick, erase)
        for point in ends:
            self.dot(point, thick / 2, erase=erase)

    def _segment(self, start: Point, end: Point, width: float, erase: bool) -> None:
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy)
        if length == 0:
            return
        nx, ny = -dy / length * width / 2, dx / length * width / 2
        corners = (
            (start[0] + nx, start[1] + ny), (end[0] + nx, end[1] + ny),
            (end[0] - nx, end[1] - ny), (start[0] - nx, start[1] - ny),
        )  # fmt: skip
        self.area(*corners, erase=erase)

    def area(self, *points: Point, erase: bool = False) -> None:
        """Fill a polygon."""
        # Whole numbers only: pygame and pygame-ce round fractions differently.
        scaled = [(round(x * self._unit), round(y * self._unit)) for x, y in points]
        pygame.draw.polygon(self._surface, self._clear if erase else self._ink, scaled)

    def dot(self, centre: Point, radius: float, *, erase: bool = False) -> None:
        """Fill a disc."""
        place = (round(centre[0] * self._unit), round(centre[1] * self._unit))
        reach = max(1, round(radius * self._unit))
        pygame.draw.circle(self._surface, self._clear if erase else self._ink, place, reach)

    def circle(self, centre: Point, radius: float, width: float | None = None) -> None:
        self.arc(centre, radius, 0, 360, width)

    def arc(
        self, centre: Point, radius: float, start: float, end: float, width: float | None = None, *, flat: float = 1.0
    ) -> None:
        """Draw a part of a circle, or of an ellipse `flat` times as high as wide."""
        self.line(*curve(centre, radius, start, end, flat), width=width)

    def frame(self, x: float, y: float, w: float, h: float, radius: float, width: float | None = None) -> None:
        """Draw the outline of a rectangle with round corners."""
        self.line(*round_corners(x, y, w, h, radius), closed=True, width=width)

    def block(self, x: float, y: float, w: float, h: float, radius: float, *, erase: bool = False) -> None:
        """Fill a rectangle with round corners."""
        self.area(*round_corners(x, y, w, h, radius), erase=erase)


def curve(centre: Point, radius: float, start: float, end: float, flat: float = 1.0) -> list[Point]:
    """Return points of an arc, one every 6 degrees."""
    steps = max(2, int(abs(end - start) / 6) + 1)
    angles = [math.radians(start + (end - start) * i / (steps - 1)) for i in range(steps)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * flat * math.sin(a)) for a in angles]


def round_corners(x: float, y: float, w: float, h: float, radius: float) -> list[Point]:
    """Return the outline of a rectangle with round corners, clockwise."""
    r = min(radius, w / 2, h / 2)
    centres = ((x + w - r, y + r, -90), (x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180))
    points: list[Point] = []
    for cx, cy, start in centres:
        points += curve((cx, cy), r, start, start + 90)
    return points


def bezier(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """Return points of a cubic Bezier curve through four control points."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    found = []
    for i in range(steps + 1):
        t = i / steps
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        found.append(
            (
                weights[0] * ax + weights[1] * bx + weights[2] * cx + weights[3] * dx,
                weights[0] * ay + weights[1] * by + weights[2] * cy + weights[3] * dy,
            )
        )
    return found
