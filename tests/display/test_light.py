"""Light by numbers: what flashes, how large and how often (WCAG 2.3.1), and whether what one acts on stands out."""

import math
from typing import get_args

import msgspec
import numpy as np
import pygame
import pytest

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.lint import _ground_under
from broker.runtime.canvas.ops import Ring, Text
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.theme import INK, contrast
from broker.runtime.newest import Position
from display import gallery_hall as g
from display.board import BoardMind
from display.facts import Facts
from display.gallery_boards import COUNTERS, WITH_TILES
from display.layout import DESIGN_PX, Fitted, Layout, fit_shape, shape_of
from display.layouts import draw_board, room_of
from tests.display.pictures import designed, shared_fonts

LAYOUTS = get_args(Layout)
FRAMES_A_SECOND = 10
SAMPLES = designed()
SECONDS = 12
FLASHES_MOST = 3
LUMINANCE_STEP = 0.1
SOLID_ANGLE_MOST_SR = 0.006
"""WCAG 2.3.1: three flashes in any second at most, or less than 0.006 steradians together."""
PANEL_INCHES, SEAT_M = 55, 2.0
TO_ACT = 7.0


def size_of(layout: Layout) -> tuple[int, int]:
    return (270, 480) if layout == "portrait" else (480, 270)


def fitted_to(layout: Layout) -> tuple[Fitted, tuple[int, int]]:
    size = size_of(layout)
    return fit_shape(shape_of(layout, size), size), size


def luminance(screen: VirtualScreen) -> np.ndarray:
    """Relative luminance of each pixel, 0 to 1 (IEC 61966-2-1)."""
    raw = np.frombuffer(pygame.image.tobytes(screen.surface, "RGB"), np.uint8).astype(np.float32) / 255
    linear = np.where(raw <= 0.04045, raw / 12.92, ((raw + 0.055) / 1.055) ** 2.4)
    return linear.reshape(screen.size[1], screen.size[0], 3) @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def busy_seconds(layout: Layout) -> np.ndarray:
    """Every frame of a busy stretch, as luminance: three calls at once, one called again, a page turning."""
    fitted, size = fitted_to(layout)
    mind = BoardMind(g.HALL, room_of(fitted, layout))
    screen = VirtualScreen(size, shared_fonts())
    screen.start()
    base = msgspec.structs.replace(g.BOARD, counters=COUNTERS, services=WITH_TILES)
    again = g.make_call(g.CALLS[0].number, "3", g.SERVICES["household"], 0, recall=1)
    boards = {0: g.CALLS[3:], 1: g.CALLS[2:], 2: g.CALLS, 60: (again, *g.CALLS)}
    frames = []
    for tick in range(SECONDS * FRAMES_A_SECOND):
        now_s = 10.0 + tick / FRAMES_A_SECOND
        mind.heard(now_s, g.NOW_MS)
        if tick in boards:
            mind.take(msgspec.structs.replace(base, calls=boards[tick]), Position(1, tick + 1), now_s)
        screen.show(draw_board(mind.look(now_s, g.NOON), layout, fitted, g.ZONE, Facts()))
        assert not screen.failed
        frames.append(luminance(screen))
    return np.stack(frames)


def flashes_in_the_worst_second(frames: np.ndarray) -> np.ndarray:
    """For each pixel: how often it goes up and down again by a tenth of full luminance within one second."""
    steps = np.diff(frames, axis=0)
    moves = np.where(steps >= LUMINANCE_STEP, 1, np.where(steps <= -LUMINANCE_STEP, -1, 0))
    changes = moves != 0
    windows = np.stack([changes[i : i + FRAMES_A_SECOND].sum(axis=0) for i in range(len(changes) - FRAMES_A_SECOND)])
    return windows.max(axis=0) // 2


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_place_on_a_board_flashes_more_than_three_times_a_second(layout: Layout) -> None:
    worst = flashes_in_the_worst_second(busy_seconds(layout))
    assert worst.max() <= FLASHES_MOST - 1, "the ring beats once a second, and a call may come between two beats"
    assert (worst >= 1).mean() < 0.25, "and never the whole screen"


def test_a_strobe_would_be_seen() -> None:
    frames = np.zeros((30, 4, 4), np.float32)
    frames[::2] = 1.0
    assert flashes_in_the_worst_second(frames).min() > FLASHES_MOST


def test_every_ring_is_small_enough_to_beat_even_faster() -> None:
    rings = [(name, size, op) for name, (size, ops) in SAMPLES.items() for op in ops if isinstance(op, Ring)]
    assert rings
    for name, size, ring in rings:
        mm_a_px = PANEL_INCHES * 25.4 / math.hypot(*size)
        area_m2 = 2 * ring.width * (ring.rect.w + ring.rect.h) * (mm_a_px / 1000) ** 2
        assert area_m2 / SEAT_M**2 < SOLID_ANGLE_MOST_SR, name
        red, green, blue = ring.colour
        assert red / (red + green + blue) < 0.8, f"{name}: no saturated red"


@pytest.mark.parametrize(
    "name", [name for name in SAMPLES if name.endswith(("-calling", "-called-again", "-emergency", "-paused"))]
)
def test_what_one_acts_on_has_a_contrast_of_seven(name: str) -> None:
    """Ticket numbers, counters, and the words of an emergency: whatever is bold."""
    _, ops = SAMPLES[name]
    weak = []
    for position, op in enumerate(ops):
        if isinstance(op, Text):
            ground = _ground_under(Rect(*op.rect), ops[:position], INK)
            weak += [
                (span.text, round(contrast(span.colour, ground), 1))
                for span in op.spans if span.bold and contrast(span.colour, ground) < TO_ACT
            ]  # fmt: skip
    assert weak == []


def test_the_designs_are_judged_at_their_own_sizes() -> None:
    assert {size for size, _ in SAMPLES.values()} == set(DESIGN_PX.values())
