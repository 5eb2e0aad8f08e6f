"""Read-only questions to the journal: where a ticket stands, what a day amounted to. Never in a writer's way.

Days are folded when somebody asks and then kept up to date from the position reached; a few days stay in memory.
Days that were moved to the archive are read there: nobody who asks needs to know.
"""

import json
import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.ratings import LOW_LEVELS
from broker.oversight.case_stories import CaseStories
from broker.oversight.inspections import Visit
from broker.oversight.rota import RotaStory
from broker.oversight.surveys import Round
from broker.runtime.database import query
from broker.runtime.errors import DatabaseError
from broker.staffing.record import DayRecord
from broker.store.archive import archive_path, archives_of, open_archive
from broker.store.call_reasons import CallReason, CallRow, Waiter, call_rows, compared_with, reason_of
from broker.store.day_fold import DayFold, TicketStory
from broker.store.day_record import record_of
from broker.store.desk_folds import DESK_TYPES, DeskFolds
from broker.store.journal import MOST, decode_event, open_to_read
from broker.store.line_fold import LineFold
from broker.store.overtaking import Overtaken, overtaken_by
from broker.store.rating_report import (
    CONTACT_EVENTS,
    EVENTS,
    ContactWish,
    RatingReport,
    contact_wishes,
    rating_report,
)
from broker.store.sheets import DaySheets, day_sheets
from broker.store.shown_waits import FILE_NAME as SHOWN_FILE
from broker.store.shown_waits import ShownDay, catch_up
from broker.store.sources import Source
from broker.store.statistics import By, Statistics, statistics
from broker.store.told_waits import ToldDay, ToldWaits, told_day

logger = logging.getLogger(__name__)

DAYS_KEPT = 4
LINES_KEPT = 2
TOLD_DAYS = 7
Read = TypeVar("Read")


class Reports(Protocol):
    """What can be asked about the past; errors are StoreError or DatabaseError."""

    def days(self) -> tuple[str, ...]: ...

    def statistics(self, day: str | None, by: By) -> Statistics | None: ...

    def ticket(self, key: str, day: str | None = None) -> TicketStory | None: ...

    def story_of(self, ticket: str) -> tuple[e.Event, ...]: ...

    def calls(self, day: str | None) -> tuple[CallRow, ...]: ...

    def call(self, call_id: str, day: str) -> CallReason | None: ...

    def compared(self, call_id: str, day: str, number: str) -> Waiter | None: ...

    def overtaken(self, number: str, day: str | None) -> Overtaken | None: ...

    def is_rated(self, visit: str) -> bool: ...

    def ratings(self, day: str | None) -> RatingReport | None: ...

    def contact_wishes(self, since_ms: int) -> tuple[ContactWish, ...]: ...

    def low_ratings(self, day: str) -> int: ...

    def sheets(self, day: str | None) -> DaySheets | None: ...

    def audit_heads(self) -> tuple[tuple[int, str], ...]: ...

    def record(self, day: str | None) -> DayRecord | None: ...

    def told_waits(self, most: int) -> tuple[ToldDay, ...]: ...

    def cases(self) -> CaseStories: ...

    def inspections(self) -> tuple[Visit, ...]: ...

    def rota(self) -> dict[str, RotaStory]: ...

    def surveys(self) -> tuple[Round, ...]: ...


