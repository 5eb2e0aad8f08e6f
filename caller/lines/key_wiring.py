"""From the hall file to the terminals and evaluators that speak unasked on the lines of one caller."""

from __future__ import annotations

from broker.model.address import BadAddress, DeviceAddress, line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_key_checks import kind_of
from broker.runtime.frames.driver import Driver
from broker.runtime.frames.registry import drivers, evaluator_makes, terminal_makes
from caller.devices import CallerSetupError
from caller.lines.key_line import Units

MOST_DIGITS = 4
HIGHEST_KEY = 255


def key_units(hall: Hall, caller: str) -> dict[str, Units]:
    """The devices with keys of each line of a caller, without those that are asked. Raises CallerSetupError."""
    units = {line: Units() for line in hall.callers[caller].lines}
    talking: dict[str, str] = {}
    for name, console in hall.consoles.items():
        address = address_of(name, console.address)
        if console.caller == caller and kind_of(address) == "line":
            driver, line, unit = _talker(name, address, units, talking)
            _terminal(name, address, driver, units[line])
            units[line].terminals[unit] = name
    for name, keypad in hall.keypads.items():
        address = address_of(name, keypad.address)
        if keypad.caller == caller and kind_of(address) == "line":
            driver, line, unit = _talker(name, address, units, talking)
            if driver.keys is None or driver.keys.evaluator is None:
                known = ", ".join(evaluator_makes())
                en = f"'{driver.make}' is no make of evaluators; evaluators: {known}"
                raise CallerSetupError(name, en, f"协议“{driver.make}”没有评价器；评价器可用：{known}")
            units[line].evaluators[unit] = name
            others = filter(None, (keypad.decline, keypad.contact))
            units[line].evaluator_keys[unit] = _key_count(name, (*keypad.levels, *others))
    return units


def address_of(name: str, text: str) -> DeviceAddress:
    """The address of the device ``name``. Raises CallerSetupError."""
    try:
        return parse_address(text)
    except BadAddress as error:
        raise CallerSetupError(name, str(error), error.zh) from error


def place_of(name: str, address: DeviceAddress) -> tuple[str, int]:
    """Line and unit of the device ``name``. Raises CallerSetupError."""
    try:
        return line_and_unit(address)
    except BadAddress as error:
        raise CallerSetupError(name, str(error), error.zh) from error


def _talker(
    name: str, address: DeviceAddress, units: dict[str, Units], talking: dict[str, str]
) -> tuple[Driver, str, int]:
    """Driver, line and unit of a device that speaks; only one make speaks on a line, ``talking`` remembers which."""
    driver = drivers().get(address.scheme)
    if driver is None:
        every = ", ".join(drivers())
        sentence = f"there is no make '{address.scheme}'; makes: {every}"
        raise CallerSetupError(name, sentence, f"没有协议“{address.scheme}”；可用：{every}")
    line, unit = place_of(name, address)
    if line not in units:
        raise CallerSetupError(name, f"the caller has no line '{line}'", f"这个 caller 没有线路“{line}”")
    other = talking.setdefault(line, driver.make)
    if other != driver.make:
        sentence = f"on the line '{line}' devices of '{other}' speak: devices of '{driver.make}' need another one"
        zh = f"线路“{line}”上已有“{other}”设备会自己发话：“{driver.make}”设备要另接一条线路"
        raise CallerSetupError(name, sentence, zh)
    units[line].make = driver.make
    return driver, line, unit


def _terminal(name: str, address: DeviceAddress, driver: Driver, units: Units) -> None:
    """``p1://a/1?digits=3``: a terminal that sends up to three digits before a key, against the rule of the source."""
    if driver.keys is None or driver.keys.terminal is None:
        known = ", ".join(terminal_makes())
        en = f"'{driver.make}' is no make of terminals; terminals: {known}"
        raise CallerSetupError(name, en, f"协议“{driver.make}”没有呼叫器；呼叫器可用：{known}")
    try:
        digits = address.option_int("digits", driver.keys.terminal.most_digits, 0, MOST_DIGITS)
    except BadAddress as error:
        raise CallerSetupError(name, str(error), error.zh) from error
    units.most_digits = max(units.most_digits or 0, digits)


def _key_count(name: str, raw_keys: tuple[str, ...]) -> int:
    if not raw_keys or not all(key.isascii() and key.isdecimal() and int(key) <= HIGHEST_KEY for key in raw_keys):
        en = "an evaluator on a line sends key numbers: levels must be keyed 0, 1, 2 ..."
        raise CallerSetupError(name, en, "线路上的评价器发送的是键号：levels 的键应为 0、1、2 ……")
    return max(int(key) for key in raw_keys) + 1
