"""Which line a bus command means: an address, a device file, or a line of a caller in a hall file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from broker.model.address import BadAddress, line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_devices import Keypad
from broker.model.hall_file import HallFileError
from broker.model.hall_makes import on_line
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
    keys: dict[tuple[str, int], int] = field(default_factory=dict)
    """Evaluators, (make, unit), with their number of keys."""
    terminals: frozenset[tuple[str, int]] = frozenset()
    strips: frozenset[tuple[str, int]] = frozenset()


def bus_line(target: str, caller: str | None, line: str | None) -> BusLine:
    """A device file such as ``/dev/ttyUSB0``, ``serial:///dev/...?baud=9600`` or a hall file. Raises TargetUnclear."""
    if "://" in target or _is_device_file(target):
        text = target if "://" in target else f"serial://{Path(target).absolute()}"
        try:
            return BusLine(target, SerialAddress.parse(text), {})
        except BadAddress as error:
            raise TargetUnclear(target, str(error), error.zh) from error
    if not target.endswith(".toml") and not Path(target).exists():
        en = (
            "there is neither a device nor a hall file of this name. Look at the cable (ls /dev/serial/by-path); a "
            "simulated line is there as long as its `bus simulate` runs"
        )
        zh = (
            "没有这个设备，也没有这个大厅文件；请检查接线（ls /dev/serial/by-path）；"
            "虚拟线路只在 bus simulate 运行时存在"
        )
        raise TargetUnclear(target, en, zh)
    try:
        hall = load_hall(Path(target))
    except HallFileError as error:
        raise TargetUnclear(target, f"this hall file cannot be used: {error}", "大厅文件不能用，原因如下") from error
    return line_of_hall(hall, target, caller, line)


def _is_device_file(target: str) -> bool:
    """Also of a device that is not there now; a hall file may lie in /dev/shm, as anything may."""
    return not target.endswith(".toml") and (target.startswith("/dev/") or Path(target).is_char_device())


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
    units = _devices(hall, caller_name, line_name)
    terminals, strips = (
        frozenset(place for name in table if (place := units.get(name)) is not None)
        for table in (hall.consoles, hall.strips)
    )
    keys = {units[name]: _key_count(keypad) for name, keypad in hall.keypads.items() if name in units}
    return BusLine(f"{caller_name}/{line_name}", address, _names(units), keys, terminals, strips)


def _key_count(keypad: Keypad) -> int:
    raws = (*keypad.levels, *filter(None, (keypad.decline, keypad.contact)))
    return max((int(raw) for raw in raws if raw.isascii() and raw.isdecimal()), default=4) + 1


def _devices(hall: Hall, caller: str, line: str) -> dict[str, tuple[str, int]]:
    """Make and unit of each device of the line, by its name."""
    found: dict[str, tuple[str, int]] = {}
    for table in (hall.consoles, hall.keypads, hall.strips):
        for name, device in table.items():
            address = parse_address(device.address)
            if device.caller == caller and on_line(address) and address.path.startswith(f"{line}/"):
                found[name] = (address.scheme, line_and_unit(address)[1])
    return found


def _names(units: dict[str, tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Devices that share a unit share its place."""
    names: dict[tuple[str, int], str] = {}
    for name, place in units.items():
        names[place] = f"{names[place]} + {name}" if place in names else name
    return names
