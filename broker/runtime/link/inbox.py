"""Between the network thread and the loop: a bounded, ordered queue of messages and changes of state."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from broker.runtime.link.parts import LinkState, Message

logger = logging.getLogger(__name__)

_STATES_BOUND = 64


@dataclass(frozen=True)
class StateChange:
    """The link reached ``state``; ``reason`` is a short text for the log."""

    state: LinkState
    reason: str


class Inbox:
    """``bound`` messages at most; a message that finds it full is dropped and ``overflowed`` stays set until taken."""

    def __init__(self, bound: int, wake: Callable[[], None] | None = None) -> None:
        self._bound = bound
        self._wake = wake
        self._items: deque[Message | StateChange] = deque()
        self._messages = 0
        self._overflowed = False
        self._nudged = False
        self._filled = threading.Condition()

    def put_message(self, message: Message) -> bool:
        """False when it was dropped."""
        with self._filled:
            if self._messages >= self._bound:
                self._overflowed = True
                return False
            self._messages += 1
            self._append(message)
        self._ring()
        return True

    def put_state(self, change: StateChange) -> None:
        """Never dropped in favour of a message; when nobody reads, only the newest changes are kept."""
        with self._filled:
            if len(self._items) - self._messages >= _STATES_BOUND:
                oldest = next(item for item in self._items if isinstance(item, StateChange))
                self._items.remove(oldest)
            self._append(change)
        self._ring()

    def take(self, timeout_s: float) -> Message | StateChange | None:
        """The oldest item, waiting for one at most ``timeout_s``."""
        with self._filled:
            if not self._items and not self._nudged and timeout_s > 0:
                self._filled.wait(timeout_s)
            self._nudged = False
            if not self._items:
                return None
            item = self._items.popleft()
            if isinstance(item, Message):
                self._messages -= 1
            return item

    def nudge(self) -> None:
        """End a waiting ``take``, or keep the next one from waiting, although there is nothing to take."""
        with self._filled:
            self._nudged = True
            self._filled.notify()

    def take_overflow(self) -> bool:
        """True once, when something was dropped and all the rest has been read since."""
        with self._filled:
            if self._items or not self._overflowed:
                return False
            self._overflowed = False
            return True

    def _append(self, item: Message | StateChange) -> None:
        self._items.append(item)
        self._filled.notify()

    def _ring(self) -> None:
        if self._wake is None:
            return
        try:
            self._wake()
        except Exception:
            logger.exception("waking the loop failed")
