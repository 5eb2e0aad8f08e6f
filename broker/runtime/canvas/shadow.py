"""A soft shadow below a rectangle with round corners, from one small corner and one thin edge."""

from __future__ import annotations

import math

import pygame

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.theme import Colour

COLOUR: Colour = (20, 44, 84)
STRONGEST_ALPHA = 60


def place_of(rect: Rect, blur: int) -> Rect:
    """Return where the shadow of `rect` lies: `blur` px wider on each side, a third of that lower."""
    grown = rect.inset(-blur)
    return grown.moved(0, blur // 3)


def paint_shadow(surface: pygame.Surface, rect: Rect, blur: int, parts: tuple[pygame.Surface, pygame.Surface]) -> None:
    """Lay the shadow of `rect` on a surface; `parts` come from `make_parts`. Its middle, below the box, stays empty."""
    corner, edge = parts
    place = place_of(rect, blur)
    side, deep = corner.get_width(), edge.get_height()
    right, low = place.right - side, place.bottom - side
    for x, y, flip_x, flip_y in (
        (place.x, place.y, False, False),
        (right, place.y, True, False),
        (place.x, low, False, True),
        (right, low, True, True),
    ):
        surface.blit(pygame.transform.flip(corner, flip_x, flip_y), (x, y))
    if right > place.x + side:
        top = pygame.transform.scale(edge, (right - place.x - side, deep))
        surface.blit(top, (place.x + side, place.y))
        surface.blit(pygame.transform.flip(top, False, True), (place.x + side, place.bottom - deep))
    if low > place.y + side:
        turned = pygame.transform.rotate(edge, 90)
        left = pygame.transform.scale(turned, (deep, low - place.y - side))
        surface.blit(left, (place.x, place.y + side))
        surface.blit(pygame.transform.flip(left, True, False), (place.right - deep, place.y + side))


def make_parts(radius: int, blur: int) -> tuple[pygame.Surface, pygame.Surface]:
    """Return the upper left corner, and a column of the upper edge, of a shadow."""
    side, deep = radius + 2 * blur, 2 * blur
    corner = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    for y in range(side):
        for x in range(y, side):
            # Distance to the edge of the box: outside positive, inside negative.
            dx, dy = max(0.0, blur + radius - x - 0.5), max(0.0, blur + radius - y - 0.5)
            inside = min(max(blur + radius - x - 0.5, blur + radius - y - 0.5), 0.0)
            colour = (*COLOUR, _alpha(math.hypot(dx, dy) + inside - radius, blur))
            corner.set_at((x, y), colour)
            corner.set_at((y, x), colour)
    edge = pygame.Surface((1, deep), pygame.SRCALPHA, 32)
    for y in range(deep):
        edge.set_at((0, y), (*COLOUR, _alpha(blur - y - 0.5, blur)))
    return corner, edge


def _alpha(distance: float, blur: int) -> int:
    """Return how dark the shadow is at a distance from the edge."""
    part = min(1.0, max(0.0, (blur - distance) / (2 * blur)))
    return round(STRONGEST_ALPHA * part * part * (3 - 2 * part))
