"""How a key on a GPIO pin is written in the hall file, and what can be wrong with keys. Pure.

``gpio://17``, ``gpio://17?lamp=27&bounce_ms=30&settle_ms=5&hold_ms=800&pull=up&lamp_active=high``: pins are
Broadcom (BCM) numbers 0-27. ``virtual://pad/17?lamp=27`` is the same key on mock pins; ``virtual://pad`` alone takes
a free mock pin and, while there are any, one for a lamp.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from broker.model.address import VIRTUAL, BadAddress, DeviceAddress, parse_address
from broker.model.hall_address_checks import HIGHEST_PIN

_KEY_OPTIONS = frozenset({"lamp", "bounce_ms", "settle_ms", "hold_ms", "stuck_ms", "pull", "lamp_active"})
_LAMP_OPTIONS = frozenset({"active"})


class GpioError(Exception):
    """Base of everything that can go wrong with buttons and lamps; ``zh`` says the same in Chinese."""

    zh = ""


class BadKeyAddress(GpioError, BadAddress):
    """A key's address cannot be used."""

    def __init__(self, address: str, reason: str, zh: str) -> None:
        BadAddress.__init__(self, f"key address {address[:80]!r}: {reason}", f"按键地址“{address[:80]}”：{zh}")
        self.address = address
        self.reason = reason


class PinTaken(GpioError):
    """A pin is asked for twice, here or by another process."""

    def __init__(self, key: str, pin: int | None, reason: str) -> None:
        super().__init__(f"pin {pin} of key {key!r} cannot be had: {reason}")
        self.zh = f"按键“{key}”的引脚 {pin} 不能用（可能已被占用）：{reason}"
        self.key = key
        self.pin = pin


class GpioUnavailable(GpioError):
    """This machine offers no GPIO pins that gpiozero can drive."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no GPIO on this machine: {reason}")
        self.zh = f"本机没有可用的 GPIO 引脚：{reason}"
        self.reason = reason


class UnknownKey(GpioError):
    """A name that the pad does not have, or a lamp that the key does not have."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        super().__init__(f"the pad has no {key!r}, only {', '.join(known) or 'nothing'}")
        self.zh = f"按键盒没有“{key}”，只有 {'、'.join(known) or '（无）'}"
        self.key = key
        self.known = known


@dataclass(frozen=True)
class KeyAddress:
    """One key: its pin (None for any mock pin), the lamp's pin if any, and how the contact behaves."""

    pin: int | None
    lamp_pin: int | None = None
    virtual: bool = False
    bounce_ms: int = 30
    settle_ms: int = 5
    hold_ms: int | None = None
    stuck_ms: int = 60_000
    pull_up: bool = True
    lamp_active_high: bool = True


@dataclass(frozen=True)
class LampAddress:
    """One lamp; ``pin`` is None for any mock pin."""

    pin: int | None
    virtual: bool = False
    active_high: bool = True


def parse_key_address(text: str) -> KeyAddress:
    """Read a key's address. Raises :class:`BadKeyAddress` with the reason."""
    address = _parsed(text, _KEY_OPTIONS)
    options = address.options
    pin = _own_pin(text, address)
    lamp_pin = _pin(text, "lamp", options["lamp"]) if "lamp" in options else None
    if pin is not None and pin == lamp_pin:
        raise BadKeyAddress(text, "key and lamp are on the same pin", "按键和指示灯用了同一个引脚")
    return KeyAddress(
        pin=pin,
        lamp_pin=lamp_pin,
        virtual=address.is_virtual,
        bounce_ms=_number(text, "bounce_ms", options.get("bounce_ms", "30"), 1, 1_000),
        settle_ms=_number(text, "settle_ms", options.get("settle_ms", "5"), 1, 1_000),
        hold_ms=_number(text, "hold_ms", options["hold_ms"], 100, 30_000) if "hold_ms" in options else None,
        stuck_ms=_number(text, "stuck_ms", options.get("stuck_ms", "60000"), 1_000, 600_000),
        pull_up=_choice(text, "pull", options.get("pull", "up"), "up", "down"),
        lamp_active_high=_choice(text, "lamp_active", options.get("lamp_active", "high"), "high", "low"),
    )


