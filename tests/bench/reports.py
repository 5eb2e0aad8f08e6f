"""Reports of a year of 1.2 million tickets: how long each takes, and what a call waits while one is being made."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from broker.model.hall import Hall
from broker.oversight.report import Reporter
from broker.oversight.report_shape import GROUPINGS
from broker.runtime.clock import SystemClock
from broker.runtime.hall_source import load_hall
from broker.store.facts import FactsReader
from broker.store.reports import JournalReports
from tests.bench.figures import Figure, percentile, spread
from tests.bench.node import Client, Node
from tests.bench.throughput import Visitors
from tests.bench.year import Year, made_up_year

REPORT_WITHIN_S = 3.0
SLOWER_MOST = 1.1
TURNS = 8
PAUSE_S = 0.01
"""Between two commands: a hall asks less often than it could be answered."""
BEHIND = 10
"""The collector's niceness."""


def year_figures(hall_file: Path, folder: Path, days: int, tickets: int) -> tuple[Year, list[Figure]]:
    """Write the year, then make each report of it as the page does, reading the days anew each time, and once as a
    command."""
    hall, began_s = load_hall(hall_file), time.monotonic()
    (folder / "server").mkdir(parents=True)
    year = made_up_year(hall, folder / "server", days, tickets)
    made_s = time.monotonic() - began_s
    figures = [Figure("a year made up, facts and journal", made_s, "s", note=f"{year.tickets} tickets, {days} days")]
    for by in GROUPINGS:
        began_s = time.monotonic()
        lines, seen = _report(hall, year, by)
        took_s = time.monotonic() - began_s
        assert seen == year.tickets, "a report of something else"
        figures.append(Figure(f"report of the year by {by}", took_s, "s", REPORT_WITHIN_S, note=f"{lines} lines"))
    began_s = time.monotonic()
    told = subprocess.run(command(hall_file, year), check=True, capture_output=True, env=where(year))
    took_s = time.monotonic() - began_s
    figures.append(
        Figure("the same as a command, by counter", took_s, "s", REPORT_WITHIN_S, note=f"{len(told.stdout)} bytes")
    )
    held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return year, [*figures, Figure("memory of the largest program so far", held, "MB")]


def _report(hall: Hall, year: Year, by: str) -> tuple[int, int]:
    """(its lines, tickets in it); as a page of it: the report, its hours and its course."""
    clock = SystemClock()
    reports = JournalReports(year.journal, hall, clock.now_ms)
    reporter = Reporter(hall, FactsReader(hall, reports, clock.now_ms).days(year.first, year.last))
    report = reporter.report(year.first, year.last, by)  # type: ignore[arg-type]
    reporter.lines("hour")
    reporter.lines("month")
    return len(report.lines), report.total.issued or 0


def command(hall_file: Path, year: Year) -> list[str]:
    """One report, by a program of its own."""
    span = ["--from", year.first, "--to", year.last, "--by", "counter", "--format", "json"]
    return [sys.executable, "-m", "broker", "report", str(hall_file), *span]


def where(year: Year) -> dict[str, str]:
    """The environment in which a command finds the year."""
    return {**os.environ, "JIAOHAO_DATA": str(year.journal.parent.parent)}


def slowed_figures(hall: Hall, node: Node, visitors: Visitors, hall_file: Path, year: Year, asked: int) -> list[Figure]:
    """Durable commands in turns, alone and while reports of the year are made one after another beside the server."""
    client = Client(hall.hall.id, node.url).start()
    waits: dict[bool, list[float]] = {False: [], True: []}
    made = 0
    for turn in range(TURNS):
        beside = turn % 2 == 1
        making = _making(hall_file, year) if beside else None
        for _ in range(max(1, asked // TURNS)):
            if making is not None and making.poll() is not None:
                made, making = made + 1, _making(hall_file, year)
            began_s = time.monotonic()
            (reply,) = client.ask(wish := visitors.next())
            waits[beside].append(time.monotonic() - began_s)
            visitors.answered(wish, reply)
            time.sleep(PAUSE_S)
        if making is not None:
            making.kill()
            making.wait()
    client.stop()
    name = "one durable command"
    ratios = {share: percentile(waits[True], share) / percentile(waits[False], share) for share in (0.5, 0.99)}
    n = len(waits[True])
    return [
        *spread(f"{name}, alone", waits[False]),
        *spread(f"{name}, while reports are made", waits[True], note=f"{made} reports ended meanwhile"),
        Figure(f"{name}, while reports are made / alone, p50", ratios[0.5], "times", SLOWER_MOST, n=n),
        Figure(f"{name}, while reports are made / alone, p99", ratios[0.99], "times", n=n),
    ]


def _making(hall_file: Path, year: Year) -> "subprocess.Popen[bytes]":
    """As the collector makes it: behind the engine."""
    nice = lambda: os.nice(BEHIND)  # noqa: E731
    return subprocess.Popen(command(hall_file, year), stdout=subprocess.DEVNULL, preexec_fn=nice, env=where(year))
