"""Addresses of screens, as they stand in the hall file. Pure.

``window://0?size=1920x1080&fullscreen=1&rotate=90``  a window on display 0; full screen may leave the size out
``virtual://screen?size=1080x1920``  a picture in memory, for tests and for halls without hardware
"""

from __future__ import annotations

import re
from typing import NamedTuple

from broker.model.address import BadAddress, DeviceAddress, parse_address

LEAST_PX, MOST_PX = 240, 7680
_OPTIONS = ("size", "fullscreen", "rotate")


class ScreenAddress(NamedTuple):
    """Which screen to open. `size` is None for 'as large as the display'; `rotate` is clockwise degrees."""

    kind: str
    display: int = 0
    size: tuple[int, int] | None = None
    fullscreen: bool = False
    rotate: int = 0


def parse_screen_address(text: str) -> ScreenAddress:
    """Return the parts of an address. Raises BadAddress."""
    address = parse_address(text)
    unknown = set(address.options) - set(_OPTIONS)
    if unknown:
        known = ", ".join(_OPTIONS)
        raise BadAddress(
            f"a screen has no option {min(unknown)!r} (known: {known})", f"屏幕没有选项“{min(unknown)}”，可用：{known}"
        )
    size = _size(address.options["size"]) if "size" in address.options else None
    if address.is_virtual:
        return ScreenAddress("virtual", 0, size)
    if address.scheme != "window":
        raise BadAddress(
            f"a screen is window:// or virtual://, not {address.scheme}://", "屏幕地址应以 window:// 或 virtual:// 开头"
        )
    if not re.fullmatch(r"\d{0,2}", address.path):
        raise BadAddress("window:// is followed by the number of the display", "window:// 后面是显示器的编号")
    fullscreen = _one_of(address, "fullscreen", ("0", "1")) == "1"
    rotate = int(_one_of(address, "rotate", ("0", "90", "180", "270")))
    return ScreenAddress("window", int(address.path or 0), size, fullscreen, rotate)


def _one_of(address: DeviceAddress, name: str, allowed: tuple[str, ...]) -> str:
    value = address.options.get(name, allowed[0])
    if value not in allowed:
        known = ", ".join(allowed)
        raise BadAddress(f"option {name}={value} must be one of {known}", f"选项 {name}={value} 只能是：{known}")
    return value


def _size(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", value)
    if match is None:
        raise BadAddress(f"option size={value} must be WIDTHxHEIGHT", f"选项 size={value} 的写法应为 宽x高")
    width, height = int(match[1]), int(match[2])
    if not all(LEAST_PX <= side <= MOST_PX for side in (width, height)):
        raise BadAddress(
            f"option size={value}: each side is {LEAST_PX} to {MOST_PX} pixels",
            f"选项 size={value}：每边应为 {LEAST_PX} 到 {MOST_PX} 像素",
        )
    return width, height
