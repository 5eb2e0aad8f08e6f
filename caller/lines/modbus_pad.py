"""Our open pad as a clerk's console, and as a visitor's evaluator, on a Modbus line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from broker.contract.envelope import PanelPart
from broker.model.address import BadAddress, parse_address
from broker.model.key_gestures import Tap
from broker.model.words import LEVEL_NAMES, Level
from broker.runtime.frames import modbus_map as m
from caller.console.gestures import Gestures
from caller.console.keys import KEY_NAMES, ConsoleKey, Press
from caller.console.picture import FLASH, LAMP_NAMES, OFF, Picture
from caller.devices import CallerSetupError, PolledConsole, PolledKeypad
from caller.lines.modbus_line import ModbusLine
from caller.lines.modbus_unit import KeyMoved
from caller.pad_keys import THANKS_S, console_keys

PROMPT_LAMP = 0
"""An evaluator's one lamp."""


def virtual_pad_keys() -> dict[str, str]:
    """The keys of a simulated pad whose hall file names none: every key there is, in their order."""
    return {key.value: f"key://{number}" for number, key in enumerate(ConsoleKey)}


def lamp_numbers(name: str, lamps: Mapping[str, str], keys: Mapping[str, int]) -> dict[str, int]:
    """Which lamp of the pad shows what: each key has the lamp of its own number; ``lamps`` adds and changes.

    Raises CallerSetupError.
    """
    found = {key: number for key, number in keys.items() if key in LAMP_NAMES}
    for lamp, text in lamps.items():
        try:
            address = parse_address(text)
        except BadAddress as error:
            raise CallerSetupError(name, str(error), error.zh) from error
        number = address.path
        if address.scheme != "lamp" or not (number.isascii() and number.isdecimal() and int(number[:4]) < m.MOST_LAMPS):
            raise CallerSetupError(
                name,
                f"lamp {lamp} of a Modbus pad is written lamp://0 to lamp://15, not {text[:40]}",
                f"按键盒的指示灯 {lamp} 应写作 lamp://0 到 lamp://15，不能是 {text[:40]}",
            )
        if lamp not in LAMP_NAMES:
            known = ", ".join(LAMP_NAMES)
            en, zh = f"there is no lamp '{lamp[:40]}'; lamps: {known}", f"没有指示灯“{lamp[:40]}”；可用：{known}"
            raise CallerSetupError(name, en, zh)
        found[lamp] = int(number)
    return found


class ModbusPad(PolledConsole):
    """A console of keys, lamps and digits. ``keys`` and ``lamps`` are those of the hall file.

    Raises CallerSetupError for keys that are none.
    """

    pad = None

    def __init__(
        self,
        name: str,
        counter: str,
        line: ModbusLine,
        unit: int,
        keys: Mapping[str, str],
        lamps: Mapping[str, str],
        machine_s: Callable[[], float],
    ) -> None:
        self.name = name
        self._counter = counter
        self._line = line
        self._unit = unit
        self._machine_s = machine_s
        gestures = console_keys(name, keys or (virtual_pad_keys() if line.simulated is not None else {}))
        self._gestures = Gestures(gestures)
        self._numbers = {key: _number(name, key, tap) for key, tap in gestures.items() if isinstance(tap, Tap)}
        self._names = {number: key for key, number in self._numbers.items()}
        self._lamps = lamp_numbers(name, lamps, self._numbers)
        self._shown: tuple[Picture, int] | None = None
        self.unknown_keys = 0
        """Presses of keys that the hall file gives no meaning."""

    def poll(self) -> list[Press]:
        """What the keys meant since the last poll."""
        meant: list[str] = []
        for heard in self._line.take(self._unit):
            if not isinstance(heard, KeyMoved):
                self._gestures.forget()
            elif heard.key in self._names:
                meant += self._gestures.moved(self._names[heard.key], heard.down, heard.at_s)
            else:
                self.unknown_keys += heard.down
        meant += self._gestures.tick(self._machine_s())
        return [Press(ConsoleKey(key)) for key in meant]

    def show(self, picture: Picture) -> None:
        facts = self._line.master.units[self._unit].facts
        count = m.MOST_DIGITS if facts is None else facts.digits
        if self._shown == (picture, count):
            return
        self._shown = (picture, count)
        lamps = dict(picture.lamps)
        refused = lamps.get("refused", OFF) == FLASH and "refused" not in self._lamps
        # A pad without a lamp of its own for it says no with all its lamps.
        lit = {number: FLASH if refused else lamps.get(lamp, OFF) for lamp, number in self._lamps.items()}
        self._line.master.lamps(self._unit, lit)
        digits = m.digits_of(picture.waiting, picture.number, count)
        self._line.master.show(self._unit, digits, m.CounterState[picture.state.upper()])

    def refuse(self) -> None:
        self._line.master.beep(self._unit)

    def refresh(self) -> None:
        self._line.master.repaint(self._unit)

    def fault(self) -> str:
        return self._line.fault(self._unit)

    def tap(self, key: str) -> None:
        if self._line.simulated is None:
            raise KeyError(key)
        self._line.simulated.press(self._unit, self._numbers[key])

    def panel(self, state: str) -> PanelPart:
        device = None if self._line.simulated is None else self._line.simulated.device[self._unit]
        lit = () if device is None else tuple(lamp for lamp, number in self._lamps.items() if number in device.lit)
        beeps = (f"beep-{device.beeps}",) if device is not None and device.beeps else ()
        return PanelPart(
            part=self.name,
            kind="pad",
            counter=self._counter,
            keys=tuple(self._numbers),
            labels=tuple(KEY_NAMES[ConsoleKey(key)] for key in self._numbers),
            lamps=(*lit, *beeps),
            digits="" if device is None else device.shown,
            state=state,
        )


