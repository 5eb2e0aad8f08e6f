"""A half-duplex RS-485 line shared by many small devices. One thread owns the port; everyone else uses queues.

The line knows no protocol: a decoder turns bytes into frames with an ``address``, and the owner of the line hands in
bytes to send. What the line adds is what every half-duplex line needs: a quiet gap around each frame, a time-out for
a frame that stays unfinished, its own echo discarded (many adapters hear themselves), a limit on how often one
device is listened to, and a port that is opened again after the cable was pulled.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from broker.runtime.serial_port import SerialPort, SerialPortError

log = logging.getLogger(__name__)

READ_WAIT_S = 0.02
EVENT_LIMIT = 512
SEND_LIMIT = 128
SHOW_LIMIT = 512
LOG_EVERY_S = 10.0
ECHO_SLACK_S = 0.06
ECHO_TRIALS = 5
BABBLE_S = 1.0


class BusFrame(Protocol):
    """What a decoder yields."""

    @property
    def address(self) -> int: ...


class Decoder(Protocol):
    """Bytes to frames, resynchronising by itself; ``flush`` is called when the line went quiet.

    ``waiting``: the beginning of a frame is held. ``noise_bytes`` counts what belonged to no frame.
    """

    noise_bytes: int

    @property
    def waiting(self) -> bool: ...

    def feed(self, received: bytes) -> Sequence[BusFrame]: ...

    def flush(self) -> Sequence[BusFrame]: ...


@dataclass(frozen=True)
class Received:
    """A frame came in; ``at_s`` is monotonic seconds."""

    frame: BusFrame
    at_s: float


@dataclass(frozen=True)
class LineUp:
    """The port was opened: show everything again, the devices may have lost their power."""

    at_s: float


@dataclass(frozen=True)
class LineDown:
    """The port is gone; it is tried again by itself."""

    at_s: float
    reason: str


LineEvent = Received | LineUp | LineDown


@dataclass(frozen=True)
class LineHealth:
    """Counts since the start. ``unknown`` are frames of addresses that the hall file does not have."""

    online: bool = False
    frames: int = 0
    noise_bytes: int = 0
    unknown: int = 0
    limited: int = 0
    dropped_events: int = 0
    dropped_sends: int = 0
    echo: str = "unknown"


class RateLimit:
    """At most ``rate_per_s`` frames of one address in any second, so that a stuck device cannot flood the hall."""

    def __init__(self, rate_per_s: int) -> None:
        self._rate_per_s = rate_per_s
        self._recent: dict[int, deque[float]] = {}

    def allows(self, address: int, now_s: float) -> bool:
        recent = self._recent.setdefault(address, deque(maxlen=self._rate_per_s))
        if len(recent) == self._rate_per_s and now_s - recent[0] < 1.0:
            return False
        recent.append(now_s)
        return True


class Line:
    """One RS-485 line. ``send`` keeps the order; ``show`` keeps only the newest frame of each slot.

    ``known`` are the addresses that may speak. ``gap_s`` is the quiet time before each frame sent,
    ``frame_timeout_s`` how long an unfinished frame may wait for its next byte.
    """

    def __init__(
        self,
        name: str,
        port: SerialPort,
        decoder: Decoder,
        known: frozenset[int],
        *,
        gap_s: float = 0.02,
        frame_timeout_s: float = 0.15,
        rate_per_s: int = 20,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.wake: Callable[[], None] = lambda: None
        """Called in the line's thread after each event, so that the owner's loop may sleep until then."""
        self._port = port
        self._decoder = decoder
        self._known = known
        self._gap_s = gap_s
        self._frame_timeout_s = frame_timeout_s
        self._limit = RateLimit(rate_per_s)
        self._monotonic = monotonic
        self._events: queue.Queue[LineEvent] = queue.Queue(EVENT_LIMIT)
        self._sends: queue.Queue[bytes] = queue.Queue(SEND_LIMIT)
        self._shows: dict[Hashable, bytes] = {}
        self._shows_lock = threading.Lock()
        self._health = LineHealth()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._last_turn_s = 0.0
        self._last_byte_s = 0.0
        self._last_sent_s = 0.0
        self._last_chance_s = 0.0
        self._dropped_sends = 0
        self._ever_tried = False
        self._echo_trials = 0
        self._logged_s: dict[str, float] = {}

    # -- for the owner, any thread

    def start(self) -> None:
        """Begin to own the port. A port that cannot be opened now is tried again by itself."""
        self._stopping.clear()
        self._last_turn_s = self._monotonic()
        self._thread = threading.Thread(target=self._run, name=f"line-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and let the port go."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    def poll(self) -> list[LineEvent]:
        """Everything that came in since the last poll, in order."""
        events: list[LineEvent] = []
        with contextlib.suppress(queue.Empty):
            while len(events) < EVENT_LIMIT:
                events.append(self._events.get_nowait())
        return events

    def send(self, data: bytes) -> bool:
        """Queue one frame; False when too many wait already. Frames queued while the line is down are dropped."""
        try:
            self._sends.put_nowait(data)
        except queue.Full:
            self._dropped_sends += 1
            return False
        return True

    def show(self, slot: Hashable, data: bytes) -> None:
        """Queue a frame that replaces any older one of its slot, such as the digits of one terminal."""
        with self._shows_lock:
            if slot not in self._shows and len(self._shows) >= SHOW_LIMIT:
                self._dropped_sends += 1
                return
            self._shows.pop(slot, None)
            self._shows[slot] = data

    @property
    def health(self) -> LineHealth:
        """The counts now. Only the line's thread writes them; readers get a copy."""
        return replace(self._health, noise_bytes=self._decoder.noise_bytes, dropped_sends=self._dropped_sends)

    def alive(self, within_s: float = 10.0) -> bool:
        """Whether the thread runs and has moved lately, cable or no cable."""
        running = self._thread is not None and self._thread.is_alive()
        return running and self._monotonic() - self._last_turn_s <= within_s

    # -- the line's own thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._last_turn_s = self._monotonic()
            try:
                self._turn()
            except SerialPortError as error:
                self._port.close()
                self._went_down(str(error))
            except Exception:  # a mistake in a decoder must not end the counters' day
                log.exception("line %s: a turn failed", self.name)
                self._stopping.wait(1.0)
        self._port.close()

    def _turn(self) -> None:
        if not self._port.is_open:
            if not self._port.try_open():
                self._went_down(str(self._port.last_error or "not open"))
                self._stopping.wait(0.1)
                return
            self._came_up()
        received = self._port.read_available(READ_WAIT_S)
        if received:
            self._take(received)
        now_s = self._monotonic()
        if self._decoder.waiting and now_s - self._last_byte_s >= self._frame_timeout_s:
            self._accept(self._decoder.flush())
        if self._may_send(now_s):
            data = self._next_to_send()
            if data is not None:
                self._transmit(data)

    def _may_send(self, now_s: float) -> bool:
        """Between frames only; but a line that never becomes quiet must not silence us for ever."""
        quiet_s = now_s - max(self._last_byte_s, self._last_sent_s)
        quiet = not self._decoder.waiting and quiet_s >= self._gap_s
        if quiet or now_s - self._last_chance_s >= BABBLE_S:
            self._last_chance_s = now_s
            return True
        return False

    def _take(self, received: bytes) -> None:
        self._last_byte_s = self._monotonic()
        self._accept(self._decoder.feed(received))

    def _accept(self, frames: Sequence[BusFrame]) -> None:
        now_s = self._monotonic()
        for frame in frames:
            self._count(frames=1)
            if frame.address not in self._known:
                self._count(unknown=1)
                self._log_sometimes("unknown", "a frame of unknown address 0x%02X: %s", frame.address, frame)
            elif not self._limit.allows(frame.address, now_s):
                self._count(limited=1)
                self._log_sometimes(f"rate {frame.address}", "address 0x%02X sends too often", frame.address)
            else:
                self._put(Received(frame, now_s))

    def _next_to_send(self) -> bytes | None:
        with contextlib.suppress(queue.Empty):
            return self._sends.get_nowait()
        with self._shows_lock:
            if not self._shows:
                return None
            return self._shows.pop(next(iter(self._shows)))

    def _transmit(self, data: bytes) -> None:
        self._port.write(data)
        self._last_sent_s = self._monotonic()
        if self._health.echo == "none":
            return
        received = self._read_echo(data)
        if received[: len(data)] == data:
            self._health = replace(self._health, echo="heard")
            received = received[len(data) :]
        elif self._health.echo == "unknown":
            self._echo_trials += 1
            if self._echo_trials >= ECHO_TRIALS:
                self._health = replace(self._health, echo="none")
        self._last_sent_s = self._monotonic()
        if received:
            self._take(received)

    def _read_echo(self, data: bytes) -> bytes:
        """What comes back while and right after sending; stops as soon as it cannot be our own frame."""
        deadline_s = self._monotonic() + self._port.address.wire_time_s(len(data)) + ECHO_SLACK_S
        received = b""
        while len(received) < len(data) and data.startswith(received):
            remaining_s = deadline_s - self._monotonic()
            if remaining_s <= 0:
                break
            received += self._port.read_available(remaining_s)
        return received

    def _came_up(self) -> None:
        log.info("line %s: open", self.name)
        self._decoder.flush()
        self._last_chance_s = self._monotonic()
        self._echo_trials = 0
        self._health = replace(self._health, online=True, echo="unknown")
        self._put(LineUp(self._monotonic()))

    def _went_down(self, reason: str) -> None:
        with contextlib.suppress(queue.Empty):  # an answer that is sent minutes later helps nobody
            while True:
                self._sends.get_nowait()
        if self._health.online or not self._ever_tried:
            self._log_sometimes("down", "down: %s", reason)
        self._ever_tried = True
        if self._health.online:
            self._health = replace(self._health, online=False)
            self._put(LineDown(self._monotonic(), reason))

    def _put(self, event: LineEvent) -> None:
        try:
            self._events.put_nowait(event)
        except queue.Full:
            self._count(dropped_events=1)
            self._log_sometimes("full", "nobody takes the events: one is dropped")
        self.wake()

    def _count(self, **more: int) -> None:
        changes = {name: getattr(self._health, name) + count for name, count in more.items()}
        self._health = replace(self._health, **changes)

    def _log_sometimes(self, topic: str, message: str, *facts: object) -> None:
        now_s = self._monotonic()
        if now_s - self._logged_s.get(topic, float("-inf")) < LOG_EVERY_S:
            return
        self._logged_s[topic] = now_s
        log.warning(f"line %s: {message}", self.name, *facts)
