"""A pair of wires that many speak on, byte by byte in true time, for simulated lines. Pure; seconds of any clock.

A byte takes ten bit times. Whoever speaks while somebody else does spoils both: on a real pair two drivers fight, and
what is read is neither. Each speaker sends its own bytes one after the other, as a UART does with what it was given.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(order=True)
class Passing:
    """One byte on the wire, from ``start_s`` to ``end_s``."""

    end_s: float
    start_s: float
    order: int
    speaker: Hashable = field(compare=False)
    byte: int = field(compare=False)
    spoilt: bool = field(default=False, compare=False)


class Wire:
    """``spoil`` turns a byte that was spoken over into what is read instead."""

    def __init__(self, byte_s: float, spoil: Callable[[int], int] = lambda byte: byte ^ 0xFF) -> None:
        self.byte_s = byte_s
        self.collisions = 0
        """Bytes that were spoken over."""
        self.busy_s = 0.0
        """How long anybody spoke, summed up over the speakers."""
        self._spoil = spoil
        self._passing: list[Passing] = []
        self._own_end_s: dict[Hashable, float] = {}
        self._count = 0

    def say(self, speaker: Hashable, data: bytes, now_s: float) -> float:
        """Begin to speak now, or when this speaker's earlier bytes have passed; returns when the last will have."""
        start_s = max(now_s, self._own_end_s.get(speaker, now_s))
        for byte in data:
            self._count += 1
            one = Passing(start_s + self.byte_s, start_s, self._count, speaker, byte)
            self._meet(one)
            heapq.heappush(self._passing, one)
            start_s = one.end_s
        self._own_end_s[speaker] = start_s
        self.busy_s += self.byte_s * len(data)
        return start_s

    def passed(self, now_s: float) -> list[Passing]:
        """The bytes that are through by now, in the order of their ends."""
        found = []
        while self._passing and self._passing[0].end_s <= now_s:
            one = heapq.heappop(self._passing)
            if one.spoilt:
                one.byte = self._spoil(one.byte)
            found.append(one)
        return found

    def quiet_s(self, now_s: float) -> float:
        """How long nobody has spoken; 0 while somebody does. What begins later is not heard yet."""
        if any(one.start_s <= now_s for one in self._passing):
            return 0.0
        ends = [end_s for end_s in self._own_end_s.values() if end_s <= now_s]
        return now_s - max(ends, default=float("-inf"))

    @property
    def next_s(self) -> float | None:
        """When the next byte is through; None: nobody speaks."""
        return self._passing[0].end_s if self._passing else None

    def cut(self) -> None:
        """The cable is pulled: nothing arrives any more."""
        self._passing.clear()
        self._own_end_s.clear()

    def _meet(self, one: Passing) -> None:
        for other in self._passing:
            if other.speaker != one.speaker and other.start_s < one.end_s and one.start_s < other.end_s:
                self.collisions += (not other.spoilt) + (not one.spoilt)
                other.spoilt = one.spoilt = True
