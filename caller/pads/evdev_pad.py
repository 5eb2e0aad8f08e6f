"""A USB keypad as a clerk's console, and as a visitor's evaluator."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from broker.contract.envelope import PanelPart
from broker.model.address import BadAddress, parse_address
from broker.model.input_codes import CLEARING, DIGITS, code_of, name_of
from broker.model.key_gestures import Tap
from broker.model.words import LEVEL_NAMES, Level, Names
from broker.runtime.evdev_keys import UsbKeypad
from caller.console.gestures import Gestures
from caller.console.keys import DIGIT_KEYS, KEY_NAMES, ConsoleKey, Press, Typing, press_with
from caller.console.picture import Picture
from caller.devices import CallerSetupError, PolledConsole, PolledKeypad
from caller.pad_keys import console_keys

log = logging.getLogger(__name__)

USUAL_KEYS = {
    ConsoleKey.CALL: "KEY_KPENTER",
    ConsoleKey.RECALL: "KEY_KPPLUS",
    ConsoleKey.NO_SHOW: "KEY_KPMINUS",
    ConsoleKey.TRANSFER: "KEY_KPASTERISK",
    ConsoleKey.FINISH: "KEY_KPSLASH",
    ConsoleKey.START: "KEY_KPDOT",
    ConsoleKey.PAUSE: "KEY_NUMLOCK",
}
"""The keys of a simulated numeric block whose hall file names none."""


class UsbConsole(PolledConsole):
    """A numeric block: digits typed before a key go with it, as on a 16-key terminal. It shows nothing."""

    def __init__(self, name: str, counter: str, address: str, keys: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.pad: UsbKeypad = usb_keypad(name, address, folder)
        self._counter = counter
        if not keys and self.pad.simulated is not None:
            keys = {key.value: f"key://{raw}" for key, raw in USUAL_KEYS.items()}
        gestures = console_keys(name, keys)
        self._gestures = Gestures(gestures)
        self._codes = {key: _code(name, key, tap) for key, tap in gestures.items() if isinstance(tap, Tap)}
        self._names = {code: key for key, code in self._codes.items()}
        self._typing = Typing()
        self.unknown_keys = 0
        """Presses of keys that mean nothing here."""

    def poll(self) -> list[Press]:
        """What the keys meant since the last poll."""
        presses: list[Press] = []
        for move in self.pad.poll():
            key = self._names.get(move.code)
            if key is not None:
                presses += self._pressed(self._gestures.moved(key, move.down, move.at_s), move.at_s)
            elif move.down:
                self._typed(move.code, move.at_s)
        now_s = self.pad.now_s()
        return presses + self._pressed(self._gestures.tick(now_s), now_s)

    def _pressed(self, meant: list[str], now_s: float) -> list[Press]:
        return [press_with(ConsoleKey(key), self._typing.take(now_s)) for key in meant]

    def _typed(self, code: int, at_s: float) -> None:
        if code in DIGITS:
            self._typing.digit(DIGITS[code], at_s)
        elif code in CLEARING:
            self._typing.clear()
        else:
            self.unknown_keys += 1
            log.warning("console %s: key %s (0x%02X) means nothing here", self.name, name_of(code), code)

    def show(self, picture: Picture) -> None:
        """It has neither lamps nor digits."""

    def refuse(self) -> None:
        """It cannot be heard; the counter's other devices say it."""

    def refresh(self) -> None:
        """Nothing is shown, so nothing is forgotten."""

    def fault(self) -> str:
        return self.pad.fault()

    def tap(self, key: str) -> None:
        """A key by its meaning, or a digit."""
        if self.pad.simulated is None:
            raise KeyError(key)
        typed = {digit: code for code, digit in DIGITS.items()}
        self.pad.simulated.tap(typed[key] if key in typed else self._codes[key])

    def panel(self, state: str) -> PanelPart:
        return PanelPart(
            part=self.name,
            kind="terminal",
            counter=self._counter,
            keys=(*DIGIT_KEYS, *self._codes),
            labels=(
                *(Names(digit, digit) for digit in DIGIT_KEYS),
                *(KEY_NAMES[ConsoleKey(key)] for key in self._codes),
            ),
            digits=self._typing.typed(self.pad.now_s()),
            state=state,
        )


class UsbEvaluator(PolledKeypad):
    """A satisfaction keypad that is a keyboard. A raw key is written as in ``levels``; others by their name."""

    def __init__(
        self, name: str, counter: str, address: str, raw_keys: Mapping[str, Level | None], folder: Path
    ) -> None:
        self.name = name
        self.pad: UsbKeypad = usb_keypad(name, address, folder)
        self._counter = counter
        self._raw_keys = dict(raw_keys)
        self._codes: dict[str, int] = {}
        for raw in raw_keys:
            code = code_of(raw)
            if code is None:
                en = f"'{raw[:40]}' is no key: write KEY_1, KEY_KP1 or the key's number"
                raise CallerSetupError(name, en, f"“{raw[:40]}”不是按键：应写 KEY_1、KEY_KP1 或键的编号")
            self._codes[raw] = code
        if not raw_keys:
            en = "an evaluator on USB needs its levels, one key each"
            raise CallerSetupError(name, en, "USB 评价器要写 levels：每个键对应的评价等级")
        self._raws = {code: raw for raw, code in self._codes.items()}

    def poll(self) -> list[str]:
        """The raw keys pressed since the last poll."""
        return [self._raws.get(move.code, name_of(move.code)) for move in self.pad.poll() if move.down]

    def prompt(self) -> None:
        """It has no lamp: the voice and the counter's screen ask."""

    def thank(self, level: Level) -> None:
        """It has no lamp: the voice and the counter's screen thank."""

    def reject(self) -> None:
        """A key that does not count changes nothing to be seen."""

    def apologise(self) -> None:
        """It has no lamp."""

    def rest(self) -> None:
        """It has no lamp."""

    def fault(self) -> str:
        return self.pad.fault()

    def tap(self, key: str) -> None:
        if self.pad.simulated is None:
            raise KeyError(key)
        self.pad.simulated.tap(self._codes[key])

    def panel(self, state: str) -> PanelPart:
        levels = {raw: level for raw, level in self._raw_keys.items() if level is not None}
        return PanelPart(
            part=self.name,
            kind="evaluator",
            counter=self._counter,
            keys=tuple(levels),
            labels=tuple(LEVEL_NAMES[level] for level in levels.values()),
            state=state,
        )


def usb_keypad(name: str, address: str, folder: Path) -> UsbKeypad:
    """The hand behind an ``evdev://`` or ``virtual://usb-keypad`` address. Raises CallerSetupError."""
    try:
        parsed = parse_address(address)
        return UsbKeypad(name, parsed, folder)
    except BadAddress as error:
        raise CallerSetupError(name, str(error), error.zh) from error


def _code(name: str, key: str, tap: Tap) -> int:
    code = code_of(tap.raw) if tap.address.scheme == "key" else None
    if code is None:
        en = f"key {key} of a USB keypad is written key://KEY_KP1 or key://79"
        raise CallerSetupError(name, en, f"USB 键盘的键 {key} 应写作 key://KEY_KP1 或 key://79")
    return code
