"""Pictures of screens for tests, and an eye that compares them pixel by pixel; tesseract's is in ``reading``."""

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops

from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.screen import VirtualScreen
from display.gallery import sketches

GOLDEN = Path(__file__).parent / "golden"
FAR_OFF = 48
"""Two versions of FreeType differ by at most 41 in a channel; one wrong digit differs by 239."""


@cache
def shared_fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


class Designed(Mapping[str, tuple[tuple[int, int], tuple[Op, ...]]]):
    """Every state of every screen: name -> (size, ops). Every worker of the suite asks for the names, so they cost
    nothing; a screen is laid out when it is looked at, once for all files."""

    def __init__(self) -> None:
        self._sketches = {name: (size, cache(laid_out)) for name, size, laid_out in sketches()}

    def __getitem__(self, name: str) -> tuple[tuple[int, int], tuple[Op, ...]]:
        size, laid_out = self._sketches[name]
        return size, laid_out()

    def __iter__(self) -> Iterator[str]:
        return iter(self._sketches)

    def __len__(self) -> int:
        return len(self._sketches)


@cache
def designed() -> Designed:
    """The one of this process."""
    return Designed()


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
