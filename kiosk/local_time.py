"""The hall's local time as people read it; nothing is said while the clock cannot be trusted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from broker.model.words import Names
from broker.runtime.clock import Clock

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July",
             "August", "September", "October", "November", "December")  # fmt: skip


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
        weekday = now.weekday()
        return Names(
            f"{now.month}月{now.day}日 星期{WEEKDAYS_ZH[weekday]}",
            f"{WEEKDAYS_EN[weekday]} {now.day} {MONTHS_EN[now.month - 1]}",
        )

    def text(self, at_ms: int) -> str:
        """A moment as it stands on paper, ``2026-03-05 09:31``."""
        return f"{datetime.fromtimestamp(at_ms / 1000, self._zone):%Y-%m-%d %H:%M}"

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, self._zone)
