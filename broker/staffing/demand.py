"""How many come: measured in the last quarter of an hour, carried on by how the day went on the days before. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from broker.staffing.record import DayRecord

LATELY_MIN = 15
LEAST_MIN = 5
"""A hall that opened just now is measured over so long at least."""
HALF_HOUR_MIN = 30
CLIP = (0.5, 2.0)
"""History may make of what came lately half as much or twice as much, no more."""
ENOUGH = 20
"""Fewer arrivals of the past say nothing of how a day goes on."""
MINUTE_MS = 60_000

SlotOf = Callable[[int], int]
"""A moment (epoch milliseconds) -> which half hour of the hall's day it lies in, from midnight."""


@dataclass(frozen=True, slots=True)
class History:
    """Arrivals of days before, by half hour and service, over ``days`` days."""

    days: int = 0
    counts: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def of(self, slot: int, services: Collection[str]) -> int:
        """How many came for these services in that half hour, over all days."""
        return sum(self.counts.get((slot, service), 0) for service in services)


def history_of(records: Iterable[DayRecord], slot_of: SlotOf) -> History:
    """Of the records of days that are over."""
    days, counts = 0, dict[tuple[int, str], int]()
    for record in records:
        days += 1
        for one in record.arrivals:
            key = (slot_of(one.at_ms), one.service)
            counts[key] = counts.get(key, 0) + 1
    return History(days, counts)


@dataclass(frozen=True, slots=True)
class Demand:
    """Arrivals a minute of each service. ``n``: the arrivals it was measured on; ``ratio``: what history made of it.

    ``lately``: of each service those of the last quarter of an hour, where it was measured on these.
    """

    per_min: Mapping[str, float]
    n: int
    ratio: float
    lately: Mapping[str, int] = field(default_factory=dict)

    @property
    def total_per_min(self) -> float:
        """Of all services together."""
        return sum(self.per_min.values())


def demand_now(
    today: DayRecord, history: History, services: Collection[str], now_ms: int, open_since_ms: int, slot_of: SlotOf
) -> Demand:
    """What comes in the half hour that begins now: the last quarter of an hour times the next half hour of the days
    before over this one, within ``CLIP``. ``open_since_ms``: since when tickets are given."""
    minutes = min(LATELY_MIN, max(LEAST_MIN, (now_ms - open_since_ms) / MINUTE_MS))
    since_ms = now_ms - minutes * MINUTE_MS
    counts = dict.fromkeys(services, 0)
    for one in today.arrivals:
        if one.service in counts and since_ms <= one.at_ms <= now_ms:
            counts[one.service] += 1
    slot = slot_of(now_ms)
    ratio = _clipped(history.of(slot + 1, services), history.of(slot, services))
    return Demand({key: count / minutes * ratio for key, count in counts.items()}, sum(counts.values()), ratio, counts)


def demand_later(
    today: DayRecord, history: History, services: Collection[str], now_ms: int, slot: int, slot_of: SlotOf
) -> Demand | None:
    """What comes in a later half hour: that of the days before, by how today compares with them so far.

    None where there is too little of the past to say so.
    """
    now_slot = slot_of(now_ms)
    before = sum(history.of(each, services) for each in range(now_slot))
    if not history.days or before + history.of(slot, services) < ENOUGH:
        return None
    came = sum(1 for one in today.arrivals if one.service in services and slot_of(one.at_ms) < now_slot)
    ratio = _clipped(came * history.days, before)
    per_min = {key: history.of(slot, (key,)) / history.days / HALF_HOUR_MIN * ratio for key in services}
    return Demand(per_min, history.of(slot, services), ratio)


def _clipped(part: int, whole: int) -> float:
    if whole < ENOUGH:
        return 1.0
    return min(CLIP[1], max(CLIP[0], part / whole))
