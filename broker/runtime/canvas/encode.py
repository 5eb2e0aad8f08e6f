"""A picture as bytes: PNG to be sent, BMP to be painted again soon.

Not by ``pygame.image.save``: what pygame 2.6.1 and pygame-ce 2.5.8 write into a file of memory stays in memory for
ever, so that a board which shows pictures, or is looked at, would grow by the size of each (``script/soak`` found it).
"""

from __future__ import annotations

import struct
import zlib

import pygame


def png_of(surface: pygame.Surface) -> bytes:
    """RFC 2083, 8 bits a colour, rows unfiltered: flat areas and letters pack best so."""
    width, height = surface.get_size()
    rows, wide = memoryview(pygame.image.tobytes(surface, "RGB")), 3 * width
    lines = b"".join(part for y in range(height) for part in (b"\0", rows[y * wide : (y + 1) * wide]))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bmp_of(surface: pygame.Surface) -> bytes:
    """A Windows bitmap with 32 bits a pixel, its rows from the top (hence the negative height)."""
    width, height = surface.get_size()
    pixels = pygame.image.tobytes(surface, "BGRA")
    file = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    return file + struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 32, 0, len(pixels), 2835, 2835, 0, 0) + pixels
