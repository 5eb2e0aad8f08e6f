"""The journal on disk: append a batch with its receipts in one transaction, read it back in order.

One thread, one writer. When ``append`` returns, events and answers survive a power cut; when it raises, nothing of the
batch was kept. SQL's own constraints hold the number and the rating laws a second time.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import msgspec

from broker.model import events as e
from broker.runtime.database import open_database, path_of, query, set_wal_pages, transaction
from broker.store.archive import Snapshot, archived_rows, archived_up_to, put_snapshot, rows_between
from broker.store.errors import ConstraintBroken, JournalGap, OtherHall, UnreadableEvent
from broker.store.migrations import check_current, migrate, new_identity, schema_of
from broker.store.schema import STATEMENTS, VERSION

logger = logging.getLogger(__name__)

_WAL_PAGES = 1000
"""Four megabytes: the journal is written all day, on the hall's server, and folding the log in costs it a pause."""
RECEIPTS_KEPT_MS = 7 * 86_400_000
FORGET_AT_ONCE = 2_000
STREAMS_KEPT_MS = 30 * 86_400_000
"""Longer than receipts: a device that comes back after its holidays goes on where it stopped."""
MOST = 2**63 - 1
OpenFile = Callable[[Path], sqlite3.Connection]
_decoder = msgspec.json.Decoder(e.AnyEvent)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A stored answer. ``reply`` is the encoded Reply that was and will be given to the command's id."""

    id: str
    device: str
    at_ms: int
    reply: bytes
    epoch: str | None = None
    seq: int | None = None