class JournalReports:
    """Reports over the database at ``path``, which another process writes. ``now_ms`` is the hall's clock."""

    def __init__(self, path: Path, hall: Hall, now_ms: Callable[[], int]) -> None:
        self._path = self.path = path
        self._hall = hall
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._folds: OrderedDict[str, DayFold] = OrderedDict()
        self._lines: OrderedDict[str, LineFold] = OrderedDict()
        self._told: dict[str, ToldDay] = {}
        self._shown: dict[str, ShownDay] = {}
        self._shown_unread = False
        self._desk = DeskFolds()
        self._archived_days: dict[tuple[str, int], tuple[str, ...]] = {}

    def days(self) -> tuple[str, ...]:
        """Business days on record, newest first."""
        with closing(open_to_read(self._path)) as connection:
            found = {day for source in self._sources(connection) for day in self._days_of(source)}
        return tuple(sorted(found, reverse=True))

    def statistics(self, day: str | None, by: By) -> Statistics | None:
        """The figures of a day (default: the latest); None for a day that is not on record."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            fold = self._folded(connection, day)
            return None if fold is None else statistics(self._hall, fold, by, self._now_ms())

    def ticket(self, key: str, day: str | None = None) -> TicketStory | None:
        """A ticket by its id (of any day) or by its printed number of ``day`` (default: the latest)."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            latest = self._folded(connection, day)
            if latest is None:
                return None
            known = latest.tickets.get(latest.by_number.get(key, key))
            if known is not None:
                return known
            for source in self._sources(connection):
                sql = "SELECT day FROM events WHERE ticket = ? ORDER BY position LIMIT 1"
                rows = query(source.connection, sql, (key,))
                if rows and (earlier := self._folded(connection, rows[0][0])) is not None:
                    return earlier.tickets.get(key)
            return None

    def story_of(self, ticket: str) -> tuple[e.Event, ...]:
        """What happened to a ticket of the days that the journal still has, oldest first."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            sql = "SELECT position, body FROM events WHERE ticket = ? ORDER BY position LIMIT 200"
            return tuple(decode_event(position, body) for position, body in query(connection, sql, (ticket,)))

    def calls(self, day: str | None) -> tuple[CallRow, ...]:
        """The newest calls of a day (default: the latest), newest first; nothing of a day that is not on record."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            lines = self._lines_of(connection, day)
            return () if lines is None else call_rows(lines)

    def call(self, call_id: str, day: str) -> CallReason | None:
        """Why a call of that day was made, and who waited then; None for no such call."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            lines = self._lines_of(connection, day)
            return None if lines is None else reason_of(lines, call_id)

    def compared(self, call_id: str, day: str, number: str) -> Waiter | None:
        """Where a number of that day stood at a call; None for no such call or number."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            lines = self._lines_of(connection, day)
            return None if lines is None else compared_with(lines, call_id, number)

    def overtaken(self, number: str, day: str | None) -> Overtaken | None:
        """Who came later and was called before a number of that day (default: the latest); None for no such number."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            lines = self._lines_of(connection, day)
            return None if lines is None else overtaken_by(lines, number)

    def is_rated(self, visit: str) -> bool:
        """Whether a visit has its one rating."""
        with closing(open_to_read(self._path)) as connection:
            sql = "SELECT 1 FROM evaluations WHERE visit = ?"
            # A visit's name begins with its day, and it is rated on that day or later.
            return any(query(source.connection, sql, (visit,)) for source in self._sources(connection, visit[:7]))

    def ratings(self, day: str | None) -> RatingReport | None:
        """What became of the ratings of a day (default: the latest), with the audit sample; None for no such day."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            fold = self._folded(connection, day)
            if fold is None:
                return None
            found = [
                decode_event(position, body)
                for source in self._sources(connection, fold.day[:7])
                for position, body in source.of_types(fold.day, EVENTS)
            ]
            return rating_report(self._hall, fold, found, self._now_ms())

    def sheets(self, day: str | None) -> DaySheets | None:
        """The sheets of a day (default: the latest), with what was signed on later days; None for no such day."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            fold = self._folded(connection, day)
            return None if fold is None else day_sheets(self._hall, fold, self._now_ms())

    def record(self, day: str | None) -> DayRecord | None:
        """What staffing is reckoned from, of a day (default: the latest); None for no such day."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            fold = self._folded(connection, day)
            return None if fold is None else record_of(fold)

    def of_day(self, day: str, read: Callable[[DayFold], Read]) -> Read | None:
        """What ``read`` makes of a folded day, while nobody else folds; None for a day that is not on record."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            fold = self._folded(connection, day)
            return None if fold is None else read(fold)

    def told_waits(self, most: int) -> tuple[ToldDay, ...]:
        """How often the waits told with tickets held, of the newest days on record, newest first."""
        days = self.days()[: min(most, TOLD_DAYS)]
        with self._lock, closing(open_to_read(self._path)) as connection:
            self._told = {day: one for day, one in self._told.items() if day in days[1:]}
            for day in days[1:]:  # what a day amounted to does not change any more
                if day not in self._told and (fold := self._folded(connection, day)) is not None:
                    self._told[day] = told_day(day, fold.told, self._shown_of(fold))
            now = self._folded(connection, days[0]) if days else None
            newest = () if now is None else (told_day(now.day, now.told, self._shown_of(now)),)
            self._shown = {day: one for day, one in self._shown.items() if day in days[:1]}
            return (*newest, *(self._told[day] for day in days[1:] if day in self._told))

    def _shown_of(self, fold: DayFold) -> ToldWaits | None:
        """How often came true what those who waited were shown; None where that is not on record, or not to be read:
        the tickets' own figures must not suffer."""
        try:
            shown = catch_up(self._path.with_name(SHOWN_FILE), fold.day, self._shown.get(fold.day))
        except DatabaseError as error:
            if not self._shown_unread:
                logger.warning("what people were shown of their waits cannot be read: %s", error)
            self._shown_unread = True
            return None
        self._shown_unread = False
        if shown is None:
            return None
        self._shown[fold.day] = shown
        return shown.judge(fold.told.first_calls)

    def contact_wishes(self, since_ms: int) -> tuple[ContactWish, ...]:
        """Who rated low and wishes to be called, since then, in half days that are over, newest first."""
        with closing(open_to_read(self._path)) as connection:
            found = [
                decode_event(position, body)
                for source in self._sources(connection, f"{datetime.fromtimestamp(since_ms / 1000, UTC):%Y-%m}")
                for position, body in source.since(since_ms, CONTACT_EVENTS)
            ]
        return contact_wishes(self._hall, found, self._now_ms())

    def low_ratings(self, day: str) -> int:
        """How many ratings of a business day are of the last two levels (差评); for halls that wish to hear at once."""
        with closing(open_to_read(self._path)) as connection:
            found = [
                decode_event(position, body)
                for source in self._sources(connection, day[:7])
                for position, body in source.of_types(day, ("EvaluationRecorded",))
            ]
        return sum(isinstance(one, e.EvaluationRecorded) and one.level in LOW_LEVELS for one in found)

    def audit_heads(self) -> tuple[tuple[int, str], ...]:
        """(row, digest) of the audit log's heads that the journal was ever told, oldest first. Day by day: events are
        found by their day, and then by their type."""
        with closing(open_to_read(self._path)) as connection:
            found = [
                decode_event(position, body)
                for source in self._sources(connection)
                for day in (None, *self._days_of(source))
                for position, body in source.of_types(day, ("AuditHeadKept",))
            ]
        return tuple((one.sequence, one.digest) for one in found if isinstance(one, e.AuditHeadKept))

    def cases(self) -> CaseStories:
        """Every case of the quality desk that the journal ever told of. Not to be changed by who asks."""
        return self._caught_up_desk().cases

    def inspections(self) -> tuple[Visit, ...]:
        """Every visit that was drawn or made, in that order."""
        return self._caught_up_desk().visits.told()

    def rota(self) -> dict[str, RotaStory]:
        """Every day that was planned."""
        return self._caught_up_desk().rota.told()

    def surveys(self) -> tuple[Round, ...]:
        """Every round, newest first. Not to be changed by who asks."""
        return self._caught_up_desk().surveys.told()

    def _caught_up_desk(self) -> DeskFolds:
        """Kept, and caught up when it is asked for."""
        with self._lock, closing(open_to_read(self._path)) as connection:
            end = query(connection, "SELECT max(position) FROM events")[0][0] or 0
            if end > self._desk.position:
                for event in self._desk_events(connection, self._desk.position, end):
                    self._desk.fold(event)
                self._desk.position = end
            return self._desk

    def _desk_events(self, connection: sqlite3.Connection, after: int, end: int) -> Iterator[e.Event]:
        """After one position and up to another, in order. Few and far between: found by their days."""
        found = [
            row
            for source in self._sources(connection)
            if source.last > after
            for day in (None, *self._days_of(source))
            for row in source.of_types(day, DESK_TYPES)
            if after < row[0] <= end
        ]
        for position, body in sorted(found):
            yield decode_event(position, body)

    def _lines_of(self, connection: sqlite3.Connection, day: str | None) -> LineFold | None:
        """The lines of a day up to now."""
        day = day or self._latest(connection)
        if day is None:
            return None
        fold = self._lines.get(day) or LineFold(day)
        for source in self._sources(connection, day[:7]):
            if source.month in (None, day[:7]):
                source.fold_into(fold)
        if fold.position == 0:
            return None
        self._lines[day] = fold
        self._lines.move_to_end(day)
        while len(self._lines) > LINES_KEPT:
            self._lines.popitem(last=False)
        return fold

    def _latest(self, connection: sqlite3.Connection) -> str | None:
        rows = query(connection, "SELECT day FROM events WHERE day IS NOT NULL ORDER BY position DESC LIMIT 1")
        return rows[0][0] if rows else None

    def _folded(self, connection: sqlite3.Connection, day: str | None) -> DayFold | None:
        """The day up to now; one snapshot for all reads, so that a rating never precedes its visit."""
        connection.execute("BEGIN")
        try:
            day = day or self._latest(connection)
            return None if day is None else self._caught_up(connection, day)
        finally:
            connection.execute("ROLLBACK")

    def _caught_up(self, connection: sqlite3.Connection, day: str) -> DayFold | None:
        fold = self._folds.get(day) or DayFold(day)
        rated: list[e.EvaluationRecorded] = []
        for source in self._sources(connection, day[:7]):
            if source.month in (None, day[:7]):
                source.fold_into(fold)
            self._late_ratings(source, fold, rated)
            for position, body in source.papers_of(fold.day, fold.sheets.papers_position):
                event = decode_event(position, body)
                if event.day == fold.day:  # type: ignore[attr-defined]
                    fold.sheets.write_paper(position, event)
        if fold.position == 0:
            return None
        for event in rated:
            fold.rate(event)
        self._folds[day] = fold
        self._folds.move_to_end(day)
        while len(self._folds) > DAYS_KEPT:
            self._folds.popitem(last=False)
        return fold

    def _late_ratings(self, source: Source, fold: DayFold, rated: list[e.EvaluationRecorded]) -> None:
        """A rating counts for the day of the visit, also when it was given on a later one."""
        unrated = [ending.visit for ending in fold.endings if ending.visit and ending.visit not in fold.ratings]
        sql = (
            "SELECT e.position, e.body FROM evaluations v JOIN events e ON e.position = v.position"
            " WHERE v.visit IN (SELECT value FROM json_each(?)) ORDER BY v.position"
        )
        for position, body in query(source.connection, sql, (json.dumps(unrated),)):
            event = decode_event(position, body)
            assert isinstance(event, e.EvaluationRecorded)
            rated.append(event)

    def _sources(self, connection: sqlite3.Connection, month: str = "") -> Iterator[Source]:
        """Where events lie, oldest first: the archives from ``month`` on, then the journal."""
        archives = archives_of(connection)
        for archive in archives:
            if archive.name >= month:
                with closing(open_archive(archive_path(self._path, archive.name))) as opened:
                    yield Source(opened, archive.first, archive.last, archive.name)
        yield Source(connection, archives[-1].last + 1 if archives else 1, MOST)

    def _days_of(self, source: Source) -> tuple[str, ...]:
        """What is in an archive does not change any more."""
        if source.month is None:
            return source.days()
        key = (source.month, source.last)
        if key not in self._archived_days:
            self._archived_days[key] = source.days()
        return self._archived_days[key]
