"""Two pictures made of sums, for the gallery and for tests: a view over hills, and a portrait without a face. Pure."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from functools import cache, lru_cache

Pixel = tuple[int, int, int]


def png(size: tuple[int, int], pixel: Callable[[float, float], Pixel], radius: int = 0) -> bytes:
    """Return a PNG of `size` px; `pixel` gives the colour at (x, y) from 0 to 1, corners of `radius` px are clear."""
    width, height = size
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes((*pixel(x / width, y / height), 255 if _inside(x, y, size, radius) else 0))
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _inside(x: int, y: int, size: tuple[int, int], radius: int) -> bool:
    if not radius:
        return True
    dx = max(radius - x, x - (size[0] - 1 - radius), 0)
    dy = max(radius - y, y - (size[1] - 1 - radius), 0)
    return dx * dx + dy * dy <= radius * radius


@lru_cache(1024)  # a sky is the same along each of its rows
def _mix(first: Pixel, second: Pixel, share: float) -> Pixel:
    red, green, blue = (round(a + (b - a) * min(1.0, max(0.0, share))) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _hills(x: float, y: float) -> Pixel:
    if y > 0.80 + 0.07 * math.sin(7 * x + 4):
        return (16, 78, 74)
    if y > 0.64 + 0.09 * math.sin(4.3 * x + 1):
        return (36, 116, 104)
    if y > 0.50 + 0.10 * math.sin(3 * x + 2.4) + 0.03 * math.sin(11 * x):
        return (92, 158, 150)
    if math.hypot((x - 0.72) * 1.66, y - 0.24) < 0.10:
        return (255, 214, 120)
    return _mix((88, 160, 214), (236, 232, 206), y / 0.55)


def _person(x: float, y: float) -> Pixel:
    if math.hypot((x - 0.5) * 0.8, (y - 0.36) * 0.9) < 0.17:
        return (222, 196, 176)
    if y > 0.60 and math.hypot((x - 0.5) * 0.9, (y - 0.98) * 0.9) < 0.40:
        return (30, 62, 108)
    return _mix((206, 220, 234), (168, 190, 212), y)


@cache
def hills(size: tuple[int, int] = (520, 312), radius: int = 14) -> bytes:
    """A picture for a place of a wall display; what the place has no room for is cut off."""
    wide = size[0] / size[1] / (520 / 312)
    across, down = min(1.0, wide), min(1.0, 1 / wide)
    return png(size, lambda x, y: _hills(0.7 + (x - 0.7) * across, 0.4 + (y - 0.4) * down), radius)


@cache
def portrait() -> bytes:
    """A photo for the staff wall."""
    return png((222, 300), _person, 12)
