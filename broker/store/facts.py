"""Where a report gets its days from: kept facts, a file a day, or the journal itself where there are none.

``facts/2026-03-04.facts`` beside the journal. Only the server's own chore writes there (``keep_facts``); whoever reads
makes what is missing in memory. A file counts only if it is of this journal, holds all events of its day and can be
read: otherwise it is made again. Ratings that come on later days are read beside it until none can come any more.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from msgspec.structs import replace

from broker.model import events as e
from broker.model.hall import Hall
from broker.oversight.facts import Damaged, DayFacts, LateRating, decoded, encoded
from broker.oversight.report_days import ReportDay
from broker.runtime.database import query, sync_folder
from broker.store.archive import archive_path, archived_up_to, archives_of, open_archive
from broker.store.day_facts import end_of, facts_of, level_of
from broker.store.disclosure import ENOUGH, half_day
from broker.store.errors import TooManyDaysUnkept
from broker.store.journal import decode_event, fact, open_to_read
from broker.store.reports import JournalReports

FOLDER_NAME = "facts"
LATE_DAYS = 40
"""After so many days nobody can rate a visit any more: five working days, over the longest holidays."""
UNKEPT_MOST = 8
"""So many days are worked out while somebody waits; the chore makes the others."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked of the journal once for all days of a report."""

    journal: str
    newest: str


class FactsReader:
    """Reads days. ``reports`` folds those without a file; ``kept`` False: all of them (a recount).

    Raises StoreError (with it TooManyDaysUnkept, unless ``patient``) or DatabaseError.
    """

    def __init__(
        self,
        hall: Hall,
        reports: JournalReports,
        now_ms: Callable[[], int],
        *,
        kept: bool = True,
        patient: bool = False,
    ) -> None:
        self._path, self._hall, self._reports, self._now_ms = reports.path, hall, reports, now_ms
        self._kept, self._patient = kept, patient

    def days(self, first: str, last: str) -> Iterator[ReportDay]:
        """The business days on record from ``first`` to ``last``, both included, oldest first."""
        wanted = sorted(day for day in self._reports.days() if first <= day <= last)
        with closing(open_to_read(self._path, self._hall.hall.id)) as connection:
            known = _known(connection)
            found = {day: self._read(connection, known, day) for day in wanted} if self._kept else {}
            unkept = sum(1 for day in wanted if found.get(day) is None)
            if unkept > UNKEPT_MOST and not self._patient:
                raise TooManyDaysUnkept(unkept)
            for day in wanted:
                facts = found.pop(day, None)
                if facts is None:
                    facts = self._made(known, day)
                elif not _is_settled(facts):
                    facts = self._with_late(connection, facts)
                if facts is None:
                    facts = self._made(known, day)
                if facts is not None:
                    yield self._told(facts)

    def keep(self) -> tuple[int, int]:
        """Write what is missing, damaged or not settled yet; (files written, days on record). The writer's chore."""
        folder = self._path.parent / FOLDER_NAME
        folder.mkdir(exist_ok=True)
        written, days = 0, self._reports.days()
        with closing(open_to_read(self._path, self._hall.hall.id)) as connection:
            known = _known(connection)
            for day in days:
                if day == known.newest:  # it may go on
                    continue
                found = self._read(connection, known, day)
                if found is not None and (_is_settled(found) or not _may_settle(found, known.newest)):
                    continue
                made = self._made(known, day)
                if made is not None:
                    _write(folder / f"{day}.facts", encoded(made))
                    written += 1
        return written, len(days)

    def _read(self, connection: sqlite3.Connection, known: _Known, day: str) -> DayFacts | None:
        path = self._path.parent / FOLDER_NAME / f"{day}.facts"
        try:
            found = decoded(path.read_bytes())
        except FileNotFoundError:
            return None
        except (Damaged, OSError) as error:
            _log.warning("%s cannot be used (%s): the day is worked out again", path.name, error)
            return None
        if found.day != day or found.journal != known.journal or found.position > _newest(connection):
            return None
        # Days follow each other, so whether the day went on stands in the event after its last one.
        after = query(connection, "SELECT day FROM events WHERE position = ?", (found.position + 1,))
        went_on = bool(after) and after[0][0] == day
        return None if went_on else found

    def _made(self, known: _Known, day: str) -> DayFacts | None:
        return self._reports.of_day(day, lambda fold: facts_of(self._hall, fold, known.journal, known.newest))

    def _with_late(self, connection: sqlite3.Connection, facts: DayFacts) -> DayFacts | None:
        """With the ratings of later days; None where one shows that the day itself went on."""
        known = {one.visit for one in facts.late} | set(facts.unrateable)
        late = list(facts.late)
        for event in _rated_since(connection, self._path, facts):
            if event.at_ms < end_of(self._hall, facts.day):
                return None
            if event.visit not in known:
                late.append(LateRating(event.visit, event.at_ms, level_of(event.level)))
        return replace(facts, late=tuple(late))

    def _told(self, facts: DayFacts) -> ReportDay:
        """As ``Disclosure`` tells the hall's sum: none before the date has changed, late ones by fives."""
        now_ms = self._now_ms()
        if now_ms < end_of(self._hall, facts.day):
            return ReportDay(facts, over=False, levels=None)
        if facts.visits < ENOUGH or sum(facts.own) < ENOUGH:
            return ReportDay(facts, over=True, levels=None)
        until_ms = half_day(self._hall, now_ms)[0]
        late = [one for one in facts.late if one.rated_ms < until_ms]
        levels = list(facts.own)
        for one in late[: len(late) - len(late) % ENOUGH]:
            levels[one.level] += 1
        return ReportDay(facts, over=True, levels=tuple(levels))


