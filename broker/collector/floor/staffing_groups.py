"""What is told of one group of services: what comes, what it needs, and the half hours ahead. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from broker.collector.floor import staffing_answers as s
from broker.collector.floor.staffing_facts import Floor
from broker.collector.floor.staffing_words import Lack, OwnLack, group_names
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.staffing.carried import still_waiting
from broker.staffing.demand import HALF_HOUR_MIN, Demand, History, demand_later, demand_now
from broker.staffing.groups import Group
from broker.staffing.measured import Patience, patience_of, service_times
from broker.staffing.needs import Inputs, Need, need_of, offered_load, open_for
from broker.staffing.record import DayRecord

HALF_HOUR_MS = HALF_HOUR_MIN * 60_000


@dataclass(frozen=True)
class Knows:
    """All that one look begins with. ``past``: the days that ``history`` was made of."""

    hall: Hall
    floor: Floor
    today: DayRecord
    past: tuple[DayRecord, ...]
    history: History
    now_ms: int
    sessions: tuple[SessionTimes, ...]
    slot_of: Callable[[int], int]

    @property
    def open_since_ms(self) -> int:
        """Since when tickets are given."""
        return max((one.opens_ms for one in self.sessions if one.opens_ms <= self.now_ms), default=0)


def group_answer(knows: Knows, group: Group) -> s.GroupStaffing:
    """The group now and ahead; nothing of advice yet."""
    hall, floor = knows.hall, knows.floor
    inputs, coming = _inputs(knows, group), _coming(knows, group)
    waiting = {key: floor.lines[key].waiting for key in group.services if key in floor.lines}
    there = open_for(group, floor.served, floor.open)
    need = need_of(coming, inputs, waiting, there)
    names = {key: hall.counters[key].name for key in group.counters}
    return s.GroupStaffing(
        group=group.key,
        names=group_names(hall, group.services),
        services=tuple(_service(knows, key, inputs, need, there[key], coming.lately[key]) for key in group.services),
        open=tuple(names[key] for key in group.counters if key in floor.open),
        paused=tuple(names[key] for key in group.counters if key in floor.paused),
        closed=tuple(names[key] for key in group.counters if key not in floor.open | floor.paused),
        waiting=sum(waiting.values()),
        needed=need.needed,
        steady=need.steady,
        too_many=need.too_many,
        load=round(offered_load(coming, inputs), 2),
        target_min=round(need.target_min, 1),
        arrivals=coming.n,
        per_hour=round(coming.total_per_min * 60, 1),
        ratio=round(coming.ratio, 2),
        patience=_patience(inputs.patience),
        ahead=tuple(_ahead(knows, group, inputs, coming, need, waiting)),
    )


def lack_of(knows: Knows, group: Group, answer: s.GroupStaffing) -> Lack:
    """What is said of it when something is advised; its services are named by how much they lack."""
    floor, names = knows.floor, {key: knows.hall.counters[key].name for key in group.counters}
    shut = [key for key in group.counters if key not in floor.open]
    short = sorted((one for one in answer.services if one.is_short), key=lambda one: _least_first(one.alone, one.open))
    own = tuple(
        OwnLack(one.names, one.alone, one.open, tuple(names[key] for key in shut if one.service in floor.served[key]))
        for one in short
    )
    return Lack(
        len(answer.open),
        answer.needed,
        tuple(names[key] for key in shut),
        _clears(answer),
        knows.hall.staffing.clear_min,
        own,
    )


def _clears(answer: s.GroupStaffing) -> int:
    """How many people's too long lines ask for more counters than those who come do."""
    return 0 if answer.needed == answer.steady else answer.too_many


def _least_first(needed: int | None, there: int) -> float:
    return -inf if needed is None else there - needed


