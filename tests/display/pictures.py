"""Pictures of screens for tests, and an eye that compares them pixel by pixel; tesseract's is in ``reading``."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops

from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.screen import VirtualScreen
from display.gallery import screens

GOLDEN = Path(__file__).parent / "golden"
FAR_OFF = 48
"""Two versions of FreeType differ by at most 41 in a channel; one wrong digit differs by 239."""


@cache
def shared_fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


@cache
def designed() -> dict[str, tuple[tuple[int, int], tuple[Op, ...]]]:
    """Every state of every screen: name -> (size, ops). Laid out once for all files that ask."""
    return {name: (size, ops) for name, size, ops in screens()}


def picture_of(size: tuple[int, int], ops: tuple[Op, ...]) -> Image.Image:
    screen = VirtualScreen(size, shared_fonts())
    screen.start()
    screen.show(ops)
    assert not screen.failed
    return Image.open(io.BytesIO(screen.picture(limit_bytes=1 << 30))).convert("RGB")


def pixels_far_off(first: Image.Image, second: Image.Image) -> int:
    """How many pixels have a channel that differs by more than FAR_OFF."""
    channels = ImageChops.difference(first, second).split()
    worst = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    return sum(worst.histogram()[FAR_OFF + 1 :])
