"""A file in which events lie, the journal or one of its archives, and the questions that its indexes answer fast."""

import sqlite3
from dataclasses import dataclass

from broker.model.sheet_touch import PAPER
from broker.runtime.database import query
from broker.store.day_fold import DayFold
from broker.store.journal import decode_event
from broker.store.line_fold import LineFold

PAPERS = tuple(kind.__name__ for kind in PAPER)
PAPERS_DAYS = 120
"""By then the few business days in which a sheet may be signed are over, however long a hall rests."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file with events: positions ``first`` to ``last`` count. ``month`` is None of the journal."""

    connection: sqlite3.Connection
    first: int
    last: int
    month: str | None = None

    def days(self) -> tuple[str, ...]:
        """Business days with events here, oldest first: a step of the index a day, for a year has eight million
        events (``+`` keeps SQLite from going by position)."""
        after = "(SELECT day FROM events WHERE day > {0} AND +position BETWEEN ?1 AND ?2 ORDER BY day LIMIT 1)"
        first, following = after.format("''"), after.format("days.day")
        sql = (
            f"WITH RECURSIVE days(day) AS (SELECT {first} UNION ALL SELECT {following} FROM days WHERE day IS NOT NULL)"
            " SELECT day FROM days WHERE day IS NOT NULL"
        )
        return tuple(row[0] for row in query(self.connection, sql, (self.first, self.last)))

    def since(self, since_ms: int, types: tuple[str, ...]) -> list[tuple[int, bytes]]:
        """(position, body) of events of these types since a moment, in order."""
        marks = ",".join("?" * len(types))
        sql = (
            f"SELECT position, body FROM events WHERE type IN ({marks}) AND json_extract(body, '$.at_ms') >= ?"
            " AND position BETWEEN ? AND ? ORDER BY position"
        )
        return query(self.connection, sql, (*types, since_ms, self.first, self.last))

    def of_types(self, day: str | None, types: tuple[str, ...]) -> list[tuple[int, bytes]]:
        """(position, body) of a day's events of these types, in order; None: of no day."""
        marks = ",".join("?" * len(types))
        sql = (
            f"SELECT position, body FROM events WHERE day IS ? AND type IN ({marks})"
            " AND position BETWEEN ? AND ? ORDER BY position"
        )
        return query(self.connection, sql, (day, *types, self.first, self.last))

    def papers_of(self, day: str, after: int) -> list[tuple[int, bytes]]:
        """(position, body) of entries and signatures on the day's sheets, given on it or within ``PAPERS_DAYS``."""
        marks = ",".join("?" * len(PAPERS))
        sql = (
            f"SELECT position, body FROM events WHERE day BETWEEN ? AND date(?, ?) AND type IN ({marks})"
            " AND position BETWEEN ? AND ? ORDER BY position"
        )
        first = max(self.first, after + 1)
        return query(self.connection, sql, (day, day, f"+{PAPERS_DAYS} days", *PAPERS, first, self.last))

    def fold_into(self, fold: DayFold | LineFold) -> None:
        """Take the day's events that are not folded in yet."""
        # A new day is found by its index; what was added since by position ('+' keeps SQLite from the index).
        column = "+day" if fold.position else "day"
        sql = f"SELECT position, body FROM events WHERE {column} = ? AND position BETWEEN ? AND ? ORDER BY position"
        span = (fold.day, max(self.first, fold.position + 1), self.last)
        for position, body in self.connection.execute(sql, span):
            fold.fold(position, decode_event(position, body))
