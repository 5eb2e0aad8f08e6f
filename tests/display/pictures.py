"""Pictures of screens for tests, and two eyes to judge them: pixel against pixel, and tesseract."""

import io
import subprocess
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.screen import VirtualScreen

GOLDEN = Path(__file__).parent / "golden"
FAR_OFF = 48
"""Two versions of FreeType differ by at most 41 in a channel; one wrong digit differs by 239."""


@cache
def shared_fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


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


def read_line(picture: Image.Image, box: tuple[int, int, int, int], allowed: str, mode: int = 7) -> str:
    """What tesseract reads in a box (left, top, width, height); `mode` is its page segmentation mode."""
    left, top, width, height = box
    crop = picture.crop((left, top, left + width, top + height)).convert("L")
    if sum(crop.histogram()[:128]) > crop.width * crop.height / 2:
        crop = ImageOps.invert(crop)
    crop = ImageOps.autocontrast(crop)
    ink = ImageOps.invert(crop).point(lambda value: 255 if value > 96 else 0).getbbox()
    crop = crop.crop(ink) if ink else crop
    crop = crop.resize((max(1, crop.width * 70 // crop.height), 70), Image.Resampling.LANCZOS)
    crop = ImageOps.expand(crop, 24, 255)
    buffer = io.BytesIO()
    crop.save(buffer, "PNG")
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", str(mode), "-c", f"tessedit_char_whitelist={allowed}"],
        input=buffer.getvalue(), capture_output=True, timeout=60, check=True,
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )  # fmt: skip
    return "".join(done.stdout.decode().split())
