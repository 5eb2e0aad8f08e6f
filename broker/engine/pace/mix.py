"""A line through logarithms, fitted with each observation: recursive least squares with a slowly fading memory.

The weights begin where a first guess is sensible, and how sure they are of it is said by ``spread``; so on the first
day the mix is the guess, and each wait that ends moves it (Plackett 1950; the fading memory as in Ljung and
Soederstroem, Theory and Practice of Recursive Identification, 1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import mul

MEMORY = 0.9998
"""What an observation still counts for when the next one comes."""
NOISE = 0.36
"""The variance of the logarithm of a wait about its best prediction."""
LEAST_SURE = 10.0
"""No variance of a weight grows beyond this: a label that is not seen for months would know nothing, then overflow."""
Terms = Sequence[tuple[int, float]]
"""(index, value) of what is not 0."""


@dataclass(slots=True)
class Mix:
    """``weights`` and their covariance: ``spread``, symmetric, of which each weight's row ends with its own variance.

    Half of a square is half of a snapshot, and half of the work of learning.
    """

    weights: list[float] = field(default_factory=list)
    spread: list[list[float]] = field(default_factory=list)

    def grow(self, weight: float, variance: float) -> int:
        """One more term; its index."""
        self.spread.append([0.0] * len(self.weights) + [variance])
        self.weights.append(weight)
        return len(self.weights) - 1

    def at(self, terms: Terms) -> float:
        """The value of the line."""
        weights = self.weights
        return sum([weights[index] * value for index, value in terms])

    def learn(self, terms: Terms, found: float) -> None:
        """Move towards ``found``. Costs terms x weights + weights^2 / 2 multiplications."""
        values = [value for _, value in terms]
        columns = [self.spread[index] + [row[index] for row in self.spread[index + 1 :]] for index, _ in terms]
        turned = [sum(map(mul, values, row)) for row in zip(*columns, strict=True)]
        certain = MEMORY * NOISE + sum(turned[index] * value for index, value in terms)
        error = (found - self.at(terms)) / certain
        for place, one in enumerate(turned):
            self.weights[place] += one * error
            share = one / certain
            row = [(known - share * other) / MEMORY for known, other in zip(self.spread[place], turned, strict=False)]
            self.spread[place] = row
        for place, row in enumerate(self.spread):
            if row[place] > LEAST_SURE:
                self._bound(place, (LEAST_SURE / row[place]) ** 0.5)

    def covariance(self, one: int, other: int) -> float:
        """Of two weights, in either order."""
        return self.spread[one][other] if other <= one else self.spread[other][one]

    def _bound(self, place: int, factor: float) -> None:
        """Scale one weight's row and column, which keeps the whole a covariance."""
        self.spread[place] = [known * factor for known in self.spread[place]]
        for row in self.spread[place:]:
            row[place] *= factor
