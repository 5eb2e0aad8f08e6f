"""A serial line that is a pseudo-terminal: what every simulated device of a bus hangs on.

It is a real terminal, so the code under test opens, reads, loses and reopens it as it would a USB adapter. One thread
plays all devices; the methods may be called from any thread.
"""

from __future__ import annotations

import contextlib
import random
import select
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from broker.runtime.cable import FarEnd

TURN_S = 0.01


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
class PtyLine:
    """``path`` is the name the host opens; it is gone while unplugged."""

    path: Path
    faults: LineFaults = field(default_factory=LineFaults, kw_only=True)
    seed: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.RLock()
        self._end = FarEnd(self.path)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

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
            self._end.plug()

    def unplug(self) -> None:
        """Pull the cable: the open port fails, the name disappears."""
        with self._lock:
            if self._end.is_plugged:
                self._end.unplug()
                self._deaf()

    def put_noise(self, data: bytes) -> None:
        """Bytes that nobody sent, at once."""
        with self._lock:
            self._write(data)

    def press(self, unit: int, key: str, kind: str = "") -> None:
        """A person presses a key of a device. Raises KeyError or ValueError for what is not there."""
        raise KeyError(key)

    def states(self) -> Iterable[tuple[str, str]]:
        """Every device by its name, and how it looks; an empty state has nothing to show."""
        return ()

    # -- what kinds of lines differ in

    def _hear(self, received: bytes) -> None:
        """What the host said."""

    def _live(self, now_s: float) -> None:
        """Time passed."""

    def _deaf(self) -> None:
        """The cable was pulled: what was half heard is forgotten."""

    def _due_s(self, now_s: float) -> float:
        """How long nothing happens by itself, at most."""
        return TURN_S

    # -- the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                descriptor = self._end.descriptor
                due_s = self._due_s(time.monotonic())
            if descriptor is None:
                self._stopping.wait(0.02)
                continue
            with contextlib.suppress(OSError, ValueError):  # unplugged meanwhile
                select.select([descriptor], [], [], min(max(due_s, 0.0), TURN_S))
            with self._lock:
                self._turn()

    def _turn(self) -> None:
        if not self._end.is_plugged:
            return
        received = self._end.read(4096)
        if received:
            if self.faults.echo:
                self._write(received)
            self._hear(received)
        self._live(time.monotonic())

    def _spoilt(self, data: bytes) -> bytes | None:
        """A device's frame as it comes through; None: it does not."""
        if self._random.random() < self.faults.lose_chance:
            return None
        through = bytearray(self.faults.noise_before + data)
        if self._random.random() < self.faults.flip_chance:
            bit = self._random.randrange(len(through) * 8)
            through[bit // 8] ^= 1 << (bit % 8)
        return bytes(through)

    def _write(self, data: bytes) -> None:
        self._end.write(data)  # a host that does not read loses bytes, as on a wire
