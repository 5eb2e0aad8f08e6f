"""Cross-checks of keys: what a console's keys mean together, and which level each key of an evaluator stands for."""

from collections.abc import Callable, Iterator

from broker.model.address import BadAddress, DeviceAddress, parse_address
from broker.model.hall import Hall
from broker.model.hall_devices import Console, Keypad
from broker.model.hall_makes import may_be_make
from broker.model.hall_mistakes import Mistake, complain
from broker.model.input_codes import code_of
from broker.model.key_gestures import GESTURES, Gesture, Tap, faults_of, parse_gesture
from broker.model.words import Level, Names

USB_KEYPAD = "usb-keypad"
"""``virtual://usb-keypad`` is the simulator of an ``evdev://`` keypad."""
SCREEN = "evaluator"
"""``virtual://evaluator`` is an evaluator's touch screen in memory; a real one is ``window://``."""
MODBUS_KEYS = 16
LINE_RAW_KEYS = 256
GOOD = frozenset({Level.VERY_SATISFIED, Level.SATISFIED, Level.BASICALLY_SATISFIED})
ALL_LEVEL_KEYS = len(Level)


def kind_of(address: DeviceAddress) -> str:
    """Which keys a console or keypad has: ``pins``, ``usb``, ``modbus``, ``screen``, ``line``; empty for none at all.

    ``line``: a make that speaks on a serial line, such as P1. Which of these there are is known to the caller alone.
    """
    if address.is_virtual and address.path.partition("/")[0] == USB_KEYPAD:
        return "usb"
    if address.is_virtual and address.path.partition("/")[0] == SCREEN:
        return "screen"
    known = {"window": "screen", "gpio": "pins", "virtual": "pins", "evdev": "usb", "modbus": "modbus"}
    return known.get(address.scheme) or ("line" if may_be_make(address.scheme) else "")


def raw_key_known(kind: str, raw: str) -> bool:
    """Whether a device of this kind could ever send this raw key, written as its driver writes it."""
    if kind == "usb":
        return code_of(raw) is not None
    most = {"modbus": MODBUS_KEYS, "line": LINE_RAW_KEYS, "pins": 28}.get(kind)
    return most is None or (raw.isascii() and raw.isdecimal() and raw == str(int(raw[:4])) and int(raw[:4]) < most)


def has_faces(text: str) -> bool:
    """Whether the evaluator at this address shows all five levels by itself, so that none need be declared."""
    return _kind(text) == "screen"


def _console_gestures(hall: Hall) -> Iterator[Mistake]:
    for name, console in hall.consoles.items():
        kind = _kind(console.address)
        if kind in ("", "line"):
            continue
        gestures: dict[str, Gesture] = {}
        for key, text in console.keys.items():
            path = f"consoles.{name}.keys.{key}"
            try:
                gestures[key] = parse_gesture(text)
            except BadAddress as error:
                if text.startswith((*(f"{scheme}://" for scheme in GESTURES), "key://")):
                    yield complain(path, "address_unreadable", why=Names(error.zh, str(error)))
                continue
            yield from _contact(path, kind, gestures[key])
        if len(gestures) == len(console.keys):
            for faulty, code, facts in faults_of(gestures):
                yield complain(f"consoles.{name}.keys.{faulty}", code, **facts)


def _contact(path: str, kind: str, gesture: Gesture) -> Iterator[Mistake]:
    """A key of the right sort for its console: pins for a pad, raw keys for what sends keys."""
    if not isinstance(gesture, Tap):
        return
    named = gesture.address.scheme == "key"
    if named != (kind != "pins"):
        yield complain(path, "key_for_raw" if kind != "pins" else "key_for_pins")
    elif named and not raw_key_known(kind, gesture.raw):
        yield complain(path, "raw_key_unknown", raw=gesture.raw[:40])


def _kind(text: str) -> str:
    try:
        return kind_of(parse_address(text))
    except BadAddress:
        return ""  # said elsewhere


def _console_without_keys(hall: Hall) -> Iterator[Mistake]:
    for name, console in hall.consoles.items():
        if _kind(console.address) in ("usb", "modbus") and not console.keys and not _is_simulated(console):
            yield complain(f"consoles.{name}.keys", "pad_without_keys")


def _is_simulated(console: Console) -> bool:
    return console.address.startswith("virtual://")


def _keypad_maps(hall: Hall) -> Iterator[Mistake]:
    for name, keypad in hall.keypads.items():
        path = f"keypads.{name}.levels"
        raws = (*keypad.levels, *filter(None, (keypad.decline, keypad.contact)))
        kind = _kind(keypad.address)
        for raw in raws:
            if not raw_key_known(kind, raw):
                yield complain(path, "raw_key_unknown", raw=raw[:40])
        for key in ("decline", "contact"):
            if getattr(keypad, key) in keypad.levels:
                yield complain(f"keypads.{name}.{key}", "decline_is_level", raw=getattr(keypad, key)[:40])
        if keypad.levels:
            yield from _scale(path, keypad, len(set(raws)))


def _scale(path: str, keypad: Keypad, mapped: int) -> Iterator[Mistake]:
    """An evaluator that can only praise, or only blame, or whose keys are half dead, would falsify what it counts."""
    given = set(keypad.levels.values())
    if not given & GOOD or given <= GOOD:
        yield complain(path, "levels_one_sided")
    if keypad.key_count is None:
        return
    lacking = sorted(set(Level) - given)
    if lacking and keypad.key_count >= ALL_LEVEL_KEYS + bool(keypad.decline) + bool(keypad.contact):
        yield complain(path, "levels_lacking", levels=", ".join(lacking))
    elif mapped != keypad.key_count:
        yield complain(path, "keys_unmapped", count=keypad.key_count, mapped=mapped)


KEY_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_console_gestures, "consoles"),
    (_console_without_keys, "consoles"),
    (_keypad_maps, "keypads"),
)
"""Each check with the tables it reads."""
