"""``python -m caller --check HALL.toml``: what hangs on each caller, what cannot be driven, what this machine lacks.

Nothing is opened. What is wrong with the hall file is an error; what this machine lacks is only said, because the hall
file is often checked on another one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from broker.model.address import parse_address
from broker.model.hall import Hall
from broker.model.hall_hints import calling_hints, log_in_hints
from broker.model.words import Names
from broker.runtime.frames.registry import drivers
from broker.runtime.serial_address import SerialAddress
from caller.bus_commands.bench import ranges
from caller.devices import CallerSetupError
from caller.wiring import equipment_of

GROUPS = {"serial": "dialout", "evdev": "input", "gpio": "gpio"}
PINS = "/dev/gpiochip0"
"""Where a Raspberry Pi's pins are; whoever drives them must be in the group ``gpio``."""
_MOVING = ("/dev/ttyUSB", "/dev/ttyACM", "/dev/input/event")


def check_callers(hall: Hall, names: list[str]) -> tuple[list[str], bool]:
    """Lines for a person, and whether all of these callers can be driven."""
    said, good = [], True
    for name in names:
        said.append(f"== {name} {hall.callers[name].names.zh} {hall.callers[name].names.en}")
        with tempfile.TemporaryDirectory(prefix="jiaohao-check-") as folder:
            try:
                equipment_of(hall, name, Path(folder), lambda: 0.0)
            except CallerSetupError as error:
                said += [f"  !! 设备无法使用 cannot be used: {line}" for line in filter(None, (error.zh, str(error)))]
                good = False
                continue
        said += [f"  {line}" for line in (*_lines(hall, name), *_others(hall, name))]
    said += [line for hint in (*calling_hints(hall), *log_in_hints(hall)) for line in (hint.zh, hint.en)]
    return said, good


def _lines(hall: Hall, caller: str) -> Iterator[str]:
    """Each line with what is on it, make by make."""
    for line, text in hall.callers[caller].lines.items():
        found: dict[tuple[str, str], list[int]] = {}
        for words, table in (
            ("呼叫器 terminals", hall.consoles),
            ("评价器 evaluators", hall.keypads),
            ("条屏 strips", hall.strips),
        ):
            for device in table.values():
                address = parse_address(device.address)
                if device.caller == caller and address.path.startswith(f"{line}/") and address.scheme in drivers():
                    unit = int(address.path.rpartition("/")[2])
                    found.setdefault((address.scheme, words), []).append(unit)
        yield f"线路 line {line}: {text}"
        for (make, words), units in found.items():
            names = drivers()[make].names
            yield f"  {make} ({names.zh} {names.en}): {words} {ranges(units)}"
        if not found:
            yield "  没有设备 nothing on it"
        yield from _here(text)


def _others(hall: Hall, caller: str) -> Iterator[str]:
    """Pads and keypads that are on no line."""
    for table in (hall.consoles, hall.keypads):
        for name, device in table.items():
            scheme = parse_address(device.address).scheme
            if device.caller == caller and scheme not in drivers():
                yield f"{name}: {device.address}"
                yield from _here(device.address)
    for name, console in hall.consoles.items():
        if console.caller == caller and console.cards != "none":
            yield f"{name} 读卡器 card reader: {console.cards}"
            yield from _here(console.cards)


def _here(text: str) -> Iterator[str]:
    """What this machine says of a device file."""
    address = parse_address(text)
    if address.scheme not in GROUPS:
        return
    if address.scheme == "evdev" and find_spec("evdev") is None:
        yield "  本机没有 Python 库 evdev：apt install python3-evdev，或 pip install 'jiaohao[usb]'"
        yield "  this machine lacks the Python library evdev: apt install python3-evdev, or pip install 'jiaohao[usb]'"
    if address.scheme == "gpio" and find_spec("lgpio") is None:
        yield "  本机没有 Python 库 lgpio：apt install python3-lgpio"
        yield "  this machine lacks the Python library lgpio: apt install python3-lgpio"
    path = {"serial": lambda: SerialAddress.parse(text).path, "gpio": lambda: PINS}.get(
        address.scheme, lambda: address.path
    )()
    for hint in hints(path, GROUPS[address.scheme], exists=Path(path).exists(), allowed=os.access(path, os.R_OK)):
        yield f"  {hint.zh}"
        yield f"  {hint.en}"


def hints(path: str, group: str, *, exists: bool, allowed: bool) -> Iterator[Names]:
    """What an installer should do about a device file of this name."""
    if path.startswith(_MOVING):
        where = "/dev/input/by-path/" if group == "input" else "/dev/serial/by-path/"
        yield Names(
            f"提示：{path} 重启或重插后可能变成另一个名字；请用 {where} 下的名字，或加 udev 规则",
            f"note: {path} may be another device after a restart; use its name under {where}, or a udev rule",
        )
    if not exists:
        yield Names(f"本机现在没有 {path}", f"{path} is not on this machine now")
    elif not allowed:
        yield Names(
            f"本用户不能打开 {path}：sudo usermod -aG {group} 用户名，然后重新登录",
            f"this user may not open {path}: sudo usermod -aG {group} USER, then log in again",
        )
