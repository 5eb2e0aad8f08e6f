"""Our own frames, heard back: many RS-485 adapters receive what they send. Learnt from the first frames of a port."""

from __future__ import annotations

from collections.abc import Callable

TRIALS = 5
"""So many frames without an echo: the adapter has none. So many missing echoes in a row: perhaps it has none now."""
SLACK_S = 0.06
SURE_SLACK_S = 0.15
"""How long after a frame its echo may still come; longer where there is always one, for it must not be missed."""
FOREIGN_LIMIT = 64


class Echo:
    """What one adapter does. ``word`` is ``unknown``, ``heard`` or ``none``."""

    def __init__(self) -> None:
        self.word = "unknown"
        self._missed = 0

    def reset(self) -> None:
        """Another adapter may have been plugged in."""
        self.word, self._missed = "unknown", 0

    def take_out(
        self, sent: bytes, wire_s: float, read: Callable[[float], bytes], monotonic: Callable[[], float]
    ) -> bytes:
        """Listen while and right after sending; what was heard besides our own frame, in order.

        Returns as soon as the echo is whole. An echo that a device spoke into is not recognised; its sum is wrong, so
        no decoder takes it for a frame.
        """
        if self.word == "none":
            return b""
        deadline_s = monotonic() + wire_s + (SURE_SLACK_S if self.word == "heard" else SLACK_S)
        received = b""
        while (at := received.find(sent)) < 0 and len(received) < len(sent) + FOREIGN_LIMIT:
            remaining_s = deadline_s - monotonic()
            if remaining_s <= 0:
                break
            received += read(remaining_s)
        if at >= 0:
            self.word, self._missed = "heard", 0
            return received[:at] + received[at + len(sent) :]
        self._missed += 1
        if self._missed >= TRIALS:
            self.word, self._missed = ("unknown" if self.word == "heard" else "none"), 0
        return received
