"""Our own icons, drawn with round strokes on a 24 x 24 grid: no files, any size, any colour."""

from __future__ import annotations

import pygame

from broker.runtime.canvas import icons_signs, icons_things
from broker.runtime.canvas.icon_book import DRAWINGS
from broker.runtime.canvas.pencil import Pencil
from broker.runtime.canvas.theme import Colour
from broker.runtime.errors import NodeError

SHEETS = (icons_things, icons_signs)


class UnknownIcon(NodeError):
    """A view asked for an icon that nobody drew."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no icon named {name!r}")
        self.name = name


def draw_icon(name: str, size: int, colour: Colour, stroke: float = 0.0) -> pygame.Surface:
    """Return a picture of `size` x `size` px; `stroke` in grid units, 0 for the usual. Raises UnknownIcon."""
    if name not in DRAWINGS:
        raise UnknownIcon(name)
    pencil = Pencil(size, colour, stroke or 2.0)
    DRAWINGS[name](pencil)
    return pencil.picture()


def names() -> tuple[str, ...]:
    """Return the names of all icons."""
    return tuple(sorted(DRAWINGS))
