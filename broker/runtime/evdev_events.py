"""What the input layer of Linux says about a keypad: records in, keys down and up out. Pure.

A record is ``struct input_event``: two long words of time, then type, code and value. A key says 1 (down), 0 (up) and
2 (repeats while it is down); after ``SYN_DROPPED`` the kernel has lost records, and what is down must be asked anew.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass

RECORD = struct.Struct("@llHHi")
"""The record of this machine: 24 bytes on 64-bit Linux, 16 on 32-bit."""
EV_SYN, EV_KEY = 0x00, 0x01
SYN_REPORT, SYN_DROPPED = 0, 3
UP, DOWN, REPEAT = 0, 1, 2
FIRST_BUTTON, LAST_BUTTON = 0x110, 0x15F
"""Codes of mice, tablets and joysticks: a keypad that also calls itself a mouse presses nothing by moving."""


@dataclass(frozen=True)
class InputRecord:
    """One record without its time."""

    kind: int
    code: int
    value: int


@dataclass(frozen=True)
class KeyMove:
    """A key went down or up; ``at_s`` is when it was read, monotonic seconds."""

    code: int
    down: bool
    at_s: float


def pack(code: int, down: bool) -> bytes:
    """The two records that a kernel sends for one move of a key."""
    return RECORD.pack(0, 0, EV_KEY, code, DOWN if down else UP) + RECORD.pack(0, 0, EV_SYN, SYN_REPORT, 0)


class Records:
    """Cuts a stream of bytes into records. Holds less than one record."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, received: bytes) -> list[InputRecord]:
        """The records that these bytes complete."""
        held = self._pending + received
        whole = len(held) - len(held) % RECORD.size
        self._pending = held[whole:]
        return [InputRecord(kind, code, value) for _, _, kind, code, value in RECORD.iter_unpack(held[:whole])]


class KeyStream:
    """One keypad. ``down_now`` asks the device which codes are down, after records were lost."""

    def __init__(self, down_now: Callable[[], Iterable[int]] = tuple) -> None:
        self.overflows = 0
        """How often the kernel lost records because nobody read them."""
        self._down_now = down_now
        self._down: set[int] = set()
        self._asleep: set[int] = set()
        self._lost = False

    def begin(self, down: Iterable[int]) -> None:
        """The keypad was opened: keys that are down already mean nothing until they are let go."""
        self._asleep, self._down, self._lost = set(down), set(), False

    def end(self, at_s: float) -> list[KeyMove]:
        """The keypad is gone: whatever was down is up."""
        moves = [KeyMove(code, False, at_s) for code in sorted(self._down)]
        self.begin(())
        return moves

    def feed(self, records: Iterable[InputRecord], at_s: float) -> list[KeyMove]:
        """The moves in these records; repeats, buttons of mice and everything that is no key are passed over."""
        moves: list[KeyMove] = []
        for record in records:
            if record.kind == EV_SYN:
                moves += self._synchronised(record.code, at_s)
            elif record.kind == EV_KEY and not self._lost and not FIRST_BUTTON <= record.code <= LAST_BUTTON:
                moves += self._key(record.code, record.value, at_s)
        return moves

    def _synchronised(self, code: int, at_s: float) -> list[KeyMove]:
        """Until the report after a loss nothing is believed; then what is up is up, and what is down is asleep."""
        if code == SYN_DROPPED:
            self.overflows += not self._lost
            self._lost = True
        elif code == SYN_REPORT and self._lost:
            self._lost = False
            down = set(self._down_now())
            moves = [KeyMove(gone, False, at_s) for gone in sorted(self._down - down)]
            self._asleep = (self._asleep & down) | (down - self._down)
            self._down &= down
            return moves
        return []

    def _key(self, code: int, value: int, at_s: float) -> list[KeyMove]:
        if value == DOWN and code not in self._down and code not in self._asleep:
            self._down.add(code)
            return [KeyMove(code, True, at_s)]
        if value == UP:
            self._asleep.discard(code)
            if code in self._down:
                self._down.discard(code)
                return [KeyMove(code, False, at_s)]
        return []