@dataclass(slots=True)
class Batch:
    """Everything one transaction writes: events with the command that caused each, receipts, places in streams."""

    events: list[tuple[e.Event, str]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    streams: dict[tuple[str, str], int] = field(default_factory=dict)
    forgotten: set[tuple[str, str]] = field(default_factory=set)
    """Streams whose places count no more; they may begin again."""
    at_ms: int = 0

    def __bool__(self) -> bool:
        return bool(self.events or self.receipts or self.streams)

    def forget(self, stream: tuple[str, str]) -> None:
        """Keep a stream's answers by their commands' ids only."""
        self.forgotten.add(stream)
        self.streams.pop(stream, None)
        self.receipts = [
            replace(one, epoch=None, seq=None) if (one.device, one.epoch) == stream else one for one in self.receipts
        ]


class Journal:
    """The hall's database, opened for writing by ``open_file``."""

    def __init__(self, path: Path, hall: str, open_file: OpenFile = open_database) -> None:
        self.path = path
        self._hall = hall
        self._open_file = open_file
        self._connection: sqlite3.Connection | None = None
        self.position = 0
        self.identity = ""
        """The random name of this journal, from ``open`` on: another one means a restored backup, or a new hall."""
        self._day: str | None = None

    def open(self) -> None:
        """Make the file when it is new, migrate it when it is old.

        Raises WrongVersion (a newer file), OtherHall, MigrationFailed, or a DatabaseError when the disk fails.
        """
        connection = self._connection = self._open_file(self.path)
        try:
            set_wal_pages(connection, _WAL_PAGES)
            self._make_ours(connection)
        except BaseException:
            self.close()
            raise
        self.identity = fact(connection, "journal")
        newest = query(connection, "SELECT coalesce(max(position), 0) FROM events")[0][0]
        self.position = max(newest, archived_up_to(connection))
        row = query(connection, "SELECT day FROM events ORDER BY position DESC LIMIT 1")
        self._day = row[0][0] if row else None

    def _make_ours(self, connection: sqlite3.Connection) -> None:
        if schema_of(connection) == 0:
            self._create(connection)
            return
        check_owner(connection, self._hall)
        if migrate(connection):
            logger.warning("the journal %s was migrated to schema %d; a copy lies beside it", self.path, VERSION)

    def close(self) -> None:
        """Leave the file as one piece."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection."""
        assert self._connection is not None, "open() first"
        return self._connection

    def next_epoch(self) -> int:
        """Count this start of the server: 1, 2, 3 ..."""
        with transaction(self.connection) as connection:
            connection.execute("UPDATE facts SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'")
            return int(connection.execute("SELECT value FROM facts WHERE name = 'epoch'").fetchone()[0])

    def append(self, batch: Batch) -> None:
        """One durable transaction; ConstraintBroken when SQL's own keys refuse it."""
        try:
            self._insert(batch)
        except sqlite3.IntegrityError as error:
            raise ConstraintBroken(str(error)) from error

    def _insert(self, batch: Batch) -> None:
        with transaction(self.connection) as connection:
            position, day = self.position, self._day
            for event, command in batch.events:
                position += 1
                day = event.day if isinstance(event, e.DayOpened) else day
                _insert_event(connection, position, day, event, command)
            _forget_streams(connection, batch.forgotten)
            _insert_receipts(connection, position, batch.receipts)
            _insert_streams(connection, batch)
        self.position, self._day = position, day

    def read(self, after: int = 0) -> Iterator[tuple[int, e.Event]]:
        """(position, event) from ``after`` on, archived ones too, without gaps: JournalGap or UnreadableEvent else."""
        return read_events(self.connection, after)

    def snapshots(self) -> Iterator[Snapshot]:
        """States to begin a fold with, newest first."""
        rows = query(self.connection, "SELECT position, shape, digest, state FROM snapshots ORDER BY position DESC")
        return (Snapshot(*row) for row in rows)

    def store_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a state, the one before it, and the one that the archive ends with."""
        with transaction(self.connection) as connection:
            put_snapshot(connection, snapshot)
            newest = "SELECT position FROM snapshots ORDER BY position DESC LIMIT 2"
            base = "SELECT coalesce(max(last), 0) FROM archives"
            connection.execute(f"DELETE FROM snapshots WHERE position NOT IN ({newest}) AND position <> ({base})")

    def fact(self, name: str) -> str | None:
        """Something the journal's keeper wrote down about it."""
        rows = query(self.connection, "SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def note(self, name: str, value: str) -> None:
        """Write a fact down."""
        with transaction(self.connection) as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def receipt(self, device: str, id: str) -> bytes | None:
        """The stored reply of a device's command; ids of different devices have nothing to do with each other."""
        rows = query(self.connection, "SELECT reply FROM receipts WHERE device = ? AND id = ?", (device, id))
        return rows[0][0] if rows else None

    def receipt_at(self, device: str, epoch: str, seq: int) -> tuple[str, bytes] | None:
        """(command id, stored reply) of a place in a device's stream."""
        sql = "SELECT id, reply FROM receipts WHERE device = ? AND epoch = ? AND seq = ?"
        rows = query(self.connection, sql, (device, epoch, seq))
        return rows[0] if rows else None

    def streams(self) -> dict[tuple[str, str], int]:
        """(device, epoch) -> last sequence number answered, the longest silent first."""
        rows = query(self.connection, "SELECT device, epoch, last_seq FROM streams ORDER BY at_ms")
        return {(device, epoch): last for device, epoch, last in rows}

    def store_digest(self, position: int, digest: str, views: str) -> None:
        """What all views amounted to at a position, for ``broker replay`` to compare; ``views`` names their shape."""
        with transaction(self.connection) as connection:
            connection.execute("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", (position, digest, views))

    def try_room(self, size_bytes: int) -> None:
        """Keep so much and let it go again; raises a DatabaseError where there is no room."""
        self.note("room", "-" * size_bytes)
        self.note("room", "")

    def day_before(self, day: str) -> str | None:
        """The business day before ``day``, if the journal still has it."""
        return query(self.connection, "SELECT max(day) FROM events WHERE day < ?", (day,))[0][0]

    def forget_old_receipts(self, now_ms: int, most: int = FORGET_AT_ONCE) -> int:
        """Drop receipts nobody can ask for any more, ``most`` at once; returns how many, 0 when none is left.

        Every refusal has one: a flood leaves millions, and dropped all at once they would stop the hall for minutes.
        """
        limits = {"receipts": ("id", now_ms - RECEIPTS_KEPT_MS), "streams": ("epoch", now_ms - STREAMS_KEPT_MS)}
        gone = 0
        with transaction(self.connection) as connection:
            for table, (name, before_ms) in limits.items():
                old = f"SELECT device, {name} FROM {table} WHERE at_ms < ? LIMIT ?"
                dropped = connection.execute(
                    f"DELETE FROM {table} WHERE (device, {name}) IN ({old})", (before_ms, most)
                )
                gone += dropped.rowcount
        return gone

    def forget_receipts(self, device: str, holding: bytes, kept: int, most: int = FORGET_AT_ONCE) -> int:
        """Drop a device's receipts whose reply holds these bytes, except the newest, ``most`` at once; how many."""
        such = "SELECT id FROM receipts WHERE device = ? AND instr(reply, ?) ORDER BY at_ms DESC LIMIT ? OFFSET ?"
        with transaction(self.connection) as connection:
            sql = f"DELETE FROM receipts WHERE device = ? AND id IN ({such})"
            return connection.execute(sql, (device, device, holding, most, kept)).rowcount

    def _create(self, connection: sqlite3.Connection) -> None:
        with transaction(connection):
            for statement in STATEMENTS:
                connection.execute(statement)
            facts = [("hall", self._hall), ("epoch", "0"), ("journal", new_identity())]
            connection.executemany("INSERT INTO facts VALUES (?, ?)", facts)
            connection.execute(f"PRAGMA user_version = {VERSION}")


def open_to_read(path: Path, hall: str | None = None) -> sqlite3.Connection:
    """A hall's database for whoever only asks; ``hall`` is whose it must be.

    Raises WrongVersion, OtherHall, or a DatabaseError.
    """
    connection = open_database(path, read_only=True)
    try:
        check_current(connection)
        if hall is not None:
            check_owner(connection, hall)
    except BaseException:
        connection.close()
        raise
    return connection


def fact(connection: sqlite3.Connection, name: str) -> str:
    """One of the few things a journal knows about itself: ``hall``, ``epoch``, ``journal``."""
    return str(query(connection, "SELECT value FROM facts WHERE name = ?", (name,))[0][0])


def check_owner(connection: sqlite3.Connection, hall: str) -> None:
    """OtherHall unless the database is the hall's."""
    owner = fact(connection, "hall")
    if owner != hall:
        raise OtherHall(path_of(connection), owner, hall)


def read_events(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[int, e.Event]]:
    """Events in order, checked for gaps, from any connection to a hall's database, out of its archives first."""
    expected = after
    rows = archived_rows(connection, after)
    for position, body in chain(rows, rows_between(connection, max(after, archived_up_to(connection)) + 1, MOST)):
        expected += 1
        if position != expected:
            raise JournalGap(expected)
        yield position, decode_event(position, body)


def decode_event(position: int, body: bytes) -> e.Event:
    """One event of the journal."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEvent(position, str(error)) from None


def _insert_event(connection: sqlite3.Connection, position: int, day: str | None, event: e.Event, command: str) -> None:
    ticket, counter = getattr(event, "ticket", None), getattr(event, "counter", None)
    row = (position, event.at_ms, type(event).__name__, command, day, ticket, counter, msgspec.json.encode(event))
    connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    if isinstance(event, e.TicketReserved | e.TicketReported | e.TicketRenumbered):
        connection.execute("INSERT INTO numbers VALUES (?, ?, ?)", (day, event.number, event.ticket))
    elif isinstance(event, e.EvaluationRecorded):
        row = (event.visit, event.evaluation, position)
        connection.execute("INSERT INTO evaluations VALUES (?, ?, ?)", row)


def _insert_receipts(connection: sqlite3.Connection, position: int, receipts: Iterable[Receipt]) -> None:
    connection.executemany(
        "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(r.device, r.id, r.epoch, r.seq, r.at_ms, position, r.reply) for r in receipts],
    )


def _forget_streams(connection: sqlite3.Connection, streams: Iterable[tuple[str, str]]) -> None:
    for stream in streams:
        where = "device = ? AND epoch = ?"
        connection.execute(f"DELETE FROM streams WHERE {where}", stream)
        connection.execute(f"UPDATE receipts SET epoch = NULL, seq = NULL WHERE {where} AND seq IS NOT NULL", stream)


def _insert_streams(connection: sqlite3.Connection, batch: Batch) -> None:
    connection.executemany(
        "INSERT INTO streams VALUES (?, ?, ?, ?) ON CONFLICT (device, epoch) DO UPDATE SET"
        " last_seq = excluded.last_seq, at_ms = excluded.at_ms",
        [(device, epoch, last, batch.at_ms) for (device, epoch), last in batch.streams.items()],
    )
