"""The hall's local time as people read it; nothing is said while the clock cannot be trusted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from broker.model.phrases import phrase
from broker.model.words import Names
from broker.runtime.clock import Clock

WEEKDAYS = (
    Names("星期一", "Mon"), Names("星期二", "Tue"), Names("星期三", "Wed"), Names("星期四", "Thu"),
    Names("星期五", "Fri"), Names("星期六", "Sat"), Names("星期日", "Sun"),
)  # fmt: skip
MONTHS = (
    Names("1月", "January"), Names("2月", "February"), Names("3月", "March"), Names("4月", "April"),
    Names("5月", "May"), Names("6月", "June"), Names("7月", "July"), Names("8月", "August"),
    Names("9月", "September"), Names("10月", "October"), Names("11月", "November"), Names("12月", "December"),
)  # fmt: skip
SHORT_MONTHS = (
    Names("1月", "Jan"), Names("2月", "Feb"), Names("3月", "Mar"), Names("4月", "Apr"), Names("5月", "May"),
    Names("6月", "Jun"), Names("7月", "Jul"), Names("8月", "Aug"), Names("9月", "Sep"), Names("10月", "Oct"),
    Names("11月", "Nov"), Names("12月", "Dec"),
)  # fmt: skip


def short_date(month: int, day: int) -> Names:
    """``11月22日``, ``22 Nov``."""
    return phrase("{month}{day}日", "{day} {month}", month=SHORT_MONTHS[month - 1], day=day)


def date_words(month: int, day: int, weekday: int) -> Names:
    """``11月22日 星期日``, ``Sun 22 November``; ``weekday`` 0 is Monday."""
    return phrase(
        "{month}{day}日 {weekday}", "{weekday} {day} {month}", month=MONTHS[month - 1], day=day,
        weekday=WEEKDAYS[weekday],
    )  # fmt: skip


class LocalTime:
    """``zone`` is an IANA name that this machine knows."""

    def __init__(self, zone: str, clock: Clock) -> None:
        self._zone = ZoneInfo(zone)
        self._clock = clock

    def day(self) -> str | None:
        """ISO date of today."""
        return self._now().date().isoformat() if self._clock.sure() else None

    def minute(self) -> int | None:
        """Minute of the day, 0 to 1439."""
        now = self._now()
        return now.hour * 60 + now.minute if self._clock.sure() else None

    def clock(self) -> str:
        """``14:32``, or nothing."""
        return f"{self._now():%H:%M}" if self._clock.sure() else ""

    def date(self) -> Names | None:
        """Date and weekday."""
        if not self._clock.sure():
            return None
        now = self._now()
        return date_words(now.month, now.day, now.weekday())

    def now_ms(self) -> int | None:
        """This moment, where the clock can be trusted."""
        return self._clock.now_ms() if self._clock.sure() else None

    def text(self, at_ms: int) -> str:
        """A moment as it stands on paper, ``2026-03-05 09:31``."""
        return f"{datetime.fromtimestamp(at_ms / 1000, self._zone):%Y-%m-%d %H:%M}"

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, self._zone)
