"""Opens each business day by the calendar, and lets time-outs act. Asks the writer like anybody else."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from broker.model.commands import OpenDay, PassTime, SessionTimes
from broker.model.hall import Hall
from broker.server.writer import Writer

logger = logging.getLogger(__name__)

SessionsOf = Callable[[date], tuple[SessionTimes, ...]]
OWN = "server/"
"""Begins the ids of the server's own commands. No device's id holds a '/', so none can take one away beforehand."""


class DayKeeper:
    """Called by the server's loop about twice a second.

    ``sure`` says whether ``now_ms`` names the right day; ``tidy`` is called with the time at each new day.
    """

    def __init__(
        self,
        hall: Hall,
        writer: Writer,
        sure: Callable[[], bool],
        now_ms: Callable[[], int],
        sessions_of: SessionsOf,
        tidy: Callable[[int], object],
    ) -> None:
        self._tidy = tidy
        self._writer = writer
        self._sure, self._now_ms = sure, now_ms
        self._sessions_of = sessions_of
        self._zone = ZoneInfo(hall.hall.time_zone)

    def tick(self) -> None:
        """Open today if it is a new day and the clock can be trusted; then let time pass."""
        today = datetime.fromtimestamp(self._now_ms() / 1000, UTC).astimezone(self._zone).date()
        last = self._writer.state.last_day
        if self._sure() and (last is None or today.isoformat() > last):
            self._open(today)
        if self._writer.state.day is not None:
            self._writer.ask(PassTime(), f"{OWN}time-{self._writer.state.position:012d}")

    def _open(self, today: date) -> None:
        reply = self._writer.ask(
            OpenDay(day=today.isoformat(), sessions=self._sessions_of(today)), f"{OWN}open-day-{today.isoformat()}"
        )
        if reply.kind == "refused" and reply.refusal is not None:
            logger.error("cannot open day=%s: %s", today, reply.refusal.sentence.en)
        else:
            logger.info("business day opened day=%s", today)
            self._tidy(self._now_ms())
