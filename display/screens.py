"""How much fits on a screen of a given shape: what the minds must know of the grids. Pure."""

from __future__ import annotations

from display.board import Room
from display.layout import Fitted, board_grid

LANDSCAPE_TILES = 4
PORTRAIT_TILES = 3


def room_of(fitted: Fitted) -> Room:
    """Return how many services and paused counters one page of a wall display takes."""
    grid = board_grid(fitted.size, fitted.shape)
    services = grid.service_columns * grid.service_rows
    return Room(services=services, services_paged=4, paused=PORTRAIT_TILES if grid.portrait else LANDSCAPE_TILES)
