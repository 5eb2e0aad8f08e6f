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
from broker.trial.past_day import Desk, PastDay, Stint
from broker.trial.replayed import Replayed, Wait

MINUTE_MS = 60_000
LEAST_MIN = 0.1
"""A smaller difference of two means is none."""


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
    """Of one group, in minutes, of those who were called (None: nobody was); shares by nearest rank, as the figures of
    a day have them. ``uncalled`` left or were still there at the end, and had waited ``uncalled_min`` on the mean by
    then, which is in no other figure here.

    ``within``: the share of the called within their service's ``wait_goal_minutes``. ``overtaken``: by how many
    later comers of the same service each called one was passed, on an average.
    """

    called: int
    uncalled: int
    uncalled_min: float | None = None
    mean_min: float | None = None
    p50_min: float | None = None
    p95_min: float | None = None
    longest_min: float | None = None
    within: float | None = None
    overtaken: float | None = None


Table = dict[str, Waits]
"""``all``, ``class NAME`` (``-``: of none), ``service NAME`` -> waits."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Of one group's mean waits: ``longer_min`` is changed less reproduced, ``off_min`` how far reproduced is from what
    was. ``told``: the first is greater than the second, so that something can be told of the change."""

    longer_min: float
    off_min: float
    told: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """``error_min``: mean distance of reproduced from real waits, ticket by ticket. ``gaps`` are of the groups of whom
    somebody was called in each table. ``unfinished``: the day still ran and is known up to ``ends_ms``."""

    day: str
    was: Table
    reproduced: Table
    changed: Table
    gaps: dict[str, Gap]
    error_min: float
    calls: int
    manual: int
    ends_ms: int
    unfinished: bool


def what_if(hall: Hall, past: PastDay, change: Change) -> Answer:
    """Three tables of one day. NotPossible where it cannot be asked so."""
    other, desks = changed_hall(hall, past, change)
    real = [_real(one, past) for (one, *_) in past.stints.values() if one.ticket.service in hall.services]
    again = Replayed(hall, past, past.desks).run()
    by_ticket = {one.ticket: one for one in again}
    both = [(one.called_ms, by_ticket[one.ticket].called_ms) for one in real]
    apart = [abs(was - now) / MINUTE_MS for was, now in both if was is not None and now is not None]
    was, same, new = table(hall, real), table(hall, again), table(hall, Replayed(other, past, desks).run())
    return Answer(
        past.day,
        was,
        same,
        new,
        gaps_of(was, same, new),
        mean(apart) if apart else 0.0,
        past.calls,
        past.manual,
        past.ends_ms,
        past.unfinished,
    )


def _real(one: Stint, past: PastDay) -> Wait:
    until_ms = past.ends_ms if one.gave_up_ms is None else one.entered_ms + one.gave_up_ms
    from_ms = max(one.entered_ms, one.ticket.clock_ms)
    called_ms = one.called_ms
    own = one.ticket
    return Wait(own.ticket, own.service, own.priority, from_ms, called_ms, called_ms or until_ms)


def gaps_of(was: Table, same: Table, new: Table) -> dict[str, Gap]:
    """What can be told of each group that was called in all three tables."""
    found = {}
    for name in was:
        means = [None if (one := table.get(name)) is None else one.mean_min for table in (was, same, new)]
        real, again, changed = means
        if real is None or again is None or changed is None:
            continue
        longer_min, off_min = changed - again, abs(again - real)
        found[name] = Gap(longer_min, off_min, abs(longer_min) > off_min and abs(longer_min) >= LEAST_MIN)
    return found


def changed_hall(hall: Hall, past: PastDay, change: Change) -> tuple[Hall, dict[str, Desk]]:
    """The hall and when its counters were open, with the change made."""
    unknown = [name for name in change.factors if name not in hall.priority]
    unknown += [name for name in change.services if name not in hall.services]
    if unknown:
        names = ", ".join(unknown)
        raise NotPossible(f"大厅文件里没有：{names}", f"not in the hall file: {names}")
    calling, rules = hall.calling, hall.rules
    if change.rule is not None:
        calling = _in_all_sessions(calling, rule=change.rule)
    if change.cap_min is not None:
        calling = _in_all_sessions(calling, cap_min=change.cap_min)
    if change.exponent is not None:
        rules = msgspec.structs.replace(rules, skill_exponent=change.exponent)
    priority = {
        name: msgspec.structs.replace(one, factor=change.factors.get(name, one.factor))
        for name, one in hall.priority.items()
    }
    counters, desks = _staffed(hall, past, change)
    other = msgspec.structs.replace(hall, calling=calling, rules=rules, priority=priority, counters=counters)
    return other, desks


def _in_all_sessions(calling: Calling, **one: object) -> Calling:
    """One thing is as given, in the hall and in each session that has its own; everything else stays."""
    nothing = dict.fromkeys(one)
    sessions = {name: msgspec.structs.replace(own, **nothing) for name, own in calling.sessions.items()}
    return msgspec.structs.replace(calling, sessions=sessions, **one)


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
    minutes, so_far, within, times = list[float](), list[float](), 0, 0
    for one in group:
        if one.called_ms is None:
            so_far.append(max(0, one.until_ms - one.from_ms) / MINUTE_MS)
        else:
            waited = max(0, one.called_ms - one.from_ms) / MINUTE_MS
            minutes.append(waited)
            within += waited <= hall.services[one.service].wait_goal_minutes
            times += passed[one.ticket]
    uncalled_min = mean(so_far) if so_far else None
    if not minutes:
        return Waits(0, len(group), uncalled_min)
    minutes.sort()
    count = len(minutes)
    return Waits(
        count,
        len(group) - count,
        uncalled_min,
        mean(minutes),
        minutes[_rank(50, count)],
        minutes[_rank(95, count)],
        minutes[-1],
        within / count,
        times / count,
    )


def _rank(percent: int, count: int) -> int:
    """Place of that share among so many in order: the first that no fewer than these are below or at."""
    return -(-percent * count // 100) - 1


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
