"""Moving pictures in one place of a screen: frames are laid on the surface as they come, and nothing else is painted.

A frame is raw pixels in the size of its place; whoever decodes them is not known here. A screen without frames shows
the place in its plain ground.
"""

from __future__ import annotations

from typing import NamedTuple

import pygame

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Film
from broker.runtime.canvas.theme import Colour

BYTES_A_PIXEL = 3
_OVERSAMPLE = 4


class Frame(NamedTuple):
    """One picture of a film: `size` px, `rgb` is three bytes a pixel, line by line from the top."""

    size: tuple[int, int]
    rgb: bytes | bytearray

    @property
    def whole(self) -> bool:
        return len(self.rgb) == self.size[0] * self.size[1] * BYTES_A_PIXEL > 0


def no_frames(name: str) -> Frame | None:
    """A screen that nobody gives frames."""
    return None


class Projection:
    """One Film on a surface. It keeps the last frame, for whenever the pixels below were painted anew."""

    def __init__(self, op: Film) -> None:
        self.op = op
        self._frame: Frame | None = None
        self._mask = _corner_mask(op.radius, op.ground)

    def moved_to(self, op: Film) -> Projection:
        """Return the projection of the same film in another place."""
        moved = Projection(op)
        moved._frame = self._frame
        return moved

    def draw(self, surface: pygame.Surface, frame: Frame | None = None) -> Rect | None:
        """Lay `frame`, or once more the last one, in its place; return what was painted, None without any frame."""
        self._frame = frame if frame is not None and frame.whole else self._frame
        if self._frame is None:
            return None
        place, (width, height) = self.op.rect, self._frame.size
        picture = pygame.image.frombuffer(self._frame.rgb, self._frame.size, "RGB")
        surface.set_clip(place)
        surface.blit(picture, (place.centre_x - width // 2, place.centre_y - height // 2))
        radius = self.op.radius
        for x, left in ((place.x, 0), (place.right - radius, radius)):
            for y, top in ((place.y, 0), (place.bottom - radius, radius)):
                surface.blit(self._mask, (x, y), (left, top, radius, radius))
        surface.set_clip(None)
        return place


def _corner_mask(radius: int, ground: Colour) -> pygame.Surface:
    """What lies outside a round corner, in the colour of the ground: four quarters in one picture."""
    side = max(1, radius) * 2 * _OVERSAMPLE
    big = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    big.fill((*ground, 255 if radius else 0))
    pygame.draw.circle(big, (*ground, 0), (side // 2, side // 2), side // 2)
    return pygame.transform.smoothscale(big, (max(1, radius) * 2, max(1, radius) * 2))
