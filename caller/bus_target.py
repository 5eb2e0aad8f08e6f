"""Which line a bus command means: an address, a device file, or a line of a caller in a hall file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from broker.model.address import BadAddress, line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_file import HallFileError
from broker.runtime.errors import SettingError
from broker.runtime.hall_source import load_hall
from broker.runtime.serial_address import SerialAddress


class TargetUnclear(SettingError):
    """The command does not say which line; the sentence says what to write."""


@dataclass(frozen=True)
class BusLine:
    """A line to work on. ``units`` are the devices that the hall file has there: (make, unit) -> name."""

    name: str
    address: SerialAddress | None
    """None: the line is simulated within the caller's own program."""
    units: dict[tuple[str, int], str]
    keys: dict[int, int]
    """Units of evaluators with their number of keys."""
    terminals: frozenset[int] = frozenset()


def bus_line(target: str, caller: str | None, line: str | None) -> BusLine:
    """``/dev/ttyUSB0``, ``serial:///dev/...?baud=9600`` or a hall file. Raises TargetUnclear."""
    if "://" in target or target.startswith("/dev/"):
        text = target if "://" in target else f"serial://{target}"
        try:
            return BusLine(target, SerialAddress.parse(text), {}, {})
        except BadAddress as error:
            raise TargetUnclear(target, str(error), error.zh) from error
    try:
        hall = load_hall(Path(target))
    except HallFileError as error:
        raise TargetUnclear(target, f"this hall file cannot be used: {error}", f"大厅文件不能用：{error}") from error
    return line_of_hall(hall, target, caller, line)


def line_of_hall(hall: Hall, target: str, caller: str | None, line: str | None) -> BusLine:
    """The line that is meant; named only as far as there is a choice. Raises TargetUnclear."""
    found = [
        (caller_name, line_name)
        for caller_name, one in hall.callers.items()
        for line_name in one.lines
        if caller in (None, caller_name) and line in (None, line_name)
    ]
    if len(found) != 1:
        lines = ((name, one_line) for name, one in hall.callers.items() for one_line in one.lines)
        every = "; ".join(f"--caller {name} --line {one_line}" for name, one_line in lines) or "none"
        raise TargetUnclear(target, f"say which line you mean: {every}", f"请指明线路：{every}")
    ((caller_name, line_name),) = found
    text = hall.callers[caller_name].lines[line_name]
    address = None if parse_address(text).is_virtual else SerialAddress.parse(text)
    units, keys = _devices(hall, caller_name, line_name)
    places = (console.address for console in hall.consoles.values() if console.caller == caller_name)
    terminals = frozenset(unit for place in places if (unit := _unit_of(place, "p1", line_name)) is not None)
    return BusLine(f"{caller_name}/{line_name}", address, units, keys, terminals)


def _unit_of(text: str, make: str, line: str) -> int | None:
    """The unit of a device on that line; None for any other device."""
    address = parse_address(text)
    there = address.scheme == make and address.path.startswith(f"{line}/")
    return line_and_unit(address)[1] if there else None


def _devices(hall: Hall, caller: str, line: str) -> tuple[dict[tuple[str, int], str], dict[int, int]]:
    units: dict[tuple[str, int], str] = {}
    keys: dict[int, int] = {}
    for table in (hall.consoles, hall.keypads, hall.strips):
        for name, device in table.items():
            address = parse_address(device.address)
            if device.caller != caller or not address.path.startswith(f"{line}/"):
                continue
            unit = line_and_unit(address)[1]
            known = units.get((address.scheme, unit))
            units[address.scheme, unit] = name if known is None else f"{known} + {name}"
            if name in hall.keypads and address.scheme == "p1":
                keys[unit] = len(hall.keypads[name].levels)
    return units, keys
