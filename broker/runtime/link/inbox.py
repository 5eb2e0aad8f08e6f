"""Between the network thread and the loop: a bounded queue of messages and changes of state, in order or in lanes."""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from broker.runtime.link.parts import LinkState, Message

logger = logging.getLogger(__name__)

_STATES_BOUND = 64
_ONLY = ""
"""The lane of everything that has no other; no device and no topic is named so."""


@dataclass(frozen=True)
class StateChange:
    """The link reached ``state``; ``reason`` is a short text for the log."""

    state: LinkState
    reason: str


class Inbox:
    """``bound`` messages at most; a message that finds it full is dropped and ``overflowed`` stays set until taken.

    With ``lane_of`` (topic -> name) each name has a lane of ``lane_bound`` messages, and the lanes are served in turn:
    who sends a thousand messages keeps whoever sends one waiting for one, and fills no place but the own. Order then
    holds within a lane; changes of state have a lane of their own. Without it everything keeps its order.
    """

    def __init__(
        self,
        bound: int,
        wake: Callable[[], None] | None = None,
        *,
        lane_of: Callable[[str], str] | None = None,
        lane_bound: int = 0,
    ) -> None:
        self._bound = bound
        self._wake = wake
        self._lane_of = lane_of
        self._lane_bound = lane_bound if lane_of is not None else bound
        self._lanes: OrderedDict[str, deque[Message | StateChange]] = OrderedDict()
        """Only lanes in which something waits, the one to be served next first."""
        self._messages = self._states = 0
        self._overflowed = False
        self._nudged = False
        self._filled = threading.Condition()

    def put_message(self, message: Message) -> bool:
        """False when it was dropped."""
        lane = _ONLY if self._lane_of is None else self._lane_of(message.topic)
        with self._filled:
            if self._messages >= self._bound or (
                self._lane_of is not None and len(self._lanes.get(lane, ())) >= self._lane_bound
            ):
                # Whoever has a lane waits for an answer and sends again; there is nothing to subscribe to once more.
                self._overflowed = self._lane_of is None
                return False
            self._messages += 1
            self._append(lane, message)
        self._ring()
        return True

    def put_state(self, change: StateChange) -> None:
        """Never dropped in favour of a message; when nobody reads, only the newest changes are kept."""
        with self._filled:
            if self._states >= _STATES_BOUND:
                waiting = self._lanes[_ONLY]
                waiting.remove(next(item for item in waiting if isinstance(item, StateChange)))
                self._states -= 1
            self._states += 1
            self._append(_ONLY, change)
        self._ring()

    def take(self, timeout_s: float) -> Message | StateChange | None:
        """The oldest item of the lane whose turn it is, waiting for one at most ``timeout_s``."""
        with self._filled:
            if not self._lanes and not self._nudged and timeout_s > 0:
                self._filled.wait(timeout_s)
            self._nudged = False
            if not self._lanes:
                return None
            lane, waiting = self._lanes.popitem(last=False)
            item = waiting.popleft()
            if waiting:
                self._lanes[lane] = waiting
            if isinstance(item, Message):
                self._messages -= 1
            else:
                self._states -= 1
            return item

    def nudge(self) -> None:
        """End a waiting ``take``, or keep the next one from waiting, although there is nothing to take."""
        with self._filled:
            self._nudged = True
            self._filled.notify()

    def take_overflow(self) -> bool:
        """True once, when something was dropped and all the rest has been read since."""
        with self._filled:
            if self._lanes or not self._overflowed:
                return False
            self._overflowed = False
            return True

    def _append(self, lane: str, item: Message | StateChange) -> None:
        self._lanes.setdefault(lane, deque()).append(item)
        self._filled.notify()

    def _ring(self) -> None:
        if self._wake is None:
            return
        try:
            self._wake()
        except Exception:
            logger.exception("waking the loop failed")
