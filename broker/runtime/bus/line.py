"""A half-duplex RS-485 line shared by many small devices. One thread owns the port; everyone else uses queues.

The line knows no protocol: a decoder turns bytes into frames with an ``address``, and the owner of the line hands in
bytes to send. What the line adds is what every half-duplex line needs: a quiet gap around each frame (counted from when
its last byte has left the wire, not from when the kernel took it), a time-out for a frame that stays unfinished and
for an answer that does not come, its own echo discarded, a limit on how often one device is listened to, and a port
that is opened again after the cable was pulled.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

from broker.runtime.bus.addresses import AddressBook, RateLimit
from broker.runtime.bus.echo import Echo
from broker.runtime.bus.events import (
    AddressHealth,
    Answer,
    Ask,
    BusFrame,
    Decoder,
    LineDown,
    LineEvent,
    LineHealth,
    LineUp,
    Received,
)
from broker.runtime.bus.outgoing import Outgoing, Spacing, Waiting
from broker.runtime.serial_port import SerialPort, SerialPortError

__all__ = [
    "AddressHealth",
    "Answer",
    "Ask",
    "BusFrame",
    "Decoder",
    "Line",
    "LineDown",
    "LineEvent",
    "LineHealth",
    "LineUp",
    "RateLimit",
    "Received",
    "Spacing",
]

log = logging.getLogger(__name__)

REST_S = 0.1
"""The thread sleeps no longer than this, so that it is seen to be alive."""
EVENT_LIMIT = 512
RAW_LIMIT = 512
LOG_EVERY_S = 10.0
LOG_TOPICS = 300
BABBLE_S = 1.0

Tap = Callable[[bool, bytes], None]
"""Told all bytes of the line in the line's thread: whether we sent them, and the bytes (without our own echo)."""


@dataclass
class _Asked:
    """The question under way."""

    waiting: Waiting
    ask: Ask
    tries_left: int
    sent_s: float = 0.0
    frames: list[BusFrame] = field(default_factory=list)
    raw: bytes = b""

    @property
    def deadline_s(self) -> float:
        return self.sent_s + self.ask.timeout_s


