"""Button pads: a clerk's console or a visitor's evaluator made of GPIO keys and lamps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from broker.contract.envelope import PanelPart
from broker.model.address import parse_address
from broker.model.key_gestures import CONTACTS, Tap
from broker.model.words import LEVEL_NAMES, Level
from broker.runtime.gpio import (
    ContactChange,
    GpioError,
    KeyAddress,
    KeyEvent,
    LampAddress,
    Pad,
    UnknownKey,
    parse_key_address,
    parse_lamp_address,
)
from caller.console.gestures import Gestures
from caller.console.keys import KEY_NAMES, ConsoleKey, Press
from caller.console.picture import BLINK, FLASH, OFF, ON, Picture
from caller.devices import CallerSetupError, PolledConsole, PolledKeypad
from caller.pad_keys import THANKS_S, console_keys

PROMPT_LAMP = "rating"


def all_virtual_keys(address: str, keys: Mapping[str, str]) -> Mapping[str, str]:
    """A ``virtual://`` pad without a list of keys has every key there is."""
    if parse_address(address).is_virtual and not keys:
        return {key.value: "virtual://pad" for key in ConsoleKey}
    return keys


def console_pad(name: str, address: str, keys: Mapping[str, str], lamps: Mapping[str, str]) -> Pad:
    """The pins of a console as the hall file describes it; a ``virtual://`` address puts all its keys on mock pins.

    Raises CallerSetupError.
    """
    virtual = parse_address(address).is_virtual
    keys = all_virtual_keys(address, keys)
    taps = {key: gesture for key, gesture in console_keys(name, keys).items() if isinstance(gesture, Tap)}
    strangers = [key for key, tap in taps.items() if tap.address.scheme not in CONTACTS[:2]]
    if strangers:
        en = f"key {strangers[0]} of a button pad must be on a pin: gpio://PIN"
        raise CallerSetupError(name, en, f"按键盒的键 {strangers[0]} 要接引脚：gpio://引脚")
    try:
        pins = {key: _placed(parse_key_address(keys[key]), virtual) for key in taps}
        lit = {lamp: _lamp_placed(parse_lamp_address(text), virtual) for lamp, text in lamps.items()}
        return Pad(pins, lit)
    except GpioError as error:
        raise CallerSetupError(name, str(error), error.zh) from error


def keypad_pad(name: str, address: str, raw_keys: Mapping[str, Level | None]) -> Pad:
    """The pad of an evaluator: every raw key is a pin number; ``?lamp=`` of the address is the prompt's lamp."""
    parsed = parse_address(address)
    lamp = parsed.options.get("lamp")
    if not raw_keys:
        en = "an evaluator of buttons needs its levels, one pin each"
        raise CallerSetupError(name, en, "按键评价器要写 levels：每个引脚对应的评价等级")
    try:
        text = "virtual://pad" if parsed.is_virtual else "gpio://{key}"
        pins = {key: _placed(parse_key_address(text.format(key=key)), parsed.is_virtual) for key in raw_keys}
        if parsed.is_virtual:
            return Pad(pins, {PROMPT_LAMP: LampAddress(None, virtual=True)})
        return Pad(pins, {} if lamp is None else {PROMPT_LAMP: parse_lamp_address(f"gpio://{lamp}")})
    except GpioError as error:
        raise CallerSetupError(name, str(error), error.zh) from error


def _placed(key: KeyAddress, virtual: bool) -> KeyAddress:
    return replace(key, virtual=True) if virtual else key


def _lamp_placed(lamp: LampAddress, virtual: bool) -> LampAddress:
    return replace(lamp, virtual=True) if virtual else lamp


def pad_console(name: str, counter: str, address: str, keys: Mapping[str, str], lamps: Mapping[str, str]) -> PadConsole:
    """A console of pins with the meanings of its keys. Raises CallerSetupError."""
    pad = console_pad(name, address, keys, lamps)
    return PadConsole(name, counter, pad, Gestures(console_keys(name, all_virtual_keys(address, keys))))


def _pressed(pad: Pad) -> list[str]:
    return [event.key for event in pad.poll() if event.change is ContactChange.PRESSED]


