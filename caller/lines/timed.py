"""The simulated line with true timing: ``virtual://rs485?baud=9600``. Bytes take their time, and devices can collide.

How real P1 terminals share their line is not known: they are not asked, they speak when a key is pressed. So both
guesses can be played: terminals that listen first (``listens``), and terminals that do not. Those that were not
answered send again after ``RESEND_S`` and a part more that differs (``resend_spread_s``); with a spread of 0 two that
collided collide again each time, as equal clocks would.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from broker.model.address import BadAddress, DeviceAddress
from broker.runtime.frames.key_simulator import Device, SimulatedLine
from caller.lines.wire import Wire

HOST = "host"
BITS_A_BYTE = 10
LISTEN_BYTES = 4
SLOTS = 6
"""A terminal that listens begins after four quiet bytes, which leaves room for the host's acknowledgement of another
one's key, and up to so many more by chance."""
FULL_BUFFER_S = 0.02
WAITS_KEPT = 100_000


@dataclass
class TimedLine(SimulatedLine):
    """A :class:`SimulatedLine` on a :class:`Wire`."""

    baud: int = 9600
    listens: bool = True
    resend_spread_s: float = 0.15
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        super().__post_init__()
        chance = random.Random(self.seed)
        self.wire = Wire(BITS_A_BYTE / self.baud, lambda byte: byte ^ chance.randrange(1, 256))
        self.waits_s: list[float] = []
        """From each key to its acknowledgement."""
        self._chance = chance
        self._speaker = 0
        self._keyed = self.devices()
        self._pressed: dict[Device, deque[float]] = {}
        self._bell = (-1, -1)

    def start(self) -> None:
        self._bell = os.pipe()
        for end in self._bell:
            os.set_blocking(end, False)
        super().start()

    def stop(self) -> None:
        super().stop()
        for end in self._bell:
            os.close(end)
        self._bell = (-1, -1)

    def press(self, unit: int, key: str, kind: str = "") -> None:
        device = self.device(unit, kind)
        with self._lock:
            before = device.waiting
            device.press(key)
            if device.waiting > before:
                self._pressed.setdefault(device, deque()).append(self.clock())
        with contextlib.suppress(OSError):
            os.write(self._bell[1], b"!")

    def unplug(self) -> None:
        super().unplug()
        self.wire.cut()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                descriptor = self._end.descriptor
                due_s = self.due_s(self.clock())
            if descriptor is None:
                self._stopping.wait(0.02)
                continue
            with contextlib.suppress(OSError, ValueError):  # unplugged meanwhile
                ready, _, _ = select.select([descriptor, self._bell[0]], [], [], due_s)
                if self._bell[0] in ready:
                    os.read(self._bell[0], 4096)
            with self._lock:
                self._turn()

    def due_s(self, now_s: float) -> float:
        """How long nothing happens by itself."""
        if self.wire.next_s is not None:
            return min(max(self.wire.next_s - now_s, 0.0), FULL_BUFFER_S)
        return self.wire.byte_s if any(device.waiting for device in self._keyed) else FULL_BUFFER_S

    def _turn(self) -> None:
        if not self._end.is_plugged:
            return
        if heard := self.advance(self.clock(), self._end.read(4096)):
            super()._write(heard)

    def advance(self, now_s: float, from_host: bytes) -> bytes:
        """Let time pass up to now: what the host wrote sets out, what is through is heard. What it hears."""
        if from_host:
            self.wire.say(HOST, from_host, now_s)
        to_host = bytearray()
        for one in self.wire.passed(now_s):
            if one.speaker == HOST:
                self._hear(bytes((one.byte,)))
            if one.speaker != HOST or self.faults.echo:
                to_host.append(one.byte)
        for device in self._keyed:
            if device.waiting:
                self._tick(device, now_s)
        return bytes(to_host)

    def _tick(self, device: Device, now_s: float) -> None:
        """Let it speak if it may; a device that listens first waits for a quiet line and a moment of its own."""
        moment_bytes = LISTEN_BYTES + self._chance.randrange(SLOTS)
        if self.listens and self.wire.quiet_s(now_s) < moment_bytes * self.wire.byte_s:
            return
        unsent = device.unsent[0]
        due_s, given_up = unsent.due_s, device.given_up
        device.tick(now_s)
        if device.given_up > given_up:
            self._took(device)
        elif unsent.due_s > due_s:
            unsent.due_s += self._chance.uniform(0.0, self.resend_spread_s)

    def _deliver(self, frame: Any) -> None:
        """To whom it concerns, and note whose key was acknowledged by it."""
        now_s = self.clock()
        before = [(device, device.waiting) for device in self.devices() if device.unit == frame.address]
        super()._deliver(frame)
        for device, waiting in before:
            if device.waiting < waiting and (pressed_s := self._took(device)) is not None:
                self.waits_s.append(now_s - pressed_s)
                del self.waits_s[:-WAITS_KEPT]

    def _took(self, device: Device) -> float | None:
        pressed = self._pressed.get(device)
        return pressed.popleft() if pressed else None

    def _transmit(self, unit: int, data: bytes) -> None:
        self._speaker = unit
        super()._transmit(unit, data)

    def _write(self, data: bytes) -> None:
        """A device speaks, or noise."""
        self.wire.say(("device", self._speaker), data, self.clock())


def timed_options(address: DeviceAddress) -> dict[str, int] | None:
    """What ``virtual://rs485?baud=9600&listen=1`` says; None without options: bytes take no time. Raises BadAddress."""
    unknown = [name for name in address.options if name not in ("baud", "listen")]
    if unknown:
        raise BadAddress(
            f"there is no option {unknown[0]!r}; use baud, listen", f"没有选项“{unknown[0]}”，可用：baud, listen"
        )
    if not address.options:
        return None
    return {
        "baud": address.option_int("baud", 9600, 300, 1_000_000),
        "listens": address.option_int("listen", 1, 0, 1),
    }
