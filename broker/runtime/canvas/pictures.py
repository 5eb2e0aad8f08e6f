"""Picture files of the hall, made ready for a place on a screen: bounded before they are opened, cut, scaled once.

PNG and JPEG are read, by what is in the file and not by its name. What comes out is an uncompressed picture that costs
nothing to paint, its corners already round.
"""

from __future__ import annotations

import io
import stat
import struct
from pathlib import Path

import pygame

from broker.runtime.canvas.encode import bmp_of
from broker.runtime.canvas.theme import Colour
from broker.runtime.errors import NodeError

FILE_BYTES_MOST = 16_000_000
PIXELS_MOST = 25_000_000
CUT_MOST = 1.2
"""A picture is cut to its place while less than a sixth of it is lost; otherwise the whole of it is shown."""
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = {0x01, *range(0xD0, 0xD9)}
"""Markers that stand alone: what follows is no length (T.81, B.1.1.3)."""


class PictureUnusable(NodeError):
    """A picture file cannot be shown; `path` is the file, `reason` says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The picture {path} cannot be shown: {reason}")
        self.path = path
        self.reason = reason


def load_picture(path: Path, size: tuple[int, int], radius: int, ground: Colour, *, cut: bool = False) -> bytes:
    """Return the picture for an ``Image`` of `size` px on `ground`; `cut` fills the place whatever is lost.

    Raises PictureUnusable.
    """
    data = _content(path)
    found = picture_size(data)
    if found is None:
        raise PictureUnusable(path, "it is neither PNG nor JPEG")
    if found[0] * found[1] > PIXELS_MOST:
        raise PictureUnusable(path, f"it has more than {PIXELS_MOST} pixels")
    try:
        picture = pygame.image.load(io.BytesIO(data), "picture.png")
        return bmp_of(_rounded(_placed(picture, size, ground, cut=cut), radius, ground))
    except (pygame.error, ValueError, MemoryError) as error:
        raise PictureUnusable(path, str(error)) from error


def _content(path: Path) -> bytes:
    """The bytes of a plain file: a device has no end and no size, a pipe keeps whoever opens it waiting."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PictureUnusable(path, "it is no plain file")
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MOST + 1)
    except OSError as error:
        raise PictureUnusable(path, error.strerror or "it cannot be read") from error
    if len(data) > FILE_BYTES_MOST:
        raise PictureUnusable(path, f"it has more than {FILE_BYTES_MOST} bytes")
    return data


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height as the head of a PNG or JPEG says them; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return (width, height) if width and height else None
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk over the segments up to the one with the frame's size (ITU-T T.81, B.2.2)."""
    place = 2
    while place + 9 <= len(data):
        if data[place] != 0xFF:
            return None
        marker, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return (width, height) if width and height else None
        place += 1 if marker == 0xFF else 2 if marker in _JPEG_BARE else 2 + length
    return None


def _placed(picture: pygame.Surface, size: tuple[int, int], ground: Colour, *, cut: bool) -> pygame.Surface:
    """The picture in the middle of its place: cut where little is lost, whole on the ground where much would be."""
    across, down = size[0] / picture.get_width(), size[1] / picture.get_height()
    least, most = min(across, down), max(across, down)
    factor = most if cut or most / least <= CUT_MOST else least
    scaled = (max(1, round(picture.get_width() * factor)), max(1, round(picture.get_height() * factor)))
    if scaled[0] * scaled[1] > PIXELS_MOST:  # pygame would die of it, not only refuse
        raise ValueError("it is far too narrow for its place")
    full = pygame.Surface(picture.get_size(), 0, 32)
    full.fill(ground)
    full.blit(picture, (0, 0))
    place = pygame.Surface(size, 0, 32)
    place.fill(ground)
    small = pygame.transform.smoothscale(full, scaled)
    place.blit(small, ((size[0] - scaled[0]) // 2, (size[1] - scaled[1]) // 2))
    return place


def _rounded(picture: pygame.Surface, radius: int, ground: Colour) -> pygame.Surface:
    """The picture with round corners: its ground laid over it, with a smooth hole."""
    width, height = picture.get_size()
    big = pygame.Surface((radius * 8, radius * 8), pygame.SRCALPHA, 32)
    big.fill((*ground, 255))
    pygame.draw.circle(big, (*ground, 0), (radius * 4, radius * 4), radius * 4)
    mask = pygame.transform.smoothscale(big, (radius * 2, radius * 2)) if radius else big
    for x, left in ((0, 0), (width - radius, radius)):
        for y, top in ((0, 0), (height - radius, radius)):
            picture.blit(mask, (x, y), (left, top, radius, radius))
    return picture
