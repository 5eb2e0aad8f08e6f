"""Which openings a date has, in the hall's time zone. The only home of ``chinese_calendar``.

The calendar of China knows public holidays and make-up workdays of the years published so far; a later year is
counted Monday to Friday, with a warning for the manager. What the hall file lists itself always wins. Which day names a
date answers to is told in ``broker.model.days``.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import chinese_calendar

from broker.model.case_life import Unit
from broker.model.commands import SessionTimes
from broker.model.days import DayKind, names_of_day
from broker.model.hall import Hall, Session
from broker.model.words import Names

AHEAD_FROM_MONTH = 12
RATING_DAYS_BACK = 16
"""So far back at most; the engine keeps visits a day longer."""
SLIP_DAYS_AHEAD = 366
"""So far ahead at most: a service that is open at no time, or once a week and for thirty of these days, ends too."""

WORK_DAYS_AHEAD = 1_100
"""So far ahead at most: a calendar without any workday ends too."""
BOOKING_DAYS_AHEAD, BOOKING_DAYS_KEPT = 120, 64


@dataclass(frozen=True)
class CalendarWarning:
    """Something about a date that a manager must know. ``code`` is ``year_unknown``, ``next_year_unknown`` or
    ``session_impossible``; ``facts`` are its year or session."""

    code: str
    day: dt.date
    facts: dict[str, str | int]
    sentence: Names


def sessions_of(hall: Hall, day: dt.date) -> tuple[tuple[SessionTimes, ...], tuple[CalendarWarning, ...]]:
    """The openings of a date in order of time, epoch milliseconds; none on a day on which the hall is closed."""
    kind, warnings = kind_of(hall, day)
    names = names_of_day(kind, day.weekday())
    zone = ZoneInfo(hall.hall.time_zone)
    sessions: list[SessionTimes] = []
    for key, session in hall.sessions.items():
        if not names & set(session.days):
            continue
        times = _times(key, session, day, zone)
        if times.opens_ms < times.last_ticket_ms <= times.closes_ms:
            sessions.append(times)
        else:
            warnings += (_impossible(day, key, session),)
    return tuple(sorted(sessions, key=lambda times: times.opens_ms)), warnings


def kind_of(hall: Hall, day: dt.date) -> tuple[DayKind, tuple[CalendarWarning, ...]]:
    """Workday, weekend or holiday, by the hall's own lists, then the country's calendar, then the weekday."""
    if day.isoformat() in hall.calendar.holidays:
        return DayKind.HOLIDAY, ()
    if day.isoformat() in hall.calendar.workdays:
        return DayKind.WORKDAY, ()
    plain = DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKDAY
    if hall.calendar.country == "none":
        return plain, ()
    try:
        is_holiday, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return plain, (_unknown(day, "year_unknown", day.year),)
    warnings = _ahead(day)
    if not is_holiday:
        return DayKind.WORKDAY, warnings
    return (DayKind.HOLIDAY if holiday else DayKind.WEEKEND), warnings


def holiday_of(hall: Hall, day: dt.date) -> Names | None:
    """The public holiday that makes a date free, or a make-up workday; None for any other, or where none are known."""
    if hall.calendar.country == "none":
        return None
    try:
        _, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    known = next((holiday for holiday in chinese_calendar.Holiday if holiday.value == name), None)
    return None if known is None else Names(known.chinese, known.value)


class RatingDays:
    """Until when papers may rate: ``rules.rating_days`` working days after the visit's own day, by this calendar."""

    def __init__(self, hall: Hall) -> None:
        self._hall, self._zone = hall, ZoneInfo(hall.hall.time_zone)
        self._known: tuple[dt.date, int] | None = None

    def from_ms(self, now_ms: int) -> int:
        """Visits that ended before this moment may no more be rated by their paper."""
        today = dt.datetime.fromtimestamp(now_ms / 1000, self._zone).date()
        if self._known is None or self._known[0] != today:
            self._known = (today, _at_ms(self._first(today), "00:00", self._zone))
        return self._known[1]

    def _first(self, today: dt.date) -> dt.date:
        """The earliest day after which, today included, no more working days came than the hall allows."""
        day, left = today, self._hall.rules.rating_days
        for _ in range(RATING_DAYS_BACK):
            left -= kind_of(self._hall, day)[0] is DayKind.WORKDAY
            if left < 0:
                break
            day -= dt.timedelta(days=1)
        return day


class ServiceDays:
    """Until when a slip of missing papers is good: so many days on which its service is open, after its own."""

    def __init__(self, hall: Hall) -> None:
        self._hall, self._zone = hall, ZoneInfo(hall.hall.time_zone)

    def end_ms(self, service: str, days: int, during_ms: int) -> int:
        """When the last of so many days ends, after the day of a moment; ``SLIP_DAYS_AHEAD`` days on at most."""
        day = dt.datetime.fromtimestamp(during_ms / 1000, self._zone).date()
        for _ in range(SLIP_DAYS_AHEAD):
            if days <= 0:
                break
            day += dt.timedelta(days=1)
            days -= self._is_open(service, day)
        return _at_ms(day + dt.timedelta(days=1), "00:00", self._zone)

    def _is_open(self, service: str, day: dt.date) -> bool:
        known = self._hall.services.get(service)
        wanted = known.sessions if known is not None else ()
        return any(not wanted or times.name in wanted for times in sessions_of(self._hall, day)[0])