def _number(name: str, key: str, tap: Tap) -> int:
    raw = tap.raw
    if tap.address.scheme != "key" or not (raw.isascii() and raw.isdecimal() and int(raw[:4]) < m.MOST_KEYS):
        en = f"key {key} of a Modbus pad is written key://0 to key://15"
        raise CallerSetupError(name, en, f"按键盒的键 {key} 应写作 key://0 到 key://15")
    return int(raw)


class ModbusKeypad(PolledKeypad):
    """An evaluator: raw keys are the numbers of its keys; it prompts, lights stars, and says when a rating is safe."""

    pad = None

    def __init__(
        self,
        name: str,
        counter: str,
        line: ModbusLine,
        unit: int,
        levels: Mapping[str, Level],
        machine_s: Callable[[], float],
    ) -> None:
        self.name = name
        self._counter = counter
        self._line = line
        self._unit = unit
        self._levels = levels
        self._machine_s = machine_s
        self._rest_at_s: float | None = None
        self._say(m.Prompt.REST)

    def poll(self) -> list[str]:
        """The raw keys since the last poll."""
        if self._rest_at_s is not None and self._machine_s() >= self._rest_at_s:
            self._say(m.Prompt.REST)
        heard = self._line.take(self._unit)
        return [str(moved.key) for moved in heard if isinstance(moved, KeyMoved) and moved.down]

    def prompt(self) -> None:
        self._say(m.Prompt.ASKING)

    def thank(self, level: Level) -> None:
        self._say(m.Prompt.THANKS, level.stars, THANKS_S)
        self._line.master.beep(self._unit)

    def reject(self) -> None:
        """A key that does not count changes nothing to be seen."""

    def apologise(self) -> None:
        self._say(m.Prompt.FAULT, for_s=THANKS_S)

    def rest(self) -> None:
        self._say(m.Prompt.REST)

    def fault(self) -> str:
        return self._line.fault(self._unit)

    def tap(self, key: str) -> None:
        if self._line.simulated is None or key not in self._levels:
            raise KeyError(key)
        self._line.simulated.press(self._unit, int(key))

    def panel(self, state: str) -> PanelPart:
        device = None if self._line.simulated is None else self._line.simulated.device[self._unit]
        asking = device is not None and device.holding[m.PROMPT] == m.Prompt.ASKING
        return PanelPart(
            part=self.name,
            kind="evaluator",
            counter=self._counter,
            keys=tuple(self._levels),
            labels=tuple(LEVEL_NAMES[level] for level in self._levels.values()),
            lamps=("asking",) if asking else (),
            digits="" if device is None else "★" * device.holding[m.STARS],
            state=state,
        )

    def _say(self, prompt: m.Prompt, stars: int = 0, for_s: float | None = None) -> None:
        self._rest_at_s = None if for_s is None else self._machine_s() + for_s
        lamp = {m.Prompt.ASKING: "blink", m.Prompt.THANKS: "on", m.Prompt.FAULT: "flash"}.get(prompt, OFF)
        self._line.master.lamps(self._unit, {PROMPT_LAMP: lamp})
        self._line.master.show(self._unit, prompt=prompt, stars=stars)