def _known(connection: sqlite3.Connection) -> _Known:
    newest = query(connection, "SELECT day FROM events WHERE day IS NOT NULL ORDER BY position DESC LIMIT 1")
    return _Known(fact(connection, "journal"), newest[0][0] if newest else "")


def _newest(connection: sqlite3.Connection) -> int:
    return max(
        int(query(connection, "SELECT coalesce(max(position), 0) FROM events")[0][0]), archived_up_to(connection)
    )


def _is_settled(facts: DayFacts) -> bool:
    return _may_settle(facts, facts.seen_day)


def _may_settle(facts: DayFacts, newest: str) -> bool:
    return date.fromisoformat(newest) >= date.fromisoformat(facts.day) + timedelta(LATE_DAYS)


def _rated_since(connection: sqlite3.Connection, path: Path, facts: DayFacts) -> Iterator[e.EvaluationRecorded]:
    """Ratings of the day's visits after its last event; a visit's name begins with its day."""
    sql = (
        "SELECT e.position, e.body FROM evaluations v JOIN events e ON e.position = v.position"
        " WHERE v.visit >= ? AND v.visit < ? AND v.position > ? AND v.position BETWEEN ? AND ? ORDER BY v.position"
    )
    archives = [one for one in archives_of(connection) if one.last > facts.position]
    spans = [(one.first, one.last, one.name) for one in archives]
    for first, last, name in spans:
        with closing(open_archive(archive_path(path, name))) as opened:
            yield from _evaluations(query(opened, sql, _span(facts, first, last)))
    first = archived_up_to(connection) + 1
    yield from _evaluations(query(connection, sql, _span(facts, first, 2**63 - 1)))


def _span(facts: DayFacts, first: int, last: int) -> tuple[object, ...]:
    return (f"{facts.day}-", f"{facts.day}.", facts.position, first, last)


def _evaluations(rows: list[tuple[int, bytes]]) -> Iterator[e.EvaluationRecorded]:
    for position, body in rows:
        event = decode_event(position, body)
        if isinstance(event, e.EvaluationRecorded):
            yield event


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)
