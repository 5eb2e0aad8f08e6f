"""Old days in files of their own, one a month: the same events, in order, never changed again once their month is over.

``archive/2026-03.db`` beside the journal. The journal's table ``archives`` says what is in which file; events beyond
its ``last`` are the leavings of an attempt that did not finish, and are ignored.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from broker.model.words import Names
from broker.runtime.database import open_database, path_of, query, transaction, typed
from broker.store.errors import ArchiveDamaged, OtherHall, WrongVersion
from broker.store.schema import DIGESTS, EVALUATIONS, EVENTS, FACTS

FOLDER_NAME = "archive"
VERSION = 1
NO_CHAIN = ""
ROWS_AT_ONCE = 1000
_STATEMENTS = (*EVENTS, EVALUATIONS, DIGESTS, FACTS)
TABLES = ("events", "evaluations", "digests")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state to begin a fold with: everything up to ``position``, encoded; ``shape`` names the encoding."""

    position: int
    shape: str
    digest: str
    state: bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """One file: positions ``first`` to ``last``, which amount to ``chain``."""

    name: str
    first: int
    last: int
    chain: str


def archives_of(connection: sqlite3.Connection) -> list[Archive]:
    """What a journal has in its archive, oldest first."""
    return [Archive(*row) for row in query(connection, "SELECT name, first, last, chain FROM archives ORDER BY first")]


def archived_up_to(connection: sqlite3.Connection) -> int:
    """The last position that is in the archive; what the journal still has of those is about to go."""
    return int(query(connection, "SELECT coalesce(max(last), 0) FROM archives")[0][0])


def archive_path(journal: Path, name: str) -> Path:
    """Where an archive of a journal lies."""
    return journal.parent / FOLDER_NAME / f"{name}.db"


def open_archive(path: Path, hall: str | None = None) -> sqlite3.Connection:
    """Open to read, or, with the hall's id, to write. Raises ArchiveDamaged, OtherHall, WrongVersion, DatabaseError."""
    if hall is None and not path.exists():
        raise ArchiveDamaged(path, Names("文件不见了", "the file is missing"))
    connection = open_database(path, read_only=hall is None)
    try:
        version = query(connection, "PRAGMA user_version")[0][0]
        if version == 0 and hall is not None:
            _create(connection, hall)
        elif version != VERSION:
            raise WrongVersion(path, version, VERSION)
        owner = query(connection, "SELECT value FROM facts WHERE name = 'hall'")[0][0]
        if hall is not None and owner != hall:
            raise OtherHall(path, owner, hall)
    except BaseException:
        connection.close()
        raise
    return connection


def archived_rows(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, bytes]]:
    """(position, body) of the journal's archives, from ``after`` on. ArchiveDamaged when a file is not what it was."""
    journal = path_of(connection)
    for archive in archives_of(connection):
        if archive.last > after:
            path = archive_path(journal, archive.name)
            with closing(open_archive(path)) as opened:
                yield from ((row[0], row[1]) for row in checked(opened, path, archive) if row[0] > after)


def checked(opened: sqlite3.Connection, path: Path, archive: Archive) -> Iterator[tuple[int, bytes]]:
    """The file's rows; ArchiveDamaged at the end when they do not amount to what the journal says."""
    chain = NO_CHAIN
    for position, body in rows_between(opened, archive.first, archive.last):
        chain = link(chain, position, body)
        yield position, body
    if chain != archive.chain:
        raise ArchiveDamaged(path, Names("里面的记录不是当初存入的", "its events are not those that were put there"))


def rows_between(connection: sqlite3.Connection, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """(position, body) in order; a failing disk comes out typed."""
    sql = "SELECT position, body FROM events WHERE position BETWEEN ? AND ? ORDER BY position"
    try:
        yield from connection.execute(sql, (first, last))
    except sqlite3.Error as error:
        raise typed(error, path_of(connection)) from error


def link(chain: str, position: int, body: bytes) -> str:
    """What a sequence of events amounts to, one event on."""
    return hashlib.sha256(f"{chain} {position} ".encode() + body).hexdigest()


def copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, first: int, last: int) -> None:
    """Put a journal's positions into an archive, in one transaction; what an earlier attempt left is replaced."""
    with transaction(target):
        for table in TABLES:
            target.execute(f"DELETE FROM {table} WHERE position >= ?", (first,))
        for table in TABLES:
            rows = source.execute(f"SELECT * FROM {table} WHERE position BETWEEN ? AND ?", (first, last))
            width = len(rows.description)
            target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)


def chain_of(rows: Iterable[tuple[int, bytes]], chain: str = NO_CHAIN) -> str:
    """What all rows amount to, after what came before."""
    for position, body in rows:
        chain = link(chain, position, body)
    return chain


def days_before(connection: sqlite3.Connection, limit: str) -> list[tuple[str, int]]:
    """(month, last position) of the journal's business days before ``limit``, not yet archived, oldest first.

    What happened before the very first day belongs to its month.
    """
    sql = "SELECT substr(day, 1, 7), max(position) FROM events WHERE position > ? AND day < ? GROUP BY 1 ORDER BY 1"
    return [(month, last) for month, last in query(connection, sql, (archived_up_to(connection), limit))]


def settle(connection: sqlite3.Connection, archive: Archive, base: Snapshot) -> None:
    """From now on these positions are in the archive, and a fold may begin after them. One transaction."""
    with transaction(connection):
        connection.execute("DELETE FROM snapshots WHERE position IN (SELECT last FROM archives)")
        row = (archive.name, archive.first, archive.last, archive.chain)
        connection.execute("INSERT OR REPLACE INTO archives VALUES (?, ?, ?, ?)", row)
        put_snapshot(connection, base)


def put_snapshot(connection: sqlite3.Connection, snapshot: Snapshot) -> None:
    """Write a snapshot of a journal, within a transaction."""
    row = (snapshot.position, snapshot.shape, snapshot.digest, snapshot.state)
    connection.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", row)


def drop_archived(connection: sqlite3.Connection, most: int = ROWS_AT_ONCE) -> int:
    """Take up to ``most`` rows that are safe in the archive out of the journal; returns how many, 0 when done."""
    cut = archived_up_to(connection)
    gone = 0
    with transaction(connection):
        for table in ("evaluations", "digests", "events"):
            key = "visit" if table == "evaluations" else "position"
            chosen = f"SELECT {key} FROM {table} WHERE position <= ? LIMIT ?"
            gone += connection.execute(f"DELETE FROM {table} WHERE {key} IN ({chosen})", (cut, most)).rowcount
        first_day = "SELECT day FROM events WHERE position > ? AND day IS NOT NULL ORDER BY position LIMIT 1"
        chosen = f"SELECT day, number FROM numbers WHERE day < ({first_day}) LIMIT ?"
        gone += connection.execute(f"DELETE FROM numbers WHERE (day, number) IN ({chosen})", (cut, most)).rowcount
    return gone


def _create(connection: sqlite3.Connection, hall: str) -> None:
    with transaction(connection):
        for statement in _STATEMENTS:
            connection.execute(statement)
        connection.execute("INSERT INTO facts VALUES ('hall', ?)", (hall,))
        connection.execute(f"PRAGMA user_version = {VERSION}")
