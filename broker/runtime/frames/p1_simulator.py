"""P1 terminals, evaluators and strips of any make on a pseudo-terminal: what ``virtual://rs485`` is.

It is our own idea of what the devices do: what works here was not thereby tried on a real terminal. The line is a
real pty, so the code under test opens, reads, loses and reopens it as it would a USB adapter. One thread plays all
devices of the line; the methods may be called from any thread.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import threading
import time
import tty
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from broker.runtime.frames import p1
from broker.runtime.frames.p1 import Decoder, Frame, Key
from broker.runtime.frames.strip_simulator import SimulatedStrips

RESEND_S = 0.3
TRIES = 5


@dataclass
class LineFaults:
    """What is wrong with the line; all may be changed while it runs. Chances are 0..1 per frame of a device."""

    echo: bool = False
    """The host's adapter hears what the host sends."""
    noise_before: bytes = b""
    """Bytes before every frame of a device."""
    flip_chance: float = 0.0
    lose_chance: float = 0.0
    lose_acknowledgements: int = 0
    """So many of the host's next frames reach no device."""


@dataclass
class _Unsent:
    """A frame that waits for its acknowledgement."""

    frame: Frame
    due_s: float = 0.0
    tries_left: int = TRIES


class Device:
    """What terminals and evaluators share: one frame at a time, sent again until acknowledged."""

    kind = ""

    def __init__(self, unit: int, transmit: Callable[[Frame], None]) -> None:
        self.unit = unit
        self.beeps = 0
        self.given_up = 0
        """Presses that were never acknowledged."""
        self._transmit = transmit
        self.unsent: list[_Unsent] = []
        """Presses in order; the first is sent until it is acknowledged."""

    @property
    def waiting(self) -> int:
        """Presses without an acknowledgement yet."""
        return len(self.unsent)

    def _queue(self, frame: Frame) -> None:
        if len(self.unsent) < 8:
            self.unsent.append(_Unsent(frame))

    def tick(self, now_s: float) -> None:
        if not self.unsent or now_s < self.unsent[0].due_s:
            return
        first = self.unsent[0]
        if first.tries_left == 0:
            self.unsent.pop(0)
            self.given_up += 1
            return
        first.tries_left -= 1
        first.due_s = now_s + RESEND_S
        self._transmit(first.frame)

    def heard(self, frame: Frame) -> None:
        if self.unsent and frame == p1.acknowledge(self.unsent[0].frame):
            self.unsent.pop(0)
            self._acknowledged()
        elif frame.function == p1.BEEP_FUNCTION:
            self.beeps += 1
        else:
            self._told(frame)

    def _acknowledged(self) -> None:
        """A press arrived."""

    def _told(self, frame: Frame) -> None:
        """The host says something of its own."""


class Terminal(Device):
    """A 16-key call terminal: ten digit keys, the function keys of ``p1.Key``, six digits of display."""

    kind = "terminal"

    def __init__(self, unit: int, transmit: Callable[[Frame], None], most_digits: int) -> None:
        super().__init__(unit, transmit)
        self.digits = "      "
        self.typed = ""
        self._most_digits = most_digits

    def press(self, key: str) -> None:
        """Press ``"0"``..``"9"`` or a function key by its name in lower case, e.g. ``"call"``."""
        if key.isdigit():
            self.typed = (self.typed + key)[-self._most_digits :]
            return
        function = Key[key.upper()]
        self._queue(p1.key_frame(self.unit, "" if function is Key.CANCEL else self.typed, function))
        self.typed = ""

    def _told(self, frame: Frame) -> None:
        if frame.function == p1.SHOW_FUNCTION and len(frame.data) == 6:
            self.digits = p1.shown_text(frame.data)


class Evaluator(Device):
    """A key evaluator. It takes one key after each start of a rating and lights stars when told."""

    kind = "evaluator"

    def __init__(self, unit: int, transmit: Callable[[Frame], None], keys: int) -> None:
        super().__init__(unit, transmit)
        self.keys = keys
        self.stars = 0
        self.asking = False
        self.prompts = 0
        self.acknowledged = 0

    def press(self, key: str) -> None:
        """Press key ``"0"``.. by its number. A key is sent also when nobody asked, as cheap evaluators do."""
        self._queue(p1.result_frame(self.unit, int(key)))

    def _acknowledged(self) -> None:
        self.acknowledged += 1
        self.asking = False

    def _told(self, frame: Frame) -> None:
        if frame == p1.start_rating(self.unit):
            self.asking = True
            self.prompts += 1
            self.stars = 0
        elif frame.function == p1.SHOW_FUNCTION and len(frame.data) == 1:
            self.stars = frame.data[0]


