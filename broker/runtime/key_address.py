"""How a key on a GPIO pin is written in the hall file, and what can be wrong with keys. Pure.

``gpio://17``, ``gpio://17?lamp=27&bounce_ms=30&hold_ms=800&pull=up&lamp_active=high``: pins are Broadcom (BCM)
numbers 0-27. ``virtual://pad/17?lamp=27`` is the same key on mock pins; ``virtual://pad`` alone takes a free mock pin
and, while there are any, one for a lamp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

HIGHEST_PIN = 27
_OPTIONS = frozenset({"lamp", "bounce_ms", "hold_ms", "stuck_ms", "pull", "lamp_active"})


class GpioError(Exception):
    """Base of everything that can go wrong with buttons and lamps."""


class KeyAddressError(GpioError):
    """A key's address cannot be used."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"key address {address!r}: {reason}")
        self.address = address
        self.reason = reason


class PinTakenError(GpioError):
    """A pin is asked for twice, here or by another process."""

    def __init__(self, key: str, pin: int, reason: str) -> None:
        super().__init__(f"pin {pin} of key {key!r} cannot be had: {reason}")
        self.key = key
        self.pin = pin


class GpioUnavailableError(GpioError):
    """This machine offers no GPIO pins that gpiozero can drive."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no GPIO on this machine: {reason}")
        self.reason = reason


class UnknownKeyError(GpioError):
    """A name that the pad does not have, or a lamp that the key does not have."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        super().__init__(f"the pad has no {key!r}, only {', '.join(known) or 'nothing'}")
        self.key = key
        self.known = known


@dataclass(frozen=True)
class KeyAddress:
    """One key: its pin (None for any mock pin), the lamp's pin if any, and how the contact behaves."""

    pin: int | None
    lamp_pin: int | None = None
    virtual: bool = False
    bounce_ms: int = 30
    hold_ms: int | None = None
    stuck_ms: int = 60_000
    pull_up: bool = True
    lamp_active_high: bool = True


def parse_key_address(text: str) -> KeyAddress:
    """Read a key's address. Raises :class:`KeyAddressError` with the reason."""
    parts = urlsplit(text)
    virtual = parts.scheme == "virtual" and parts.netloc == "pad"
    if not virtual and parts.scheme != "gpio":
        raise KeyAddressError(text, "must start with gpio:// or virtual://pad")
    name = parts.path.strip("/") if virtual else parts.netloc
    if not virtual and parts.path.strip("/"):
        raise KeyAddressError(text, "one pin number is expected after gpio://")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise KeyAddressError(text, f"unknown option {', '.join(unknown)}")
    pin = None if virtual and not name else _pin(text, "pin", name)
    lamp_pin = _pin(text, "lamp", options["lamp"]) if "lamp" in options else None
    if pin is not None and pin == lamp_pin:
        raise KeyAddressError(text, "key and lamp are on the same pin")
    return KeyAddress(
        pin=pin,
        lamp_pin=lamp_pin,
        virtual=virtual,
        bounce_ms=_number(text, "bounce_ms", options.get("bounce_ms", "30"), 1, 1_000),
        hold_ms=_number(text, "hold_ms", options["hold_ms"], 100, 30_000) if "hold_ms" in options else None,
        stuck_ms=_number(text, "stuck_ms", options.get("stuck_ms", "60000"), 1_000, 600_000),
        pull_up=_choice(text, "pull", options.get("pull", "up"), "up", "down"),
        lamp_active_high=_choice(text, "lamp_active", options.get("lamp_active", "high"), "high", "low"),
    )


def _number(address: str, name: str, text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise KeyAddressError(address, f"{name} must be a whole number, not {text!r}")
    if not lowest <= int(text) <= highest:
        raise KeyAddressError(address, f"{name} must lie between {lowest} and {highest}")
    return int(text)


def _pin(address: str, name: str, text: str) -> int:
    return _number(address, name, text, 0, HIGHEST_PIN)


def _choice(address: str, name: str, text: str, yes: str, no: str) -> bool:
    if text not in (yes, no):
        raise KeyAddressError(address, f"{name} must be {yes} or {no}, not {text!r}")
    return text == yes


def allot_mock_pins(keys: Mapping[str, KeyAddress]) -> dict[str, KeyAddress]:
    """Give every ``virtual://pad`` without a number its own mock pins, key and lamp."""
    taken = {pin for key in keys.values() for pin in (key.pin, key.lamp_pin) if pin is not None}
    # Pins 2 and 3 have fixed pull-up resistors; they suit a key that pulls up, but not every key.
    free = iter([pin for pin in range(4, HIGHEST_PIN + 1) if pin not in taken])
    allotted = dict(keys)
    for name, key in keys.items():
        if key.pin is None:
            pin = next(free, None)
            if pin is None:
                raise KeyAddressError("virtual://pad", f"no free mock pin is left for {name!r}")
            allotted[name] = replace(key, pin=pin)
    for name, key in keys.items():  # lamps take what the keys left over
        if key.pin is None and key.lamp_pin is None:
            allotted[name] = replace(allotted[name], lamp_pin=next(free, None))
    return allotted
