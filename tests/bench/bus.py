"""Sixty-four counters on one RS-485 line at 9600 baud, played in true time: from a key to its acknowledgement.

The host is the product's own line with its terminals; every call changes what all terminals show, as in a busy hall.
The devices and their manners are ours: how real terminals share a line that nobody polls is not known. So two guesses
are measured, terminals that listen before they speak and terminals that do not. Most of it is played in virtual time,
which is exact and counts the wire, the gaps and the adapter; the last part runs threads and a pty and counts all.
"""

import random
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.runtime.bus.line import LineHealth
from caller.console.picture import Picture
from caller.lines.key_line import KeyLine, LineTerminal, TerminalKey, Units
from caller.lines.timed import TimedLine
from tests.bench.figures import Figure, percentile
from tests.caller.virtual_bus import VirtualBus

COUNTERS = 64
PRESSES_PER_S = 0.6
"""Five thousand tickets in eight hours, three keys each, and some."""
RUSH_PER_S = 2.0
TARGET_MS = 50.0


class CounterRow:
    """The line, its terminals, and a loop that answers as a caller's does."""

    def __init__(self, folder: Path, address: str, counters: int = COUNTERS) -> None:
        self.units = range(1, counters + 1)
        named = Units(terminals={unit: f"t{unit}" for unit in self.units})
        self.line = KeyLine("a", address, named, folder)
        self.terminals = {f"t{unit}": LineTerminal(f"t{unit}", f"c{unit}", self.line, unit) for unit in self.units}
        self.presses: list[str] = []
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="counter-row", daemon=True)
        self._numbers = dict.fromkeys(self.terminals, "A000")

    def start(self) -> None:
        self.line.line.wake = self._woken.set
        self.line.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()
        self._thread.join(timeout=5)
        self.line.stop()

    @property
    def health(self) -> LineHealth:
        return self.line.line.health

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(0.05)
            self._woken.clear()
            for event in self.line.poll():
                if isinstance(event, TerminalKey):
                    self.presses.append(event.name)
                    self._numbers[event.name] = f"A{len(self.presses) % 1000:03d}"
            for name, terminal in self.terminals.items():
                terminal.show(Picture(len(self.presses) % 1000, self._numbers[name], (), "open"))


def bus_figures(presses: int, real_s: float) -> list[Figure]:
    """So many presses of each guess in virtual time, then so many seconds with threads and a pty."""
    figures = []
    for words, settings, rate, aimed in (
        ("listen first", {}, PRESSES_PER_S, True),
        ("listen first, adapter with 16 ms", {"adapter_s": 0.016}, PRESSES_PER_S, False),
        ("listen first, rush of 2/s", {}, RUSH_PER_S, False),
        ("do not listen", {"listens": False}, PRESSES_PER_S, False),
        ("do not listen, rush of 2/s", {"listens": False}, RUSH_PER_S, False),
    ):
        bus = VirtualBus(COUNTERS, **settings).run(presses, rate)
        figures += _rows(f"64 that {words}", bus.waits_ms, presses, aimed=aimed)
    with TemporaryDirectory(prefix="jiaohao-bus-") as folder:
        row = CounterRow(Path(folder), "virtual://rs485?baud=9600")
        row.start()
        try:
            figures += _measured(row, real_s)
        finally:
            row.stop()
    return figures


def _rows(name: str, waits_ms: list[float], pressed: int, *, aimed: bool) -> list[Figure]:
    lost = pressed - len(waits_ms)
    return [
        Figure(f"{name}: p50", percentile(waits_ms, 0.5), "ms", n=pressed),
        Figure(f"{name}: p99", percentile(waits_ms, 0.99), "ms", TARGET_MS if aimed else None, n=pressed),
        Figure(f"{name}: longest", max(waits_ms), "ms", n=pressed),
        Figure(f"{name}: lost", lost, "", 0 if aimed else None, n=pressed),
    ]


def _measured(row: CounterRow, for_s: float) -> list[Figure]:
    """In real time, this program's computing and the machine's other work included."""
    line = row.line.simulated
    assert isinstance(line, TimedLine)
    time.sleep(3.0)  # the first pictures of all terminals, and what the adapter's echo is
    begun_s, busy_s, chance = time.monotonic(), line.wire.busy_s, random.Random(5)
    pressed = 0
    while time.monotonic() - begun_s < for_s:
        time.sleep(chance.expovariate(PRESSES_PER_S))
        line.press(chance.choice(row.units), "call")
        pressed += 1
    taken_s = time.monotonic() - begun_s
    deadline_s = time.monotonic() + 5
    while any(device.waiting for device in line.devices()) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return [
        *_rows("64 that listen, threads and pty", [w * 1_000 for w in line.waits_s], pressed, aimed=False),
        Figure("the line is busy", 100 * (line.wire.busy_s - busy_s) / taken_s, "%"),
    ]