def parse_lamp_address(text: str) -> LampAddress:
    """Read the address of a lamp that has a line of its own in the hall file, e.g. ``gpio://27?active=low``."""
    address = _parsed(text, _LAMP_OPTIONS)
    active_high = _choice(text, "active", address.options.get("active", "high"), "high", "low")
    return LampAddress(_own_pin(text, address), address.is_virtual, active_high)


def _parsed(text: str, allowed: frozenset[str]) -> DeviceAddress:
    try:
        address = parse_address(text)
    except BadAddress as error:
        raise BadKeyAddress(text, str(error), error.zh) from None
    if address.scheme not in ("gpio", VIRTUAL):
        raise BadKeyAddress(text, "must start with gpio:// or virtual://", "应以 gpio:// 或 virtual:// 开头")
    unknown = sorted(set(address.options) - allowed)
    if unknown:
        listed = ", ".join(unknown)
        raise BadKeyAddress(text, f"unknown option {listed}", f"没有选项“{listed}”")
    return address


def _own_pin(text: str, address: DeviceAddress) -> int | None:
    if not address.is_virtual:
        return _pin(text, "pin", address.path)
    _, _, pin = address.path.partition("/")
    return _pin(text, "pin", pin) if pin else None


def _number(address: str, name: str, text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadKeyAddress(address, f"{name} must be a whole number, not {text!r}", f"{name} 应为整数，不能是“{text}”")
    if not lowest <= int(text) <= highest:
        raise BadKeyAddress(
            address, f"{name} must lie between {lowest} and {highest}", f"{name} 应在 {lowest} 到 {highest} 之间"
        )
    return int(text)


def _pin(address: str, name: str, text: str) -> int:
    return _number(address, name, text, 0, HIGHEST_PIN)


def _choice(address: str, name: str, text: str, yes: str, no: str) -> bool:
    if text not in (yes, no):
        raise BadKeyAddress(address, f"{name} must be {yes} or {no}, not {text!r}", f"{name} 只能是 {yes} 或 {no}")
    return text == yes


def allot_mock_pins(
    keys: Mapping[str, KeyAddress], lamps: Mapping[str, LampAddress]
) -> tuple[dict[str, KeyAddress], dict[str, LampAddress]]:
    """Keys and lamps with a pin each; a virtual key gets a lamp too while mock pins are left.

    A lamp in a key's own address becomes the lamp of the same name.
    """
    merged = {
        name: LampAddress(key.lamp_pin, key.virtual, key.lamp_active_high)
        for name, key in keys.items()
        if key.lamp_pin is not None
    }
    merged.update(lamps)
    pins = [key.pin for key in keys.values()] + [lamp.pin for lamp in merged.values()]
    taken = {pin for pin in pins if pin is not None}
    # Pins 2 and 3 have fixed pull-up resistors; they suit a key that pulls up, but not every key.
    free = iter([pin for pin in range(4, HIGHEST_PIN + 1) if pin not in taken])
    placed = {name: replace(key, pin=_free_pin(name, key.pin, free)) for name, key in keys.items()}
    lit = {name: replace(lamp, pin=_free_pin(name, lamp.pin, free)) for name, lamp in merged.items()}
    for name, key in keys.items():
        if key.pin is None and name not in lit and (pin := next(free, None)) is not None:
            lit[name] = LampAddress(pin, virtual=True)
    return placed, lit


def _free_pin(name: str, pin: int | None, free: Iterator[int]) -> int:
    pin = next(free, None) if pin is None else pin
    if pin is None:
        raise BadKeyAddress("virtual://pad", f"no free mock pin is left for {name!r}", f"没有空闲的模拟引脚给“{name}”")
    return pin
