"""The journal read from a position on, by whoever tells others of it; archived months are read where they are."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from broker.model import events as e
from broker.runtime.database import query
from broker.store.archive import archive_path, archives_of, open_archive
from broker.store.journal import MOST, decode_event, fact, open_to_read
from broker.store.sources import Source

EXPLAINED_WITHIN = 50_000
"""So many events after a rating its reasons are looked for; a busy hall makes as many in a day."""
_BEGINNINGS = (e.TicketReserved, e.TicketReported)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its place. ``day`` is the business day that was open."""

    position: int
    day: str | None
    event: e.Event


class JournalTail(Protocol):
    """What couriers ask of the journal. Errors are StoreError or DatabaseError."""

    def identity(self) -> str: ...

    def newest(self) -> int: ...

    def after(self, position: int, most: int) -> list[Told]: ...

    def until(self, at_ms: int) -> int: ...

    def before(self, day: str) -> int | None: ...

    def of_ticket(self, ticket: str) -> list[Told]: ...

    def ticket_of_visit(self, visit: str) -> str | None: ...

    def explained(self, rating: Told) -> e.EvaluationExplained | None: ...

    def rated_on(self, day: str) -> int: ...


class Tail:
    """Of the database at ``path``, which another process writes; each question opens it anew, so that a restored one
    is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def identity(self) -> str:
        """The random name of the journal: another one since a backup was restored."""
        with closing(open_to_read(self._path)) as connection:
            return fact(connection, "journal")

    def newest(self) -> int:
        """The position of the newest event."""
        with closing(open_to_read(self._path)) as connection:
            last: int = query(connection, "SELECT coalesce(max(position), 0) FROM events")[0][0]
            return max([last, *(archive.last for archive in archives_of(connection))])

    def after(self, position: int, most: int) -> list[Told]:
        """Up to ``most`` events after a position, in order."""
        sql = "SELECT position, day, body FROM events WHERE position BETWEEN ? AND ? ORDER BY position LIMIT ?"

        def read(source: Source) -> list[tuple[int, str | None, bytes]]:
            return query(source.connection, sql, (max(source.first, position + 1), source.last, most))

        found = self._collect(read, lambda source: source.last > position, enough=most)
        return [Told(row[0], row[1], decode_event(row[0], row[2])) for row in found]

    def until(self, at_ms: int) -> int:
        """The last position at or before a moment: where somebody goes on who had heard everything until then."""
        sql = "SELECT max(position) FROM events WHERE at_ms <= ? AND position BETWEEN ? AND ?"

        def read(source: Source) -> list[int]:
            last = query(source.connection, sql, (at_ms, source.first, source.last))[0][0]
            return [] if last is None else [int(last)]

        return max(self._collect(read), default=0)

    def before(self, day: str) -> int | None:
        """The position before a business day's first event; None for a day that is not on record."""
        sql = "SELECT min(position) FROM events WHERE day = ? AND position BETWEEN ? AND ?"

        def read(source: Source) -> list[int]:
            first = query(source.connection, sql, (day, source.first, source.last))[0][0]
            return [] if first is None else [int(first)]

        found = self._collect(read)
        return min(found) - 1 if found else None

    def of_ticket(self, ticket: str) -> list[Told]:
        """What happened to a ticket, oldest first."""
        sql = (
            "SELECT position, day, body FROM events WHERE ticket = ? AND position BETWEEN ? AND ?"
            " ORDER BY position LIMIT 200"
        )

        def read(source: Source) -> list[tuple[int, str | None, bytes]]:
            return query(source.connection, sql, (ticket, source.first, source.last))

        return [Told(row[0], row[1], decode_event(row[0], row[2])) for row in self._collect(read)]

    def ticket_of_visit(self, visit: str) -> str | None:
        """Whose visit it was; its name begins with its day."""
        sql = (
            "SELECT ticket FROM events WHERE day = ? AND type IN ('ServiceFinished', 'VisitPartFinished')"
            " AND json_extract(body, '$.visit') = ? AND position BETWEEN ? AND ? LIMIT 1"
        )

        def read(source: Source) -> list[str]:
            rows = query(source.connection, sql, (visit[:10], visit, source.first, source.last))
            return [row[0] for row in rows]

        return next(iter(self._collect(read, lambda source: (source.month or "9") >= visit[:7], enough=1)), None)

    def explained(self, rating: Told) -> e.EvaluationExplained | None:
        """The reasons that were given after a rating, while the page was still open."""
        sql = "SELECT position, body FROM events WHERE position BETWEEN ? AND ? AND type = 'EvaluationExplained'"
        event = rating.event
        assert isinstance(event, e.EvaluationRecorded)

        def read(source: Source) -> list[e.EvaluationExplained]:
            span = max(source.first, rating.position + 1), min(source.last, rating.position + EXPLAINED_WITHIN)
            told = [decode_event(*row) for row in query(source.connection, sql, span)]
            return [
                one for one in told if isinstance(one, e.EvaluationExplained) and one.evaluation == event.evaluation
            ]

        return next(iter(self._collect(read, lambda source: source.last > rating.position, enough=1)), None)

    def rated_on(self, day: str) -> int:
        """How many ratings were given while a business day was open."""
        sql = "SELECT count(*) FROM events WHERE day = ? AND type = 'EvaluationRecorded' AND position BETWEEN ? AND ?"

        def read(source: Source) -> list[int]:
            return [int(query(source.connection, sql, (day, source.first, source.last))[0][0])]

        return sum(self._collect(read))

    def _collect(
        self,
        read: Callable[[Source], list[Found]],
        wanted: Callable[[Source], bool] = lambda source: True,
        enough: int = MOST,
    ) -> list[Found]:
        """What all sources answer, oldest first; those that cannot know it are not opened."""
        found: list[Found] = []
        with closing(open_to_read(self._path)) as connection:
            archives = archives_of(connection)
            for archive in archives:
                if len(found) < enough and wanted(Source(connection, archive.first, archive.last, archive.name)):
                    with closing(open_archive(archive_path(self._path, archive.name))) as opened:
                        found += read(Source(opened, archive.first, archive.last, archive.name))
            if len(found) < enough:
                found += read(Source(connection, archives[-1].last + 1 if archives else 1, MOST))
        return list(islice(found, enough))


def number_and_service(story: list[Told], position: int) -> tuple[str, str]:
    """Under which number and for which service a ticket ran at a position; empty texts of one that is not known."""
    number = service = ""
    for told in story:
        event = told.event
        if told.position > position:
            break
        if isinstance(event, _BEGINNINGS):
            number, service = event.number, event.service
        elif isinstance(event, e.TicketRenumbered):
            number = event.number
        elif isinstance(event, e.TicketTransferred | e.VisitPartFinished):
            service = event.service
    return number, service
