"""Where the engine says that it stands, and when it must have forgotten what it said before. Pure."""

from dataclasses import dataclass

UNTOLD = 2**62
"""A position that says nothing."""
DOUBT_S = 10.0
"""Two heartbeats and their delay."""


@dataclass(frozen=True)
class Standing:
    """The name of the engine's journal ("": it gives none) and its last position, or ``UNTOLD``."""

    journal: str
    as_of: int


class Doubt:
    """Whether an engine that does not name its journal stands before its own answers for long enough to believe it.

    A heartbeat that was overtaken by an answer also stands before it, and a stalled line may bring several of them at
    once; one that was sent after the answer does not.
    """

    def __init__(self) -> None:
        self._since_s: float | None = None

    def heard(self, behind: bool, now_s: float) -> bool:
        """One heartbeat at the device's monotonic ``now_s``; True once the doubt has stood for ``DOUBT_S``."""
        if not behind:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = now_s
        return self._since_s is not None and now_s - self._since_s >= DOUBT_S

    def settled(self) -> None:
        """What was forgotten is told again."""
        self._since_s = None
