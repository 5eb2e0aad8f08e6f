"""The ledger's tables, brought up to date, and what must be told again to an engine that forgot it.

A journal has a random name. When the engine names another one, or stands before a place that it had reached, a backup
was restored: what it took since then is only here. Every number that may be on paper is then reported once more, with
the moment at which the visitor came; what the restored engine knows it answers from its receipts.
"""

import sqlite3

from broker.contract.codec import encode
from broker.model.commands import ReportTicket
from broker.model.words import NEED_NAMES, Holding
from broker.runtime.clock import Moment
from broker.runtime.outbox import Again
from kiosk.standing import Standing
from kiosk.ticket import TicketState

DAYS_TOLD_AGAIN = 2
"""Business days whose papers a restored engine is told of; older visitors went home long ago."""


_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS business_day (only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    " day TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS numbers (series TEXT PRIMARY KEY, given INTEGER NOT NULL,"
    " seen INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS ticket (at INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL,"
    " service TEXT NOT NULL, series TEXT NOT NULL, own INTEGER NOT NULL, value INTEGER, number TEXT,"
    " state TEXT NOT NULL, at_ms INTEGER NOT NULL, settled_as_of INTEGER) STRICT",
    "CREATE INDEX IF NOT EXISTS ticket_by_day ON ticket (own, day, settled_as_of)",
    "CREATE TABLE IF NOT EXISTS pause (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), paused INTEGER NOT NULL,"
    " command TEXT NOT NULL, answered_as_of INTEGER) STRICT",
    "CREATE TABLE IF NOT EXISTS journal (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), name TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS numbering (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), name TEXT NOT NULL)"
    " STRICT",
)
_LATER_COLUMNS = {
    "priority": "TEXT",
    "language": "TEXT NOT NULL DEFAULT 'zh'",
    "monotonic_s": "REAL NOT NULL DEFAULT 0",
    "era": "TEXT NOT NULL DEFAULT ''",
    "refused": "TEXT",
    "person": "TEXT",
    "principal": "TEXT",
    "large": "INTEGER NOT NULL DEFAULT 0",
    "needs": "TEXT NOT NULL DEFAULT ''",
    "appointment": "TEXT",
}
"""Columns of ``ticket`` that ledgers of earlier programs lack."""
HOLDING = {TicketState.PAPER: Holding.PAPER, TicketState.SCREEN: Holding.SCREEN, TicketState.UNCLEAR: Holding.MAYBE}
_HELD = ", ".join(f"'{state}'" for state in (TicketState.MAYBE, *HOLDING))


def make_tables(connection: sqlite3.Connection) -> None:
    """Make what is missing, within the caller's transaction."""
    for statement in _SCHEMA:
        connection.execute(statement)
    there = {row[1] for row in connection.execute("PRAGMA table_info(ticket)").fetchall()}
    for column, kind in _LATER_COLUMNS.items():
        if column not in there:
            connection.execute(f"ALTER TABLE ticket ADD COLUMN {column} {kind}")


def stands_before(connection: sqlite3.Connection, standing: Standing) -> bool:
    """Whether the engine says that it has not come as far as answers that were taken here."""
    beyond = "SELECT 1 FROM ticket WHERE settled_as_of > ? LIMIT 1"
    return connection.execute(beyond, (standing.as_of,)).fetchone() is not None


def taken_by(connection: sqlite3.Connection, day: str, person: str) -> list[tuple[str, str, bool]]:
    """(service, number, whether as an agent) of the day's numbers that count for a person, or that an agent took."""
    rows = connection.execute(
        "SELECT service, number, principal IS NOT NULL AND person = ? FROM ticket WHERE day = ? AND number IS NOT NULL"
        " AND ? IN (person, principal) ORDER BY at",
        (person, day, person),
    ).fetchall()
    return [(service, number, bool(agent)) for service, number, agent in rows]


def told_again(connection: sqlite3.Connection, kiosk: str) -> list[Again]:
    """The reports of all numbers of the last business days that may be on paper, in the order in which they came."""
    rows = connection.execute(
        "SELECT id, service, number, state, day, priority, language, person, principal, large,"
        " needs, appointment, at_ms, monotonic_s, era FROM ticket"
        f" WHERE number IS NOT NULL AND state IN ({_HELD}) AND day IN ({_LATELY}) ORDER BY at"
    ).fetchall()
    return [_report(kiosk, *row) for row in rows]


_LATELY = f"SELECT DISTINCT day FROM ticket ORDER BY day DESC LIMIT {DAYS_TOLD_AGAIN}"


def unsettle(connection: sqlite3.Connection, journal: str) -> None:
    """Positions of the forgotten journal mean nothing in the engine's: what is told again is open again."""
    connection.execute("UPDATE ticket SET settled_as_of = 0 WHERE settled_as_of IS NOT NULL")
    connection.execute(
        f"UPDATE ticket SET settled_as_of = NULL WHERE number IS NOT NULL AND state IN ({_HELD}) AND day IN ({_LATELY})"
    )
    connection.execute("UPDATE pause SET answered_as_of = 0 WHERE answered_as_of IS NOT NULL")
    keep_journal(connection, journal)


def keep_journal(connection: sqlite3.Connection, journal: str) -> None:
    """Remember whose positions these are."""
    if journal:
        connection.execute("INSERT OR REPLACE INTO journal VALUES (1, ?)", (journal,))


def _report(
    kiosk: str,
    ticket: str,
    service: str,
    number: str,
    state: str,
    day: str,
    priority: str | None,
    language: str,
    person: str | None,
    principal: str | None,
    large: int,
    needs: str,
    appointment: str | None,
    at_ms: int,
    monotonic_s: float,
    era: str,
) -> Again:
    command = ReportTicket(
        ticket=ticket,
        service=service,
        number=number,
        holding=HOLDING.get(TicketState(state), Holding.MAYBE),
        day=day,
        priority=priority,
        language="en" if language == "en" else "zh",
        kiosk=kiosk,
        person=person,
        principal=principal,
        large=bool(large),
        needs=tuple(need for need in NEED_NAMES if need in needs.split()),
        appointment=appointment,
    )
    return Again(encode(command), f"{ticket}.report", Moment(at_ms, monotonic_s, era))
