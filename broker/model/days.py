"""What a date is called: the day names a session of the hall file may list, and which of them a date answers to.

| the date | answers to |
|---|---|
| a holiday: of the country, or in ``calendar.holidays``; whatever its weekday | ``holiday`` and nothing else |
| a Monday to Friday that is no holiday | ``workday`` and its own name, ``mon`` ... ``fri`` |
| a Saturday or Sunday that is worked: make-up, or in ``calendar.workdays`` | ``workday`` and nothing else |
| any other Saturday, any other Sunday | ``saturday``, ``sunday`` |

The hall's own lists win over the country's calendar. Every date answers to at least one name.
"""

from collections.abc import Iterable
from enum import StrEnum

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
WEEKEND = {5: "saturday", 6: "sunday"}


class DayKind(StrEnum):
    """What the calendar says about a date."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


def names_of_day(kind: DayKind, weekday: int) -> frozenset[str]:
    """The names that a date of this kind answers to; ``weekday`` is 0 for Monday to 6 for Sunday."""
    if kind is DayKind.HOLIDAY:
        return frozenset({"holiday"})
    if kind is DayKind.WORKDAY:
        own = {WEEKDAYS[weekday]} if weekday < len(WEEKDAYS) else set()
        return frozenset({"workday"} | own)
    return frozenset({WEEKEND[weekday]})


def may_share_a_date(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether some date answers to a name of both lists: ``workday`` and ``mon`` meet on an ordinary Monday."""
    one, two = set(first), set(second)
    return any(names & one and names & two for names in _ALL_DATES)


_ALL_DATES = (
    *(names_of_day(DayKind.WORKDAY, weekday) for weekday in range(7)),
    *(names_of_day(DayKind.WEEKEND, weekday) for weekday in WEEKEND),
    names_of_day(DayKind.HOLIDAY, 0),
)