class PadConsole(PolledConsole):
    """A console of keys and lamps. Its lamps say which keys are worth pressing; it has no digits.

    ``gestures`` are the meanings of its keys; without them each key means what it is named.
    """

    pad: Pad

    def __init__(self, name: str, counter: str, pad: Pad, gestures: Gestures | None = None) -> None:
        self.name = name
        self.pad = pad
        self._counter = counter
        self._gestures = gestures

    def poll(self, now_s: float | None = None) -> list[Press]:
        """What the keys meant since the last poll; ``now_s`` is the pins' own clock unless a test says it."""
        now_s = self.pad.now_s() if now_s is None else now_s
        events = self.pad.poll(now_s)
        if self._gestures is None:
            meant = [event.key for event in events if event.change is ContactChange.PRESSED]
        else:
            meant = [key for event in events for key in self._moved(self._gestures, event)]
            meant += self._gestures.tick(now_s)
        return [Press(ConsoleKey(key)) for key in meant]

    def _moved(self, gestures: Gestures, event: KeyEvent) -> list[str]:
        match event.change:
            case ContactChange.PRESSED | ContactChange.RELEASED:
                return gestures.moved(event.key, event.change is ContactChange.PRESSED, event.at_s)
            case ContactChange.STUCK:
                gestures.forget(event.key)
        return []

    def show(self, picture: Picture) -> None:
        lamps = dict(picture.lamps)
        refused = lamps.get("refused", OFF)
        for name, state in lamps.items():
            if not self.pad.has_lamp(name):
                continue
            # A pad without a lamp of its own for it says no with all its lamps.
            self.pad.lamp(name, FLASH if refused is FLASH and not self.pad.has_lamp("refused") else state)

    def refuse(self) -> None:
        """Said by the lamps of the next picture."""

    def refresh(self) -> None:
        """Lamps on pins forget nothing."""

    def fault(self) -> str:
        stuck = self.pad.stuck()
        return f"stuck:{','.join(stuck)}" if stuck else ""

    def tap(self, key: str) -> None:
        _tap(self.pad, key)

    def panel(self, state: str) -> PanelPart:
        keys = self.pad.names
        labels = tuple(KEY_NAMES[ConsoleKey(key)] for key in keys)
        lit = tuple(name for name in self.pad.lamp_names if self.pad.lamp_state(name) != OFF)
        return PanelPart(
            part=self.name, kind="pad", counter=self._counter, keys=keys, labels=labels, lamps=lit, state=state
        )


class PadKeypad(PolledKeypad):
    """An evaluator of keys and one lamp: it blinks while a visitor is asked, is lit for thanks, flashes for a fault."""

    pad: Pad

    def __init__(
        self, name: str, counter: str, pad: Pad, levels: Mapping[str, Level], machine_s: Callable[[], float]
    ) -> None:
        self.name = name
        self.pad = pad
        self._counter = counter
        self._levels = levels
        self._machine_s = machine_s
        self._dark_at_s: float | None = None

    def poll(self) -> list[str]:
        """The raw keys pressed since the last poll."""
        if self._dark_at_s is not None and self._machine_s() >= self._dark_at_s:
            self._light(OFF)
        return _pressed(self.pad)

    def prompt(self) -> None:
        self._light(BLINK)

    def thank(self, level: Level) -> None:
        self._light(ON, THANKS_S)

    def reject(self) -> None:
        """A key that does not count changes nothing to be seen."""

    def apologise(self) -> None:
        self._light(FLASH, THANKS_S)

    def rest(self) -> None:
        self._light(OFF)

    def fault(self) -> str:
        stuck = self.pad.stuck()
        return f"stuck:{','.join(stuck)}" if stuck else ""

    def tap(self, key: str) -> None:
        _tap(self.pad, key)

    def panel(self, state: str) -> PanelPart:
        lit = tuple(name for name in self.pad.lamp_names if self.pad.lamp_state(name) != OFF)
        labels = tuple(LEVEL_NAMES[level] for level in self._levels.values())
        return PanelPart(
            part=self.name,
            kind="evaluator",
            counter=self._counter,
            keys=tuple(self._levels),
            labels=labels,
            lamps=lit,
            state=state,
        )

    def _light(self, state: str, for_s: float | None = None) -> None:
        self._dark_at_s = None if for_s is None else self._machine_s() + for_s
        if self.pad.has_lamp(PROMPT_LAMP):
            self.pad.lamp(PROMPT_LAMP, state)


def _tap(pad: Pad, key: str) -> None:
    try:
        pad.tap(key)
    except UnknownKey as error:
        raise KeyError(key) from error
