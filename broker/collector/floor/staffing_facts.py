"""What a look at staffing begins with: the record of today, that of days before, the hall as it was heard."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from broker.collector.heard.live import Live
from broker.model.hall import Hall
from broker.model.outlets import own_counters, services_away
from broker.model.views import CounterView, ServiceLine
from broker.model.words import CounterStatus
from broker.staffing.demand import History, history_of
from broker.staffing.groups import Group, groups_of
from broker.staffing.record import DayRecord
from broker.store.reports import Reports

SAME_WEEKDAYS = 4
"""So many days before of the same weekday are history."""
ANY_DAYS = 5
"""So many of whatever weekday, where there is none of the same."""
SLOT_MIN = 30


@dataclass(frozen=True)
class Floor:
    """The hall's own counters and lines now: counter -> services it serves today, which are open, which pause."""

    served: dict[str, tuple[str, ...]]
    open: frozenset[str]
    paused: frozenset[str]
    lines: dict[str, ServiceLine]
    groups: tuple[Group, ...]


def floor_now(hall: Hall, live: Live) -> Floor:
    """As heard; of a counter nothing was heard of, what the hall file says."""
    views: dict[str, CounterView | None] = {key: live.counter(key) for key in own_counters(hall)}
    served = {
        key: view.served if view is not None and view.served else tuple(hall.counters[key].services)
        for key, view in views.items()
    }
    away, body = services_away(hall), live.hall_body()
    order = tuple(key for key in hall.services if key not in away)
    return Floor(
        served,
        frozenset(key for key, view in views.items() if view is not None and view.status is CounterStatus.OPEN),
        frozenset(key for key, view in views.items() if view is not None and view.status is CounterStatus.PAUSED),
        {} if body is None else {line.service: line for line in body.services},
        groups_of(served, order),
    )


class Records:
    """Records of the days before are read once a day: they change no more."""

    def __init__(self, hall: Hall, reports: Reports) -> None:
        self._reports = reports
        self._zone = ZoneInfo(hall.hall.time_zone)
        self._day = ""
        self._past: tuple[DayRecord, ...] = ()
        self._history = History()

    def slot_of(self, at_ms: int) -> int:
        """Which half hour of the hall's day a moment lies in."""
        moment = datetime.fromtimestamp(at_ms / 1000, self._zone)
        return (moment.hour * 60 + moment.minute) // SLOT_MIN

    def today(self, day: str) -> DayRecord:
        """The day up to now; StoreError or DatabaseError."""
        return self._reports.record(day) or DayRecord(day)

    def past(self, day: str) -> tuple[tuple[DayRecord, ...], History]:
        """The last days before that one of its weekday, else of any; StoreError or DatabaseError."""
        if self._day != day:
            before = [one for one in self._reports.days() if one < day]
            same = [one for one in before if _weekday(one) == _weekday(day)][:SAME_WEEKDAYS]
            found = (self._reports.record(one) for one in same or before[:ANY_DAYS])
            self._past = tuple(one for one in found if one is not None)
            self._history, self._day = history_of(self._past, self.slot_of), day
        return self._past, self._history


def _weekday(day: str) -> int:
    return date.fromisoformat(day).weekday()
