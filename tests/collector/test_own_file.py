"""The collector's small files: one connection a thread, and nobody else on the machine reads them."""

import threading
from pathlib import Path

import pytest

from broker.collector.own_file import BESIDE, OwnFile
from broker.runtime.database import query, transaction
from broker.runtime.errors import DatabaseError

SCHEMA = "CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL) STRICT"


def note(file: OwnFile, text: str) -> None:
    with transaction(file.connection()) as db:
        db.execute("INSERT INTO notes VALUES (?)", (text,))


def modes(path: Path) -> set[int]:
    return {path.with_name(path.name + end).stat().st_mode & 0o777 for end in BESIDE}


def test_the_file_and_what_sqlite_writes_beside_it_are_for_their_owner_alone(tmp_path: Path) -> None:
    file = OwnFile(tmp_path / "new" / "notes.db", SCHEMA)
    note(file, "13900000000")
    assert modes(tmp_path / "new" / "notes.db") == {0o600}


def test_files_that_an_earlier_version_left_readable_are_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    note(OwnFile(path, SCHEMA), "1")
    for end in BESIDE:
        path.with_name(path.name + end).chmod(0o644)
    OwnFile(path, SCHEMA).connection()
    assert modes(path) == {0o600}


def test_each_thread_has_a_connection_of_its_own_and_reads_the_same(tmp_path: Path) -> None:
    file, found = OwnFile(tmp_path / "notes.db", SCHEMA), []
    note(file, "here")
    other = threading.Thread(
        target=lambda: found.append((file.connection(), query(file.connection(), "SELECT text FROM notes")))
    )
    other.start()
    other.join()
    assert found[0][0] is not file.connection()
    assert found[0][1] == [("here",)]


def test_a_closed_connection_is_opened_again(tmp_path: Path) -> None:
    file = OwnFile(tmp_path / "notes.db", SCHEMA)
    note(file, "kept")
    file.close()
    file.close()
    assert query(file.connection(), "SELECT text FROM notes") == [("kept",)]


def test_a_file_that_is_no_database_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"rubbish" * 2000)
    with pytest.raises(DatabaseError):
        OwnFile(tmp_path / "notes.db", SCHEMA).connection()
