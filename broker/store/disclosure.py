"""What of a day's ratings may be read without learning who gave them. Pure; in words: ``docs/ratings.md``.

Whoever serves knows when each visit ended and where, may look at a figure before and after it, and may subtract what
one grouping shows from what another shows. So everything that is shown together, or one after the other, is a sum over
**parts**: the ratings of a day lie in parts of ``ENOUGH`` or more, and no figure divides one. Then nothing that can be
reckoned from the figures, by whatever means, says more than the distributions of whole parts would. The day's visits
lie in parts likewise, rated or not: a row also tells how many of its visits were rated.
A row is told if no part becomes too small by it, in a fixed order of rows. Which rows are told depends on how many
rated, never on how. (Secondary suppression over linked tables, as in Hundepool et al., *Statistical Disclosure
Control*, Wiley 2012, chapter 4, by its simplest rule: more is left out than would have to be, and no solver is needed
to see that it is enough.)

No figure moves when somebody rates, for that would say that it was whoever has just left: a day's ratings are told all
at once when the date has changed, and those of later days join the hall's sum by whole fives, at noon and at midnight.
A sum of the morning told at noon would be a part too, and halve all others: most rows of a small hall would go.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broker.model.hall import Hall
from broker.store.day_fold import DayFold, Ended, rateable_endings

ENOUGH = 5
FEW = range(1, ENOUGH)
NOON = time(12)
GROUPINGS = ("counter", "clerk", "service", "hour")
"""Rows of an earlier one are told first; the day's sheets come after the counters."""

Row = tuple[str, str]
"""A grouping and the key of one of its groups."""


class Disclosure:
    """The ratings of one day as they may be read at ``now_ms``. ``over``: the date has changed since.

    Not the end of business counts, which a manager may declare and take back, but the date.
    """

    def __init__(self, hall: Hall, fold: DayFold, now_ms: int) -> None:
        zone, day = ZoneInfo(hall.hall.time_zone), date.fromisoformat(fold.day)
        end_ms = _at_ms(datetime.combine(day + timedelta(1), time(), zone))
        self.over = now_ms >= end_ms
        self._told_until_ms = half_day(hall, now_ms)[0]
        self._rated_ms = fold.rated_ms
        self._endings = tuple(rateable_endings(fold.endings))
        self._visits = frozenset(ended.visit for ended in self._endings if ended.visit)
        rated = [visit for visit in fold.rated_ms if visit in self._visits]
        self._own = {visit: None for visit in rated if fold.rated_ms[visit] < end_ms}
        self._late = tuple(visit for visit in rated if fold.rated_ms[visit] >= end_ms)
        self._sums: set[str] = set()
        self._rows: dict[Row, tuple[str, ...]] = {}
        if self.over:
            self._tell_rows(zone, fold)

    def counted(self) -> tuple[str, ...]:
        """The visits of the day that count as rated in the hall's sum: none on the day itself, none of too few."""
        if len(self._visits) < ENOUGH or not self.over:
            return ()
        return (*self._own, *self.late(self._late))

    def total(self) -> tuple[str, ...]:
        """Those whose levels stand in the hall's sum; none where they are too few."""
        return self.counted() if len(self._own) >= ENOUGH else ()

    def row(self, by: str, key: str) -> tuple[str, ...]:
        """Those whose levels stand in the row of a grouping: rated on the day; none where the row is not told."""
        return self._rows.get((by, key), ())

    def sheet(self, counter: str) -> bool:
        """Whether the levels on a counter's sheet of the day may be read."""
        return ("sheet", counter) in self._rows

    def sums(self, counter: str) -> bool:
        """Whether it may be read what became of a counter's visits, without levels."""
        return counter in self._sums

    def late(self, visits: Iterable[str]) -> tuple[str, ...]:
        """Those of some visits rated late, in their order, that may be told of."""
        told = [visit for visit in visits if self._rated_ms[visit] < self._told_until_ms]
        return tuple(told[: _in_fives(len(told))])

    def _tell_rows(self, zone: ZoneInfo, fold: DayFold) -> None:
        groups: dict[Row, list[str]] = defaultdict(list)
        for ended in self._endings:
            for row in _rows_of(zone, ended):
                groups[row].append(ended.visit or "")
        visits, rated = Parts(self._visits), Parts(self._own)
        for (by, counter), group in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
            if by == "counter" and visits.allows(group):
                visits.divide(group)
                self._sums.add(counter)
        for row, group, given in self._candidates(groups, fold):
            if len(given) >= ENOUGH and visits.allows(group) and rated.allows(given):
                visits.divide(group)
                rated.divide(given)
                self._rows[row] = tuple(given)

    def _candidates(self, groups: dict[Row, list[str]], fold: DayFold) -> Iterator[tuple[Row, list[str], list[str]]]:
        """(row, its visits, its ratings), by grouping, the greatest first, so that what is left out is little."""
        own = {row: [visit for visit in group if visit in self._own] for row, group in groups.items()}
        order = sorted(groups, key=lambda row: (-len(own[row]), row))
        for grouping in GROUPINGS:
            rows = [row for row in order if row[0] == grouping]
            yield from ((row, groups[row], own[row]) for row in rows)
            if grouping == "counter":
                for row in rows:
                    on_sheet = [visit for visit in groups[row] if visit in fold.sheets.levels]
                    if all(visit in self._own for visit in on_sheet):
                        yield ("sheet", row[1]), groups[row], on_sheet


class Parts:
    """Some things in parts, of which none has 1 to ``ENOUGH`` - 1: one part first, more as groups are told."""

    def __init__(self, things: Iterable[str]) -> None:
        self._parts = [frozenset(things)]

    def allows(self, group: Iterable[str]) -> bool:
        """Whether no part would become too small if the group were told."""
        told = frozenset(group)
        sizes = ((len(part), len(part & told)) for part in self._parts)
        return all(inside not in FEW and size - inside not in FEW for size, inside in sizes)

    def divide(self, group: Iterable[str]) -> None:
        """The group is told: each part that it cuts is two from now on."""
        told = frozenset(group)
        halves = (half for part in self._parts for half in (part & told, part - told))
        self._parts = [half for half in halves if half]


def _rows_of(zone: ZoneInfo, ended: Ended) -> Iterator[Row]:
    """The rows in which a visit is counted."""
    yield "counter", ended.counter
    if ended.clerk is not None:
        yield "clerk", ended.clerk
    yield "service", ended.service
    yield "hour", hour_of(zone, ended.at_ms)


def hour_of(zone: ZoneInfo, at_ms: int) -> str:
    """The key of the hour that holds a moment: two digits."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%H}"


def _in_fives(count: int) -> int:
    return count - count % ENOUGH


def _at_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def half_day(hall: Hall, at_ms: int) -> tuple[int, int]:
    """The half day (until noon, from noon on, by the hall's clock) that holds a moment: begin and end, epoch ms."""
    zone = ZoneInfo(hall.hall.time_zone)
    day = datetime.fromtimestamp(at_ms / 1000, zone).date()
    borders = (
        datetime.combine(day, time(), zone),
        datetime.combine(day, NOON, zone),
        datetime.combine(day + timedelta(1), time(), zone),
    )
    begin_ms, noon_ms, end_ms = map(_at_ms, borders)
    return (begin_ms, noon_ms) if at_ms < noon_ms else (noon_ms, end_ms)
