"""A made-up day for any hall: a morning peak, a lunch dip, an afternoon wave; clerks who pause now and then.

The same hall and seed give the same day. Arrivals are a Poisson process whose rate follows the hour and the hall's
capacity; service times are log-normal about each service's mean.
"""

from collections.abc import Iterator
from math import exp, log
from random import Random

from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.outlets import at_home
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
LATE_SHARE = 0.2


def make_day(hall: Hall, sessions: tuple[SessionTimes, ...], seed: int = 7) -> Day:
    """The people of one business day; the day's times count from its first opening."""
    chance = Random(seed)
    hall = at_home(hall)  # nobody plays the people of an outlet, who work at a page on a tablet
    start_ms, end_ms = sessions[0].opens_ms, sessions[-1].closes_ms
    return Day(_visitors(hall, sessions, chance), _shifts(hall, sessions, chance), end_ms - start_ms)


def _visitors(hall: Hall, sessions: tuple[SessionTimes, ...], chance: Random) -> tuple[Visitor, ...]:
    start_ms = sessions[0].opens_ms
    early_ms = sorted(chance.uniform(0, 2) * MINUTE_MS for _ in range(int(AT_THE_DOOR * len(hall.counters))))
    visitors = []
    for at_ms in (*early_ms, *_arrivals(hall, sessions[-1].closes_ms - start_ms, chance)):
        services = _offered(hall, sessions, start_ms + int(at_ms))
        if services:
            service = chance.choices(services, [_weight(hall, key) for key in services])[0]
            visitors.append(_visitor(hall, f"v{len(visitors) + 1:05d}", int(at_ms), service, chance))
    return tuple(sorted(visitors, key=lambda visitor: visitor.comes_ms))


def _arrivals(hall: Hall, length_ms: int, chance: Random) -> Iterator[float]:
    """A Poisson process through the day, as dense as the staffed counters can bear."""
    weights = {key: _weight(hall, key) for key in hall.services}
    mean_ms = sum(w * hall.services[key].mean_minutes for key, w in weights.items()) / sum(weights.values()) * MINUTE_MS
    gap_ms = mean_ms / (LOAD * len(hall.counters))
    at_ms = 0.0
    while True:
        at_ms += chance.expovariate(1.0) * gap_ms / RATE_BY_HOUR[int(at_ms // HOUR_MS) % len(RATE_BY_HOUR)]
        if at_ms >= length_ms:
            return
        yield at_ms


def _offered(hall: Hall, sessions: tuple[SessionTimes, ...], now_ms: int) -> list[str]:
    """Services that give tickets at a moment; people read the opening hours before they come."""
    now = {s.name for s in sessions if s.opens_ms <= now_ms < s.last_ticket_ms}
    return [
        key
        for key, service in hall.services.items()
        if now and not service.hidden and not service.paused and (not service.sessions or now & set(service.sessions))
    ]


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


def _shifts(hall: Hall, sessions: tuple[SessionTimes, ...], chance: Random) -> tuple[Shift, ...]:
    """Counters are staffed in their own sessions (lunch duty is a few), open a little late, and pause now and then."""
    shifts: list[Shift] = []
    late = _spare(hall)
    for counter in hall.counters:
        for begins_ms, ends_ms in _staffed(hall, counter, sessions):
            late_ms = chance.uniform(20, 50) * MINUTE_MS if counter in late else chance.uniform(0, 30_000)
            opens_ms = begins_ms + int(late_ms)
            shifts += [Shift(opens_ms, counter, "open"), Shift(ends_ms, counter, "close")]
            shifts += _pauses(counter, opens_ms, ends_ms, chance)
    return tuple(sorted(shifts, key=lambda shift: shift.at_ms))


def _staffed(hall: Hall, counter: str, sessions: tuple[SessionTimes, ...]) -> list[tuple[int, int]]:
    """When somebody sits there, in milliseconds of the day; neighbouring sessions are one."""
    wanted = hall.counters[counter].sessions
    start_ms = sessions[0].opens_ms
    blocks: list[tuple[int, int]] = []
    for session in sessions:
        if wanted and session.name not in wanted:
            continue
        begins_ms, ends_ms = session.opens_ms - start_ms, session.closes_ms - start_ms
        if blocks and blocks[-1][1] == begins_ms:
            begins_ms = blocks.pop()[0]
        blocks.append((begins_ms, ends_ms))
    return blocks


def _pauses(counter: str, opens_ms: int, ends_ms: int, chance: Random) -> list[Shift]:
    shifts: list[Shift] = []
    pause_ms = opens_ms + int(chance.expovariate(1 / 70) * MINUTE_MS) + 6 * MINUTE_MS
    while pause_ms < ends_ms - 30 * MINUTE_MS:
        back_ms = pause_ms + int(chance.uniform(3, 12) * MINUTE_MS)
        shifts += [Shift(pause_ms, counter, "pause", chance.choice("1234")), Shift(back_ms, counter, "resume")]
        pause_ms = back_ms + int(chance.expovariate(1 / 80) * MINUTE_MS) + 10 * MINUTE_MS
    return shifts


def _spare(hall: Hall) -> set[str]:
    """Counters that may open later: everything they serve is served elsewhere."""
    spare: set[str] = set()
    for key, counter in reversed(hall.counters.items()):
        others = [c.services for k, c in hall.counters.items() if k != key and k not in spare]
        covered = {service for services in others for service in services}
        if len(spare) < len(hall.counters) * LATE_SHARE and set(counter.services) <= covered:
            spare.add(key)
    return spare
