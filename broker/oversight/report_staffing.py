"""How many counters each half hour of the day needs, as past days went on the average. Pure."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from broker.model.hall import Hall
from broker.model.outlets import own_counters
from broker.model.words import Names
from broker.oversight.facts import SLOT_MIN, Kind
from broker.oversight.report_shape import StaffingLine
from broker.oversight.report_table import Table
from broker.staffing.demand import Demand
from broker.staffing.groups import Group, groups_of
from broker.staffing.measured import PSEUDO_SERVICES, ServiceTime
from broker.staffing.needs import Inputs, need_of

_SLOTS = 24 * 60 // SLOT_MIN
_AT_WORK = (Kind.CALLED, Kind.SERVED, Kind.NO_SHOW)


def staffing_lines(hall: Hall, table: Table, rows: NDArray[np.bool_]) -> tuple[StaffingLine, ...]:
    """Of every half hour in which somebody came for a group of services; the average of all days on record."""
    days = len(table.days)
    if not days:
        return ()
    counts = _counts(table, rows & (table.kind == Kind.ARRIVED))
    times = _times(hall, table, rows)
    served = {key: tuple(hall.counters[key].services) for key in own_counters(hall)}
    made = []
    for group in groups_of(served, tuple(hall.services)):
        targets = {key: hall.services[key].wait_goal_minutes for key in group.services}
        inputs = Inputs({key: times[key] for key in group.services}, targets, None)
        worked = _worked(table, rows, group)
        for slot in range(_SLOTS):
            came = {key: counts.get((slot, key), 0) for key in group.services}
            if any(came.values()):
                made.append(_line(hall, group, slot, days, came, inputs, float(worked[slot])))
    return tuple(made)


def _line(
    hall: Hall, group: Group, slot: int, days: int, came: Mapping[str, int], inputs: Inputs, worked: float
) -> StaffingLine:
    n = sum(came.values())
    need = need_of(Demand({key: count / (days * SLOT_MIN) for key, count in came.items()}, n, 1.0), inputs)
    names = [hall.services[key].names for key in group.services]
    return StaffingLine(
        group=group.key,
        label=Names("、".join(one.zh for one in names), ", ".join(one.en for one in names)),
        from_time=f"{slot * SLOT_MIN // 60:02d}:{slot * SLOT_MIN % 60:02d}",
        days=days,
        arrivals=n,
        load=round(need.load, 2),
        needed=need.needed,
        worked=round(worked / days, 2),
    )


def _counts(table: Table, rows: NDArray[np.bool_]) -> dict[tuple[int, str], int]:
    """(half hour, service) -> how many came."""
    names = len(table.names)
    both = table.slot[rows].astype(np.int64) * names + table.named["service"][rows]
    found, counts = np.unique(both, return_counts=True)
    return {
        (int(code) // names, table.names[int(code) % names]): int(count)
        for code, count in zip(found, counts, strict=True)
    }


def _times(hall: Hall, table: Table, rows: NDArray[np.bool_]) -> dict[str, ServiceTime]:
    """As ``measured.service_times``: the hall file's minutes count in with those that were measured."""
    timed = rows & (table.kind == Kind.SERVED) & (table.time_ms > 0)
    codes, names = table.named["service"][timed], max(1, len(table.names))
    counts = np.bincount(codes, minlength=names)
    sums_ms = np.bincount(codes, weights=table.time_ms[timed], minlength=names)
    code_of = {name: code for code, name in enumerate(table.names)}
    found = {}
    for key, service in hall.services.items():
        code = code_of.get(key)
        n = 0 if code is None else int(counts[code])
        whole_min = 0.0 if code is None else float(sums_ms[code]) / 60_000
        mean_min = (whole_min + PSEUDO_SERVICES * service.mean_minutes) / (n + PSEUDO_SERVICES)
        found[key] = ServiceTime(mean_min, n)
    return found


def _worked(table: Table, rows: NDArray[np.bool_], group: Group) -> NDArray[np.int64]:
    """By half hour: counters of the group that called or served, over all days."""
    own = np.isin(table.named["counter"], [table.names.index(key) for key in group.counters if key in table.names])
    at_work = rows & own & np.isin(table.kind, _AT_WORK)
    names = max(1, len(table.names))
    place = (table.day[at_work].astype(np.int64) * _SLOTS + table.slot[at_work]) * names + table.named["counter"][
        at_work
    ]
    seen = np.unique(place) // names % _SLOTS
    return np.bincount(seen, minlength=_SLOTS)
