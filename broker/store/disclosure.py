"""What of a day's ratings may be read without learning who gave them. Pure; in words: ``docs/ratings.md``.

Whoever serves knows when each visit ended, and may look at a figure before and after it. So no figure stands for fewer
than ``ENOUGH`` ratings, and neither does the difference of two figures that are shown one after the other or side by
side: while the day runs a figure moves by whole fives and leaves the newest out; from the next day on it is complete,
and what comes still later is added by whole fives. A group that is too small is left out, and with it another one
where the sum would give it away. And no figure moves when somebody rates, for that would say that it was whoever has
just left: it moves at noon and at midnight, by what was rated before.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broker.model.hall import Hall
from broker.store.day_fold import DayFold

ENOUGH = 5
NOON = time(12)


class Disclosure:
    """The ratings of one day as they may be read at ``now_ms``. ``over``: the date has changed since.

    Not the end of business counts, which a manager may declare and take back, but the date.
    """

    def __init__(self, hall: Hall, fold: DayFold, now_ms: int) -> None:
        midnight = datetime.combine(date.fromisoformat(fold.day) + timedelta(1), time(), ZoneInfo(hall.hall.time_zone))
        end_ms = int(midnight.timestamp() * 1000)
        self.over = now_ms >= end_ms
        self._told_until_ms = half_day(hall, now_ms)[0]
        self._rated_ms = fold.rated_ms
        self._own = {visit: place for place, (visit, at_ms) in enumerate(fold.rated_ms.items()) if at_ms < end_ms}
        self._late = {visit: place for place, (visit, at_ms) in enumerate(fold.rated_ms.items()) if at_ms >= end_ms}

    def rated(self, visits: Collection[str]) -> tuple[str, ...]:
        """Those of the visits that may count as rated now. Of fewer than ``ENOUGH`` visits none."""
        own, late = self._of(visits)
        if len(visits) < ENOUGH:
            return ()
        if not self.over:
            told = self._settled(own)
            return tuple(told[: max(0, _in_fives(len(told)) - ENOUGH)])
        return (*own, *self.late(late))

    def late(self, visits: Iterable[str]) -> tuple[str, ...]:
        """Those of some visits rated late, in the order of the journal, that may be told of."""
        told = self._settled(visits)
        return tuple(told[: _in_fives(len(told))])

    def levels(self, visits: Collection[str]) -> tuple[str, ...]:
        """Those whose levels may be read together; none where they would be too few."""
        return self.rated(visits) if len(self._of(visits)[0]) >= ENOUGH else ()

    def on_the_day(self, visits: Collection[str]) -> frozenset[str]:
        """Those of the visits that were rated before midnight: never shown as they are."""
        return frozenset(self._own.keys() & set(visits))

    def hidden(self, groups: Mapping[str, Collection[str]], everything: Collection[str]) -> frozenset[str]:
        """Groups of the whole that are not shown beside its figures: the small ones, and as many others, the smallest
        first, that what is missing from the sum is enough as well."""
        if not self.over:
            return frozenset()
        sizes = {key: len(self._of(visits)[0]) for key, visits in groups.items()}
        hidden = {key for key, size in sizes.items() if size < ENOUGH}
        missing = len(self._of(everything)[0]) - sum(size for key, size in sizes.items() if key not in hidden)
        for size, key in sorted((size, key) for key, size in sizes.items() if key not in hidden):
            if not 0 < missing < ENOUGH:
                break
            hidden.add(key)
            missing += size
        return frozenset(hidden)

    def _settled(self, visits: Iterable[str]) -> list[str]:
        """Those rated before this half day."""
        return [visit for visit in visits if self._rated_ms[visit] < self._told_until_ms]

    def _of(self, visits: Iterable[str]) -> tuple[list[str], list[str]]:
        """Rated on the day and later, in the order of the journal."""
        wanted = set(visits)
        own, late = self._own, self._late
        return sorted(wanted & own.keys(), key=own.__getitem__), sorted(wanted & late.keys(), key=late.__getitem__)


def _in_fives(count: int) -> int:
    return count - count % ENOUGH


def half_day(hall: Hall, at_ms: int) -> tuple[int, int]:
    """The half day (until noon, from noon on, by the hall's clock) that holds a moment: begin and end, epoch ms."""
    zone = ZoneInfo(hall.hall.time_zone)
    day = datetime.fromtimestamp(at_ms / 1000, zone).date()
    borders = (
        datetime.combine(day, time(), zone),
        datetime.combine(day, NOON, zone),
        datetime.combine(day + timedelta(1), time(), zone),
    )
    begin_ms, noon_ms, end_ms = (int(border.timestamp() * 1000) for border in borders)
    return (begin_ms, noon_ms) if at_ms < noon_ms else (noon_ms, end_ms)
