"""When a hall that serves no more today opens again: the engine knows its day, the calendar the days after it."""

import datetime as dt
from zoneinfo import ZoneInfo

from broker.model.hall import Hall
from broker.model.hours import NextOpening
from broker.runtime.business_calendar import sessions_of

DAYS_AHEAD = 62
"""A hall that is shut for longer says so in a notice."""
MINUTE_MS = 60_000


class NextOpenings:
    """Asked at every look; worked out once a minute. Pure but for what it remembers."""

    def __init__(self, hall: Hall) -> None:
        self._hall, self._zone = hall, ZoneInfo(hall.hall.time_zone)
        self._minutes = (0, 0)
        self._known: dict[tuple[str, ...], NextOpening | None] = {}

    def after(self, now_ms: int, told_ms: int | None = None, wanted: tuple[str, ...] = ()) -> NextOpening | None:
        """The first opening that lies before us, on a day after the one of ``told_ms`` (now, unless given): when
        somebody who knows said that the hall serves no more on that day. Of the sessions ``wanted``, if any are named.
        None where no calendar knows the day yet.
        """
        told_ms = now_ms if told_ms is None else told_ms
        minutes = (now_ms // MINUTE_MS, told_ms // MINUTE_MS)
        if self._minutes != minutes:
            self._minutes, self._known = minutes, {}
        if wanted not in self._known:
            self._known[wanted] = self._search(now_ms, told_ms, wanted)
        return self._known[wanted]

    def _search(self, now_ms: int, told_ms: int, wanted: tuple[str, ...]) -> NextOpening | None:
        first = max(self._date(told_ms) + dt.timedelta(days=1), self._date(now_ms))
        for ahead in range(DAYS_AHEAD):
            day = first + dt.timedelta(days=ahead)
            sessions, warnings = sessions_of(self._hall, day)
            if any(warning.code == "year_unknown" for warning in warnings):
                return None  # its holidays are not published: nobody is sent to a shut door
            for times in sessions:
                if times.opens_ms > now_ms and (not wanted or times.name in wanted):
                    return NextOpening(day.isoformat(), self._hall.sessions[times.name].opens)
        return None

    def _date(self, at_ms: int) -> dt.date:
        return dt.datetime.fromtimestamp(at_ms / 1000, self._zone).date()
