"""Reads a hall's journal without writing: are laws kept, do indexes agree, does a replay show the same bytes?

What was archived is read too: both begin with the very first event and use no snapshot, but prove each.
"""

import hashlib
import sqlite3
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from broker.engine.apply import apply
from broker.engine.laws import broken_by, broken_in
from broker.engine.state import State
from broker.model import events as e
from broker.model.hall import Hall
from broker.runtime.database import path_of, query
from broker.server.publisher import digest_of
from broker.server.snapshot import SHAPE, save_state, views_fingerprint
from broker.store.archive import archive_path, archived_up_to, archives_of, open_archive
from broker.store.journal import open_to_read, read_events

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
    digests_of_others: int = 0
    """Views shown by another program or under another hall file: they are not comparable."""
    snapshots_compared: int = 0
    findings: list[str] = field(default_factory=list)
    tally: Tally[str] = field(default_factory=Tally)

    def add(self, finding: str) -> None:
        """Keep a finding, within bounds."""
        if len(self.findings) < FINDINGS_MOST:
            self.findings.append(finding)


def check(hall: Hall, database: Path) -> AuditReport:
    """Fold the journal under the laws and compare SQL's own tables with it. OtherHall when it is not the hall's."""
    report = AuditReport()
    with closing(open_to_read(database, hall.hall.id)) as connection:
        state = _fold(hall, connection, report, compare_digests=False)
        for law in broken_in(state):
            report.add(law)
        for finding in _indexes(connection):
            report.add(finding)
        report.receipts = query(connection, "SELECT count(*) FROM receipts")[0][0]
    return report


def replay(hall: Hall, database: Path) -> AuditReport:
    """Rebuild the state from nothing; compare views' digests and snapshots with those the live server stored."""
    report = AuditReport()
    with closing(open_to_read(database, hall.hall.id)) as connection:
        _fold(hall, connection, report, compare_digests=True)
    return report


def _fold(hall: Hall, connection: sqlite3.Connection, report: AuditReport, *, compare_digests: bool) -> State:
    digests = _digests(connection, views_fingerprint(hall), report) if compare_digests else {}
    snapshots = _snapshots(connection, report) if compare_digests else {}
    state = State()
    for position, event in read_events(connection):
        try:
            apply(state, event)
        except (KeyError, ValueError, RuntimeError) as error:
            report.add(f"position {position}: {type(event).__name__} does not fit what came before ({error!r})")
            break
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
        if position in snapshots:
            report.snapshots_compared += 1
            if save_state(state).state != snapshots[position]:
                report.add(f"L13 position {position}: the snapshot is not what the events amount to")
    return state


def _digests(connection: sqlite3.Connection, views: str, report: AuditReport) -> dict[int, str]:
    """What was shown, by position, in the archives and since."""
    found: dict[int, str] = {}
    for stored in chain(_archived(connection), (connection,)):
        for position, digest, shape in query(stored, "SELECT position, digest, views FROM digests"):
            if shape == views:
                found[position] = digest
            else:
                report.digests_of_others += 1
    return found


def _archived(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    journal = path_of(connection)
    for archive in archives_of(connection):
        with closing(open_archive(archive_path(journal, archive.name))) as opened:
            yield opened


def _snapshots(connection: sqlite3.Connection, report: AuditReport) -> dict[int, bytes]:
    """Snapshots in this program's shape, by position; a digest that is wrong is a finding."""
    found = {}
    for position, digest, state in query(
        connection, "SELECT position, digest, state FROM snapshots WHERE shape = ?", (SHAPE,)
    ):
        if hashlib.sha256(state).hexdigest() != digest:
            report.add(f"L13 position {position}: the snapshot is damaged; a start goes on without it")
        else:
            found[position] = state
    return found


def _indexes(connection: sqlite3.Connection) -> Iterator[str]:
    """SQL's own opinion of the laws it can hold."""
    for (line,) in query(connection, "PRAGMA integrity_check"):
        if line != "ok":
            yield f"database: {line}"
    cut = archived_up_to(connection)
    since = "SELECT DISTINCT day FROM events WHERE position > ?"
    for table, kinds, kept in (
        ("numbers", "'TicketReserved', 'TicketReported', 'TicketRenumbered'", f"day IN ({since})"),
        ("evaluations", "'EvaluationRecorded'", "position > ?"),
    ):
        rows = query(connection, f"SELECT count(*) FROM {table} WHERE {kept}", (cut,))[0][0]
        events = query(connection, f"SELECT count(*) FROM events WHERE type IN ({kinds}) AND position > ?", (cut,))[0][
            0
        ]
        if rows != events:
            yield f"table {table} has {rows} rows, the journal {events} such events"
    sql = "SELECT count(*) FROM receipts r WHERE r.position > max(?, (SELECT coalesce(max(position), 0) FROM events))"
    if query(connection, sql, (cut,))[0][0]:
        yield "L14 a receipt points beyond the journal"
