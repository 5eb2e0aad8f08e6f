"""From the hall file to the Modbus lines of one caller and to what stands on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_key_checks import kind_of
from caller.devices import CallerSetupError
from caller.lines.key_line import KeyLine
from caller.lines.key_wiring import address_of, place_of
from caller.lines.modbus_line import MODBUS, ModbusLine, ModbusUnits
from caller.lines.modbus_pad import ModbusKeypad, ModbusPad

AnyLine = KeyLine | ModbusLine

HIGHEST_UNIT = 247


def modbus_lines(hall: Hall, caller: str, folder: Path) -> dict[str, ModbusLine]:
    """The lines on which a pad or evaluator speaks Modbus, or only signs do. Raises CallerSetupError."""
    units: dict[str, ModbusUnits] = {}
    others: set[str] = set()
    for table in ("consoles", "keypads", "strips"):
        for name, device in getattr(hall, table).items():
            if device.caller != caller:
                continue
            place = _place(name, device.address)
            if place is None:
                continue
            scheme, line, unit = place
            if scheme != MODBUS:
                others.add(line)
                continue
            if line not in hall.callers[caller].lines:
                raise CallerSetupError(name, f"the caller has no line '{line}'", f"这个 caller 没有线路“{line}”")
            group = {"consoles": "consoles", "keypads": "keypads", "strips": "signs"}[table]
            known = units.setdefault(line, ModbusUnits())
            if unit in known.names:
                other = known.names[unit]
                en, zh = (
                    f"unit {unit} of line '{line}' is already {other}",
                    f"线路“{line}”的地址码 {unit} 已用于 {other}",
                )
                raise CallerSetupError(name, en, zh)
            getattr(known, group)[unit] = name
    made = {}
    for line, known in units.items():
        if line in others and (known.consoles or known.keypads):
            en = "Modbus pads and devices of other makes need a line each"
            raise CallerSetupError(f"line {line}", en, "Modbus 按键盒和其他协议的设备不能同线，请各接一条线路")
        if line not in others:
            made[line] = ModbusLine(line, hall.callers[caller].lines[line], known, folder)
    return made


def _place(name: str, text: str) -> tuple[str, str, int] | None:
    """Scheme, line and unit of a device on a line; None for one that is on none."""
    address = address_of(name, text)
    if kind_of(address) not in ("line", MODBUS):
        return None
    line, unit = place_of(name, address)
    if address.scheme == MODBUS and unit > HIGHEST_UNIT:
        en = f"a Modbus unit is 1 to {HIGHEST_UNIT}, not {unit}"
        raise CallerSetupError(name, en, f"Modbus 地址码为 1 到 {HIGHEST_UNIT}，不能是 {unit}")
    return address.scheme, line, unit


def modbus_console(hall: Hall, name: str, lines: Mapping[str, AnyLine], machine_s: Callable[[], float]) -> ModbusPad:
    """A console on a Modbus line. Raises CallerSetupError."""
    console = hall.consoles[name]
    line, unit = _own(name, console.address, lines)
    keys = {str(key): text for key, text in console.keys.items()}
    return ModbusPad(name, console.counter, line, unit, keys, console.lamps, machine_s)


def modbus_keypad(hall: Hall, name: str, lines: Mapping[str, AnyLine], machine_s: Callable[[], float]) -> ModbusKeypad:
    """An evaluator on a Modbus line. Raises CallerSetupError."""
    keypad = hall.keypads[name]
    line, unit = _own(name, keypad.address, lines)
    return ModbusKeypad(name, keypad.counter, line, unit, keypad.levels, machine_s)


def _own(name: str, text: str, lines: Mapping[str, AnyLine]) -> tuple[ModbusLine, int]:
    place = _place(name, text)
    assert place is not None, "only devices on a line come here"
    line = lines.get(place[1])
    if not isinstance(line, ModbusLine):
        en = f"the line '{place[1]}' has devices of other makes"
        raise CallerSetupError(name, en, f"线路“{place[1]}”上有其他协议的设备")
    return line, place[2]
