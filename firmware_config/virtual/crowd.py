"""A made-up day for any hall: a morning peak, a lunch dip, an afternoon wave; clerks who pause now and then. Pure.

The same hall and seed give the same day. Arrivals are a Poisson process whose rate follows the hour and the hall's
capacity; service times are log-normal about each service's mean.
"""

from math import exp, log
from random import Random

from broker.model.hall import Hall
from broker.model.words import Level
from firmware_config.virtual.day import Day, Shift, Visitor

LOAD = 0.72
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
RATE_BY_HOUR = (1.25, 1.35, 1.15, 0.6, 0.55, 1.0, 1.1, 0.95, 0.7)
SPREAD = 0.55
AT_THE_DOOR = 2.0
"""People per counter who wait before the door opens."""
PRIORITY_SHARE = 0.12
LEAVING_SHARE = 0.03
RATING_SHARE = 0.7
LEVEL_WEIGHTS = (70, 18, 7, 3, 2)
OPENED_AT_START = 0.75


def make_day(hall: Hall, length_ms: int, seed: int = 7) -> Day:
    """A day of ``length_ms`` from the moment the hall opens."""
    chance = Random(seed)
    return Day(_visitors(hall, length_ms, chance), _shifts(hall, length_ms, chance), length_ms)


def _visitors(hall: Hall, length_ms: int, chance: Random) -> tuple[Visitor, ...]:
    services = [key for key, service in hall.services.items() if not service.hidden and not service.paused]
    weights = [_weight(hall, key) for key in services]
    mean_ms = sum(w * hall.services[s].mean_minutes for w, s in zip(weights, services, strict=True)) / sum(weights)
    gap_ms = mean_ms * MINUTE_MS / (LOAD * len(hall.counters) * OPENED_AT_START)
    door = int(AT_THE_DOOR * len(hall.counters))
    visitors = [
        _visitor(
            hall,
            f"d{index + 1:04d}",
            int(chance.uniform(0, 2) * MINUTE_MS),
            chance.choices(services, weights)[0],
            chance,
        )
        for index in range(door)
    ]
    at_ms = 0.0
    while True:
        at_ms += chance.expovariate(1.0) * gap_ms / RATE_BY_HOUR[int(at_ms // HOUR_MS) % len(RATE_BY_HOUR)]
        if at_ms >= length_ms:
            return tuple(sorted(visitors, key=lambda visitor: visitor.comes_ms))
        service = chance.choices(services, weights)[0]
        visitors.append(_visitor(hall, f"v{len(visitors) + 1:05d}", int(at_ms), service, chance))


def _visitor(hall: Hall, name: str, at_ms: int, service: str, chance: Random) -> Visitor:
    mean = hall.services[service].mean_minutes
    minutes = exp(chance.gauss(log(mean) - SPREAD**2 / 2, SPREAD))
    classes = [key for key, declared in hall.priority.items() if declared.at_kiosk]
    priority = chance.choice(classes) if classes and chance.random() < PRIORITY_SHARE else None
    leaves = chance.random() < LEAVING_SHARE
    level = chance.choices(list(Level), LEVEL_WEIGHTS)[0]
    return Visitor(
        name=name,
        comes_ms=at_ms,
        service=service,
        service_ms=int(max(0.5, minutes) * MINUTE_MS),
        priority=priority,
        patience_ms=int(chance.uniform(2, 12) * MINUTE_MS) if leaves else None,
        level=level if chance.random() < RATING_SHARE else None,
    )


def _weight(hall: Hall, service: str) -> float:
    """As many people come for a service as its counters can serve."""
    hands = sum(1 / len(counter.services) for counter in hall.counters.values() if service in counter.services)
    return max(0.05, hands / hall.services[service].mean_minutes)


def _shifts(hall: Hall, length_ms: int, chance: Random) -> tuple[Shift, ...]:
    """Most counters open a little before the hall; each pauses now and then; the last quarter hour is for closing."""
    shifts: list[Shift] = []
    for index, counter in enumerate(hall.counters):
        late = index >= len(hall.counters) * OPENED_AT_START
        opens_ms = int(chance.uniform(20, 50) * MINUTE_MS) if late else int(chance.uniform(0, 0.5) * MINUTE_MS)
        shifts.append(Shift(opens_ms, counter, "open"))
        pause_ms = opens_ms + int(chance.expovariate(1 / 70) * MINUTE_MS)
        while pause_ms < length_ms - 30 * MINUTE_MS:
            back_ms = pause_ms + int(chance.uniform(3, 12) * MINUTE_MS)
            shifts.append(Shift(pause_ms, counter, "pause", chance.choice("1234")))
            shifts.append(Shift(back_ms, counter, "resume"))
            pause_ms = back_ms + int(chance.expovariate(1 / 80) * MINUTE_MS) + 10 * MINUTE_MS
    return tuple(sorted(shifts, key=lambda shift: shift.at_ms))
