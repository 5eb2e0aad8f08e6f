"""What the hall's own record says of its work: how long services take, how long people are patient. Pure.

Each figure says of how many cases it is. Where they are few it leans on what is known of more: a service on the hall
file, a group's patience on that of the whole hall.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import expm1, sqrt

from broker.staffing.record import DayRecord

PSEUDO_SERVICES = 5
"""So many services as long as the hall file says are counted in with those that were measured."""
LEFT_ENOUGH = 10
"""Fewer who left say nothing of a group's patience."""
MINUTE_MS = 60_000
_PATIENCE_LEAST_MIN, _PATIENCE_MOST_MIN = 1.0, 24 * 60.0


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Minutes a service takes on the average, of ``n`` that were measured."""

    mean_min: float
    n: int


@dataclass(frozen=True, slots=True)
class Patience:
    """The mean time after which people leave, in minutes, of ``left`` who did and ``stayed`` who did not.

    ``pooled``: of the whole hall, as the group's own were too few.
    """

    mean_min: float
    left: int
    stayed: int
    pooled: bool = False


def service_times(records: Iterable[DayRecord], declared_min: Mapping[str, float]) -> dict[str, ServiceTime]:
    """Of each declared service (its key -> minutes by the hall file)."""
    sums = dict.fromkeys(declared_min, 0)
    counts = dict.fromkeys(declared_min, 0)
    for one in (took for record in records for took in record.took):
        if one.service in sums:
            sums[one.service] += one.took_ms
            counts[one.service] += 1
    return {
        key: ServiceTime(
            (sums[key] / MINUTE_MS + PSEUDO_SERVICES * minutes) / (counts[key] + PSEUDO_SERVICES), counts[key]
        )
        for key, minutes in declared_min.items()
    }


def patience_of(
    records: Iterable[DayRecord], services: Collection[str], least_min: float = _PATIENCE_LEAST_MIN
) -> Patience | None:
    """The patience of those who came for these services; the whole hall's where they are few, None where that is too.

    Exponential, by maximum likelihood. Of a number given up the moment is known; who was there when called was patient
    for at least so long; who was not there had left at some moment before. If all who left gave their numbers up, this
    is the time waited by everybody over how many left. A mean below ``least_min`` is taken to be so long.
    """
    kept = tuple(records)
    found = _fitted(kept, frozenset(services))
    pooled = found is None
    if found is None:
        found = _fitted(kept, None)
    return None if found is None else replace(found, mean_min=max(found.mean_min, least_min), pooled=pooled)


def _fitted(records: Iterable[DayRecord], services: frozenset[str] | None) -> Patience | None:
    gone: list[float] = []
    given_up, stayed, exposed_min = 0, 0, 0.0
    for record in records:
        for one in record.left:
            if services is None or one.service in services:
                given_up += 1
                exposed_min += one.waited_ms / MINUTE_MS
        for call in record.waits:
            if call.came is None or (services is not None and call.service not in services):
                continue
            minutes = call.waited_ms / MINUTE_MS
            if call.came:
                stayed += 1
                exposed_min += minutes
            elif minutes > 0:
                gone.append(minutes)
    left = given_up + len(gone)
    if left < LEFT_ENOUGH:
        return None
    return Patience(1 / _rate(gone, given_up, exposed_min), left, stayed)


def _rate(gone: list[float], given_up: int, exposed_min: float) -> float:
    """Who leaves a minute: where the likelihood's slope, which falls throughout, crosses zero."""

    def slope(rate: float) -> float:
        unseen = sum(minutes / expm1(min(rate * minutes, 700.0)) for minutes in gone)
        return given_up / rate + unseen - exposed_min

    low, high = 1 / _PATIENCE_MOST_MIN, 1 / _PATIENCE_LEAST_MIN
    for _ in range(40):
        middle = sqrt(low * high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return sqrt(low * high)
