"""A commit that was told is on disk; what the disk refuses comes out as one typed error."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from broker.runtime.database import make_safe, open_database, query, transaction
from broker.runtime.errors import DatabaseBusy, DatabaseDamaged, DiskFull, DiskReadOnly
from tests.runtime.killed import told_before_kill_9
from tests.runtime.small_disk import fill, make_read_only, small_disk


def test_it_opens_with_write_ahead_log_and_full_synchronisation(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "new folder" / "odd?name#.db")
    assert query(connection, "PRAGMA journal_mode") == [("wal",)]
    assert query(connection, "PRAGMA synchronous") == [(2,)]
    assert query(connection, "PRAGMA foreign_keys") == [(1,)]
    assert (tmp_path / "new folder" / "odd?name#.db").exists()


SECRETS = tuple(f"{number:032x}-person-key" for number in range(0xABC000, 0xABC040))


def left_in(path: Path, connection: sqlite3.Connection) -> list[str]:
    """Which secrets a file still holds after they were written, kept and deleted again."""
    connection.execute("CREATE TABLE outbox (n INTEGER PRIMARY KEY, message TEXT)")
    for secret in SECRETS:
        connection.execute("INSERT INTO outbox (message) VALUES (?)", (secret,))
    connection.execute("INSERT INTO outbox (message) VALUES ('kept')")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("DELETE FROM outbox WHERE message != 'kept'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = path.read_bytes()
    assert b"kept" in data
    return [secret for secret in SECRETS if secret.encode() in data]


def test_what_is_deleted_is_overwritten_so_that_no_person_key_stays_on_a_disk(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "ledger.db")
    assert query(connection, "PRAGMA secure_delete") == [(1,)]
    assert left_in(tmp_path / "ledger.db", connection) == []
    careless = sqlite3.connect(tmp_path / "careless.db", isolation_level=None)
    careless.execute("PRAGMA secure_delete=OFF")
    assert left_in(tmp_path / "careless.db", careless), "a file of which nobody takes care keeps them"


def test_also_a_connection_made_elsewhere_and_a_file_of_an_earlier_release_delete_for_good(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    connection.execute("PRAGMA secure_delete=OFF")
    make_safe(connection)
    assert query(connection, "PRAGMA secure_delete") == [(1,)]
    assert left_in(tmp_path / "a.db", connection) == []


def test_the_log_of_a_small_database_stays_small(tmp_path: Path) -> None:
    """Two outboxes with logs of four megabytes filled the small disk of a desk for good (found by chaos, seed 11)."""
    connection = open_database(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (a)")
    for _ in range(1500):
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (zeroblob(100))")
            connection.execute("DELETE FROM t")
    assert (tmp_path / "a.db-wal").stat().st_size <= 1_100_000
    connection.close()


def test_a_new_file_is_durable_by_its_name_and_by_every_folder_above(tmp_path: Path, monkeypatch) -> None:
    synced: list[str] = []
    really = os.fsync

    def noting(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        really(handle)

    monkeypatch.setattr(os, "fsync", noting)
    path = tmp_path / "hall" / "server" / "a.db"
    connection = open_database(path)
    assert set(synced) >= {str(folder) for folder in (path.parent, tmp_path / "hall", tmp_path)}
    connection.execute("CREATE TABLE t (n INTEGER)")
    synced.clear()
    open_database(path)
    assert synced == [str(path.parent)], "what holds something already was made durable before it held it"


def test_a_folder_above_that_may_not_be_read_is_somebody_elses(tmp_path: Path, monkeypatch) -> None:
    really = os.open

    def refusing(path: object, *arguments: int) -> int:
        if path == tmp_path:
            raise PermissionError(13, "Permission denied")
        return really(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    assert query(open_database(tmp_path / "server" / "a.db"), "PRAGMA journal_mode") == [("wal",)]


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (n INTEGER)")
    with pytest.raises(ZeroDivisionError), transaction(connection) as within:
        within.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError
    assert query(connection, "SELECT * FROM t") == []
    with transaction(connection) as within:
        within.execute("INSERT INTO t VALUES (2)")
    assert query(connection, "SELECT * FROM t") == [(2,)]


def test_a_second_writer_is_refused_and_not_waited_for_long(tmp_path: Path) -> None:
    first = open_database(tmp_path / "a.db")
    second = open_database(tmp_path / "a.db", wait_s=0.02)
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), transaction(second):
        pass
    first.execute("ROLLBACK")


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(DatabaseDamaged) as caught:
        open_database(path)
    assert caught.value.path == path


def test_a_path_below_a_file_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskReadOnly):
        open_database(tmp_path / "file" / "a.db")


def test_reading_only_never_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer = open_database(path)
    writer.execute("CREATE TABLE t (n INTEGER)")
    reader = open_database(path, read_only=True)
    with pytest.raises(DiskReadOnly), transaction(reader) as within:
        within.execute("INSERT INTO t VALUES (1)")
    assert query(reader, "SELECT count(*) FROM t") == [(0,)]


def test_a_reader_does_not_make_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DiskReadOnly):
        open_database(tmp_path / "missing.db", read_only=True)
    assert not (tmp_path / "missing.db").exists()


def test_a_full_file_refuses_and_keeps_what_was_there(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (b BLOB)")
    connection.execute("PRAGMA max_page_count=8")
    with pytest.raises(DiskFull), transaction(connection) as within:
        within.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert query(connection, "SELECT count(*) FROM t") == [(0,)]
    with transaction(connection) as within:
        within.execute("INSERT INTO t VALUES (zeroblob(10))")


def test_a_full_disk_refuses_and_works_again_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        connection = open_database(disk / "a.db")
        connection.execute("CREATE TABLE t (b BLOB)")
        fill(disk)
        with pytest.raises(DiskFull):
            for _ in range(50):
                with transaction(connection) as within:
                    within.execute("INSERT INTO t VALUES (zeroblob(2000))")
        kept = query(connection, "SELECT count(*) FROM t")[0][0]
        (disk / "filler").unlink()
        with transaction(connection) as within:
            within.execute("INSERT INTO t VALUES (zeroblob(2000))")
        assert query(connection, "SELECT count(*) FROM t") == [(kept + 1,)]
        connection.close()


def test_a_disk_that_became_read_only_refuses_new_files(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 512) as disk:
        make_read_only(disk)
        with pytest.raises(DiskReadOnly):
            open_database(disk / "a.db")


def test_mistakes_in_our_own_sql_are_not_disguised(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.db")
    with pytest.raises(sqlite3.OperationalError), transaction(connection) as within:
        within.execute("SELEC 1")


def test_what_was_committed_is_there_after_kill_9(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from broker.runtime.database import *\n"
        "c = open_database(Path(sys.argv[1])); c.execute('CREATE TABLE t (n INTEGER)')\n"
        "for n in range(10**9):\n"
        "    with transaction(c): c.execute('INSERT INTO t VALUES (?)', (n,))\n"
        "    print(n, flush=True)\n"
    )
    told = told_before_kill_9(code, tmp_path / "a.db", lines=60)
    connection = open_database(tmp_path / "a.db")
    kept = [row[0] for row in query(connection, "SELECT n FROM t ORDER BY n")]
    assert kept[: len(told)] == told
    assert len(kept) <= len(told) + 1


def test_what_a_power_cut_left_half_written_is_undone_for_a_reader_too(tmp_path: Path) -> None:
    """An archive, or a journal just restored, was refused to whoever only reads (found by power cuts)."""
    whole, cut = tmp_path / "whole.db", tmp_path / "cut.db"
    connection = sqlite3.connect(whole, isolation_level=None)
    connection.execute("CREATE TABLE t AS SELECT 'before' AS said, zeroblob(40000) AS filler")
    connection.execute("PRAGMA cache_size=1")
    connection.execute("BEGIN")
    connection.execute("UPDATE t SET said = 'half', filler = zeroblob(50000)")
    for suffix in ("", "-journal"):
        (tmp_path / f"cut.db{suffix}").write_bytes((tmp_path / f"whole.db{suffix}").read_bytes())
    connection.execute("ROLLBACK")
    connection.close()
    assert cut.read_bytes() != whole.read_bytes(), "something of the change must have reached the file"
    assert query(open_database(cut, read_only=True), "SELECT said FROM t") == [("before",)]
    assert not (tmp_path / "cut.db-journal").exists()


def test_those_who_open_a_new_file_in_one_moment_all_get_in(tmp_path: Path) -> None:
    """SQLite refuses one of two who change to the write-ahead log together, and asks nobody to wait."""
    refused: list[str] = []

    def first_writer(path: Path, together: threading.Barrier) -> None:
        together.wait(30)
        try:
            connection = open_database(path, wait_s=30.0)
            with transaction(connection) as db:
                db.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
                db.execute("INSERT INTO t VALUES (1)")
            connection.close()
        except Exception as error:
            refused.append(repr(error))

    for number in range(60):
        path, together = tmp_path / f"{number}.db", threading.Barrier(4)
        writers = [threading.Thread(target=first_writer, args=(path, together)) for _ in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(30)
        assert query(open_database(path), "SELECT COUNT(*) FROM t") == [(4 - len(refused),)]
    assert refused == []
