"""Pictures as bytes: read back by Pillow and by pygame, and nothing of them stays in memory."""

import io
import random
from pathlib import Path

import pygame
import pytest
from PIL import Image

from broker.runtime.canvas.encode import bmp_of, png_of

SIZES = [(1, 1), (3, 2), (401, 97)]
WRITTEN = 40


def noise(size: tuple[int, int]) -> pygame.Surface:
    """No two pixels alike, so that a swapped row or colour shows."""
    chance = random.Random(5)
    surface = pygame.Surface(size, 0, 32)
    for x in range(size[0]):
        for y in range(size[1]):
            surface.set_at((x, y), tuple(chance.randrange(256) for _ in range(3)))
    return surface


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("write", [png_of, bmp_of])
def test_pillow_and_pygame_read_every_pixel_as_it_was(write, size: tuple[int, int]) -> None:
    surface = noise(size)
    pixels = pygame.image.tobytes(surface, "RGB")
    data = write(surface)
    assert Image.open(io.BytesIO(data)).convert("RGB").tobytes() == pixels
    again = pygame.image.load(io.BytesIO(data), "picture.png")
    assert pygame.image.tobytes(again, "RGB") == pixels
    assert again.get_at((0, 0))[3] == 255


@pytest.mark.parametrize("write", [png_of, bmp_of])
def test_what_was_written_does_not_stay_in_memory(write) -> None:
    surface = noise((401, 400))
    size = len(write(surface))
    write(surface)
    before = memory_bytes()
    for _ in range(WRITTEN):
        write(surface)
    assert memory_bytes() - before < WRITTEN * size / 2


def memory_bytes() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024
