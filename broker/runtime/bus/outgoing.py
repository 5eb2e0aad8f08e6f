"""What waits to be sent on a half-duplex line, and what may go next. No I/O; any thread puts in, the line takes out.

Five lanes: what is owed to a device (it waits, and sends again if it waits too long), orders, questions, new pictures,
and pictures shown again in case a device lost its power. The last never delay anything and take a small share of the
line, because a terminal that speaks unasked can collide with each of them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

from broker.runtime.bus.events import Ask

SEND_LIMIT = 128
SHOW_LIMIT = 512
LONGEST_FRAME = 512
AGAIN_SHARE = 0.02
"""The part of the line's time that pictures shown again may take."""


@dataclass(frozen=True)
class Spacing:
    """Frames of one ``name`` keep ``gap_s`` of quiet between them, whatever else the line does."""

    name: str
    gap_s: float


@dataclass(frozen=True)
class Waiting:
    """One frame that waits; ``ask`` when an answer is expected."""

    data: bytes
    spacing: Spacing | None = None
    ask: Ask | None = None
    again: bool = False


class Outgoing:
    """The lanes of one line. ``gap_s`` of quiet precede a frame, ``answer_gap_s`` an answer."""

    def __init__(self, gap_s: float, answer_gap_s: float) -> None:
        self.dropped = 0
        """Frames that found no room, or were too long for any make."""
        self._gap_s, self._answer_gap_s = gap_s, min(answer_gap_s, gap_s)
        self._lock = threading.Lock()
        self._owed: dict[bytes, None] = {}
        self._orders: deque[bytes] = deque()
        self._asks: deque[Ask] = deque()
        self._shows: dict[Hashable, Waiting] = {}
        self._again: dict[Hashable, Waiting] = {}
        self._free_s: dict[str, float] = {}
        self._again_due_s = float("-inf")

    def __len__(self) -> int:
        with self._lock:
            return len(self._owed) + len(self._orders) + len(self._asks) + len(self._shows) + len(self._again)

    def owe(self, data: bytes) -> bool:
        """An answer that a device waits for; the same again is the same, for a device that grew impatient meanwhile."""
        with self._lock:
            if not self._fits(data, 0 if data in self._owed else len(self._owed), SEND_LIMIT):
                return False
            self._owed[data] = None
            return True

    def send(self, data: bytes) -> bool:
        """An order, in its turn; False when there is no room."""
        with self._lock:
            if not self._fits(data, len(self._orders), SEND_LIMIT):
                return False
            self._orders.append(data)
            return True

    def ask(self, ask: Ask) -> bool:
        """A question; False when there is no room."""
        with self._lock:
            if not self._fits(ask.data, len(self._asks), SEND_LIMIT):
                return False
            self._asks.append(ask)
            return True

    def show(self, slot: Hashable, data: bytes, spacing: Spacing | None, again: bool) -> bool:
        """A picture that replaces an older one of its slot; ``again``: the device has seen it before."""
        with self._lock:
            lane = self._again if again and slot not in self._shows else self._shows
            if not self._fits(data, 0 if slot in lane else len(lane), SHOW_LIMIT):
                return False
            self._again.pop(slot, None)
            if slot not in lane or not again:  # a new picture waits its turn, one shown again keeps its place
                lane.pop(slot, None)
            lane[slot] = Waiting(data, spacing, again=lane is self._again)
            return True

    def due_s(self, quiet_since_s: float) -> float:
        """When something may be sent at the earliest if the line stays quiet; infinity when nothing waits."""
        with self._lock:
            if self._owed or self._orders:
                return quiet_since_s + self._answer_gap_s
            free_s = quiet_since_s + self._gap_s
            if self._asks:
                return free_s
            shows = min((self._spaced_s(waiting) for waiting in self._shows.values()), default=float("inf"))
            again = min((self._spaced_s(waiting) for waiting in self._again.values()), default=float("inf"))
            return max(free_s, min(shows, max(again, self._again_due_s)))

    def take(self, now_s: float) -> Waiting | None:
        """The next frame; None when nothing may go now."""
        with self._lock:
            if self._owed:
                data = next(iter(self._owed))
                del self._owed[data]
                return Waiting(data)
            if self._orders:
                return Waiting(self._orders.popleft())
            if self._asks:
                ask = self._asks.popleft()
                return Waiting(ask.data, ask=ask)
            found = self._take_of(self._shows, now_s)
            if found is None and now_s >= self._again_due_s:
                found = self._take_of(self._again, now_s)
            return found

    def sent(self, waiting: Waiting, ended_s: float, wire_s: float) -> None:
        """The frame has left the wire at this time, and was on it for so long."""
        if waiting.again:
            self._again_due_s = ended_s + wire_s / AGAIN_SHARE
        if waiting.spacing is not None:
            self._free_s[waiting.spacing.name] = ended_s + waiting.spacing.gap_s

    def drop_answers(self) -> list[Ask]:
        """Forget what only helps at once; returns the questions that will not be asked."""
        with self._lock:
            asks = list(self._asks)
            self._owed.clear()
            self._orders.clear()
            self._asks.clear()
            return asks

    def _fits(self, data: bytes, waiting: int, limit: int) -> bool:
        if waiting >= limit or not 0 < len(data) <= LONGEST_FRAME:
            self.dropped += 1
            return False
        return True

    def _spaced_s(self, waiting: Waiting) -> float:
        return float("-inf") if waiting.spacing is None else self._free_s.get(waiting.spacing.name, float("-inf"))

    def _take_of(self, lane: dict[Hashable, Waiting], now_s: float) -> Waiting | None:
        slot = next((slot for slot, waiting in lane.items() if self._spaced_s(waiting) <= now_s), None)
        return None if slot is None else lane.pop(slot)
