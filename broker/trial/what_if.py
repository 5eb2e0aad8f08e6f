"""How a past day's waits would have been under another rule or with other counters, and how far to believe that. Pure.

The day is played again as it was first: what differs from what happened is the error of the model, and is told with
the answer.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean

import msgspec

from broker.model.hall import Hall
from broker.model.hall_calling import Calling, RuleName
from broker.trial.past_day import Desk, PastDay
from broker.trial.replayed import Replayed, Wait

MINUTE_MS = 60_000


class NotPossible(Exception):
    """What was asked cannot be: ``str()`` is English, ``zh`` the same in Chinese."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None and 0: as it was. ``services``: of added counters (empty: of the one copied)."""

    rule: RuleName | None = None
    exponent: float | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    cap_min: float | None = None
    counters: int = 0
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one group, in minutes, of those who were called; ``uncalled`` left or were still there at the end.

    ``within``: the share of the called within their service's ``wait_goal_minutes``. ``overtaken``: by how many
    later comers of the same service each called one was passed, on an average.
    """

    called: int
    uncalled: int
    mean_min: float
    p50_min: float
    p95_min: float
    longest_min: float
    within: float
    overtaken: float


Table = dict[str, Waits]
"""``all``, ``class NAME`` (``-``: of none), ``service NAME`` -> waits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``error_min``: mean distance of reproduced from real waits, ticket by ticket."""

    day: str
    was: Table
    reproduced: Table
    changed: Table
    error_min: float
    calls: int
    manual: int


def what_if(hall: Hall, past: PastDay, change: Change) -> Answer:
    """Three tables of one day. NotPossible where it cannot be asked so."""
    other, desks = changed_hall(hall, past, change)
    real = [
        Wait(ticket, one.ticket.service, one.ticket.priority, max(one.entered_ms, one.ticket.clock_ms), one.called_ms)
        for ticket, (one, *_) in past.stints.items()
        if one.ticket.service in hall.services
    ]
    again = Replayed(hall, past, past.desks).run()
    by_ticket = {one.ticket: one for one in again}
    both = [(one.called_ms, by_ticket[one.ticket].called_ms) for one in real]
    apart = [abs(was - now) / MINUTE_MS for was, now in both if was is not None and now is not None]
    changed = Replayed(other, past, desks).run()
    return Answer(
        past.day,
        table(hall, real),
        table(hall, again),
        table(hall, changed),
        mean(apart) if apart else 0.0,
        past.calls,
        past.manual,
    )


def changed_hall(hall: Hall, past: PastDay, change: Change) -> tuple[Hall, dict[str, Desk]]:
    """The hall and when its counters were open, with the change made."""
    unknown = [name for name in change.factors if name not in hall.priority]
    unknown += [name for name in change.services if name not in hall.services]
    if unknown:
        names = ", ".join(unknown)
        raise NotPossible(f"大厅文件里没有：{names}", f"not in the hall file: {names}")
    calling, rules = hall.calling, hall.rules
    if change.rule is not None:
        calling = Calling(rule=change.rule, priority_in_a_row=calling.priority_in_a_row,
                          head_start_min=calling.head_start_min, cap_min=calling.cap_min)  # fmt: skip
    if change.cap_min is not None:
        calling = msgspec.structs.replace(calling, cap_min=change.cap_min, sessions={})
    if change.exponent is not None:
        rules = msgspec.structs.replace(rules, skill_exponent=change.exponent)
    priority = {
        name: msgspec.structs.replace(one, factor=change.factors.get(name, one.factor))
        for name, one in hall.priority.items()
    }
    counters, desks = _staffed(hall, past, change)
    other = msgspec.structs.replace(hall, calling=calling, rules=rules, priority=priority, counters=counters)
    return other, desks


def _staffed(hall: Hall, past: PastDay, change: Change) -> tuple[dict, dict[str, Desk]]:  # type: ignore[type-arg]
    """An added counter is open when the one was that was open longest; those that were open least are taken away."""
    counters, desks = dict(hall.counters), dict(past.desks)
    opened = sorted((_open_ms(desk, past.ends_ms), key) for key, desk in desks.items() if key in counters)
    opened = [row for row in opened if row[0] > 0]
    if change.counters and (not opened or len(opened) + change.counters < 1):
        raise NotPossible(
            f"当天开过的窗口只有 {len(opened)} 个，至少要留一个",
            f"only {len(opened)} counters were open that day, and one at least must stay",
        )
    for _, key in opened[: max(0, -change.counters)]:
        del counters[key], desks[key]
    for number in range(change.counters):
        source = opened[-1][1]
        services = dict.fromkeys(change.services, 1) or counters[source].services
        key = f"added-{number + 1}"
        counters[key] = msgspec.structs.replace(counters[source], services=services, clerk=None)
        desks[key] = desks[source]
    return counters, desks


def _open_ms(desk: Desk, ends_ms: int) -> int:
    until = [at_ms for at_ms, _ in desk.turns[1:]] + [ends_ms]
    return sum(to_ms - at_ms for (at_ms, takes), to_ms in zip(desk.turns, until, strict=True) if takes)


def table(hall: Hall, waits: Sequence[Wait]) -> Table:
    """Of everybody, and by class and service, in the order of the hall file."""
    passed = _overtaken(waits)
    groups = {"all": list(waits)}
    for priority in (None, *hall.priority):
        groups[f"class {priority or '-'}"] = [one for one in waits if one.priority == priority]
    for service in hall.services:
        groups[f"service {service}"] = [one for one in waits if one.service == service]
    return {name: _waits(hall, group, passed) for name, group in groups.items() if group}


def _waits(hall: Hall, group: Sequence[Wait], passed: Mapping[str, int]) -> Waits:
    minutes, within, times = list[float](), 0, 0
    for one in group:
        if one.called_ms is not None:
            waited = max(0, one.called_ms - one.from_ms) / MINUTE_MS
            minutes.append(waited)
            within += waited <= hall.services[one.service].wait_goal_minutes
            times += passed[one.ticket]
    if not minutes:
        return Waits(0, len(group), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    minutes.sort()
    count = len(minutes)
    return Waits(
        count,
        len(group) - count,
        mean(minutes),
        minutes[(count - 1) // 2],
        minutes[min(count - 1, int(count * 0.95))],
        minutes[-1],
        within / count,
        times / count,
    )


def _overtaken(waits: Iterable[Wait]) -> dict[str, int]:
    """Ticket -> how many of its service came later and were called before."""
    called = sorted((one.called_ms, one.from_ms, one.ticket, one.service) for one in waits if one.called_ms is not None)
    before: dict[str, list[int]] = {}
    found = {}
    for _, from_ms, ticket, service in called:
        earlier = before.setdefault(service, [])
        found[ticket] = len(earlier) - bisect_right(earlier, from_ms)
        insort(earlier, from_ms)
    return found
