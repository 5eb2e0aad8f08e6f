"""The hall's time for the engine: follows the wall clock, never goes back, and does not believe a sudden leap at once.

Between two looks time passes as the monotonic clock says. A wall clock that was set back is ignored until the program
starts again. One that leapt ahead by more than ``leap_s`` is believed only after it has held for ``hold_s``: a glitch
of a clock must not open a day in the next decade, because days never go back either. A program started anew on a
machine that kept running goes on from a moment that was kept; after a reboot nobody can tell such a leap from a night.
"""

from collections.abc import Callable

from broker.runtime.clock import Moment

LEAP_S = 1800.0
HOLD_S = 60.0
SMALL_MS = 1000
"""A step of the wall clock up to this is its ordinary correction."""


class SteadyTime:
    """``now_ms`` is the wall clock in epoch milliseconds, ``monotonic_s`` hall seconds that never go back."""

    def __init__(
        self,
        now_ms: Callable[[], int],
        monotonic_s: Callable[[], float],
        leap_s: float = LEAP_S,
        hold_s: float = HOLD_S,
    ) -> None:
        self._wall_ms, self._monotonic_s = now_ms, monotonic_s
        self._leap_ms, self._hold_s = leap_s * 1000, hold_s
        self._at_ms = float(now_ms())
        self._at_s = monotonic_s()
        self._steady_since_s = self._at_s
        self._doubted_since_s: float | None = None
        self._doubted_ms = 0.0

    @property
    def steady_ms(self) -> int:
        """For how long time has passed without a believed leap or a break, since the start at most: real silence."""
        return int((self._monotonic_s() - self._steady_since_s) * 1000)

    @property
    def doubts(self) -> bool:
        """Whether the wall clock leapt ahead and is not believed yet."""
        return self._doubted_since_s is not None

    def broken_off(self) -> None:
        """Nobody could be heard until now, so nobody has been silent yet."""
        self._steady_since_s = self._monotonic_s()

    def begin_at(self, at_ms: int) -> None:
        """The clock does not know the date: what it says beyond this moment is believed like any leap."""
        self._at_ms = min(self._at_ms, float(at_ms))

    def not_before(self, at_ms: int) -> None:
        """The journal already knows this moment."""
        self._at_ms = max(self._at_ms, float(at_ms))

    def moment(self, era: str) -> Moment:
        """Now, to be kept; ``era`` is the clock's."""
        return Moment(self.now_ms(), self._at_s, era)

    def go_on_from(self, kept: Moment, era: str) -> bool:
        """Time passed since ``kept`` as the machine counted it; False where another era leaves that unknown.

        A wall clock behind that was set right meanwhile, and a start is the moment to follow it.
        """
        known = kept.era == era and kept.monotonic_s <= self._at_s
        if known:
            self._at_ms = min(self._at_ms, kept.at_ms + (self._at_s - kept.monotonic_s) * 1000)
        return known

    def now_ms(self) -> int:
        """The hall's time."""
        now_s = self._monotonic_s()
        passed_ms = self._at_ms + (now_s - self._at_s) * 1000
        wall_ms = self._wall_ms()
        self._at_s = now_s
        ahead_ms = wall_ms - passed_ms
        believed = self._believed(ahead_ms, now_s)
        if believed and ahead_ms > SMALL_MS:
            self._steady_since_s = now_s
        self._at_ms = float(wall_ms) if believed else passed_ms
        return int(self._at_ms)

    def _believed(self, ahead_ms: float, now_s: float) -> bool:
        if ahead_ms <= self._leap_ms:
            self._doubted_since_s = None
            return ahead_ms >= 0
        if self._doubted_since_s is None or abs(ahead_ms - self._doubted_ms) > SMALL_MS:
            self._doubted_since_s, self._doubted_ms = now_s, ahead_ms  # another leap has to hold by itself
        if now_s - self._doubted_since_s < self._hold_s:
            return False
        self._doubted_since_s = None
        return True
