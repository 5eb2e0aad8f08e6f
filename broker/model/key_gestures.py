"""What a console's ``keys`` may say beside a pin: another device's key, a key held long, keys pressed together.

``keys.pause = "key://KEY_KP5"``           a key of a USB keypad by its name or number, of a Modbus pad by its number
``keys.close = "key://KEY_KP5?hold_ms=2000"``  counts only when held so long; ``gpio://16?hold_ms=2000`` likewise
``keys.close = "hold://pause?ms=2000"``    the key of ``pause`` held so long; shorter, it means pause
``keys.open = "chord://call+pause?ms=150"``  the keys of both pressed within so many milliseconds
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from broker.model.address import BadAddress, DeviceAddress, parse_address

HOLD_MS, SHORTEST_HOLD_MS, LONGEST_HOLD_MS = 1_500, 300, 30_000
CHORD_MS, SHORTEST_CHORD_MS, LONGEST_CHORD_MS = 150, 50, 1_000
CONTACTS = ("gpio", "virtual", "key")
"""Schemes of keys that are there; the others mean something about them."""
GESTURES = ("hold", "chord")
_RAW = re.compile(r"[A-Za-z0-9_]{1,32}")


@dataclass(frozen=True)
class Tap:
    """A key of its own. With ``hold_ms`` it counts only once it was held so long."""

    address: DeviceAddress
    hold_ms: int | None = None

    @property
    def raw(self) -> str:
        """What the device calls it; of a pin, its number or nothing."""
        return self.address.path


@dataclass(frozen=True)
class Hold:
    """The key of another meaning, held."""

    of: str
    ms: int


@dataclass(frozen=True)
class Chord:
    """The keys of other meanings, pressed together."""

    of: frozenset[str]
    ms: int


Gesture = Tap | Hold | Chord


def parse_gesture(text: str) -> Gesture:
    """One value of ``keys``. Raises BadAddress; whether the pin or key exists is asked elsewhere."""
    address = parse_address(text)
    match address.scheme:
        case "hold":
            _only(address, "ms")
            return Hold(address.path, address.option_int("ms", HOLD_MS, SHORTEST_HOLD_MS, LONGEST_HOLD_MS))
        case "chord":
            _only(address, "ms")
            of = frozenset(address.path.split("+"))
            if len(of) < 2:
                raise BadAddress(
                    f"{text[:80]} must name two keys or more: chord://call+pause",
                    f"{text[:80]} 至少要写两个键：chord://call+pause",
                )
            return Chord(of, address.option_int("ms", CHORD_MS, SHORTEST_CHORD_MS, LONGEST_CHORD_MS))
        case "key":
            _only(address, "hold_ms")
            if not _RAW.fullmatch(address.path):
                raise BadAddress(
                    f"{text[:80]} must be key://NAME or key://NUMBER",
                    f"{text[:80]} 的写法应为 key://键名 或 key://编号",
                )
    held = "hold_ms" in address.options
    return Tap(address, address.option_int("hold_ms", HOLD_MS, 100, LONGEST_HOLD_MS) if held else None)


def gestures_of(keys: Mapping[str, str]) -> dict[str, Gesture]:
    """All values of ``keys``; raises BadAddress for the first that cannot be read."""
    return {name: parse_gesture(text) for name, text in keys.items()}


def faults_of(gestures: Mapping[str, Gesture]) -> list[tuple[str, str, dict[str, str]]]:
    """What does not go together, as (key, code of the mistake, facts)."""
    taps = {name for name, gesture in gestures.items() if isinstance(gesture, Tap)}
    faults: list[tuple[str, str, dict[str, str]]] = []
    held: dict[str, str] = {}
    raws: dict[str, str] = {}
    chords = {name: gesture.of for name, gesture in gestures.items() if isinstance(gesture, Chord)}
    for name, gesture in gestures.items():
        of = () if isinstance(gesture, Tap) else {gesture.of} if isinstance(gesture, Hold) else gesture.of
        faults += [(name, "gesture_of_nothing", {"other": other[:40]}) for other in sorted(set(of) - taps)]
        if isinstance(gesture, Hold) and held.setdefault(gesture.of, name) != name:
            faults.append((name, "held_twice", {"key": gesture.of, "other": held[gesture.of]}))
        own = gestures.get(gesture.of) if isinstance(gesture, Hold) else None
        if isinstance(gesture, Hold) and isinstance(own, Tap) and own.hold_ms is not None:
            faults.append((name, "held_twice", {"key": gesture.of, "other": gesture.of}))
        if isinstance(gesture, Chord):
            inner = [other for other, keys in chords.items() if other != name and keys <= gesture.of]
            faults += [(name, "chord_in_chord", {"other": other}) for other in inner]
        raw = gesture.raw if isinstance(gesture, Tap) and gesture.address.scheme == "key" else ""
        if raw and raws.setdefault(raw, name) != name:
            faults.append((name, "raw_key_twice", {"raw": raw, "other": raws[raw]}))
    return faults


def _only(address: DeviceAddress, option: str) -> None:
    unknown = sorted(set(address.options) - {option})
    if unknown:
        raise BadAddress(f"there is no option {unknown[0]!r}; use {option}", f"没有选项“{unknown[0]}”，可用：{option}")
