"""The facts of a day, from its fold. Pure. What they are is said in ``broker/oversight/facts``."""

from array import array
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from sys import byteorder
from zoneinfo import ZoneInfo

from broker.model.hall import Hall
from broker.model.words import Level
from broker.oversight.facts import DIRECT, NO_TIME, NOBODY, RATEABLE, SLOT_MIN, DayFacts, Kind, LateRating, ToldRow
from broker.store.day_fold import WALK_IN, DayFold, Ended, rateable_endings
from broker.store.day_record import record_of
from broker.store.disclosure import GROUPINGS, Disclosure, hour_of

_KINDS = {
    "served": Kind.SERVED,
    "no_show": Kind.NO_SHOW,
    "held": Kind.HELD,
    "transferred": Kind.TRANSFERRED,
    "recalled": Kind.RECALLED,
}
_LEVELS = {level: place for place, level in enumerate(Level)}
_MOST_MS = 2**31 - 1
_MOST_ITEMS = 2**16 - 1


def facts_of(hall: Hall, fold: DayFold, journal: str, seen_day: str) -> DayFacts:
    """Ratings are told as on the day after, whenever it is asked: whoever shows them waits for that (``over``)."""
    rows = _Rows(ZoneInfo(hall.hall.time_zone))
    for one in fold.issued:
        rows.add(Kind.ISSUED, one.at_ms, one.service, one.standing)
    for call in fold.calls:
        rows.add(Kind.CALLED, call.at_ms, call.service, call.standing, call.counter, call.clerk, call.waited_ms)
    for ended in fold.endings:
        rows.add_ending(ended)
    for left in fold.left:
        rows.add(Kind.CANCELLED if left.cancelled else Kind.EXPIRED, left.at_ms, left.service, left.standing)
    for arrival in record_of(fold).arrivals:
        rows.add(Kind.ARRIVED, arrival.at_ms, arrival.service, WALK_IN)
    end_ms = end_of(hall, fold.day)
    rateable = {ended.visit for ended in rateable_endings(fold.endings)}
    own = [visit for visit, rated_ms in fold.rated_ms.items() if visit in rateable and rated_ms < end_ms]
    late = [visit for visit, rated_ms in fold.rated_ms.items() if visit in rateable and rated_ms >= end_ms]
    return DayFacts(
        day=fold.day,
        journal=journal,
        position=fold.position,
        seen_day=seen_day,
        names=tuple(rows.names),
        **rows.columns(),
        visits=len(rateable),
        own=_levels(fold, own),
        told=tuple(_told(hall, fold, end_ms)),
        late=tuple(LateRating(visit, fold.rated_ms[visit], _LEVELS[fold.ratings[visit]]) for visit in late),
        unrateable=tuple(sorted({one.visit for one in fold.endings if one.what == "served" and one.visit} - rateable)),
    )


def end_of(hall: Hall, day: str) -> int:
    """When the calendar day of a business day is over, epoch milliseconds."""
    after = date.fromisoformat(day) + timedelta(1)
    return int(datetime.combine(after, time(), ZoneInfo(hall.hall.time_zone)).timestamp() * 1000)


def level_of(level: Level) -> int:
    """Its place, from 0, the best."""
    return _LEVELS[level]


def _told(hall: Hall, fold: DayFold, end_ms: int) -> Iterable[ToldRow]:
    zone, rows = ZoneInfo(hall.hall.time_zone), set()
    for ended in rateable_endings(fold.endings):
        keys = (ended.counter, ended.clerk, ended.service, hour_of(zone, ended.at_ms))
        rows |= {(by, key) for by, key in zip(GROUPINGS, keys, strict=True) if key is not None}
    disclosure = Disclosure(hall, fold, end_ms)
    for by, key in sorted(rows):
        told = disclosure.row(by, key)
        if told:
            yield ToldRow(by, key, _levels(fold, told))


def _levels(fold: DayFold, visits: Iterable[str]) -> tuple[int, ...]:
    counts = [0] * len(_LEVELS)
    for visit in visits:
        counts[_LEVELS[fold.ratings[visit]]] += 1
    return tuple(counts)


class _Rows:
    """Rows as they come, into columns."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.names: dict[str, int] = {}
        self._zone = zone
        self._kind, self._slot, self._marks = array("B"), array("B"), array("B")
        self._counter, self._clerk, self._service, self._standing = (array("H") for _ in range(4))
        self._items, self._time = array("H"), array("i")

    def add_ending(self, one: Ended) -> None:
        """How a call came out, or somebody served without one."""
        marks = (RATEABLE if one.rateable else 0) | (DIRECT if one.direct else 0)
        kind = _KINDS[one.what]
        self.add(
            kind, one.at_ms, one.service, one.standing, one.counter, one.clerk, one.took_ms, one.items, marks
        )  # fmt: skip

    def add(
        self,
        kind: Kind,
        at_ms: int,
        service: str,
        standing: str,
        counter: str | None = None,
        clerk: str | None = None,
        time_ms: int | None = None,
        items: int = 0,
        marks: int = 0,
    ) -> None:
        """One row; a time that is longer than three weeks is cut there."""
        at = datetime.fromtimestamp(at_ms / 1000, self._zone)
        self._kind.append(kind)
        self._slot.append((at.hour * 60 + at.minute) // SLOT_MIN)
        for column, name in (
            (self._counter, counter),
            (self._clerk, clerk),
            (self._service, service),
            (self._standing, standing),
        ):
            column.append(NOBODY if name is None else self.names.setdefault(name, len(self.names)))
        self._time.append(NO_TIME if time_ms is None else min(time_ms, _MOST_MS))
        self._items.append(min(items, _MOST_ITEMS))
        self._marks.append(marks)

    def columns(self) -> dict[str, bytes]:
        """Little-endian, by their names in the facts."""
        made = {
            "kind": self._kind,
            "counter": self._counter,
            "clerk": self._clerk,
            "service": self._service,
            "standing": self._standing,
            "slot": self._slot,
            "time_ms": self._time,
            "items": self._items,
            "marks": self._marks,
        }
        if byteorder == "big":
            for column in made.values():
                column.byteswap()
        return {name: column.tobytes() for name, column in made.items()}
