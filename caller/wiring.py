"""From the hall file to the devices of one caller: lines, pads, and which counter each belongs to."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from broker.model.address import line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_devices import Keypad
from broker.model.hall_key_checks import kind_of
from broker.model.words import Level
from caller.devices import CallerSetupError, ConsoleDevice, KeypadDevice, KeySource, PolledConsole, PolledKeypad
from caller.evaluator.screen import ScreenEvaluator
from caller.evaluator.words import CONTACT, DECLINE
from caller.lines.key_line import KeyLine, LineEvaluator, LineTerminal, Units
from caller.lines.key_wiring import address_of, key_units, place_of
from caller.lines.modbus_wiring import AnyLine, modbus_console, modbus_keypad, modbus_lines
from caller.lines.strips import Strip, strip_places, strips_of
from caller.pads.card_reader import CardReader, card_reader_of
from caller.pads.evdev_pad import UsbConsole, UsbEvaluator
from caller.pads.gpio_pad import PadKeypad, keypad_pad, pad_console


@dataclass
class Equipment:
    """The devices of one caller. Nothing is opened before ``start``."""

    counters: tuple[str, ...] = ()
    lines: dict[str, AnyLine] = field(default_factory=dict)
    consoles: dict[str, ConsoleDevice] = field(default_factory=dict)
    keypads: dict[str, KeypadDevice] = field(default_factory=dict)
    readers: dict[str, CardReader] = field(default_factory=dict)
    strips: dict[str, Strip] = field(default_factory=dict)
    counter_of: dict[str, str] = field(default_factory=dict)
    virtual: frozenset[str] = frozenset()
    """Names of devices that can be seen and pressed on the virtual hall page."""

    def consoles_at(self, counter: str) -> list[ConsoleDevice]:
        return [device for name, device in self.consoles.items() if self.counter_of[name] == counter]

    def readers_at(self, counter: str) -> list[CardReader]:
        return [reader for reader in self.readers.values() if reader.counter == counter]

    def keypad_at(self, counter: str) -> KeypadDevice | None:
        return next((device for name, device in self.keypads.items() if self.counter_of[name] == counter), None)

    def pads(self) -> list[PolledConsole | PolledKeypad]:
        """The devices that are asked for their keys each turn."""
        devices = (*self.consoles.values(), *self.keypads.values())
        return [device for device in devices if isinstance(device, PolledConsole | PolledKeypad)]

    def sources(self) -> dict[str, KeySource]:
        """The hardware behind those devices, by the devices' names; one on a line has none of its own."""
        return {device.name: device.pad for device in self.pads() if device.pad is not None}

    def names_on(self, line: AnyLine) -> tuple[str, ...]:
        """The consoles and keypads of a line."""
        units = line.units
        if isinstance(units, Units):
            return (*units.terminals.values(), *units.evaluators.values())
        return (*units.consoles.values(), *units.keypads.values())

    def wake_with(self, wake: Callable[[], None]) -> None:
        """``wake`` is called, from any thread, when a device did something."""
        for line in self.lines.values():
            line.line.wake = wake
        for source in self.sources().values():
            source.wake = wake

    @property
    def settling(self) -> bool:
        """Whether a key of a pad is about to count as pressed."""
        return any(source.settling for source in self.sources().values())

    def start(self) -> None:
        """Take the pins, begin to own the lines. Raises GpioUnavailable or PinTaken; lines are waited for."""
        for source in self.sources().values():
            source.start()
        for reader in self.readers.values():
            reader.start()
        for line in self.lines.values():
            line.start()

    def stop(self) -> None:
        for line in self.lines.values():
            line.stop()
        for source in self.sources().values():
            source.close()
        for reader in self.readers.values():
            reader.stop()

    def standing(self) -> tuple[str, ...]:
        """Parts whose thread has died or stands still."""
        lines = [f"line-{name}" for name, line in self.lines.items() if not line.alive()]
        pads = [name for name, source in self.sources().items() if not source.alive()]
        return (*lines, *pads)


