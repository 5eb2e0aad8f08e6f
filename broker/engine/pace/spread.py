"""How far off predictions were, kept by how many people stood ahead; and the levels at which a range covers its share.

Residuals are differences of logarithms. A bin's neighbours help until forty are there. The levels move with every miss
(adaptive conformal inference, Gibbs and Candes 2021), so the share that a range covers is right in the long run
whatever the hall does.
"""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from math import exp, sqrt
from statistics import NormalDist

BIN_STARTS = (0, 1, 2, 3, 4, 6, 9, 14, 22)
"""People ahead at which each bin begins."""
KEPT_MOST, ENOUGH = 300, 40
DIGITS = 4
"""A residual is kept to a ten-thousandth of the wait: a snapshot has thousands of them."""
STEP = 0.002
FIRST_DEVIATION, FEWER_BY = 0.9, 3.0
LEVELS_WITHIN = 0.001
_NORMAL = NormalDist()


def bin_of(ahead: float) -> int:
    """The bin of so many people ahead."""
    return bisect_right(BIN_STARTS, ahead) - 1


@dataclass(slots=True)
class Bin:
    """The newest residuals, in the order they came and in that of their size."""

    came: list[float] = field(default_factory=list)
    ordered: list[float] = field(default_factory=list)

    def add(self, residual: float) -> None:
        """One more; beyond KEPT_MOST the oldest goes."""
        self.came.append(residual)
        insort(self.ordered, residual)
        if len(self.came) > KEPT_MOST:
            del self.ordered[bisect_left(self.ordered, self.came.pop(0))]


@dataclass(slots=True)
class Tails:
    """A range meant to hold what lies between two shares, and the levels at which it does."""

    low_share: float
    high_share: float
    low: float = -1.0
    high: float = -1.0

    def __post_init__(self) -> None:
        if self.low < 0:
            self.low, self.high = self.low_share, self.high_share

    def learn(self, below: bool, above: bool) -> None:
        """What was predicted ended below the range, above it or within."""
        self.low = _level(self.low + STEP * (self.low_share - below))
        self.high = _level(self.high - STEP * (1 - self.high_share - above))


def _level(level: float) -> float:
    return min(1 - LEVELS_WITHIN, max(LEVELS_WITHIN, level))


@dataclass(slots=True)
class Residuals:
    """All bins."""

    bins: list[Bin] = field(default_factory=lambda: [Bin() for _ in BIN_STARTS])

    def learn(self, ahead: float, residual: float) -> None:
        """A wait that began with so many ahead ended so far from its prediction."""
        self.bins[bin_of(ahead)].add(round(residual, DIGITS))

    def near(self, ahead: float) -> list[float]:
        """The residuals that speak for so many ahead, ordered; fewer than ENOUGH only while there are no more."""
        place = bin_of(ahead)
        found, reach = self.bins[place].ordered, 0
        while len(found) < ENOUGH and reach < len(self.bins):
            reach += 1
            sides = {side for side in (place - reach, place + reach) if 0 <= side < len(self.bins)}
            found = sorted(found + [one for side in sides for one in self.bins[side].ordered])
        return found


def quantile(ordered: list[float], level: float, ahead: float) -> float:
    """The residual at a level, between neighbours; of the normal distribution while there are too few."""
    if len(ordered) < ENOUGH:
        return _NORMAL.inv_cdf(level) * FIRST_DEVIATION / sqrt(1 + ahead / FEWER_BY)
    place = level * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def mean_ratio(ordered: list[float], ahead: float) -> float:
    """The mean of what a wait was over what was predicted (of exponentials of residuals)."""
    if len(ordered) < ENOUGH:
        return exp((FIRST_DEVIATION**2) / (1 + ahead / FEWER_BY) / 2)
    return sum(map(exp, ordered)) / len(ordered)
