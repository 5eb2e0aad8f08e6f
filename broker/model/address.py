"""Addresses of hardware in the hall file: ``scheme://path?option=value``. ``virtual://`` is always the simulator."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

VIRTUAL = "virtual"


class BadAddress(ValueError):
    """The text is not an address this part can use; the message says what was expected."""


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
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadAddress(f"option {name}={text} must be a whole number from {least} to {most}")
        return int(text)


def parse_address(text: str) -> DeviceAddress:
    """``serial:///dev/x?baud=9600`` -> DeviceAddress; the bare word ``none`` is the scheme ``none``."""
    if text == "none":
        return DeviceAddress("none", "")
    try:
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise BadAddress(f"{text!r} is not an address like scheme://path?option=value ({error})") from None
    if not parts.scheme or "://" not in text:
        raise BadAddress(f"{text!r} is not an address like scheme://path?option=value")
    return DeviceAddress(parts.scheme, parts.netloc + parts.path, options)


def line_and_unit(address: DeviceAddress) -> tuple[str, int]:
    """Line name and unit of a bus address such as ``p1://a/3``; units are 1 to 250."""
    line, _, unit = address.path.partition("/")
    if not line or not unit.isdecimal() or not 1 <= int(unit) <= 250:
        raise BadAddress(
            f"{address.scheme}://{address.path} must be {address.scheme}://LINE/UNIT with a unit from 1 to 250"
        )
    return line, int(unit)