def equipment_of(hall: Hall, caller: str, folder: Path, machine_s: Callable[[], float]) -> Equipment:
    """Everything that hangs on one caller. Raises CallerSetupError for what the driver cannot do."""
    if caller not in hall.callers:
        raise CallerSetupError(caller, "the hall file has no such caller")
    consoles = {name: console for name, console in hall.consoles.items() if console.caller == caller}
    keypads = {name: keypad for name, keypad in hall.keypads.items() if keypad.caller == caller}
    counter_of = {name: device.counter for table in (consoles, keypads) for name, device in table.items()}
    _check_one_window(keypads)
    _check_one_keypad_a_counter(keypads_at=[keypad.counter for keypad in keypads.values()])
    lines = _lines(hall, caller, folder)
    made = Equipment(tuple(dict.fromkeys(counter_of.values())), lines, counter_of=counter_of)
    for name in consoles:
        made.consoles[name] = _console(hall, name, lines, folder, machine_s)
        reader = card_reader_of(name, consoles[name].counter, consoles[name].cards, folder)
        if reader is not None:
            made.readers[reader.name] = reader
    for name in keypads:
        made.keypads[name] = _keypad(hall, name, lines, folder, machine_s)
    made.strips = strips_of(hall, caller, lines)
    at_strips = (counter for strip in made.strips.values() for counter in strip.counters)
    made.counters = tuple(dict.fromkeys((*made.counters, *at_strips)))
    virtual = {name for name in (*counter_of, *made.strips) if _is_virtual(hall, name, lines)}
    laid = {f"{name}-cards" for name, console in consoles.items() if parse_address(console.cards).is_virtual}
    made.virtual = frozenset(virtual | laid)
    return made


def _console(
    hall: Hall, name: str, lines: dict[str, AnyLine], folder: Path, machine_s: Callable[[], float]
) -> ConsoleDevice:
    console = hall.consoles[name]
    address = address_of(name, console.address)
    keys = {str(key): pin for key, pin in console.keys.items()}
    match kind_of(address):
        case "line":
            line, unit = place_of(name, address)
            return LineTerminal(name, console.counter, _key_line(name, lines, line), unit)
        case "modbus":
            return modbus_console(hall, name, lines, machine_s)
        case "usb":
            return UsbConsole(name, console.counter, console.address, keys, folder)
    return pad_console(name, console.counter, console.address, keys, console.lamps)


def _keypad(
    hall: Hall, name: str, lines: dict[str, AnyLine], folder: Path, machine_s: Callable[[], float]
) -> KeypadDevice:
    keypad = hall.keypads[name]
    address = address_of(name, keypad.address)
    others = {raw: None for raw in (keypad.decline, keypad.contact) if raw}
    raw_keys: dict[str, Level | None] = {**keypad.levels, **others}
    match kind_of(address):
        case "line":
            line, unit = place_of(name, address)
            at = _key_line(name, lines, line)
            named = {raw: words for raw, words in ((keypad.decline, DECLINE), (keypad.contact, CONTACT)) if raw}
            return LineEvaluator(name, keypad.counter, at, unit, keypad.levels, machine_s, named)
        case "modbus":
            return modbus_keypad(hall, name, lines, machine_s)
        case "screen":
            return ScreenEvaluator(hall, name, machine_s)
        case "usb":
            return UsbEvaluator(name, keypad.counter, keypad.address, raw_keys, folder)
    pad = keypad_pad(name, keypad.address, raw_keys)
    return PadKeypad(name, keypad.counter, pad, keypad.levels, machine_s)


def _key_line(name: str, lines: dict[str, AnyLine], line: str) -> KeyLine:
    found = lines[line]
    if not isinstance(found, KeyLine):
        en = f"the line '{line}' has Modbus devices: give it a line of its own"
        raise CallerSetupError(name, en, f"线路“{line}”上有 Modbus 设备，请另接一条线路")
    return found


def _lines(hall: Hall, caller: str, folder: Path) -> dict[str, AnyLine]:
    units = key_units(hall, caller)
    for driver, line, unit, _ in strip_places(hall, caller).values():
        units[line].strips.add((driver.make, unit))
    addresses, modbus = hall.callers[caller].lines, modbus_lines(hall, caller, folder)
    return {name: modbus.get(name) or KeyLine(name, addresses[name], units[name], folder) for name in addresses}


def _check_one_keypad_a_counter(keypads_at: list[str]) -> None:
    twice = [counter for counter, count in Tally(keypads_at).items() if count > 1]
    if twice:
        en = "this counter has two keypads; one rating a visit needs one of them"
        raise CallerSetupError(twice[0], en, "这个窗口有两台评价器；一次一评，只能接一台")


def _check_one_window(keypads: dict[str, Keypad]) -> None:
    windows = [name for name, keypad in keypads.items() if keypad.address.startswith("window://")]
    if len(windows) > 1:
        en = "one caller drives one evaluator screen: give this one a caller of its own"
        raise CallerSetupError(windows[1], en, "一个 caller 只能带一块评价屏：请给它另写一个 caller")


def _is_virtual(hall: Hall, name: str, lines: dict[str, AnyLine]) -> bool:
    device = hall.consoles.get(name) or hall.keypads.get(name) or hall.strips[name]
    address = parse_address(device.address)
    if kind_of(address) in ("line", "modbus"):
        return lines[line_and_unit(address)[0]].simulated is not None
    return address.is_virtual