class WorkDays:
    """The days in which the quality desk counts: working days by the hall's calendar, whenever the hall opens, or plain
    days. See ``broker.engine.context.WorkCalendar``."""

    def __init__(self, hall: Hall) -> None:
        self._hall, self._zone = hall, ZoneInfo(hall.hall.time_zone)

    def end_ms(self, days: int, unit: Unit, after_ms: int) -> int:
        """When the last of so many days ends, after the day of a moment; 0: that day itself."""
        day = self._date(after_ms)
        for _ in range(WORK_DAYS_AHEAD):
            if days <= 0:
                break
            day += dt.timedelta(days=1)
            days -= self._counts(unit, day)
        return _at_ms(day + dt.timedelta(days=1), "00:00", self._zone)

    def left(self, unit: Unit, from_ms: int, until_ms: int) -> int:
        """How many days come after the day of a moment, until one ends."""
        day, last, days = self._date(from_ms), self._date(until_ms - 1), 0
        while day < last:
            day += dt.timedelta(days=1)
            days += self._counts(unit, day)
        return days

    def year(self, at_ms: int) -> int:
        """The hall's year."""
        return self._date(at_ms).year

    def _counts(self, unit: Unit, day: dt.date) -> bool:
        return unit == "day" or kind_of(self._hall, day)[0] is DayKind.WORKDAY

    def _date(self, at_ms: int) -> dt.date:
        return dt.datetime.fromtimestamp(at_ms / 1000, self._zone).date()


class BookingDays:
    """What may be booked from home: times at which a service is open, so many working days ahead at most."""

    def __init__(self, hall: Hall) -> None:
        self._hall, self._zone = hall, ZoneInfo(hall.hall.time_zone)
        self._known: tuple[dt.date, int] | None = None
        self._sessions: dict[dt.date, tuple[SessionTimes, ...]] = {}

    def until_ms(self, now_ms: int) -> int:
        """When the last day ends for which somebody may book now."""
        today, known = self._date(now_ms), self._known
        if known is None or known[0] != today:
            known = self._known = (today, _at_ms(self._last(today) + dt.timedelta(days=1), "00:00", self._zone))
        return known[1]

    def days(self, now_ms: int) -> list[dt.date]:
        """Today and every day until then, also those on which the hall is closed."""
        today = self._date(now_ms)
        return [today + dt.timedelta(days=more) for more in range((self._last(today) - today).days + 1)]

    def is_open(self, service: str, at_ms: int) -> bool:
        """Whether the service is open at that moment, by the hall's calendar."""
        return any(times.opens_ms <= at_ms < times.closes_ms for times in self.openings(service, self._date(at_ms)))

    def openings(self, service: str, day: dt.date) -> tuple[SessionTimes, ...]:
        """When the service is open that day."""
        sessions = self._sessions.get(day)
        if sessions is None:
            if len(self._sessions) >= BOOKING_DAYS_KEPT:
                self._sessions = {}
            sessions = self._sessions[day] = sessions_of(self._hall, day)[0]
        known = self._hall.services.get(service)
        wanted = known.sessions if known is not None else ()
        return tuple(times for times in sessions if not wanted or times.name in wanted)

    def _last(self, today: dt.date) -> dt.date:
        day, left = today, self._hall.rules.appointment_days_ahead
        for _ in range(BOOKING_DAYS_AHEAD):
            if left <= 0:
                break
            day += dt.timedelta(days=1)
            left -= kind_of(self._hall, day)[0] is DayKind.WORKDAY
        return day

    def _date(self, at_ms: int) -> dt.date:
        return dt.datetime.fromtimestamp(at_ms / 1000, self._zone).date()


def _times(key: str, session: Session, day: dt.date, zone: ZoneInfo) -> SessionTimes:
    last_ticket = session.last_ticket or session.closes
    return SessionTimes(key, *(_at_ms(day, clock, zone) for clock in (session.opens, session.closes, last_ticket)))


def _at_ms(day: dt.date, clock: str, zone: ZoneInfo) -> int:
    local = dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone)
    return round(local.timestamp() * 1000)


def _ahead(day: dt.date) -> tuple[CalendarWarning, ...]:
    """In December it is time to get next year's holidays."""
    if day.month < AHEAD_FROM_MONTH:
        return ()
    try:
        chinese_calendar.is_workday(dt.date(day.year + 1, 1, 1))
    except NotImplementedError:
        return (_unknown(day, "next_year_unknown", day.year + 1),)
    return ()


def _unknown(day: dt.date, code: str, year: int) -> CalendarWarning:
    sentence = Names(
        f"没有 {year} 年的节假日安排：请更新 chinesecalendar，或在大厅配置的 [calendar] 里列出假日和调休；"
        "在此之前按周一至周五计算",
        f"The public holidays of {year} are not known: update chinesecalendar, or list holidays and make-up workdays "
        "under [calendar] in the hall file. Until then Monday to Friday count as workdays.",
    )
    return CalendarWarning(code, day, {"year": year}, sentence)


def _impossible(day: dt.date, key: str, session: Session) -> CalendarWarning:
    """When clocks go forward an opening may fall into the hour that does not exist."""
    sentence = Names(
        f"{day} 没有时段“{session.names.zh}”（{session.opens}-{session.closes}）：当天调整时钟",
        f"On {day} there is no {session.names.en} ({session.opens}-{session.closes}): the clocks change that day.",
    )
    return CalendarWarning("session_impossible", day, {"session": key}, sentence)
