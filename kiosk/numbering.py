"""Which number this kiosk may print next. Pure.

The number space is cut by ``broker.model.numbers``; a kiosk counts upwards in its own part and never goes back. A new
business day begins only when the engine names a later one: a kiosk's own clock never restarts numbers.
"""

from dataclasses import dataclass

from broker.model.hall import Hall, Series
from broker.model.numbers import ENGINE, NumberRange, offered_by, printed, ranges_of
from kiosk.errors import NumbersExhausted


@dataclass(frozen=True)
class OwnPart:
    """This kiosk's numbers of one series. ``sole``: no other kiosk and no engine gives numbers of it."""

    series: str
    declared: Series
    numbers: NumberRange
    sole: bool

    def printed(self, value: int) -> str:
        """As on paper, e.g. ``A042``."""
        return printed(self.declared, value)


def own_parts(hall: Hall, kiosk: str) -> dict[str, OwnPart]:
    """Series -> this kiosk's part of it, for every series of a service it offers."""
    parts: dict[str, OwnPart] = {}
    for service in offered_by(hall, kiosk):
        series = hall.services[service].series
        ranges = ranges_of(hall, series)
        parts[series] = OwnPart(series, hall.series[series], ranges[kiosk], sole=ENGINE not in ranges)
    return parts


def next_value(part: OwnPart, cursor: int, highest: int) -> int:
    """The next number: above everything given here (``cursor``) and seen by the engine (``highest``; 0 for none).

    Raises NumbersExhausted at the end of the part. What lies below the part says nothing about it; a ``highest``
    above it would be another owner's number and must not use the part up.
    """
    seen = highest if highest in part.numbers else 0
    value = max(part.numbers.first - 1, cursor, seen) + 1
    if value > part.numbers.last:
        raise NumbersExhausted(part.series, part.numbers.last)
    return value


def left_of(part: OwnPart, cursor: int, highest: int) -> int:
    """How many numbers of the part are left."""
    try:
        return part.numbers.last - next_value(part, cursor, highest) + 1
    except NumbersExhausted:
        return 0


def begins_new_day(known: str | None, engine_day: str | None) -> bool:
    """Whether the engine named a business day later than ``known``; days are ISO dates, None is no day at all.

    An earlier day comes from an old retained message or a restored backup: numbers do not follow it back.
    """
    if engine_day is None:
        return False
    return known is None or engine_day > known
