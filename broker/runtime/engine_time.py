"""A device's clock set by the engine's heartbeat: its offset, and whether the device may trust its own time."""

from collections import deque

from broker.runtime.clock import Clock

_SAMPLES = 12  # a minute of heartbeats
_STEP_MS = 3_000  # a larger disagreement means that the engine's clock was set, not that the network was slow
_TRUST_S = 12 * 3600  # a quartz of 50 ppm drifts two seconds in this time


class EngineTime:
    """A Clock that follows the engine once it was heard; before that it is the device's own.

    Each heartbeat gives (engine time - own monotonic time), too small by the time it travelled; the largest of the
    last minute is the truest. Anything retained is old by an unknown time and is not counted.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._samples: deque[float] = deque(maxlen=_SAMPLES)
        self._heard_s: float | None = None

    @property
    def era(self) -> str:
        return self._clock.era

    def heard(self, engine_at_ms: int, *, retained: bool) -> None:
        """Take the time of one heartbeat, at the moment it arrived."""
        if retained:
            return
        now_s = self._clock.monotonic_s()
        sample = engine_at_ms - now_s * 1000
        if self._samples and abs(sample - max(self._samples)) > _STEP_MS:
            self._samples.clear()
        self._samples.append(sample)
        self._heard_s = now_s

    def offset_ms(self) -> int | None:
        """Engine time minus the device's own time; None before the first live heartbeat."""
        if not self._samples:
            return None
        return round(self._by_engine_ms() - self._clock.now_ms())

    def heard_ago_s(self) -> float | None:
        """Hall seconds since the last live heartbeat."""
        return None if self._heard_s is None else self._clock.monotonic_s() - self._heard_s

    def now_ms(self) -> int:
        return int(self._by_engine_ms()) if self._samples else self._clock.now_ms()

    def monotonic_s(self) -> float:
        return self._clock.monotonic_s()

    def machine_s(self) -> float:
        return self._clock.machine_s()

    def real_s(self, hall_s: float) -> float:
        return self._clock.real_s(hall_s)

    def sure(self) -> bool:
        """True when the engine set the time in the last half day, or the machine's own clock can be trusted."""
        heard_ago_s = self.heard_ago_s()
        if heard_ago_s is not None and heard_ago_s < _TRUST_S:
            return True
        return self._clock.sure()

    def _by_engine_ms(self) -> float:
        return max(self._samples) + self._clock.monotonic_s() * 1000