class Line:
    """One RS-485 line. What is owed to a device goes first; ``send`` keeps the order; ``show`` keeps only the newest
    frame of each slot.

    ``known`` are the addresses that may speak. ``gap_s`` is the quiet time before each frame sent, ``answer_gap_s``
    before an answer that a device waits for; ``frame_timeout_s`` how long an unfinished frame may wait for its next
    byte. ``answer`` gives the bytes owed to a frame, or None: sent from the line's own thread once the event is queued,
    however busy the owner is.
    """

    def __init__(
        self,
        name: str,
        port: SerialPort,
        decoder: Decoder,
        known: frozenset[int],
        *,
        gap_s: float = 0.02,
        answer_gap_s: float = 0.002,
        frame_timeout_s: float = 0.06,
        rate_per_s: int = 20,
        answer: Callable[[BusFrame], bytes | None] = lambda frame: None,
        tap: Tap | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.wake: Callable[[], None] = lambda: None
        """Called in the line's thread after each event, so that the owner's loop may sleep until then."""
        self._port = port
        self._decoder = decoder
        self._known = known
        self._frame_timeout_s = frame_timeout_s
        self._limit = RateLimit(rate_per_s)
        self._answer = answer
        self._tap = tap
        self._monotonic = monotonic
        self._events: queue.Queue[LineEvent] = queue.Queue(EVENT_LIMIT)
        self._outgoing = Outgoing(gap_s, answer_gap_s)
        self._echo = Echo()
        self._asked: _Asked | None = None
        self._health = LineHealth()
        self._book = AddressBook()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._bell: tuple[int, int] | None = None
        self._last_turn_s = 0.0
        self._last_byte_s = 0.0
        self._sent_until_s = 0.0
        self._last_chance_s = 0.0
        self._ever_tried = False
        self._logged_s: dict[str, float] = {}

    # -- for the owner, any thread

    def start(self) -> None:
        """Begin to own the port. One that is open is taken over, one that cannot be opened now is tried again."""
        self._stopping.clear()
        self._health = replace(self._health, online=self._port.is_open)
        self._last_turn_s = self._monotonic()
        self._bell = os.pipe()
        for end in self._bell:
            os.set_blocking(end, False)
        self._thread = threading.Thread(target=self._run, name=f"line-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and let the port go."""
        self._stopping.set()
        self._ring()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
            if not self._thread.is_alive() and self._bell is not None:
                bell, self._bell = self._bell, None
                for end in bell:
                    os.close(end)

    def poll(self) -> list[LineEvent]:
        """Everything that came in since the last poll, in order."""
        events: list[LineEvent] = []
        with contextlib.suppress(queue.Empty):
            while len(events) < EVENT_LIMIT:
                events.append(self._events.get_nowait())
        return events

    def send(self, data: bytes) -> bool:
        """Queue one frame; False when too many wait already. Frames queued while the line is down are dropped."""
        queued = self._outgoing.send(data)
        self._ring()
        return queued

    def show(self, slot: Hashable, data: bytes, *, spacing: Spacing | None = None, again: bool = False) -> bool:
        """Queue a frame that replaces any older one of its slot, such as the digits of one terminal.

        ``again``: nothing is new, a device may have lost it; such frames wait for all others and are sent rarely.
        """
        queued = self._outgoing.show(slot, data, spacing, again)
        self._ring()
        return queued

    def ask(self, ask: Ask) -> bool:
        """Queue a question; an ``Answer`` with its key follows in any case, empty when nothing came in time."""
        queued = self._outgoing.ask(ask)
        self._ring()
        return queued

    @property
    def unsent(self) -> int:
        """Frames that wait to be sent."""
        return len(self._outgoing)

    @property
    def health(self) -> LineHealth:
        """The counts now. Only the line's thread writes them; readers get a copy."""
        return replace(
            self._health,
            noise_bytes=self._decoder.noise_bytes,
            damaged=sum(self._damaged().values()),
            dropped_sends=self._outgoing.dropped,
            echo=self._echo.word,
        )

    def addresses(self) -> dict[int, AddressHealth]:
        """What was heard of each address, known or not, in order of the addresses."""
        return self._book.summary(self._damaged())

    def alive(self, within_s: float = 10.0) -> bool:
        """Whether the thread runs and has moved lately, cable or no cable."""
        running = self._thread is not None and self._thread.is_alive()
        return running and self._monotonic() - self._last_turn_s <= within_s

    def _ring(self) -> None:
        """Wake the line's thread from its read."""
        bell = self._bell
        if bell is not None:
            with contextlib.suppress(OSError):  # full: it wakes anyway
                os.write(bell[1], b"!")

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
        received = self._port.read_available(self._wait_s(), wake=self._bell[0] if self._bell else None)
        if received:
            self._take(received)
        now_s = self._monotonic()
        if self._decoder.waiting and now_s - self._last_byte_s >= self._frame_timeout_s:
            self._accept(self._decoder.flush())
        if self._asked is not None:
            self._await_answer(self._asked, now_s)
        elif self._may_send(now_s):
            waiting = self._outgoing.take(now_s)
            if waiting is not None:
                self._transmit(waiting)

    def _wait_s(self) -> float:
        """How long nothing needs to be done unless a byte or an order comes."""
        now_s = self._monotonic()
        if self._decoder.waiting:
            until_s = self._last_byte_s + self._frame_timeout_s
        elif self._asked is not None:
            until_s = self._asked.deadline_s
        else:
            until_s = self._outgoing.due_s(self._quiet_since_s)
        return min(max(until_s - now_s, 0.0), REST_S)

    @property
    def _quiet_since_s(self) -> float:
        return max(self._last_byte_s, self._sent_until_s)

    def _may_send(self, now_s: float) -> bool:
        """Between frames only; but a line that never becomes quiet must not silence us for ever."""
        quiet = not self._decoder.waiting and now_s >= self._outgoing.due_s(self._quiet_since_s)
        if quiet or now_s - self._last_chance_s >= BABBLE_S or not len(self._outgoing):
            self._last_chance_s = now_s
            return True
        return False

    def _take(self, received: bytes) -> None:
        self._last_byte_s = self._monotonic()
        if self._tap is not None:
            self._tap(False, received)
        if self._asked is not None:
            self._asked.raw = (self._asked.raw + received)[:RAW_LIMIT]
        self._accept(self._decoder.feed(received))

    def _accept(self, frames: Sequence[BusFrame]) -> None:
        now_s = self._monotonic()
        for frame in frames:
            self._count(frames=1)
            self._book.count(frame.address, frames=1)
            if self._asked is not None and self._asked.ask.answers(frame):
                self._asked.frames.append(frame)
            elif frame.address not in self._known:
                self._count(unknown=1)
                topic = f"unknown {frame.address}"
                self._log_sometimes(topic, "a frame of unknown address 0x%02X: %s", frame.address, frame)
            elif not self._limit.allows(frame.address, now_s):
                self._count(limited=1)
                self._book.count(frame.address, limited=1)
                self._log_sometimes(f"rate {frame.address}", "address 0x%02X sends too often", frame.address)
            elif self._put(Received(frame, now_s)) and (owed := self._answer(frame)) is not None:
                self._outgoing.owe(owed)

    def _transmit(self, waiting: Waiting, asked: _Asked | None = None) -> None:
        wire_s = self._port.address.wire_time_s(len(waiting.data))
        begun_s = self._monotonic()
        self._port.write(waiting.data)
        self._sent_until_s = begun_s + wire_s
        if self._tap is not None:
            self._tap(True, waiting.data)
        if waiting.ask is not None and asked is None:
            asked = _Asked(waiting, waiting.ask, max(1, waiting.ask.tries))
        if asked is not None:
            asked.tries_left -= 1
            asked.sent_s = self._sent_until_s
            self._asked = asked
        received = self._echo.take_out(waiting.data, wire_s, self._port.read_available, self._monotonic)
        self._outgoing.sent(waiting, self._sent_until_s, wire_s)
        if received:
            self._take(received)

    def _await_answer(self, asked: _Asked, now_s: float) -> None:
        """Go on when the answer is there or its time is over; a frame that has begun may end."""
        if asked.frames and not asked.ask.whole_wait:
            self._finish(asked, now_s)
        elif now_s >= asked.deadline_s and not self._decoder.waiting:
            if asked.frames or asked.tries_left <= 0:
                self._finish(asked, now_s)
            else:
                self._transmit(asked.waiting, asked)

    def _finish(self, asked: _Asked, now_s: float) -> None:
        self._asked = None
        if not asked.frames:
            self._count(unanswered=1)
        self._put(Answer(asked.ask.key, tuple(asked.frames), asked.raw, now_s, now_s - asked.sent_s))

    def _came_up(self) -> None:
        log.info("line %s: open", self.name)
        self._decoder.flush()
        self._last_chance_s = self._monotonic()
        self._echo.reset()
        self._health = replace(self._health, online=True)
        self._put(LineUp(self._monotonic()))

    def _went_down(self, reason: str) -> None:
        """An answer that is sent minutes later helps nobody; who asked is told that nothing came."""
        unasked = self._outgoing.drop_answers()
        asked, self._asked = self._asked, None
        for ask in ([asked.ask] if asked is not None else []) + unasked:
            self._count(unanswered=1)
            self._put(Answer(ask.key, (), b"", self._monotonic()))
        if self._health.online or not self._ever_tried:
            self._log_sometimes("down", "down: %s", reason)
        self._ever_tried = True
        if self._health.online:
            self._health = replace(self._health, online=False)
            self._put(LineDown(self._monotonic(), reason))

    def _put(self, event: LineEvent) -> bool:
        try:
            self._events.put_nowait(event)
        except queue.Full:
            self._count(dropped_events=1)
            self._log_sometimes("full", "nobody takes the events: one is dropped")
            return False
        finally:
            self.wake()
        return True

    def _count(self, **more: int) -> None:
        changes = {name: getattr(self._health, name) + count for name, count in more.items()}
        self._health = replace(self._health, **changes)

    def _damaged(self) -> dict[int, int]:
        return dict(getattr(self._decoder, "damaged", {}))

    def _log_sometimes(self, topic: str, message: str, *facts: object) -> None:
        now_s = self._monotonic()
        if topic not in self._logged_s and len(self._logged_s) >= LOG_TOPICS:
            topic = "others"
        if now_s - self._logged_s.get(topic, float("-inf")) < LOG_EVERY_S:
            return
        self._logged_s[topic] = now_s
        log.warning(f"line %s: {message}", self.name, *facts)
