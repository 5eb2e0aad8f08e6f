"""A journal of an earlier program: migrated in steps, copied first, never half; one of a later program is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from broker.runtime.errors import DatabaseError
from broker.server import audit
from broker.store import migrations
from broker.store.errors import MigrationFailed, WrongVersion
from broker.store.journal import Journal
from broker.store.schema import VERSION
from tests.store.fixtures import load_old_journal

OLD = range(1, VERSION)


def described(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Tables with their columns and indexes, whatever way they were made."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in tables}
        found["indexes"] = sorted(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'"), key=str
        )
        strict = connection.execute("SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main'")
        found["kinds"] = sorted(row for row in strict if not str(row[0]).startswith("sqlite_"))
        return found


def events(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM events ORDER BY position").fetchall()


@pytest.mark.parametrize("version", OLD)
def test_an_old_journal_gets_the_tables_of_a_new_one_and_keeps_every_event(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "hall.db", tmp_path / "new.db"
    hall = load_old_journal(version, old)
    before = events(old)
    for path in (old, new):
        journal = Journal(path, hall.hall.id)
        journal.open()
        assert len(journal.identity) == 32
        journal.close()
    assert described(old) == described(new)
    assert events(old) == before
    assert audit.check(hall, old).findings == []
    assert audit.replay(hall, old).findings == []


@pytest.mark.parametrize("version", OLD)
def test_a_copy_of_the_old_journal_is_left_beside_it(tmp_path: Path, version: int) -> None:
    path = tmp_path / "hall.db"
    hall = load_old_journal(version, path)
    before = events(path)
    journal = Journal(path, hall.hall.id)
    journal.open()
    journal.close()
    copy = tmp_path / f"hall.db.schema-{version}"
    assert events(copy) == before
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == version


def test_a_migrated_journal_keeps_its_identity(tmp_path: Path) -> None:
    hall = load_old_journal(1, tmp_path / "hall.db")
    journal = Journal(tmp_path / "hall.db", hall.hall.id)
    names = set()
    for _ in range(2):
        journal.open()
        names.add(journal.identity)
        journal.close()
    assert len(names) == 1


def test_two_new_journals_are_two(tmp_path: Path) -> None:
    journals = [Journal(tmp_path / name, "small") for name in ("a.db", "b.db")]
    for journal in journals:
        journal.open()
    assert journals[0].identity != journals[1].identity
    for journal in journals:
        journal.close()


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hall.db"
    hall = load_old_journal(1, path)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE digests ADD COLUMN views TEXT NOT NULL DEFAULT ''")
        connection.execute("INSERT INTO nowhere VALUES (1)")

    monkeypatch.setitem(migrations.STEPS, 2, half)
    before = described(path)
    with pytest.raises(MigrationFailed, match=r"no such table: nowhere.*as it was"):
        Journal(path, hall.hall.id).open()
    assert described(path) == before


def test_a_step_that_changes_an_event_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hall.db"
    hall = load_old_journal(1, path)
    before = events(path)
    monkeypatch.setitem(migrations.STEPS, 2, lambda db: db.execute("UPDATE events SET day = NULL WHERE position = 7"))
    with pytest.raises(MigrationFailed, match="changed events"):
        Journal(path, hall.hall.id).open()
    assert events(path) == before


def test_no_room_for_the_copy_leaves_the_journal_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hall.db"
    hall = load_old_journal(1, path)
    (tmp_path / "hall.db.schema-1.unready").mkdir()  # nothing can be written there
    before = described(path)
    with pytest.raises(DatabaseError):
        Journal(path, hall.hall.id).open()
    assert described(path) == before


def test_the_journal_of_a_newer_program_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    hall = load_old_journal(1, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(WrongVersion, match=r"a newer program wrote it.*restore a backup"):
        Journal(path, hall.hall.id).open()
    assert not list(tmp_path.glob("*.schema-*"))
