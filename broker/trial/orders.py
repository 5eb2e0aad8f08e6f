"""In which order a hall that is only watched seems to call: several usual rules, and which of them agrees best.

A foreign day says who was called when, not why. Each call tells, of the people who waited for the same service, whom a
rule would have taken; the rule that was right most often lately is believed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

HEAD_STARTS_S = (30.0, 60.0, 90.0, 180.0, 300.0)
RATIOS = (1.0, 0.3, 0.1)
FORGET = 0.99


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the line of a foreign day; ``grade`` 0 is a walk-in."""

    ticket: str
    service: str
    grade: int
    at_s: float


Order = Callable[[Waiting, float], tuple[float, float]]
"""(somebody, now in seconds) -> how much it is his turn; the largest goes first."""


def _by_arrival(one: Waiting, now_s: float) -> tuple[float, float]:
    return (now_s - one.at_s, 0.0)


def _strict(one: Waiting, now_s: float) -> tuple[float, float]:
    return (float(one.grade > 0), now_s - one.at_s)


def _by_ratio(one: Waiting, now_s: float) -> tuple[float, float]:
    return ((now_s - one.at_s) / RATIOS[min(one.grade, len(RATIOS) - 1)], 0.0)


def _head_start(seconds: float) -> Order:
    return lambda one, now_s: (now_s - one.at_s + seconds * one.grade, 0.0)


def usual_orders() -> dict[str, Order]:
    """The rules that are tried; the first is believed while nothing was seen."""
    starts = {f"head start {seconds:.0f} s": _head_start(seconds) for seconds in HEAD_STARTS_S}
    return {"arrival": _by_arrival, **starts, "ratio": _by_ratio, "strict": _strict}


@dataclass(slots=True)
class Watched:
    """Tell it whom a hall called of whom; ``believed`` is the order that it seems to follow."""

    orders: dict[str, Order] = field(default_factory=usual_orders)
    right: dict[str, float] = field(default_factory=dict)

    def called(self, who: Waiting, line: Iterable[Waiting], now_s: float) -> None:
        """``line``: all who waited, the called one among them."""
        rivals = [one for one in line if one.service == who.service]
        if len(rivals) < 2:
            return
        for name, order in self.orders.items():
            first = order(who, now_s) >= max(order(one, now_s) for one in rivals)
            self.right[name] = self.right.get(name, 0.0) * FORGET + first

    @property
    def believed(self) -> Order:
        """The order that was right most often; of several, the first in the table."""
        return self.orders[max(self.orders, key=lambda name: self.right.get(name, 0.0))]
