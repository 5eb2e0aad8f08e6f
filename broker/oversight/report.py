"""Reports over any span of days: counts, exact quantiles, and ratings as far as they may be told. Pure.

Ratings are sums of what may be told of each day and nothing else: a report never says more than the days' own figures
do, whatever is subtracted. So there are none by class or outlet, or where only one service or counter was asked for.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from broker.model.hall import Hall
from broker.model.outlets import place_of
from broker.model.words import SATISFIED_LEVELS, Level
from broker.oversight.facts import DIRECT, RATEABLE, Kind
from broker.oversight.report_days import ReportDay
from broker.oversight.report_labels import HERE, in_order, label_of
from broker.oversight.report_shape import DEFINITIONS, FORMULA_VERSION, By, Line, Report, Withheld
from broker.oversight.report_staffing import staffing_lines
from broker.oversight.report_table import Table, table_of
from broker.oversight.spread import Spread, rank_of_p90

Rows = NDArray[np.bool_]
Keys = NDArray[np.int64]
_COLUMN_OF = {"counter": "counter", "clerk": "clerk", "service": "service", "class": "standing"}
_RATED_BY = ("counter", "clerk", "service", "hour")
_UNRATED_BY = ("class", "outlet")
_NO_ISSUES = ("counter", "clerk")
_TIME_BITS = 32


class Reporter:
    """Some days, read once, reported by one grouping after another; of one ``service`` or ``counter`` where asked."""

    def __init__(
        self, hall: Hall, days: Iterable[ReportDay], service: str | None = None, counter: str | None = None
    ) -> None:
        self._hall, self._service, self._counter = hall, service, counter
        self._table = table_of(days)
        self._rows = self._chosen()

    @property
    def table(self) -> Table:
        """What the report is worked out of."""
        return self._table

    def report(self, first: str, last: str, by: By) -> Report:
        """``first`` and ``last`` are what was asked for."""
        lines = self.lines(by)
        (total,) = self.lines("hall") or (self._empty(),)
        told = sum(line.rated or 0 for line in lines) if by in _RATED_BY else total.rated
        return Report(
            hall=self._hall.hall.names,
            first=first,
            last=last,
            by=by,
            days=len(self._table.days),
            service=self._service,
            counter=self._counter,
            formula_version=FORMULA_VERSION,
            lines=lines,
            total=total,
            withheld=Withheld(
                rated=total.rated, told=None if total.rated is None else 0 if by in _UNRATED_BY else told
            ),
            staffing=staffing_lines(self._hall, self._table, self._rows),
            definitions=DEFINITIONS,
        )

    def lines(self, by: By) -> tuple[Line, ...]:
        """In hall order; only groups in which something happened."""
        if not len(self._table.kind):
            return ()
        codes, names = self._keys(by)
        count = _Count(self._hall, self._table, codes, len(names), self._rows)
        there = set(np.flatnonzero(count.rows).tolist())
        order = in_order(self._hall, by, [(names[code], code) for code in there])
        return tuple(self._line(by, key, count.figures(code), self._ratings(by, key)) for key, code in order)

    def _chosen(self) -> Rows:
        table = self._table
        rows = np.ones(len(table.kind), np.bool_)
        for column, name in (("service", self._service), ("counter", self._counter)):
            if name is not None:
                code = table.names.index(name) if name in table.names else -2
                rows &= table.named[column] == code
        return rows

    def _keys(self, by: By) -> tuple[Keys, tuple[str, ...]]:
        """(code of each row, what the codes stand for); -1: in no group."""
        table = self._table
        if by == "hall":
            return np.zeros(len(table.kind), np.int64), ("hall",)
        if by == "hour":
            return (table.slot // 2).astype(np.int64), tuple(f"{hour:02d}" for hour in range(24))
        if by == "day":
            return table.day.astype(np.int64), table.days
        if by == "month":
            months = tuple(dict.fromkeys(day[:7] for day in table.days))
            of_day = np.array([months.index(day[:7]) for day in table.days], np.int64)
            return of_day[table.day], months
        if by == "outlet":
            return self._outlets()
        return table.named[_COLUMN_OF[by]].astype(np.int64), table.names

    def _outlets(self) -> tuple[Keys, tuple[str, ...]]:
        """By the service, which is served at an outlet alone or nowhere at one; what the hall file has lost is ours."""
        outlets = tuple(self._hall.outlets)
        places = [place_of(self._hall, name) if name in self._hall.services else None for name in self._table.names]
        codes = np.array([0 if place is None else 1 + outlets.index(place) for place in places] or [0], np.int64)
        return codes[self._table.named["service"]], (HERE, *outlets)

    def _ratings(self, by: By, key: str) -> tuple[list[int] | None, list[int]]:
        """(sum of the levels that may be told, the places of the days that they are of)."""
        if by in _UNRATED_BY or self._service is not None or self._counter is not None:
            return None, []
        sums, days = [0] * len(Level), []
        for place, (day, one) in enumerate(zip(self._table.days, self._table.ratings, strict=True)):
            if by in _RATED_BY:
                levels = one.rows.get((by, key))
            else:
                levels = one.levels if by == "hall" or day.startswith(key) else None
            if levels is not None:
                days.append(place)
                sums = [before + more for before, more in zip(sums, levels, strict=True)]
        return (sums if days else None), days

    def _line(self, by: By, key: str, figures: "_Figures", told: tuple[list[int] | None, list[int]]) -> Line:
        levels, days = told
        rated = None if levels is None else sum(levels)
        rated_of = int(figures.rateable_of_days[days].sum()) if days else 0
        named = {} if levels is None else {level.value: n for level, n in zip(Level, levels, strict=True)}
        satisfied = None if levels is None else sum(named[level.value] for level in SATISFIED_LEVELS)
        counted = dict(figures.counted)
        if by in _NO_ISSUES:
            counted |= {"issued": None, "cancelled": None, "expired": None}
        return Line(
            key=key,
            label=label_of(self._hall, by, key),
            **counted,
            rated=rated,
            rated_of=rated_of,
            rating_rate=None if rated is None else _rate(rated, rated_of),
            levels=named,
            satisfied=satisfied,
            satisfaction=None if satisfied is None or rated is None else _rate(satisfied, rated),
        )

    def _empty(self) -> Line:
        nothing = np.zeros(0, np.int64)
        count = _Count(self._hall, table_of(()), nothing, 1, nothing.astype(np.bool_))
        return self._line("hall", "hall", count.figures(0), (None, []))


class _Figures(msgspec.Struct, frozen=True):
    """Of one group: ``counted`` by their names in ``Line``, and how many visits may be rated on each day."""

    counted: dict[str, Any]
    rateable_of_days: NDArray[np.int64]


class _Count:
    """The rows of a table in groups: ``codes`` from 0 to ``groups`` - 1, -1: in none."""

    def __init__(self, hall: Hall, table: Table, codes: Keys, groups: int, rows: Rows) -> None:
        self._table, self._groups = table, groups
        chosen = rows & (codes >= 0)
        kinds = len(Kind)
        both = codes[chosen] * kinds + table.kind[chosen]
        self._kinds = np.bincount(both, minlength=groups * kinds).reshape(groups, kinds)
        self.rows = self._kinds[:, : Kind.ARRIVED].sum(axis=1)
        served = chosen & (table.kind == Kind.SERVED)
        timed = served & (table.time_ms >= 0)
        waited = chosen & (table.kind == Kind.CALLED) & (table.time_ms >= 0)
        wait_goal = {key: one.wait_goal_minutes for key, one in hall.services.items()}
        goals = {key: one.service_goal_minutes for key, one in hall.services.items()}
        service_goal = {key: minutes for key, minutes in goals.items() if minutes is not None}
        self._waits = self._times(codes, waited)
        self._over_wait, _ = self._over(codes, waited, wait_goal)
        self._services = self._times(codes, timed)
        self._over_service, self._with_goal = self._over(codes, timed, service_goal)
        self._items = self._sums(codes, served, table.items)
        self._direct = self._sums(codes, served, (table.marks & DIRECT) > 0)
        may_rate = served & ((table.marks & RATEABLE) > 0)
        days = max(1, len(table.days))
        of_days = codes[may_rate] * days + table.day[may_rate]
        self._rateable = np.bincount(of_days, minlength=groups * days).reshape(groups, days)

    def figures(self, code: int) -> _Figures:
        """Of one group."""
        kinds = {kind: int(self._kinds[code, kind]) for kind in Kind}
        wait, service = self._waits.get(code), self._services.get(code)
        over_wait, over, of = int(self._over_wait[code]), int(self._over_service[code]), int(self._with_goal[code])
        return _Figures(
            {
                "issued": kinds[Kind.ISSUED],
                "called": kinds[Kind.CALLED],
                "recalls": kinds[Kind.RECALLED],
                "served": kinds[Kind.SERVED],
                "direct": int(self._direct[code]),
                "no_shows": kinds[Kind.NO_SHOW],
                "held": kinds[Kind.HELD],
                "transferred": kinds[Kind.TRANSFERRED],
                "cancelled": kinds[Kind.CANCELLED],
                "expired": kinds[Kind.EXPIRED],
                "items": int(self._items[code]),
                "wait": wait,
                "over_wait": over_wait,
                "over_wait_rate": None if wait is None else _rate(over_wait, wait.n),
                "service": service,
                "over_service_of": of,
                "over_service": over,
                "over_service_rate": _rate(over, of),
                "rateable": int(self._rateable[code].sum()),
            },
            self._rateable[code],
        )

    def _sums(self, codes: Keys, rows: Rows, values: NDArray[Any]) -> NDArray[np.int64]:
        sums = np.bincount(codes[rows], weights=values[rows], minlength=self._groups)
        return sums.astype(np.int64)

    def _over(
        self, codes: Keys, rows: Rows, goals_min: dict[str, float]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(longer than the goal, of those that have one), by group."""
        goals_ms = np.array([goals_min.get(name, np.inf) * 60_000 for name in self._table.names] or [np.inf])
        goal = goals_ms[self._table.named["service"][rows]]
        late = self._table.time_ms[rows] > goal
        of = codes[rows]
        longer = np.bincount(of[late], minlength=self._groups)
        return longer, np.bincount(of[np.isfinite(goal)], minlength=self._groups)

    def _times(self, codes: Keys, rows: Rows) -> dict[int, Spread]:
        """Of each group with any; sorted once for all, group before time."""
        joined = np.sort((codes[rows] << _TIME_BITS) | self._table.time_ms[rows])
        if not len(joined):
            return {}
        groups, times = joined >> _TIME_BITS, joined & ((1 << _TIME_BITS) - 1)
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        ends = np.append(starts[1:], len(groups))
        sums = np.add.reduceat(times, starts)
        found = {}
        for start, end, whole in zip(starts.tolist(), ends.tolist(), sums.tolist(), strict=True):
            n = end - start
            middle = int(times[start + (n - 1) // 2]) + int(times[start + n // 2])
            found[int(groups[start])] = Spread(
                n=n,
                mean_s=round(whole / n / 1000),
                median_s=round(middle / 2000),
                p90_s=round(int(times[start + rank_of_p90(n)]) / 1000),
                max_s=round(int(times[end - 1]) / 1000),
            )
        return found


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
