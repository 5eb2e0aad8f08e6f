"""The hall's mark on top of its tickets: a PNG file made black and white once, bounded in size and bytes.

A slow line pays for every byte of every ticket: at 9600 baud the largest mark takes three seconds.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from broker.runtime.errors import NodeError
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import Raster

BYTES_MOST = 3_000
HEIGHT_MOST_DOTS = 96
FILE_BYTES_MOST = 2_000_000
PIXELS_MOST = 4_000_000
DARK = 128
"""Of 255: what is darker becomes ink. Marks are drawn in flat colours; grey dots would print as dirt."""


class LogoUnusable(NodeError):
    """The picture file of the hall file cannot be printed; tickets do without. ``path`` is the file."""

    def __init__(self, path: Path, why: str, why_zh: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.zh = f"{path}：{why_zh}"


def load_logo(path: Path, profile: PrinterProfile) -> Raster:
    """The picture of the PNG file, as large as the bounds allow, never larger than it is. Raises LogoUnusable."""
    try:
        if path.exists() and not path.is_file():  # a pipe would keep the kiosk waiting for ever
            raise LogoUnusable(path, "no plain file", "不是普通文件")
        if path.stat().st_size > FILE_BYTES_MOST:
            raise LogoUnusable(path, f"larger than {FILE_BYTES_MOST} bytes", f"超过 {FILE_BYTES_MOST} 字节")
        with Image.open(path, formats=("PNG",)) as picture:
            if picture.width * picture.height > PIXELS_MOST:
                raise LogoUnusable(path, f"more than {PIXELS_MOST} pixels", f"超过 {PIXELS_MOST} 像素")
            flat = Image.new("RGBA", picture.size, "white")
            flat.alpha_composite(picture.convert("RGBA"))
    except Image.DecompressionBombError:
        raise LogoUnusable(path, f"more than {PIXELS_MOST} pixels", f"超过 {PIXELS_MOST} 像素") from None
    except (UnidentifiedImageError, SyntaxError, ValueError):
        raise LogoUnusable(path, "no PNG picture", "不是 PNG 图片") from None
    except OSError as error:
        raise LogoUnusable(path, error.strerror or "cannot be read", "无法读取") from None
    return _black_and_white(flat.convert("L"), path, profile)


def _black_and_white(grey: Image.Image, path: Path, profile: PrinterProfile) -> Raster:
    ink = grey.point(lambda value: 255 if value < DARK else 0)
    box = ink.getbbox()
    if box is None:
        raise LogoUnusable(path, "holds nothing dark", "没有深色内容")
    grey = grey.crop(box)
    scale = min(1.0, HEIGHT_MOST_DOTS / grey.height, profile.dots * 2 / 3 / grey.width)
    while _bytes_of(grey, scale) > BYTES_MOST:
        scale *= 0.95
    small = grey.resize(_size_of(grey, scale), Image.Resampling.LANCZOS)
    bits = small.point(lambda value: 255 if value < DARK else 0).convert("1")
    return Raster(bits.width, bits.height, bits.tobytes())


def _size_of(grey: Image.Image, scale: float) -> tuple[int, int]:
    return max(1, round(grey.width * scale)), max(1, round(grey.height * scale))


def _bytes_of(grey: Image.Image, scale: float) -> int:
    width, height = _size_of(grey, scale)
    return (width + 7) // 8 * height