@dataclass
class SimulatedLine:
    """A pty with devices on it. ``path`` is the name the host opens; it is gone while unplugged."""

    path: Path
    terminals: Iterable[int] = ()
    evaluators: Iterable[tuple[int, int]] = ()
    """(unit, number of keys)"""
    strips: Iterable[tuple[str, int]] = ()
    """(make, unit)"""
    most_digits: int = p1.TERMINAL_DIGITS
    faults: LineFaults = field(default_factory=LineFaults)
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.RLock()
        self._fds: tuple[int, int] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._decoder = Decoder()
        self.heard: list[Frame] = []
        """The host's frames as the devices heard them, the newest 1000."""
        self.terminal = {u: Terminal(u, self._transmit, self.most_digits) for u in self.terminals}
        self.strip = SimulatedStrips(self.strips)
        self.evaluator = {u: Evaluator(u, self._transmit, keys) for u, keys in self.evaluators}

    def start(self) -> None:
        """Plug the line in and let the devices live."""
        self.plug_in()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="simulated-line", daemon=True)
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
            self._decoder = Decoder()
            self.strip.deaf()

    def press(self, unit: int, key: str, kind: str = "") -> None:
        """Press a key of the terminal or evaluator with this unit; ``kind`` where they share one."""
        device = self.device(unit, kind)
        with self._lock:
            device.press(key)
            device.tick(time.monotonic())  # a terminal sends at once

    def put_noise(self, data: bytes) -> None:
        """Bytes that nobody sent, at once."""
        with self._lock:
            self._write(data)

    def device(self, unit: int, kind: str = "") -> Terminal | Evaluator:
        """The terminal or evaluator with this unit. Raises KeyError."""
        found = (self.terminal.get(unit), self.evaluator.get(unit))
        device = next((one for one in found if one is not None and kind in ("", one.kind)), None)
        if device is None:
            raise KeyError(f"no {kind or 'device'} has unit {unit}")
        return device

    def devices(self) -> list[Terminal | Evaluator]:
        """All that have keys."""
        return [*self.terminal.values(), *self.evaluator.values()]

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                descriptor = self._fds[0] if self._fds else None
            if descriptor is None:
                self._stopping.wait(0.02)
                continue
            with contextlib.suppress(OSError, ValueError):  # unplugged meanwhile
                select.select([descriptor], [], [], 0.01)
            with self._lock:
                self._turn()

    def _turn(self) -> None:
        if self._fds is None:
            return
        received = b""
        with contextlib.suppress(OSError):
            received = os.read(self._fds[0], 4096)
        if received:
            if self.faults.echo:
                self._write(received)
            self._hear(received)
        now_s = time.monotonic()
        for device in self.devices():
            device.tick(now_s)

    def _hear(self, received: bytes) -> None:
        """What the host said, in all devices' ears."""
        self.strip.hear(received)
        for frame in self._decoder.feed(received):
            self._deliver(frame)

    def _deliver(self, frame: Frame) -> None:
        if self.faults.lose_acknowledgements > 0:
            self.faults.lose_acknowledgements -= 1
            return
        self.heard = [*self.heard[-999:], frame]
        for devices in (self.terminal, self.evaluator):
            device = devices.get(frame.unit)
            if device is not None:
                device.heard(frame)

    def _transmit(self, frame: Frame) -> None:
        if self._random.random() < self.faults.lose_chance:
            return
        data = bytearray(self.faults.noise_before + p1.encode(frame))
        if self._random.random() < self.faults.flip_chance:
            bit = self._random.randrange(len(data) * 8)
            data[bit // 8] ^= 1 << (bit % 8)
        self._write(bytes(data))

    def _write(self, data: bytes) -> None:
        if self._fds is not None:
            with contextlib.suppress(OSError):  # a host that does not read loses bytes, as on a wire
                os.write(self._fds[0], data)
