"""Days of a made-up hall as lines of events: counters, services, two grades of visitors, and a rule to call by.

The counters' truth (who is free when) is played through second by second in event time, so a forecast can be judged.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

from broker.trial.orders import Order, Waiting

OPENS_S, HOURS = 30_600.0, 7.0
SERVICES = {"A": (180.0, 0.6), "B": (480.0, 0.3), "C": (900.0, 0.1)}
"""Mean service in seconds and share of the visitors."""
DESKS = (("A", "B"), ("A", "B"), ("A",), ("B", "C"), ("A", "B", "C"))


@dataclass(frozen=True)
class Visitor:
    """One row of the truth."""

    who: Waiting
    service_s: float


def lines_of(seed: int, order: Order, load: float = 0.85) -> Iterator[str]:
    """One day. ``load``: visitors' work over what the counters can do."""
    chance = random.Random(seed)
    yield f"#day d{seed:02}"
    events, number, gap_s = list[tuple[float, int, str, object]](), 0, _gap_s(load)
    at_s = OPENS_S
    while (at_s := at_s + chance.expovariate(1 / gap_s)) < OPENS_S + HOURS * 3600:
        number += 1
        service = chance.choices(list(SERVICES), [share for _, share in SERVICES.values()])[0]
        who = Waiting(f"d{seed:02}t{number:04}", service, int(chance.random() < 0.15), at_s)
        visitor = Visitor(who, chance.gammavariate(2, SERVICES[service][0] / 2))
        heapq.heappush(events, (at_s, number, "A", visitor))
    free, line, desks = set(range(len(DESKS))), dict[str, Visitor](), {}
    while events:
        now_s, place, kind, what = heapq.heappop(events)
        if kind == "A":
            assert isinstance(what, Visitor)
            able = [desk for desk in sorted(free) if what.who.service in DESKS[desk]]
            queued = not able
            yield f"{now_s:.0f},A,{what.who.ticket},{what.who.service},{what.who.grade},{int(queued)},"
            line[what.who.ticket] = what
            tries = able[:1]
        else:
            assert isinstance(what, int)
            yield f"{now_s:.0f},E,{desks[what].who.ticket},,,,c{what:02}"
            free.add(what)
            tries = [what]
        for desk in tries:
            mine = [one for one in line.values() if one.who.service in DESKS[desk]]
            if mine:
                first = max(mine, key=lambda one: order(one.who, now_s))
                del line[first.who.ticket]
                free.discard(desk)
                desks[desk] = first
                yield f"{now_s:.0f},S,{first.who.ticket},,,,c{desk:02}"
                heapq.heappush(events, (now_s + first.service_s, place, "E", desk))


def _gap_s(load: float) -> float:
    mean_s = sum(mean_s * share for mean_s, share in SERVICES.values())
    return mean_s / len(DESKS) / load


def waits_of(lines: list[str]) -> dict[str, float]:
    """Ticket -> how long it waited, of those that queued and were served."""
    came: dict[str, float] = {}
    waits: dict[str, float] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        time_s, kind, ticket, _, _, queued, _ = line.split(",")
        if kind == "A" and queued == "1":
            came[ticket] = float(time_s)
        elif kind == "S" and ticket in came:
            waits[ticket] = float(time_s) - came[ticket]
    return waits
