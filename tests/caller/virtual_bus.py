"""Many terminals and the product's own line in virtual time: exact, repeatable, and faster than the wire.

What is counted is the time on the wire, the gaps and the adapter's own delay; the program's computing takes none here.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from broker.runtime.bus.line import Line
from broker.runtime.frames import p1
from broker.runtime.serial_address import SerialAddress
from caller.console.picture import Picture
from caller.lines.key_line import KeyLine, LineTerminal, TerminalKey, Units
from caller.lines.timed import TimedLine


class AdapterPort:
    """A serial port whose far end is a simulated line; reading lets the time pass."""

    def __init__(self, line: TimedLine, presses: Iterable[tuple[float, int]], adapter_s: float) -> None:
        self.address = SerialAddress("/dev/none", baud=line.baud)
        self.is_open = True
        self.last_error = None
        self.now_s = 0.0
        self._line = line
        self._presses = deque(presses)
        self._adapter_s = adapter_s
        self._held: deque[tuple[float, bytes]] = deque()
        self._written = b""

    def write(self, data: bytes) -> None:
        self._written += data

    def read_available(self, timeout_s: float, limit: int = 4096, wake: int | None = None) -> bytes:
        until_s = self.now_s + timeout_s
        while True:
            while self._presses and self._presses[0][0] <= self.now_s:
                self._line.press(self._presses.popleft()[1], "call")
            written, self._written = self._written, b""
            if heard := self._line.advance(self.now_s, written):
                self._held.append((self.now_s + self._adapter_s, heard))
            arrived = b""
            while self._held and self._held[0][0] <= self.now_s:
                arrived += self._held.popleft()[1]
            if arrived or self.now_s >= until_s:
                return arrived
            self.now_s = min(until_s, self.now_s + max(self._line.due_s(self.now_s), 1e-5), *self._next())

    def _next(self) -> list[float]:
        return [queue[0][0] for queue in (self._held, self._presses) if queue]

    def close(self) -> None:
        self.is_open = False


class VirtualBus:
    """Terminals 1 to ``counters``; each call changes the digits of all. ``run`` plays random presses."""

    def __init__(
        self, counters: int = 64, *, listens: bool = True, adapter_s: float = 0.001, **settings: object
    ) -> None:
        self.units = range(1, counters + 1)
        units = Units(terminals={unit: f"t{unit}" for unit in self.units})
        self.devices = TimedLine(Path("/none"), tuple(self.units), listens=listens, **settings)  # type: ignore[arg-type]
        self.line = KeyLine("a", "serial:///dev/none", units, Path("/none"))
        self.terminals = {f"t{unit}": LineTerminal(f"t{unit}", "c", self.line, unit) for unit in self.units}
        self.heard: list[str] = []
        self._adapter_s = adapter_s

    def run(self, presses: int, rate_per_s: float, seed: int = 1) -> VirtualBus:
        """Random terminals press at random moments; then everything that waits may settle."""
        chance, at_s, planned = random.Random(seed), 5.0, []
        for _ in range(presses):
            at_s += chance.expovariate(rate_per_s)
            planned.append((at_s, chance.choice(self.units)))
        self._play(planned, at_s + 5.0)
        return self

    def _play(self, planned: list[tuple[float, int]], until_s: float) -> None:
        port = AdapterPort(self.devices, planned, self._adapter_s)
        self.devices.clock = clock = lambda: port.now_s
        self.line.line = self._line_on(port, clock)
        numbers, shown = dict.fromkeys(self.terminals, "A000"), -1
        while port.now_s < until_s:
            self.line.line._turn()
            for event in self.line.poll():
                if isinstance(event, TerminalKey):
                    self.heard.append(event.name)
                    numbers[event.name] = f"A{len(self.heard) % 1000:03d}"
            if len(self.heard) == shown:
                continue
            shown = len(self.heard)
            for name, terminal in self.terminals.items():
                terminal.show(Picture(len(self.heard) % 1000, numbers[name], (), "open"))

    def _line_on(self, port: AdapterPort, clock: Callable[[], float]) -> Line:
        known = self.line.units.known
        return Line("a", port, p1.Decoder(), known, answer=self.line._owed, monotonic=clock)  # type: ignore[arg-type]

    @property
    def waits_ms(self) -> list[float]:
        """From each key to its acknowledgement."""
        return [wait_s * 1_000 for wait_s in self.devices.waits_s]

    @property
    def given_up(self) -> int:
        """Presses that were sent as often as a terminal does and never acknowledged."""
        return sum(device.given_up for device in self.devices.devices())
