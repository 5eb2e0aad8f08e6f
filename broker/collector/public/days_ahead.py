"""The coming days as people read them: what kind of day, which hours, until when tickets are given."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from broker.collector.web import Web
from broker.model.days import DayKind
from broker.model.words import Names
from broker.runtime.business_calendar import holiday_of, kind_of, sessions_of

WEEKEND_FROM = 5


@dataclass(frozen=True)
class DayAhead:
    """``at_ms``: its noon. ``hours`` as in views (``09:00-12:00 14:00-17:30``), empty: shut. ``special``: other than
    the weekday says, or the hall's own exception; ``why`` names it. ``sure``: its holidays are published."""

    day: str
    at_ms: int
    hours: str
    last_ticket_ms: int | None
    special: bool
    why: Names | None
    sure: bool


def days_ahead(web: Web, count: int, wanted: tuple[str, ...] = ()) -> tuple[DayAhead, ...]:
    """So many days from today on; of the sessions ``wanted``, if any are named."""
    first = date.fromisoformat(web.today())
    return tuple(_day(web, first + timedelta(days=ahead), wanted) for ahead in range(count))


def _day(web: Web, day: date, wanted: tuple[str, ...]) -> DayAhead:
    found, warnings = sessions_of(web.hall, day)
    kept = [times for times in found if not wanted or times.name in wanted]
    declared = [web.hall.sessions[times.name] for times in kept]
    why = _why(web, day)
    return DayAhead(
        day=day.isoformat(),
        at_ms=_noon_ms(web, day),
        hours=" ".join(f"{session.opens}-{session.closes}" for session in declared),
        last_ticket_ms=kept[-1].last_ticket_ms if kept else None,
        special=why is not None,
        why=why,
        sure=not any(warning.code == "year_unknown" for warning in warnings),
    )


def _why(web: Web, day: date) -> Names | None:
    """What makes the day another one than its weekday; None on an ordinary day."""
    kind, weekend = kind_of(web.hall, day)[0], day.weekday() >= WEEKEND_FROM
    if day.isoformat() in web.hall.calendar.holidays:
        return Names("本大厅休息", "Closed here")
    if day.isoformat() in web.hall.calendar.workdays:
        return Names("本大厅加班办公", "Working here")
    name = holiday_of(web.hall, day)
    if kind is DayKind.HOLIDAY:
        return name or Names("节假日", "Public holiday")
    if kind is DayKind.WORKDAY and weekend:
        zh, en = (f"（{name.zh}）", f" ({name.en})") if name else ("", "")
        return Names(f"调休上班{zh}", f"Make-up workday{en}")
    return None


def _noon_ms(web: Web, day: date) -> int:
    return round(datetime.combine(day, time(12), tzinfo=web.zone).timestamp() * 1000)
