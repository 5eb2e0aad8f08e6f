"""Reads a hall's journal without writing: are laws kept, do indexes agree, does a replay show the same bytes?"""

import sqlite3
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from broker.engine.apply import apply
from broker.engine.laws import broken_by, broken_in
from broker.engine.state import State
from broker.model import events as e
from broker.model.hall import Hall
from broker.runtime.database import open_database, query
from broker.server.publisher import digest_of
from broker.store.journal import read_events

EVERYTHING_EACH = 500
FINDINGS_MOST = 100


@dataclass
class AuditReport:
    """What was read and what was wrong; empty ``findings`` is the good news."""

    events: int = 0
    issued: int = 0
    evaluations: int = 0
    receipts: int = 0
    digests_compared: int = 0
    findings: list[str] = field(default_factory=list)
    tally: Tally[str] = field(default_factory=Tally)

    def add(self, finding: str) -> None:
        """Keep a finding, within bounds."""
        if len(self.findings) < FINDINGS_MOST:
            self.findings.append(finding)


def check(hall: Hall, database: Path) -> AuditReport:
    """Fold the journal under the laws and compare SQL's own tables with it."""
    report = AuditReport()
    connection = open_database(database, read_only=True)
    try:
        state = _fold(hall, connection, report, compare_digests=False)
        for law in broken_in(state):
            report.add(law)
        for finding in _indexes(connection):
            report.add(finding)
        report.receipts = query(connection, "SELECT count(*) FROM receipts")[0][0]
    finally:
        connection.close()
    return report


def replay(hall: Hall, database: Path) -> AuditReport:
    """Rebuild the state from nothing and compare the views' digests with those the live server stored."""
    report = AuditReport()
    connection = open_database(database, read_only=True)
    try:
        _fold(hall, connection, report, compare_digests=True)
    finally:
        connection.close()
    return report


def _fold(hall: Hall, connection: sqlite3.Connection, report: AuditReport, *, compare_digests: bool) -> State:
    digests = dict(query(connection, "SELECT position, digest FROM digests")) if compare_digests else {}
    state = State()
    for position, event in read_events(connection):
        apply(state, event)
        report.events += 1
        report.tally[type(event).__name__] += 1
        report.issued += isinstance(event, e.TicketReserved | e.TicketReported)
        report.evaluations += isinstance(event, e.EvaluationRecorded)
        for law in broken_by(state, event):
            report.add(f"position {position}: {law}")
        if position % EVERYTHING_EACH == 0:
            for law in broken_in(state):
                report.add(f"position {position}: {law}")
        if position in digests:
            report.digests_compared += 1
            if digest_of(hall, state) != digests[position]:
                report.add(f"L13 position {position}: the replayed views differ from those the live server showed")
    return state


def _indexes(connection: sqlite3.Connection) -> Iterator[str]:
    """SQL's own opinion of the laws it can hold."""
    for (line,) in query(connection, "PRAGMA integrity_check"):
        if line != "ok":
            yield f"database: {line}"
    for table, kinds in (
        ("numbers", "'TicketReserved', 'TicketReported', 'TicketRenumbered'"),
        ("evaluations", "'EvaluationRecorded'"),
    ):
        rows = query(connection, f"SELECT count(*) FROM {table}")[0][0]
        events = query(connection, f"SELECT count(*) FROM events WHERE type IN ({kinds})")[0][0]
        if rows != events:
            yield f"table {table} has {rows} rows, the journal {events} such events"
    sql = "SELECT count(*) FROM receipts r WHERE r.position > (SELECT coalesce(max(position), 0) FROM events)"
    if query(connection, sql)[0][0]:
        yield "L14 a receipt points beyond the journal"
