"""Brings a journal that an earlier program wrote to the tables of this one: numbered steps, one transaction each.

Before the first step a whole copy is left beside the journal (``hall.db.schema-1``), which nobody deletes. After each
step SQLite must find the file sound and the events must be those they were. A step that fails is undone; a program that
is stopped between two steps goes on with the next one.
"""

import hashlib
import sqlite3
import uuid
from collections.abc import Callable

from broker.runtime.database import path_of, query, transaction
from broker.store.copies import copy_database
from broker.store.errors import MigrationFailed, WrongVersion
from broker.store.schema import VERSION

Step = Callable[[sqlite3.Connection], None]


def new_identity() -> str:
    """A journal's random name; one that was restored is another journal."""
    return uuid.uuid4().hex


def migrate(connection: sqlite3.Connection) -> int:
    """Take every step that is missing; returns how many. WrongVersion for a newer file, MigrationFailed."""
    found = schema_of(connection)
    if found > VERSION or found < 1:
        raise WrongVersion(path_of(connection), found, VERSION)
    if found < VERSION:
        path = path_of(connection)
        copy_database(connection, path.with_name(f"{path.name}.schema-{found}"))
        before = fingerprint(connection)
        for version in range(found + 1, VERSION + 1):
            _take(connection, version, before)
    return VERSION - found


def check_current(connection: sqlite3.Connection) -> None:
    """WrongVersion unless the tables are this program's: for whoever only reads, or must not migrate."""
    found = schema_of(connection)
    if found != VERSION:
        raise WrongVersion(path_of(connection), found, VERSION)


def schema_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 of a file that was just made."""
    return int(query(connection, "PRAGMA user_version")[0][0])


def fingerprint(connection: sqlite3.Connection) -> str:
    """What all events amount to, which no step may change."""
    total = hashlib.sha256()
    for position, command, day, body in connection.execute(
        "SELECT position, command, day, body FROM events ORDER BY position"
    ):
        total.update(f"{position} {command} {day} ".encode())
        total.update(body)
    return total.hexdigest()


def _take(connection: sqlite3.Connection, version: int, before: str) -> None:
    path = path_of(connection)
    try:
        with transaction(connection):
            STEPS[version](connection)
            connection.execute(f"PRAGMA user_version = {version}")
            if fingerprint(connection) != before:
                raise MigrationFailed(path, version, "the step changed events")
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise MigrationFailed(path, version, str(verdict))
    except sqlite3.Error as error:
        raise MigrationFailed(path, version, str(error)) from error


def _identity_snapshots_archives(connection: sqlite3.Connection) -> None:
    """Schema 2. Digests of schema 1 do not say of which views they are, so they are compared with nothing."""
    connection.execute("ALTER TABLE digests ADD COLUMN views TEXT NOT NULL DEFAULT ''")
    connection.execute(
        "CREATE TABLE snapshots (position INTEGER PRIMARY KEY, shape TEXT NOT NULL, digest TEXT NOT NULL,"
        " state BLOB NOT NULL) STRICT"
    )
    connection.execute(
        "CREATE TABLE archives (name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL UNIQUE,"
        " chain TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    connection.execute("INSERT INTO facts VALUES ('journal', ?)", (new_identity(),))


STEPS: dict[int, Step] = {2: _identity_snapshots_archives}
"""Schema version -> what makes it of the version before. A step that was released is never changed."""
