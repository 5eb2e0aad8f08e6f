"""The wall calendar of September and October 2026, written down: which days are worked, and when days end. Pure.

Nothing of the program is used: what is expected of a month must not be reckoned by what is tested.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
FREE = {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 10, day) for day in range(1, 8)}
"""Mid-autumn and the national holiday."""
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
"""Weekend days that are worked for the holidays."""
FIRST, END = date(2026, 9, 14), date(2026, 11, 2)
"""A Monday, and the Monday on which the story is over."""
MINUTE_MS = 60_000


def is_worked(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in FREE)


def worked_days() -> list[date]:
    days = [FIRST + timedelta(days=place) for place in range((END - FIRST).days)]
    return [day for day in days if is_worked(day)]


def later(day: date, count: int) -> date:
    """So many worked days after a day."""
    while count:
        day += timedelta(days=1)
        count -= is_worked(day)
    return day


def at(day: date, clock: str) -> int:
    """Milliseconds of a time of day."""
    hour, minute = map(int, clock.split(":"))
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).timestamp() * 1000)


def over(day: date) -> int:
    """The moment at which a day is over."""
    return at(day + timedelta(days=1), "00:00")


def due(day: date, count: int) -> int:
    """What must be done within so many worked days after a day is late from here on."""
    return over(later(day, count))


def day_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, ZONE).date()
