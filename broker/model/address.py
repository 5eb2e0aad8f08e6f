"""Addresses of hardware in the hall file: ``scheme://path?option=value``. ``virtual://`` is always the simulator."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

VIRTUAL = "virtual"
_SCHEME = re.compile(r"[a-z][a-z0-9]{0,15}://")


class BadAddress(ValueError):
    """The text is not an address this part can use; the message says what was expected, ``zh`` says it in Chinese."""

    def __init__(self, sentence: str, zh: str = "") -> None:
        super().__init__(sentence)
        self.zh = zh or f"地址不能用（{sentence}）"


@dataclass(frozen=True)
class DeviceAddress:
    """A parsed address; ``path`` keeps its leading slash where the text has one (``serial:///dev/ttyUSB0``)."""

    scheme: str
    path: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def is_virtual(self) -> bool:
        """Whether the simulator beside the driver is meant."""
        return self.scheme == VIRTUAL

    def option_int(self, name: str, default: int, least: int, most: int) -> int:
        """A whole-number option within bounds; BadAddress otherwise."""
        text = self.options.get(name, str(default))
        if not _is_whole(text) or not least <= int(text) <= most:
            raise BadAddress(
                f"option {name}={text} must be a whole number from {least} to {most}",
                f"选项 {name}={text} 应为 {least} 到 {most} 的整数",
            )
        return int(text)


def parse_address(text: str) -> DeviceAddress:
    """``serial:///dev/x?baud=9600`` -> DeviceAddress; the bare word ``none`` is the scheme ``none``."""
    if text == "none":
        return DeviceAddress("none", "")
    if not _SCHEME.match(text) or not text.isprintable() or " " in text or "#" in text:
        raise BadAddress(
            f"{text[:80]!r} is not an address like scheme://path?option=value, without spaces or '#'",
            f"“{text[:80]}”不是地址；写法是 类型://路径?选项=值，不能有空格和 #",
        )
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise BadAddress(
            f"{text[:80]!r} has options that are not written name=value&name=value",
            f"“{text[:80]}”的选项写法不对；应为 名字=值&名字=值",
        ) from None
    options = dict(pairs)
    if len(options) != len(pairs):
        raise BadAddress(f"{text[:80]!r} says an option twice", f"“{text[:80]}”里同一个选项写了两次")
    return DeviceAddress(parts.scheme, parts.netloc + parts.path, options)


def line_and_unit(address: DeviceAddress) -> tuple[str, int]:
    """Line name and unit of a bus address such as ``p1://a/3``; units are 1 to 250."""
    line, _, unit = address.path.partition("/")
    if not line or not _is_whole(unit) or not 1 <= int(unit) <= 250:
        raise BadAddress(
            f"{address.scheme}://{address.path} must be {address.scheme}://LINE/UNIT with a unit from 1 to 250",
            f"{address.scheme}://{address.path} 的写法应为 {address.scheme}://线路/地址码，地址码 1 到 250",
        )
    return line, int(unit)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
