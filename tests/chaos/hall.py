"""The hall of a chaos run: virtual screens; printers and lines on real terminals that outlive every program."""

from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port
from tests.system.halls import counter_of, frame_of

KIOSKS = {"kiosk-1": ("pension", "card"), "kiosk-2": ("pension",)}
"""Kiosk -> what its visitors ask for. Series a is shared, so each kiosk has a part of its own; b is kiosk-1's alone."""
DESKS = {"desk-1": ("c1", "c2"), "desk-2": ("c3", "c4")}
BOARDS = {"board-1": "1280x720", "board-2": "640x360"}
LINE = "a"
BAUD = 9600
LEVELS = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied")

_KIOSK = """
[kiosks.{name}]
names = {{ zh = "{name} 取号机", en = "{name}" }}
screen = "virtual://screen?size=360x640"
printer = "serial://{gear}/{name}?baud=115200"
services = [{services}]
"""

_DESK = """
[callers.{name}]
names = {{ zh = "{name} 柜台", en = "{name}" }}
lines.{line} = "serial://{gear}/{name}?baud={baud}"
"""

_BOARD = """
[displays.{name}]
names = {{ zh = "{name} 大厅屏", en = "{name}" }}
screen = "virtual://screen?size={size}"
speaker = "virtual://speaker"
"""

_SIGN = """
[signs.sign-1]
counter = "c1"
screen = "virtual://screen?size=480x240"
"""


@dataclass(frozen=True)
class ChaosHall:
    """The file, the ports that the programs listen on, and the folder where printers and lines can be found."""

    path: Path
    mqtt_port: int
    collector_port: int
    gear: Path


def counter_number(counter: str) -> int:
    """The unit of a counter's terminal on its line, and its name."""
    return int(counter.removeprefix("c"))


def evaluator_unit(counter: str) -> int:
    """The unit of a counter's evaluator: other than the terminal's, so that a wire's record needs no guessing."""
    return 100 + counter_number(counter)


def chaos_hall(folder: Path) -> ChaosHall:
    """Write the hall file."""
    folder.mkdir(parents=True, exist_ok=True)
    gear = folder / "gear"
    mqtt_port, collector_port = free_port("127.0.0.1"), free_port("127.0.0.1")
    text = frame_of("chaos", "风雨大厅", "Stormy Hall", mqtt_port, collector_port)
    for name, services in KIOSKS.items():
        text += _KIOSK.format(name=name, gear=gear, services=", ".join(f'"{service}"' for service in services))
    for desk, counters in DESKS.items():
        text += _DESK.format(name=desk, gear=gear, line=LINE, baud=BAUD)
        for counter in counters:
            text += counter_of(counter_number(counter), desk, evaluator_unit(counter), LINE)
    text += "".join(_BOARD.format(name=name, size=size) for name, size in BOARDS.items()) + _SIGN
    path = folder / "hall.toml"
    path.write_text(text, encoding="utf-8")
    return ChaosHall(path, mqtt_port, collector_port, gear)
