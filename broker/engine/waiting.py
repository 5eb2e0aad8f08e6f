"""How long it will take: a range, P20 to P85, rounded outwards, or nothing when no number would be honest.

The queue-length predictor of Ibrahim and Whitt (2009): with n people ahead, c counters and mean service s the wait is
Gamma with shape n + 1 and mean (n + 1) s / c. Where counters serve several services, people ahead in another service
count by the share of its counters that are also ours.
"""

from dataclasses import dataclass
from math import sqrt

from broker.engine.assigned import services_of
from broker.engine.state import State
from broker.model.hall import Hall
from broker.model.views import WaitRange
from broker.model.waits import rounded_outwards
from broker.model.words import CounterStatus

LOW_Z, HIGH_Z = -0.8416, 1.0364
"""Standard normal quantiles of 20 % and 85 %."""


@dataclass(frozen=True)
class Load:
    """What the predictor needs of the hall at one moment, worked out once for all services."""

    waiting: dict[str, int]
    open_counters: dict[str, frozenset[str]]
    idle: frozenset[str]
    mean_ms: dict[str, float]

    def others(self, service: str) -> float:
        """How many people of other services stand, by share, before the counters of this service."""
        ours = self.open_counters[service]
        return sum(
            count * len(ours & self.open_counters[other]) / len(self.open_counters[other])
            for other, count in self.waiting.items()
            if count and other != service and self.open_counters[other]
        )


def load_of(hall: Hall, state: State) -> Load:
    """The present load: people waiting and open counters, by service."""
    waiting: dict[str, int] = dict.fromkeys(hall.services, 0)
    for lane, places in state.lanes.items():
        if lane[0] in waiting:  # the hall file may have lost a service since
            waiting[lane[0]] += len(places)
    serving: dict[str, list[str]] = {service: [] for service in hall.services}
    idle: list[str] = []
    for key, counter in state.counters.items():
        if counter.status is CounterStatus.OPEN and key in hall.counters:
            for service in services_of(hall, state, key):
                serving[service].append(key)
            if counter.ticket is None:
                idle.append(key)
    means = {key: state.mean_ms.get(key, service.mean_minutes * 60_000) for key, service in hall.services.items()}
    return Load(waiting, {key: frozenset(keys) for key, keys in serving.items()}, frozenset(idle), means)


def expected(load: Load, service: str, ahead: int | None = None, *, only: str | None = None) -> WaitRange | None:
    """The range for somebody with ``ahead`` people of the same service before him (default: all of them).

    ``only``: the counter that alone may call him; all before him are then taken to be its own.
    """
    ours = load.open_counters[service]
    if only is not None:
        ours &= {only}
    if not ours:
        return None
    own = load.waiting[service]
    before = own if ahead is None else ahead
    others = load.others(service) * (before / own if own else 1.0)
    if before + others == 0 and ours & load.idle:
        return WaitRange(low_min=0, high_min=0)
    return _range(before + others + 1, load.mean_ms[service] / len(ours) / 60_000)


def _range(shape: float, scale_min: float) -> WaitRange:
    low, high = _gamma_quantile(shape, LOW_Z), _gamma_quantile(shape, HIGH_Z)
    return rounded_outwards(low * scale_min, high * scale_min)


def _gamma_quantile(shape: float, z: float) -> float:
    """Wilson and Hilferty's cube-root approximation (1931) of a unit-scale Gamma quantile."""
    root = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape))
    return shape * max(root, 0.0) ** 3
