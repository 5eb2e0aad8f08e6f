"""What painting a wall display costs: shares of its pixels, which mean the same on every machine, and seconds.

The shares are the gate (unchanged 0, ticker at most 6 %, a new call at most 45 %); the seconds are for the record.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import msgspec

from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.painter import Painted
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.newest import Position
from display import gallery_hall
from display.board import BoardMind
from display.board_view import board_ops
from display.layout import DESIGN_PX, Shape, fit_shape
from display.layouts import room_of


@dataclass(frozen=True)
class BoardCosts:
    """Shares of all pixels (0 to 1) painted for one thing that happens, and seconds it took."""

    unchanged: float
    ticker: float
    pulse: float
    minute: float
    new_call: float
    view_s: float
    open_s: float
    """Fonts and memory for the first picture."""
    first_frame_s: float
    new_call_s: float


class _Clocked:
    """A wall display whose time is told."""

    def __init__(self, shape: Shape) -> None:
        size = DESIGN_PX[shape]
        self.now_s = 100.0
        self.zone: tzinfo = gallery_hall.ZONE
        self.local: datetime = gallery_hall.NOON
        self._fitted = fit_shape(shape, size)
        self._pixels = size[0] * size[1]
        self.mind = BoardMind(gallery_hall.HALL, room_of(self._fitted, shape))
        self.screen = VirtualScreen(size, Fonts(), lambda: self.now_s)
        self.screen.fonts.start()
        self.screen.start()

    def paint(self) -> float:
        return self.share(self.screen.show(self.ops()))

    def ops(self) -> tuple:  # type: ignore[type-arg]
        return board_ops(self.mind.look(self.now_s, self.local), self._fitted, self.zone)

    def share(self, painted: Painted) -> float:
        return painted.pixels / self._pixels


def measure_board(shape: Shape = "landscape") -> BoardCosts:
    """Paint a board through a minute of its life."""
    started_s = time.perf_counter()
    board = _Clocked(shape)
    open_s = time.perf_counter() - started_s
    before = msgspec.structs.replace(gallery_hall.BOARD, calls=gallery_hall.CALLS[1:])
    board.mind.heard(board.now_s, gallery_hall.NOW_MS)
    board.mind.take(before, Position(1, 1), board.now_s)
    started_s = time.perf_counter()
    board.paint()
    first_frame_s = time.perf_counter() - started_s
    unchanged = board.paint()
    board.now_s += 4.0
    ticker = board.share(board.screen.animate())
    started_s = time.perf_counter()
    board.mind.take(gallery_hall.BOARD, Position(1, 2), board.now_s)
    new_call = board.paint()
    new_call_s = time.perf_counter() - started_s
    board.now_s += 0.6
    pulse = board.paint()
    board.local += timedelta(minutes=1)
    minute = board.paint()
    started_s = time.perf_counter()
    for _ in range(20):
        board.ops()
    view_s = (time.perf_counter() - started_s) / 20
    return BoardCosts(unchanged, ticker, pulse, minute, new_call, view_s, open_s, first_frame_s, new_call_s)
