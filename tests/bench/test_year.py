"""The made-up year is what reports read: every ticket in it once, every figure as counted by hand."""

from pathlib import Path

import numpy as np

from broker.oversight.facts import Kind, decoded
from broker.oversight.report import Reporter
from broker.runtime.clock import SystemClock
from broker.store.facts import FOLDER_NAME, FactsReader
from broker.store.reports import JournalReports
from tests.bench.year import EVENTS_A_TICKET, IN_JOURNAL, made_up_year, workdays
from tests.collector.town import town_hall

SPAN, A_DAY = IN_JOURNAL + 30, 40


def test_reports_find_every_ticket_of_the_year_in_archives_and_journal(tmp_path: Path) -> None:
    hall, clock = town_hall(), SystemClock()
    year = made_up_year(hall, tmp_path, SPAN, A_DAY)
    reports = JournalReports(year.journal, hall, clock.now_ms)
    assert list(reports.days()) == sorted(workdays(SPAN), reverse=True)
    report = Reporter(hall, FactsReader(hall, reports, clock.now_ms).days(year.first, year.last)).report(
        year.first, year.last, "month"
    )
    files = sorted((tmp_path / FOLDER_NAME).iterdir())
    kinds = [np.frombuffer(decoded(file.read_bytes()).kind, "u1") for file in files]
    assert report.days == len(files) == SPAN
    assert report.total.issued == SPAN * A_DAY == year.tickets
    assert report.total.served == sum(int((kind == Kind.SERVED).sum()) for kind in kinds)
    assert sum(line.issued or 0 for line in report.lines) == year.tickets
    assert report.total.rated == sum(sum(decoded(file.read_bytes()).own) for file in files)
    ended = sum(int(np.isin(kind, (Kind.SERVED, Kind.NO_SHOW, Kind.CANCELLED, Kind.EXPIRED)).sum()) for kind in kinds)
    assert ended == year.tickets, "each came to one end"
    assert decoded(files[-1].read_bytes()).position == SPAN * A_DAY * EVENTS_A_TICKET
