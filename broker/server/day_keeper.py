"""Opens each business day by the calendar, and lets time-outs act. Asks the writer like anybody else.

While the date cannot be told, the last day stays open and papers get in line there. Who came in that time came on the
day that is opened once the date is known, so the engine is told where in the journal that time began.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import SystemRandom
from zoneinfo import ZoneInfo

from broker.model.commands import BeginSurvey, DrawInspection, OpenDay, PassTime, SessionTimes
from broker.model.hall import Hall
from broker.runtime.business_calendar import kind_of
from broker.server.doubt import Doubt
from broker.server.steady_time import SteadyTime
from broker.server.writer import Writer

logger = logging.getLogger(__name__)

CHANCE = SystemRandom().random
SessionsOf = Callable[[date], tuple[SessionTimes, ...]]
SETTLED_MS = 120_000
"""A clock that was put right is believed after a minute (``SteadyTime``); by then a new day has been opened."""
OWN = "server/"
"""Begins the ids of the server's own commands. No device's id holds a '/', so none can take one away beforehand."""


class DayKeeper:
    """Called by the server's loop about twice a second.

    ``sure`` says whether ``time`` names the right day, ``doubt`` since when it is unknown; ``tidy`` is called with the
    time from each new day on until it says that nothing (0) was left to do. ``chance`` throws a number from 0 up to but
    not 1, which nobody can foretell: the week's inspection is drawn by it.
    """

    def __init__(
        self,
        hall: Hall,
        writer: Writer,
        sure: Callable[[], bool],
        time: SteadyTime,
        sessions_of: SessionsOf,
        tidy: Callable[[int], int],
        doubt: Doubt,
        chance: Callable[[], float] = CHANCE,
    ) -> None:
        self._chance = chance
        self._tidy = tidy
        self._untidy = True
        self._writer = writer
        self._sure, self._time = sure, time
        self._sessions_of = sessions_of
        self._seen: tuple[str | None, str | None] | None = None
        self._hall = hall
        self._zone = ZoneInfo(hall.hall.time_zone)
        self._unsure = doubt
        self._opening: str | None = None
        self._sure_since_ms = 0

    def start(self) -> None:
        """Go on with the doubt of a program before, which a clock that is sure again has yet to settle.

        Unless it says what it said all along: then nobody's day was in doubt, and a night may have passed since.
        """
        if not self._unsure.resume():
            return
        self._sure_since_ms = self._time.now_ms()
        if self._sure() and not self._time.doubts:
            self._unsure.end()

    def tick(self) -> None:
        """Open today if it is a new day and the clock can be trusted; then let time pass.

        A clock that was put right is sure at once, and believed a minute later: until then nobody knows the date.
        """
        now_ms, sure = self._time.now_ms(), self._sure()
        today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone).date()
        last = self._writer.state.last_day
        if sure and not self._time.doubts and (last is None or today.isoformat() > last):
            self._open(today)
        else:
            self._doubt(now_ms, sure)
        if self._untidy:
            self._untidy = self._tidy(now_ms) > 0
        if self._writer.state.day is not None:
            self._writer.ask(PassTime(steady_ms=self._time.steady_ms), f"{OWN}time-{self._writer.state.position:012d}")

    def _doubt(self, now_ms: int, sure: bool) -> None:
        """Remember where in the journal the date became unknown, until it has been known for long enough."""
        if not sure:
            self._sure_since_ms = now_ms
            self._unsure.begin(self._writer.state.position)
        elif now_ms - self._sure_since_ms >= SETTLED_MS:
            self._unsure.end()

    def see_new_day(self, day_ended: Callable[[str], object]) -> None:
        """Right after a commit: let the next start fold from here, and say which day is over."""
        state = self._writer.state
        seen = (state.day, state.last_day)
        if seen == self._seen:
            return
        if self._seen is not None and state.last_day != self._seen[1]:
            self._writer.keep_snapshot()
        self._seen = seen
        if state.last_day == self._opening:  # durable: on a disk that failed the day is asked for again, as it was
            self._unsure.end()
            self._opening = None
        over = self._writer.day_over()
        if over is not None:
            day_ended(over)

    def _open(self, today: date) -> None:
        command = OpenDay(
            day=today.isoformat(),
            sessions=self._sessions_of(today),
            unsure_from=self._unsure.since,
            kind=kind_of(self._hall, today)[0],
        )
        reply = self._writer.ask(command, f"{OWN}open-day-{today.isoformat()}")
        if reply.kind == "refused" and reply.refusal is not None:
            logger.error("cannot open day=%s: %s", today, reply.refusal.sentence.en)
        else:
            logger.info("business day opened day=%s", today)
            self._opening = today.isoformat()
            self._untidy = True
            self._draw_inspection(today)
            self._begin_survey(today)

    def _begin_survey(self, today: date) -> None:
        """Of the month, quarter or year that this day is in, where the hall holds surveys; begun already, nothing."""
        table = self._hall.quality.survey
        if table.on and self._sessions_of(today):
            name = table.round_of(today.year, today.month)
            self._writer.ask(BeginSurvey(round=name), f"{OWN}survey-{name}-{today.isoformat()}")

    def _draw_inspection(self, today: date) -> None:
        """Of what is left of the week, where the hall wants that; drawn already, nothing happens."""
        table = self._hall.quality.inspections
        if not (table.on and table.weekly):
            return
        year, week, weekday = today.isocalendar()
        days = [today + timedelta(days=more) for more in range(8 - weekday)]
        openings = tuple(times for day in days for times in self._sessions_of(day))
        if openings:
            name = f"{year}-W{week:02d}"
            self._writer.ask(
                DrawInspection(week=name, openings=openings, chance=self._chance()),
                f"{OWN}inspection-{name}-{today.isoformat()}",
            )
