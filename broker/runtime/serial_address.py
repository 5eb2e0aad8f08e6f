"""How a serial line is written in the hall file. Pure.

``serial:///dev/hall/printer?baud=115200&flow=rtscts``
``serial:///dev/hall/bus?baud=9600&flow=none&parity=E&stop=1&bits=8``
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from broker.model.address import BadAddress, DeviceAddress, parse_address

OPTIONS = ("baud", "flow", "parity", "bits", "stop")
FLOWS = ("none", "rtscts", "xonxoff")
PARITIES = ("N", "E", "O")
_SLOWEST_BAUD, _FASTEST_BAUD = 300, 4_000_000


class BadSerialAddress(BadAddress):
    """The address in the hall file does not describe a serial line."""

    def __init__(self, address: str, sentence: str, zh: str) -> None:
        super().__init__(f"{address[:80]}: {sentence}", f"{address[:80]}：{zh}")
        self.address = address


@dataclass(frozen=True)
class SerialAddress:
    """One serial line as the hall file names it. ``stop`` is 1 or 2, ``bits`` 7 or 8."""

    path: str
    baud: int = 9600
    flow: str = "none"
    parity: str = "N"
    bits: int = 8
    stop: int = 1

    @classmethod
    def parse(cls, text: str) -> SerialAddress:
        """Read ``serial:///dev/...?baud=..&flow=..&parity=..&bits=..&stop=..``; raise `BadSerialAddress`."""
        try:
            return _read(parse_address(text))
        except BadAddress as error:
            raise BadSerialAddress(text, str(error), error.zh) from None

    def __str__(self) -> str:
        options = {"baud": self.baud, "flow": self.flow}
        defaults = SerialAddress(self.path)
        for name in ("parity", "bits", "stop"):
            if getattr(self, name) != getattr(defaults, name):
                options[name] = getattr(self, name)
        return f"serial://{self.path}?{urlencode(options)}"

    def wire_time_s(self, byte_count: int) -> float:
        """How long `byte_count` bytes take on the wire at this speed and framing."""
        frame_bits = 1 + self.bits + (self.parity != "N") + self.stop
        return byte_count * frame_bits / self.baud


def _read(address: DeviceAddress) -> SerialAddress:
    if address.scheme != "serial" or not address.path.startswith("/") or len(address.path) < 2:
        raise BadAddress(
            "a serial line is written serial:///dev/NAME?baud=9600", "串口地址的写法是 serial:///dev/名字?baud=9600"
        )
    unknown = [name for name in address.options if name not in OPTIONS]
    if unknown:
        known = ", ".join(OPTIONS)
        raise BadAddress(f"there is no option {unknown[0]!r}; use {known}", f"没有选项“{unknown[0]}”，可用：{known}")
    return SerialAddress(
        address.path,
        address.option_int("baud", 9600, _SLOWEST_BAUD, _FASTEST_BAUD),
        _one_of(address.options.get("flow", "none"), "flow", FLOWS),
        _one_of(address.options.get("parity", "N").upper(), "parity", PARITIES),
        address.option_int("bits", 8, 7, 8),
        address.option_int("stop", 1, 1, 2),
    )


def _one_of(value: str, name: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        known = ", ".join(allowed)
        raise BadAddress(f"option {name}={value} must be one of {known}", f"选项 {name}={value} 只能是：{known}")
    return value
