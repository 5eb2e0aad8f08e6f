"""Addresses of screens, as they stand in the hall file. Pure.

``window://0?size=1920x1080&fullscreen=1&rotate=90``  a window on display 0; full screen may leave the size out
``virtual://screen?size=1080x1920``  a picture in memory, for tests and for halls without hardware
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

LEAST_PX, MOST_PX = 240, 7680


class ScreenAddressWrong(ValueError):
    """An address that names no screen."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"The screen address {address!r} is wrong: {reason}")
        self.address = address
        self.reason = reason


class ScreenAddress(NamedTuple):
    """Which screen to open. `size` is None for 'as large as the display'; `rotate` is clockwise degrees."""

    kind: str
    display: int = 0
    size: tuple[int, int] | None = None
    fullscreen: bool = False
    rotate: int = 0


def parse_screen_address(address: str) -> ScreenAddress:
    """Return the parts of an address. Raises ScreenAddressWrong."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = set(query) - {"size", "fullscreen", "rotate"}
    if unknown:
        raise ScreenAddressWrong(address, f"unknown option {sorted(unknown)[0]!r}")
    size = _size(address, query["size"]) if "size" in query else None
    if parts.scheme == "virtual":
        if size is None:
            raise ScreenAddressWrong(address, "a virtual screen needs size=WIDTHxHEIGHT")
        return ScreenAddress("virtual", 0, size)
    if parts.scheme != "window":
        raise ScreenAddressWrong(address, "it must begin with window:// or virtual://")
    if not re.fullmatch(r"\d{0,2}", parts.netloc):
        raise ScreenAddressWrong(address, "window:// is followed by the number of the display")
    fullscreen = query.get("fullscreen", "0")
    rotate = query.get("rotate", "0")
    if fullscreen not in ("0", "1"):
        raise ScreenAddressWrong(address, "fullscreen is 0 or 1")
    if rotate not in ("0", "90", "180", "270"):
        raise ScreenAddressWrong(address, "rotate is 0, 90, 180 or 270")
    if size is None and fullscreen == "0":
        raise ScreenAddressWrong(address, "a window needs size=WIDTHxHEIGHT or fullscreen=1")
    return ScreenAddress("window", int(parts.netloc or 0), size, fullscreen == "1", int(rotate))


def _size(address: str, value: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", value)
    if match is None:
        raise ScreenAddressWrong(address, "size is WIDTHxHEIGHT")
    width, height = int(match[1]), int(match[2])
    if not all(LEAST_PX <= side <= MOST_PX for side in (width, height)):
        raise ScreenAddressWrong(address, f"each side is {LEAST_PX} to {MOST_PX} pixels")
    return width, height
