"""How many counters a group of services needs, now and in the half hours to come. Pure.

**Many skills become two questions.** A group is reckoned as one line before all its counters, with its own mix of
services: no fewer would do if everybody could do everything. And each service is reckoned alone before the counters
that can do it: if it alone needs more than are open, more of others do not help it. The greater of the two needs is
told, and which services are short of their own. What no simulation was made for, how skills overlap, is left out: the
figure is rather too small than too large (docs/queueing.md says by how much in one hall).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import fmean

from broker.model.hall_staffing import StaffingRules
from broker.staffing.demand import Demand
from broker.staffing.erlang import counters_needed
from broker.staffing.groups import Group
from broker.staffing.measured import Patience, ServiceTime

WALKING = 1.08
"""A counter is taken for so much longer than the service: walking, wrapping up, short pauses."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a group's need is reckoned from: service -> time, target in minutes, patience. ``share`` of all are to wait
    no longer than the target, a line that is too long already is to be cleared within ``clear_min``."""

    times: Mapping[str, ServiceTime]
    target_min: Mapping[str, float]
    patience: Patience | None
    share: float = StaffingRules().share
    clear_min: float = StaffingRules().clear_min


@dataclass(frozen=True, slots=True)
class Short:
    """A service that alone needs more counters than the ``open`` ones that can do it; ``needed`` None: over 99."""

    service: str
    needed: int | None
    open: int


@dataclass(frozen=True, slots=True)
class Need:
    """``load``: counters kept busy; ``needed`` counters, None: over 99; ``target_min`` of the mix of services.

    ``steady`` of them are for those who come; the others are there to clear, in time, ``too_many``
    people of lines that are too long, and are no more than these people: one more would have nobody to serve.
    """

    load: float
    needed: int | None
    target_min: float
    per_min: float
    short: tuple[Short, ...] = ()
    steady: int | None = 0
    too_many: int = 0


def need_of(
    demand: Demand,
    inputs: Inputs,
    waiting: Mapping[str, float] | None = None,
    open_for: Mapping[str, int] | None = None,
) -> Need:
    """What these arrivals need. ``waiting``: the lines now, of which what is too long already is added.

    ``open_for``: service -> open counters that can do it; then services that are short of their own are told.
    """
    too_many = {key: _too_many(rate, inputs.target_min[key], waiting, key) for key, rate in demand.per_min.items()}
    needed, load, target = _needed(_with(demand.per_min, too_many, inputs), inputs)
    steady = _needed(demand.per_min, inputs)[0] if any(too_many.values()) else needed
    needed = _at_most(needed, steady, too_many)
    short = []
    for key, there in (open_for or {}).items():
        rate, line = {key: demand.per_min[key]}, {key: too_many[key]}
        alone = _needed(_with(rate, line, inputs), inputs)[0]
        if alone is not None and alone <= there:
            continue
        own_steady = _needed(rate, inputs)[0]
        alone = _at_most(alone, own_steady, line)
        if alone is None or alone > there:
            short.append(Short(key, alone, there))
            needed = None if needed is None else max(needed, alone or 0)
            steady = None if steady is None else max(steady, own_steady or 0)
    return Need(load, needed, target, demand.total_per_min, tuple(short), steady, _people(too_many))


def _with(per_min: Mapping[str, float], too_many: Mapping[str, float], inputs: Inputs) -> dict[str, float]:
    """People a minute, those of lines that are to be cleared among them."""
    return {key: rate + too_many[key] / inputs.clear_min for key, rate in per_min.items()}


def _at_most(needed: int | None, steady: int | None, too_many: Mapping[str, float]) -> int | None:
    """No more counters for a line that is too long than people in it are too many."""
    if steady is None:
        return None
    most = steady + _people(too_many)
    return most if needed is None else min(needed, most)


def _people(too_many: Mapping[str, float]) -> int:
    return ceil(sum(too_many.values()) - 1e-9)


def offered_load(demand: Demand, inputs: Inputs) -> float:
    """Counters that what comes keeps busy, without what waits already."""
    return sum(rate * inputs.times[key].mean_min for key, rate in demand.per_min.items()) * WALKING


def _too_many(rate: float, target_min: float, waiting: Mapping[str, float] | None, service: str) -> float:
    """People: of a line in which everybody waits just as long as allowed, ``rate * target`` people stand; who stands
    beyond that is too many."""
    return 0.0 if waiting is None else max(0.0, waiting.get(service, 0) - rate * target_min)


def _needed(per_min: Mapping[str, float], inputs: Inputs) -> tuple[int | None, float, float]:
    """(counters, load, target in minutes) of one line of this mix."""
    total = sum(per_min.values())
    if total <= 0:
        return 0, 0.0, fmean(inputs.target_min[key] for key in per_min)
    load = sum(rate * inputs.times[key].mean_min for key, rate in per_min.items()) * WALKING
    target_min = sum(rate * inputs.target_min[key] for key, rate in per_min.items()) / total
    service_min = load / total
    leave = 0.0 if inputs.patience is None else service_min / inputs.patience.mean_min
    return counters_needed(load, leave, target_min / service_min, inputs.share), load, target_min


def open_for(group: Group, served: Mapping[str, tuple[str, ...]], open_counters: Collection[str]) -> dict[str, int]:
    """Service -> how many of the open counters can do it."""
    return {
        service: sum(1 for key in group.counters if key in open_counters and service in served[key])
        for service in group.services
    }
