"""The gauges of the quality desk: the year so far and its month, worked out once a day, since ratings are told from the
next day on and a year's report takes seconds."""

from datetime import date

from broker.collector.figures.report_asking import Asked, ReportDesk
from broker.collector.web import Web
from broker.oversight.gauges import Gauges, gauges_of
from broker.oversight.report_shape import Report


class YearGauges:
    """Kept until the day is over."""

    def __init__(self, web: Web) -> None:
        self._web, self._desk = web, ReportDesk(web)
        self._kept: tuple[str, Gauges] | None = None

    def now(self) -> Gauges:
        """Raises what a report raises: FactsNotKept, ReportBusy, a StoreError or a DatabaseError."""
        today = self._web.today()
        if self._kept is None or self._kept[0] != today:
            year, month = (date.fromisoformat(today).replace(**first) for first in ({"month": 1, "day": 1}, {"day": 1}))
            goals = self._web.hall.quality.goals
            self._kept = today, gauges_of(goals, self._report(year, today), self._report(month, today))
        return self._kept[1]

    def _report(self, first: date, today: str) -> Report:
        asked = Asked(first.isoformat(), today, "counter")
        with self._desk.reporter(asked) as reporter:
            return reporter.report(asked.first, asked.last, asked.by)
