"""What goes through a hall: how long services take, how often one begins while somebody waits, what waits were lately.

Rates are over *busy* time alone, the seconds in which somebody waits; so they tell what the counters manage, walking,
wrapping up and pauses included, and not how many people come.
"""

from dataclasses import dataclass, field
from math import exp, log

FORGET = 0.998
PRIOR_SERVICES = 5.0
"""So many services as long as configured are believed before any was seen."""
SHORTEST_S = 0.001
LAST_WAITS, LAST_ALIKE = 10, 30
ALIKE_ENOUGH = 5
ALIKE_MOST = 40
"""Beyond so many of the same service ahead, waits are counted as alike."""
WAIT_DIGITS = 1


@dataclass(slots=True)
class Mean:
    """A mean of durations that forgets. ``total_s`` and ``count`` fade together."""

    total_s: float
    count: float

    @classmethod
    def believed(cls, seconds: float) -> "Mean":
        """Before anything was seen."""
        return cls(PRIOR_SERVICES * seconds, PRIOR_SERVICES)

    def learn(self, seconds: float) -> None:
        """One more service ended."""
        self.total_s, self.count = self.total_s * FORGET + seconds, self.count * FORGET + 1

    @property
    def seconds(self) -> float:
        """The mean, above 0 whatever was seen: it is divided by and its logarithm is taken."""
        return max(SHORTEST_S, self.total_s / self.count)

    def beside(self, believed_s: float) -> float:
        """The mean with what is believed beforehand, where nothing of it was put in."""
        return (PRIOR_SERVICES * believed_s + self.total_s) / (PRIOR_SERVICES + self.count)


@dataclass(slots=True)
class BusyRate:
    """Starts per second of busy time, both fading with it by half in ``half_life_s``.

    Time that passed since the last start is only added up (``new_s``), for it passes with every event of a hall.
    """

    half_life_s: float
    starts: float = 0.0
    busy_s: float = 0.0
    new_s: float = 0.0

    def passed(self, seconds: float) -> None:
        """So long somebody waited."""
        self.new_s += seconds

    def started(self) -> None:
        """Somebody who waited is served."""
        starts, self.busy_s = self._faded()
        self.starts, self.new_s = starts + 1, 0.0

    def per_second(self, believed: float, believed_s: float) -> float:
        """The rate, with ``believed`` seen for ``believed_s`` beforehand. Both are above 0, so the rate is too."""
        starts, busy_s = self._faded()
        return (starts + believed * believed_s) / (busy_s + believed_s)

    def _faded(self) -> tuple[float, float]:
        """Starts and busy seconds as they are now."""
        kept = exp(-log(2) * self.new_s / self.half_life_s)
        return self.starts * kept, self.busy_s * kept + (1 - kept) * self.half_life_s / log(2)


@dataclass(slots=True)
class Waits:
    """Of one service: the last waits, and the last that began with as many of it ahead."""

    last: list[float] = field(default_factory=list)
    alike: dict[int, list[float]] = field(default_factory=dict)

    def learn(self, ahead: int, seconds: float) -> None:
        """A wait ended."""
        seen = self.alike.setdefault(min(ahead, ALIKE_MOST), [])
        for kept, most in ((self.last, LAST_WAITS), (seen, LAST_ALIKE)):
            kept.append(round(seconds, WAIT_DIGITS))
            del kept[:-most]

    def mean_of_last(self, otherwise_s: float) -> float:
        """Of ten; what is said otherwise while there is none."""
        return sum(self.last) / len(self.last) if self.last else otherwise_s

    def mean_of_alike(self, ahead: int, otherwise_s: float) -> float:
        """Of thirty; as long as there are fewer than five the missing ones are as said otherwise."""
        seen = self.alike.get(min(ahead, ALIKE_MOST), ())
        missing = max(0, ALIKE_ENOUGH - len(seen))
        return (sum(seen) + missing * otherwise_s) / (len(seen) + missing)
