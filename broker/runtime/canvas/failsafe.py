"""The picture shown when nothing else can be drawn: no font, no state. Home of nothing but plain shapes."""

from __future__ import annotations

import pygame

from broker.runtime.canvas.icons import draw_icon
from broker.runtime.canvas.theme import AMBER, BLUE_DARK


def paint_failsafe(surface: pygame.Surface) -> None:
    """Fill the surface with a calm sign: please turn to the staff."""
    width, height = surface.get_size()
    surface.fill(BLUE_DARK)
    side = min(width, height) // 3
    picture = draw_icon("person", side, AMBER)
    surface.blit(picture, ((width - side) // 2, (height - side) // 2))
