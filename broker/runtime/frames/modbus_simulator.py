"""Our open pads and signs on a pseudo-terminal: the simulator beside ``modbus_line``, chosen by ``virtual://rs485``.

The devices are those of ``modbus_device``. The line is a real pty, so the code under test opens, reads, loses and
reopens it as it would a USB adapter. It is as fast as the machine unless told how long a byte takes. One thread plays
all devices; the methods may be called from any thread.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import threading
import time
import tty
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from broker.runtime.frames.modbus import Frame, RequestDecoder, encode
from broker.runtime.frames.modbus_device import Device

TAP_S = 0.1
QUIET_S = 0.03
TURN_S = 0.01


@dataclass
class LineFaults:
    """What is wrong with the line; all may be changed while it runs. Chances are 0..1 per answer."""

    echo: bool = False
    """The host's adapter hears what the host sends."""
    noise_before: bytes = b""
    """Bytes before every answer."""
    flip_chance: float = 0.0
    lose_chance: float = 0.0


@dataclass
class SimulatedModbusLine:
    """A pty with devices on it. ``path`` is the name the host opens; it is gone while unplugged."""

    path: Path
    devices: Iterable[Device] = ()
    faults: LineFaults = field(default_factory=LineFaults)
    seed: int = 0
    byte_s: float = 0.0
    """How long a byte takes; an answer is then heard when the question and it would have passed the wire."""

    def __post_init__(self) -> None:
        self.device = {device.unit: device for device in self.devices}
        self.silent: set[int] = set()
        """Units that are switched off."""
        self.requests: list[Frame] = []
        """What the host asked, the newest 1000."""
        self._random = random.Random(self.seed)
        self._lock = threading.RLock()
        self._fds: tuple[int, int] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._decoder = RequestDecoder()
        self._last_byte_s = 0.0
        self._lifts_s: dict[tuple[int, int], float] = {}
        self._on_the_way: list[tuple[float, bytes]] = []

    def start(self) -> None:
        """Plug the line in and let the devices live."""
        self.plug_in()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="simulated-modbus", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the devices and remove the line."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        self.unplug()

    def plug_in(self) -> None:
        with self._lock:
            if self._fds is not None:
                return
            host_side, device_side = os.openpty()
            tty.setraw(device_side)
            os.set_blocking(host_side, False)
            with contextlib.suppress(FileNotFoundError):
                self.path.unlink()
            self.path.symlink_to(os.ttyname(device_side))
            self._fds = (host_side, device_side)

    def unplug(self) -> None:
        """Pull the cable: the open port fails, the name disappears."""
        with self._lock:
            if self._fds is None:
                return
            with contextlib.suppress(FileNotFoundError):
                self.path.unlink()
            for descriptor in self._fds:
                os.close(descriptor)
            self._fds = None
            self._on_the_way.clear()
            self._decoder = RequestDecoder()

    # -- fingers

    def move(self, unit: int, key: int, down: bool) -> None:
        """A key goes down or up. Raises KeyError for what is not there."""
        with self._lock:
            self.device[unit].move(key, down)

    def press(self, unit: int, key: int) -> None:
        """Down now, and up a tenth of a second later."""
        with self._lock:
            self.device[unit].move(key, True)
            self._lifts_s[unit, key] = time.monotonic() + TAP_S

    def restart(self, unit: int) -> None:
        """A device loses its power for a moment."""
        with self._lock:
            self.device[unit].restart()

    # -- the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                descriptor = self._fds[0] if self._fds else None
            if descriptor is None:
                self._stopping.wait(0.02)
                continue
            next_s = self._on_the_way[0][0] - time.monotonic() if self._on_the_way else TURN_S
            with contextlib.suppress(OSError, ValueError):  # unplugged meanwhile
                select.select([descriptor], [], [], min(max(next_s, 0.0), TURN_S))
            with self._lock:
                self._turn(time.monotonic())

    def _turn(self, now_s: float) -> None:
        for (unit, key), at_s in list(self._lifts_s.items()):
            if now_s >= at_s:
                del self._lifts_s[unit, key]
                self.device[unit].move(key, False)
        while self._on_the_way and now_s >= self._on_the_way[0][0]:
            self._write(self._on_the_way.pop(0)[1])
        if self._fds is None:
            return
        received = b""
        with contextlib.suppress(OSError):
            received = os.read(self._fds[0], 4096)
        if not received:
            if self._decoder.waiting and now_s - self._last_byte_s > QUIET_S:
                self._decoder.flush()
            return
        self._last_byte_s = now_s
        if self.faults.echo:
            self._write(received)
        for request in self._decoder.feed(received):
            self._ask(request)

    def _ask(self, request: Frame) -> None:
        self.requests = [*self.requests[-999:], request]
        for unit, device in self.device.items():
            if unit not in self.silent and (answer := device.answer(request)) is not None:
                self._transmit(request, answer)

    def _transmit(self, request: Frame, answer: Frame) -> None:
        if self._random.random() < self.faults.lose_chance:
            return
        data = bytearray(self.faults.noise_before + encode(answer))
        if self._random.random() < self.faults.flip_chance:
            bit = self._random.randrange(len(data) * 8)
            data[bit // 8] ^= 1 << bit % 8
        due_s = time.monotonic() + self.byte_s * (len(encode(request)) + len(data))
        self._on_the_way.append((due_s, bytes(data)))
        if not self.byte_s:
            self._write(self._on_the_way.pop()[1])

    def _write(self, data: bytes) -> None:
        if self._fds is not None:
            with contextlib.suppress(OSError):  # a host that does not read loses bytes, as on a wire
                os.write(self._fds[0], data)
