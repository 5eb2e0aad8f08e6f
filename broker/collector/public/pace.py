"""How soon an open page looks again where no stream tells it: as usual, or later while very many look. Pure.

Everybody is answered the same way; what is bounded is how often all of them together ask.
"""

from collections.abc import Callable
from math import ceil

USUAL_S, LONGEST_S = 6, 30
"""``static/live.js`` polls after the first; it takes no longer word than the second."""
LOOKS_PER_S = 250
"""So many looks a second are wanted at most, of all open pages."""
WINDOW_S = 5.0


class Pace:
    """Counts looks; ``machine_s`` is a clock that never goes back. Threads may miscount by a few, which is harmless."""

    def __init__(self, machine_s: Callable[[], float]) -> None:
        self._machine_s = machine_s
        self._since_s = machine_s()
        self._looks = 0
        self.told_s = USUAL_S
        """What pages are told now."""

    def look(self) -> None:
        """Somebody looked."""
        self._looks += 1
        passed_s = self._machine_s() - self._since_s
        if passed_s < WINDOW_S:
            return
        pages = self._looks / passed_s * self.told_s  # each of which asked once in what it was told
        self.told_s = min(LONGEST_S, max(USUAL_S, ceil(pages / LOOKS_PER_S)))
        self._since_s, self._looks = self._since_s + passed_s, 0
