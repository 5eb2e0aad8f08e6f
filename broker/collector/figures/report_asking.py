"""What somebody asks a report of, read from an address, and the report itself: one at a time."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker.collector.errors import FactsNotKept, Malformed, ReportBusy
from broker.collector.web import Web
from broker.oversight.report import Reporter
from broker.oversight.report_shape import DAYS_MOST, GROUPINGS, By
from broker.store.errors import TooManyDaysUnkept
from broker.store.facts import FactsReader

PATIENCE_S = 4.0
"""So long somebody waits for another's report before he is told to come back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A span of days, both included, a grouping, perhaps one service or counter."""

    first: str
    last: str
    by: By
    service: str | None = None
    counter: str | None = None

    def query(self) -> dict[str, str]:
        """As an address holds it."""
        parts = {"from": self.first, "to": self.last, "by": self.by, "service": self.service, "counter": self.counter}
        return {name: value for name, value in parts.items() if value}


def asked_of(web: Web, arguments: Mapping[str, str], by: By = "counter") -> Asked:
    """Raises Malformed. What is left out: the newest business day, one day alone."""
    first, last = _day(arguments, "from"), _day(arguments, "to")
    if first is None and last is None:
        on_record = web.reports.days()
        first = on_record[0] if on_record else web.today()
    first = first or last or ""
    last = last or first
    if last < first:
        raise Malformed(detail="'to' must not be before 'from'")
    if (date.fromisoformat(last) - date.fromisoformat(first)).days >= DAYS_MOST:
        raise Malformed(detail=f"'from' and 'to' must not be more than {DAYS_MOST} days apart")
    grouping = arguments.get("by") or by
    if grouping not in GROUPINGS:
        raise Malformed(detail=f"'by' must be one of {', '.join(GROUPINGS)}")
    service, counter = arguments.get("service") or None, arguments.get("counter") or None
    for name, value, declared in (("service", service, web.hall.services), ("counter", counter, web.hall.counters)):
        if value is not None and value not in declared:
            raise Malformed(detail=f"'{name}' must be one of the hall file")
    return Asked(first, last, grouping, service, counter)  # type: ignore[arg-type]


class ReportDesk:
    """Makes one report after another: each takes a few hundred megabytes for a year."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def reporter(self, asked: Asked) -> "Work":
        """To be used in a ``with``. Raises FactsNotKept, ReportBusy, a StoreError or a DatabaseError."""
        return Work(self._web, self._web.report_turn, asked)


class Work:
    """The days of one report, while nobody else makes one."""

    def __init__(self, web: Web, lock: threading.Lock, asked: Asked) -> None:
        self._web, self._lock, self._asked = web, lock, asked

    def __enter__(self) -> Reporter:
        if not self._lock.acquire(timeout=PATIENCE_S):
            raise ReportBusy
        try:
            web, asked = self._web, self._asked
            reader = FactsReader(web.hall, web.reports, web.clock.now_ms)  # type: ignore[arg-type]
            return Reporter(web.hall, reader.days(asked.first, asked.last), asked.service, asked.counter)
        except TooManyDaysUnkept as error:
            self._lock.release()
            raise FactsNotKept(days=error.days) from None
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: Any) -> None:
        self._lock.release()


def spans(today: str, newest: str | None) -> tuple[tuple[str, str, str, str], ...]:
    """(Chinese, English, first, last) of what is asked for most: the newest day, seven days, months, the year."""
    now = date.fromisoformat(today)
    month = now.replace(day=1)
    before = month - timedelta(1)
    rows = [
        ("近 7 天", "7 days", now - timedelta(6), now),
        ("本月", "This month", month, now),
        ("上月", "Last month", before.replace(day=1), before),
        ("今年", "This year", now.replace(month=1, day=1), now),
    ]
    day = [("最近一天", "Newest day", newest, newest)] if newest else []
    return (*day, *((zh, en, first.isoformat(), last.isoformat()) for zh, en, first, last in rows))


def _day(arguments: Mapping[str, str], name: str) -> str | None:
    text = arguments.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Malformed(detail=f"'{name}' must be a date such as 2026-03-02") from None