def _inputs(knows: Knows, group: Group) -> Inputs:
    records, rules = (*knows.past, knows.today), knows.hall.staffing
    declared = {key: knows.hall.services[key] for key in group.services}
    return Inputs(
        service_times(records, {key: one.mean_minutes for key, one in declared.items()}),
        {key: one.wait_goal_minutes for key, one in declared.items()},
        patience_of(records, group.services, rules.patience_least_min),
        rules.share,
        rules.clear_min,
    )


def _coming(knows: Knows, group: Group) -> Demand:
    return demand_now(knows.today, knows.history, group.services, knows.now_ms, knows.open_since_ms, knows.slot_of)


def _service(knows: Knows, key: str, inputs: Inputs, need: Need, there: int, lately: int) -> s.ServiceStaffing:
    line, time = knows.floor.lines.get(key), inputs.times[key]
    short = next((one for one in need.short if one.service == key), None)
    return s.ServiceStaffing(
        service=key,
        names=knows.hall.services[key].names,
        waiting=0 if line is None else line.waiting,
        wait=None if line is None else line.wait,
        target_min=inputs.target_min[key],
        service_min=round(time.mean_min, 1),
        service_n=time.n,
        arrivals=lately,
        open=there,
        is_short=short is not None,
        alone=None if short is None else short.needed,
    )


def _patience(found: Patience | None) -> s.PatienceAnswer | None:
    if found is None:
        return None
    return s.PatienceAnswer(
        mean_min=round(found.mean_min, 1), left=found.left, stayed=found.stayed, pooled=found.pooled
    )


def _ahead(
    knows: Knows,
    group: Group,
    inputs: Inputs,
    coming: Demand,
    now: Need,
    waiting: Mapping[str, float],
) -> Iterator[s.HalfHour]:
    """Half hours of the clock in which tickets are given; the first as measured now, the others as the days before.

    Who waits is carried on from each to the next: a line does not vanish because a half hour begins. Services that are
    short of their own now are looked at by themselves then too; all others have counters enough of their own.
    """
    there = open_for(group, knows.floor.served, knows.floor.open)
    short = {one.service: one.open for one in now.short}
    counters = sum(1 for key in group.counters if key in knows.floor.open)
    first_ms = (knows.now_ms // HALF_HOUR_MS + 1) * HALF_HOUR_MS
    before_ms, demand = knows.now_ms, coming
    for at_ms in range(first_ms, first_ms + knows.hall.staffing.hours_ahead * 2 * HALF_HOUR_MS, HALF_HOUR_MS):
        issued_min, served_min = _minutes_open(knows.sessions, before_ms, at_ms)
        waiting = still_waiting(waiting, demand, inputs, there, counters, issued_min=issued_min, served_min=served_min)
        before_ms, demand, later = at_ms, coming, None
        if at_ms > first_ms:
            slot = knows.slot_of(at_ms)
            later = demand_later(knows.today, knows.history, group.services, knows.now_ms, slot, knows.slot_of)
            demand = later or coming
        if not any(one.opens_ms < at_ms + HALF_HOUR_MS and at_ms < one.last_ticket_ms for one in knows.sessions):
            continue
        need = need_of(demand, inputs, waiting, short)
        yield s.HalfHour(
            at_ms=at_ms,
            arrivals=round(demand.total_per_min * HALF_HOUR_MIN, 1),
            waiting=round(sum(waiting.values())),
            needed=need.needed,
            is_short=need.needed is None or need.needed > counters or bool(need.short),
            basis="lately" if later is None else "history",
        )


def _minutes_open(sessions: tuple[SessionTimes, ...], from_ms: int, until_ms: int) -> tuple[float, float]:
    """For how long tickets are given between the two, and for how long the hall serves."""
    issued = sum(max(0, min(until_ms, one.last_ticket_ms) - max(from_ms, one.opens_ms)) for one in sessions)
    served = sum(max(0, min(until_ms, one.closes_ms) - max(from_ms, one.opens_ms)) for one in sessions)
    return issued / 60_000, served / 60_000
