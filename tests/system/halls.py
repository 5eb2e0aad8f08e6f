"""The halls of the system tests, as files: every device virtual, every port free."""

from dataclasses import dataclass
from pathlib import Path

from tests.halls import OPENS_MS, wired
from tests.ports import free_port

TEN_O_CLOCK_MS = OPENS_MS + 3_600_000
"""The moment the halls' clocks start at: a Wednesday at ten, whatever the real time is."""

_FRAME = """
[hall]
id = "{id}"
names = {{ zh = "{zh}", en = "{en}" }}
phone = "12333"
[calendar]
country = "none"
[sessions.day]
names = {{ zh = "全天", en = "All day" }}
days = ["workday"]
opens = "09:00"
closes = "17:00"
last_ticket = "16:30"
[categories.person]
names = {{ zh = "个人业务", en = "Personal" }}
[series.a]
letter = "A"
[series.b]
letter = "B"
[services.pension]
names = {{ zh = "养老保险", en = "Pension" }}
series = "a"
category = "person"
mean_minutes = 5
{papers}
[services.card]
names = {{ zh = "社保卡", en = "Card" }}
series = "b"
category = "person"
mean_minutes = 5
[broker]
url = "auto"
port = {mqtt_port}
[collector]
port = {collector_port}
public_url = "{public_url}"
"""
PUBLIC_URL = "http://127.0.0.1"
"""Of this machine alone, as its pages are: anybody there may use the virtual hall."""

_PAPERS = 'papers = [{ zh = "本人身份证", en = "Your ID card" }]'
"""With it a kiosk asks once more before it gives a number of the pension."""

_KIOSK = """
[kiosks.kiosk-{n}]
names = {{ zh = "{n} 号取号机", en = "Kiosk {n}" }}
screen = "virtual://screen?size=720x1280"
printer = "virtual://printer?speed={speed}"
{services}
"""

_DEVICES = """
[displays.board-1]
names = { zh = "大厅屏", en = "Board" }
screen = "virtual://screen?size=1280x720"
[signs.sign-1]
counter = "c1"
screen = "virtual://screen?size=960x300"
"""

_COUNTER = """
[counters.c{n}]
name = "{n}"
services = {{ pension = 1, card = 1 }}
"""

_DESK = """
[callers.desk-{n}]
names = {{ zh = "柜台 {n}", en = "Desk {n}" }}
lines.a = "virtual://rs485"
"""


@dataclass(frozen=True)
class HallFile:
    """A hall file and the ports it names."""

    path: Path
    mqtt_port: int
    collector_port: int


def frame_of(id: str, zh: str, en: str, mqtt_port: int, collector_port: int, papers: str = "") -> str:
    """What halls of tests have in common: two services of one day, each with a series, and a broker; no device yet."""
    ports = {"mqtt_port": mqtt_port, "collector_port": collector_port}
    return _FRAME.format(id=id, zh=zh, en=en, papers=papers, public_url=PUBLIC_URL, **ports)


def counter_of(n: int, caller: str, evaluator: int | None = None, line: str = "a") -> str:
    """Counter ``cN`` for both services, with its terminal at unit N of a caller's line and its evaluator."""
    return _COUNTER.format(n=n) + wired(n, caller, n, evaluator, line)


def small_hall(folder: Path, second_printer_mm_s: int = 0) -> HallFile:
    """Two kiosks (series a is shared, series b belongs to kiosk-1), three counters on one line, board, sign.

    A printer with a speed of 0 is done at once.
    """
    kiosks = _KIOSK.format(n=1, services="", speed=0)
    kiosks += _KIOSK.format(n=2, services='services = ["pension"]', speed=second_printer_mm_s)
    counters = "".join(counter_of(n, "desk-1") for n in (1, 2, 3))
    return _write(folder, "proving", kiosks + _DESK.format(n=1) + _DEVICES + counters)


def wide_hall(folder: Path) -> HallFile:
    """Two kiosks, eight counters on four callers; only its broker node is run, the devices are played by tests."""
    kiosks = "".join(_KIOSK.format(n=n, services="", speed=0) for n in (1, 2))
    desks = "".join(_DESK.format(n=n) for n in (1, 2, 3, 4))
    counters = "".join(counter_of(n, f"desk-{(n + 1) // 2}") for n in range(1, 9))
    return _write(folder, "wide", kiosks + desks + counters)


def _write(folder: Path, id: str, devices: str) -> HallFile:
    mqtt_port, collector_port = free_port("127.0.0.1"), free_port("127.0.0.1")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hall.toml"
    frame = frame_of(id, "试验大厅", "Proving Hall", mqtt_port, collector_port, _PAPERS)
    path.write_text(frame + devices, encoding="utf-8")
    return HallFile(path, mqtt_port, collector_port)
