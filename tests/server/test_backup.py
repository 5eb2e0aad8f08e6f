"""Backups: made beside a working hall, proved before they have a name, whole or not there; restored whole."""

import errno
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from broker.engine.apply import apply
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.runtime.errors import DatabaseError, DiskFull
from broker.server import backup as backup_module
from broker.server import backup_file as backup_file_module
from broker.server import restore as restore_module
from broker.server.archiving import archive_old_days
from broker.server.audit import check, replay
from broker.server.backup import Backup, make_backup
from broker.server.backup_file import Member, read_manifest
from broker.server.restore import restore_backup
from broker.server.snapshot import fold
from broker.store.errors import (
    BackupOfOtherHall,
    BackupUnusable,
    InUse,
    NoPlaceForBackup,
    OtherHall,
    RestoreUnfinished,
    WrongVersion,
)
from broker.store.journal import Journal, read_events
from broker.store.lock import CARE, SERVER, folder_lock, refuse_half_restored
from tests.halls import OPENS_MS, one_kiosk_hall
from tests.runtime.small_disk import small_disk
from tests.store.fixtures import load_old_journal
from tests.store.many_days import LongTown, day_of

AT_MS = OPENS_MS + 3_723_000
NAME = "town-2026-03-04-100203.zip"


@pytest.fixture
def town(tmp_path: Path) -> LongTown:
    (tmp_path / "server").mkdir()
    return LongTown(tmp_path / "server").live(2)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


@pytest.fixture
def accounts(tmp_path: Path) -> dict[str, Path]:
    path = tmp_path / "collector" / "accounts.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE accounts (name TEXT); INSERT INTO accounts VALUES ('window-3');")
    return {"collector/accounts.db": path}


def back_up(town: LongTown, to: Path, others: dict[str, Path] | None = None, **more: int) -> Backup:
    return make_backup(town.hall, town.path, others or {}, to, AT_MS, **more)


def everything(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return list(read_events(connection))


def restored_events(path: Path) -> list[object]:
    """Everything but the last, which must say that the journal was restored."""
    *before, (_, last) = everything(path)  # type: ignore[misc]
    assert isinstance(last, e.JournalRestored), last
    return before


def facts(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, value FROM facts"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM accounts")]


def test_a_backup_is_one_file_named_after_hall_day_and_time_for_its_owner_alone(
    town: LongTown, shelf: Path, accounts: dict[str, Path]
) -> None:
    made = back_up(town, shelf, accounts)
    assert made.path == shelf / NAME
    assert names_in(shelf) == [NAME]
    assert made.path.stat().st_mode & 0o077 == 0
    assert zipfile.ZipFile(made.path).namelist() == ["manifest.json", "hall.db", "collector/accounts.db"]
    assert made.events == town.hub.journal.position == made.manifest.position
    assert made.manifest.day == "2026-03-05"


def test_a_hall_may_work_while_it_is_backed_up(
    town: LongTown, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup_module.prove

    def meanwhile(hall: Hall, journal: Path, of: Path) -> int:
        town.hub.take_ticket("pension")
        return real(hall, journal, of)

    monkeypatch.setattr(backup_module, "prove", meanwhile)
    with town:  # as the server has it open
        before = town.hub.journal.position
        made = make_backup(town.hall, town.path, {}, shelf / "a.zip", AT_MS)
    assert made.manifest.position == before < town.hub.journal.position
    assert check(town.hall, town.path).findings == []


def test_what_is_restored_is_what_was_backed_up_archive_and_accounts_included(
    tmp_path: Path, shelf: Path, accounts: dict[str, Path]
) -> None:
    (tmp_path / "server").mkdir()
    town = LongTown(tmp_path / "server").live(20)
    archive_old_days(town.hall, town.path, 14)
    before, starts = everything(town.path), int(facts(town.path)["epoch"])
    made = back_up(town, shelf, accounts)
    town.live(12)
    archive_old_days(town.hall, town.path, 14)
    with closing(sqlite3.connect(accounts["collector/accounts.db"])) as connection:
        connection.executescript("DELETE FROM accounts")
    later = everything(town.path)
    done = restore_backup(town.hall, town.path, accounts, made.path, AT_MS)
    assert restored_events(town.path) == before
    assert (replay(town.hall, town.path).findings, check(town.hall, town.path).findings) == ([], [])
    assert names(accounts["collector/accounts.db"]) == ["window-3"]
    assert done.identity == facts(town.path)["journal"] != made.manifest.journal
    assert int(facts(town.path)["epoch"]) > starts + 100
    assert done.replaced is not None
    assert everything(done.replaced / "server" / "hall.db") == later
    assert names(done.replaced / "collector" / "accounts.db") == []
    assert not list(town.path.parent.glob(".*"))


def test_a_hall_lives_on_after_a_restore_and_gives_no_number_that_may_be_on_paper(town: LongTown, shelf: Path) -> None:
    made = back_up(town, shelf)
    lost = town.hub.take_ticket("pension")
    restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    with town as hub:
        hub.writer.start()
    again = c.IssueTicket(ticket="ticket-again", service="pension", kiosk="kiosk-1")
    with pytest.raises(AssertionError, match="numbers_withheld"):
        town.hub.done(again, "kiosk-1")
    town.live(1)
    assert town.hub.writer.state.withheld_through is None
    assert town.hub.take_ticket("pension") == lost, "a later day begins anew"
    assert replay(town.hall, town.path).findings == []


@pytest.mark.parametrize(("sure", "through"), [(True, "2026-03-04"), (False, e.UNKNOWN_DAY)])
def test_a_restored_journal_says_until_when_it_cannot_know_the_papers(
    town: LongTown, shelf: Path, sure: bool, through: str
) -> None:
    made = back_up(town, shelf)
    restore_backup(town.hall, town.path, {}, made.path, AT_MS, sure=sure)
    newest_ms = town.hub.writer.state.now_ms
    assert everything(town.path)[-1] == (made.events + 1, e.JournalRestored(at_ms=newest_ms, through=through))


def test_a_restore_onto_an_empty_machine_needs_nothing_to_be_there(
    town: LongTown, shelf: Path, tmp_path: Path, accounts: dict[str, Path]
) -> None:
    made = back_up(town, shelf, accounts)
    there = tmp_path / "other" / "server" / "hall.db"
    others = {"collector/accounts.db": tmp_path / "other" / "collector" / "accounts.db"}
    done = restore_backup(town.hall, there, others, made.path, AT_MS)
    assert done.replaced is None
    assert restored_events(there) == everything(town.path)
    assert names(others["collector/accounts.db"]) == ["window-3"]


def test_what_an_administrator_restores_belongs_to_the_folders_owner(
    town: LongTown, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(town, shelf)
    given: dict[str, tuple[int, int]] = {}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, *owner, **_: given.update({Path(path).name: owner}))
    restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    owner = town.path.parent.stat()
    assert given[".hall.db.unready"] == (owner.st_uid, owner.st_gid), "else the server could not open its journal"


def test_a_damaged_journal_can_be_replaced_and_is_kept(town: LongTown, shelf: Path) -> None:
    made = back_up(town, shelf)
    rubbish = b"rubbish" * 5000
    town.path.write_bytes(rubbish)
    town.path.with_name("hall.db-wal").write_bytes(b"more rubbish")
    done = restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    assert done.replaced is not None
    assert (done.replaced / "server" / "hall.db").read_bytes() == rubbish
    assert (done.replaced / "server" / "hall.db-wal").read_bytes() == b"more rubbish"
    assert replay(town.hall, town.path).findings == []


def test_nothing_is_restored_while_a_server_runs_or_a_backup_is_made(town: LongTown, shelf: Path) -> None:
    made = back_up(town, shelf)
    before = facts(town.path)
    for what, words in ((SERVER, "a server runs"), (CARE, "a backup or the archive")):
        with folder_lock(town.path.parent, what), pytest.raises(InUse, match=f"{words}.*process {os.getpid()}"):
            restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    assert facts(town.path) == before


def test_nothing_is_restored_while_another_program_has_a_file_open(
    town: LongTown, shelf: Path, accounts: dict[str, Path]
) -> None:
    made = back_up(town, shelf, accounts)
    before = facts(town.path)
    with town, pytest.raises(InUse):
        restore_backup(town.hall, town.path, accounts, made.path, AT_MS)
    assert facts(town.path) == before


def test_a_backup_of_another_hall_is_refused(town: LongTown, shelf: Path) -> None:
    made = back_up(town, shelf)
    words = f"{made.path.name} is a backup of hall .*choose a backup of '{one_kiosk_hall().hall.id}'"
    with pytest.raises(BackupOfOtherHall, match=words):
        restore_backup(one_kiosk_hall(), town.path, {}, made.path, AT_MS)
    with pytest.raises(OtherHall):
        make_backup(one_kiosk_hall(), town.path, {}, shelf / "b.zip", AT_MS)


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_damaged_backup_is_refused_and_nothing_is_touched(town: LongTown, shelf: Path, place: int) -> None:
    made = back_up(town, shelf)
    content = bytearray(made.path.read_bytes())
    at = len(content) * place // 100
    content[at : at + 40] = bytes(byte ^ 0x55 for byte in content[at : at + 40])
    made.path.write_bytes(content)
    before = facts(town.path)
    with pytest.raises((BackupUnusable, BackupOfOtherHall)):
        restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    assert facts(town.path) == before
    assert not list(town.path.parent.glob("*replaced*"))


@pytest.mark.parametrize("keep", [0, 1, 100, 3000])
def test_half_a_backup_is_refused(town: LongTown, shelf: Path, keep: int) -> None:
    made = back_up(town, shelf)
    made.path.write_bytes(made.path.read_bytes()[:keep])
    with pytest.raises(BackupUnusable, match="not a backup"):
        restore_backup(town.hall, town.path, {}, made.path, AT_MS)


def test_a_missing_file_and_a_foreign_zip_are_refused_in_words(town: LongTown, shelf: Path) -> None:
    with pytest.raises(BackupUnusable, match="no such file"):
        restore_backup(town.hall, town.path, {}, shelf / "none.zip", AT_MS)
    with zipfile.ZipFile(shelf / "holiday.zip", "w") as foreign:
        foreign.writestr("beach.jpg", b"")
    with pytest.raises(BackupUnusable, match="not a backup of a hall"):
        restore_backup(town.hall, town.path, {}, shelf / "holiday.zip", AT_MS)


def test_a_folder_in_the_place_of_a_backup_is_refused_in_words(town: LongTown, shelf: Path) -> None:
    with pytest.raises(BackupUnusable, match=r"is a folder; name the backup file in it") as refused:
        restore_backup(town.hall, town.path, {}, shelf, AT_MS)
    assert "这是文件夹；请写出其中的备份文件" in refused.value.zh


def test_a_backup_with_another_halls_journal_in_it_is_refused_by_the_backups_name(town: LongTown, shelf: Path) -> None:
    """What it says of itself is the hall's, what it holds is not."""
    made = back_up(town, shelf)
    mine = one_kiosk_hall()
    with zipfile.ZipFile(made.path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["manifest.json"] = members["manifest.json"].replace(town.hall.hall.id.encode(), mine.hall.id.encode())
    with zipfile.ZipFile(shelf / "mixed.zip", "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    with pytest.raises(BackupOfOtherHall, match=r"mixed\.zip is a backup of hall"):
        restore_backup(mine, town.path, {}, shelf / "mixed.zip", AT_MS)


def test_a_backup_that_would_write_elsewhere_is_refused(town: LongTown, shelf: Path, tmp_path: Path) -> None:
    made = back_up(town, shelf)
    with zipfile.ZipFile(made.path) as packed:
        manifest = packed.read("manifest.json").decode()
    for name in ("../evil.db", "/tmp/evil.db", "archive/../../evil.db", "archive/2026-03.db/x"):
        hostile = shelf / "hostile.zip"
        with zipfile.ZipFile(hostile, "w") as packed:
            member = f'{{"name": "{name}", "size_bytes": 1, "sha256": ""}},'
            packed.writestr("manifest.json", manifest.replace('"members": [', '"members": [' + member))
            packed.writestr(name, b"x")
        with pytest.raises(BackupUnusable, match="other files"):
            restore_backup(town.hall, town.path, {}, hostile, AT_MS)
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("contents", [b'{"hall": "\xff\xfe"}', b"[" * 100_000, b'{"hall":' * 50_000, b"", b"null"])
def test_a_list_of_contents_that_is_no_text_or_without_end_is_refused_in_words(
    town: LongTown, shelf: Path, contents: bytes
) -> None:
    with zipfile.ZipFile(shelf / "hostile.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", contents)
        packed.writestr("hall.db", b"")
    with pytest.raises(BackupUnusable, match="list of contents cannot be read"):
        restore_backup(town.hall, town.path, {}, shelf / "hostile.zip", AT_MS)


def test_a_zip_file_whose_names_are_no_text_is_refused_in_words(town: LongTown, shelf: Path) -> None:
    with zipfile.ZipFile(shelf / "odd.zip", "w") as packed:
        packed.writestr("备.db", b"")
    odd = (shelf / "odd.zip").read_bytes().replace("备".encode(), b"\xff\xff\xff")
    (shelf / "odd.zip").write_bytes(odd)
    with pytest.raises(BackupUnusable, match="not a backup, or not a whole one"):
        restore_backup(town.hall, town.path, {}, shelf / "odd.zip", AT_MS)


def test_a_copy_that_breaks_a_law_gets_no_name(town: LongTown, shelf: Path) -> None:
    with sqlite3.connect(town.path) as connection:
        connection.execute("DELETE FROM numbers WHERE number = 'A001'")
    with pytest.raises(BackupUnusable, match=r"did not pass its proof.*numbers"):
        back_up(town, shelf)
    assert names_in(shelf) == []


def test_a_backup_whose_content_breaks_a_law_is_not_restored(
    town: LongTown, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(town.path) as connection:
        connection.execute("DELETE FROM numbers WHERE number = 'A001'")
    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "prove", lambda *_: 1)
        made = back_up(town, shelf)
    before = facts(town.path)
    with pytest.raises(BackupUnusable, match="did not pass its proof"):
        restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    assert facts(town.path) == before


def test_a_backup_is_never_written_over_and_its_folder_must_exist(town: LongTown, shelf: Path) -> None:
    back_up(town, shelf)
    with pytest.raises(NoPlaceForBackup, match="never written over"):
        back_up(town, shelf)
    with pytest.raises(NoPlaceForBackup, match="is the disk for backups there"):
        back_up(town, shelf / "unplugged")
    with pytest.raises(NoPlaceForBackup, match="make it first"):
        back_up(town, shelf / "unplugged" / "a.zip")


def test_old_backups_of_this_hall_go_and_nothing_else(town: LongTown, shelf: Path) -> None:
    old = [shelf / f"town-2026-02-{day:02d}-180000.zip" for day in range(1, 6)]
    others = [shelf / name for name in ("town-2026-notes.zip", "village-2026-02-01-180000.zip", "town.zip")]
    for path in (*old, *others):
        path.write_bytes(b"")
    made = back_up(town, shelf, keep=3)
    assert made.removed == tuple(old[:3])
    assert sorted(shelf.iterdir()) == sorted([*old[3:], *others, made.path])


def test_a_full_disk_for_backups_leaves_nothing_behind(town: LongTown, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 64) as disk:
        with pytest.raises(DiskFull):
            back_up(town, disk)
        assert names_in(disk) == []
    assert check(town.hall, town.path).findings == []


def test_a_full_disk_leaves_the_hall_as_it_was_before_a_restore(
    town: LongTown, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(town, shelf)
    with small_disk(tmp_path / "small", 64) as disk:
        with pytest.raises(DatabaseError):
            restore_backup(town.hall, disk / "hall.db", {}, made.path, AT_MS)
        assert not (disk / "hall.db").exists()


@pytest.mark.parametrize("step", ["_keep", "_move", "sync_folder"])
def test_a_restore_that_was_cut_off_is_seen_by_the_server_and_can_be_done_again(
    town: LongTown, shelf: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    made = back_up(town, shelf)
    before = everything(town.path)
    town.live(1)
    later = everything(town.path)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restore_module, step, cut)
        with pytest.raises(KeyboardInterrupt):
            restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    if step != "_move":
        refuse_half_restored(town.path.parent)
        assert everything(town.path) == later
    else:
        with pytest.raises(RestoreUnfinished, match="restore HALL BACKUP"):
            refuse_half_restored(town.path.parent)
        with pytest.raises(RestoreUnfinished):  # files of two times, each of them sound
            back_up(town, shelf / "mixture.zip")
        assert names_in(shelf) == [NAME]
    restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    refuse_half_restored(town.path.parent)
    assert restored_events(town.path) == before
    kept = [path for path in town.path.parent.glob("replaced-*/server/hall.db") if everything(path) == later]
    assert kept, "what was replaced is still there"


def test_a_backup_of_an_older_program_is_migrated_on_its_way_back(tmp_path: Path, shelf: Path) -> None:
    hall = load_old_journal(1, tmp_path / "old.db")
    town = LongTown(tmp_path)
    town.hub.path.unlink()
    with pytest.raises(WrongVersion, match="start the server once"):
        make_backup(hall, tmp_path / "old.db", {}, shelf, AT_MS)
    path = pack_as_it_is(tmp_path / "old.db", shelf / "old.zip")
    done = restore_backup(hall, tmp_path / "new" / "hall.db", {}, path, AT_MS)
    assert done.events == 54 + 1
    assert len(facts(tmp_path / "new" / "hall.db")["journal"]) == 32


def pack_as_it_is(journal: Path, target: Path) -> Path:
    """As the program of that time would have done."""
    from broker.server.backup_file import Manifest, describe_member, write_backup

    (journal.parent / "work").mkdir()
    journal.rename(journal.parent / "work" / "hall.db")
    member = describe_member(journal.parent / "work", "hall.db")
    manifest = Manifest(hall="town", journal="", position=54, day="2026-03-05", at_ms=1, members=(member,))
    write_backup(target, journal.parent / "work", manifest)
    return target


def test_a_restored_journal_folds_from_its_own_snapshots(town: LongTown, shelf: Path) -> None:
    made = back_up(town, shelf)
    restore_backup(town.hall, town.path, {}, made.path, AT_MS)
    journal = Journal(town.path, town.hall.hall.id)
    journal.open()
    folded = fold(journal)
    known = town.hub.writer.state
    apply(known, e.JournalRestored(at_ms=known.now_ms, through=day_of(0)))
    assert folded.state == known
    assert folded.events < made.events
    journal.close()


def test_no_room_for_the_packed_file_leaves_nothing_behind(
    town: LongTown, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same as on a really small disk, where nobody may mount one."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(DiskFull):
        back_up(town, shelf)
    assert names_in(shelf) == []


class DirtyFolders:
    """Folders in which a name came or went since they were last synced."""

    def __init__(self, patch: pytest.MonkeyPatch, root: Path) -> None:
        self.now: set[Path] = set()
        self.at_the_mark: list[set[Path]] = []
        self._root = root
        for owner, name in ((Path, "mkdir"), (Path, "unlink"), (Path, "replace")):
            patch.setattr(owner, name, self._noting(getattr(owner, name)))
        copy, fsync, touch = shutil.copy2, os.fsync, Path.touch

        def copied(source: Path, target: Path) -> None:
            copy(source, target)
            self._changed(target)

        def synced(handle: int) -> None:
            fsync(handle)
            self.now.discard(Path(f"/proc/self/fd/{handle}").readlink())

        def touched(path: Path, *about: object) -> None:
            touch(path)
            self._changed(path)

        patch.setattr(shutil, "copy2", copied)
        patch.setattr(os, "fsync", synced)
        patch.setattr(Path, "touch", touched)

    def _noting(self, really: Callable[..., object]) -> Callable[..., object]:
        def noted(path: Path, *more: object, **named: object) -> object:
            there = path.exists()
            if path.name == "restore-unfinished":
                self.at_the_mark.append(set(self.now))
            done = really(path, *more, **named)
            if really.__name__ != "mkdir" or not there:
                self._changed(path)
                for target in more if really.__name__ == "replace" else ():
                    self._changed(Path(str(target)))
            return done

        return noted

    def _changed(self, path: Path) -> None:
        if path.is_relative_to(self._root) and ".restore-unready" not in str(path):
            self.now.add(path.parent)


@pytest.mark.parametrize("new_machine", [False, True])
def test_every_name_is_durable_before_a_restore_calls_itself_finished(
    tmp_path: Path, shelf: Path, accounts: dict[str, Path], monkeypatch: pytest.MonkeyPatch, new_machine: bool
) -> None:
    """Archives, kept files and whole new folders were gone after a power cut (found by power cuts)."""
    town = LongTown(tmp_path / "server").live(4)
    archive_old_days(town.hall, town.path, 1, breathe=lambda: None)
    made = back_up(town, shelf, accounts)
    data = tmp_path / ("elsewhere" if new_machine else ".")
    places = {name: data / name for name in accounts}
    with monkeypatch.context() as patch:
        dirty = DirtyFolders(patch, tmp_path)
        done = restore_backup(town.hall, data / "server" / "hall.db", places, made.path, AT_MS)
    assert dirty.at_the_mark == [set()] and dirty.now == set()
    assert (done.replaced is None) == new_machine
    assert (data / "server" / "archive" / "2026-03.db").exists() and places["collector/accounts.db"].exists()


def test_a_machine_that_believes_in_1970_makes_its_backup(
    town: LongTown, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = backup_module.describe_member

    def of_1970(folder: Path, name: str) -> Member:
        os.utime(folder / name, (0, 0))
        return described(folder, name)

    monkeypatch.setattr(backup_module, "describe_member", of_1970)
    monkeypatch.setattr("time.time", lambda: 60.0)
    assert read_manifest(back_up(town, shelf).path).position == town.hub.journal.position


def test_until_it_is_whole_a_backup_lies_where_the_next_one_clears_up(
    town: LongTown, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut left a hidden file of a whole backup's size, each time another."""
    seen: list[str] = []
    really = backup_file_module.put_in_place

    def look(unready: Path, target: Path) -> None:
        seen.extend(names_in(shelf))
        really(unready, target)

    monkeypatch.setattr(backup_file_module, "put_in_place", look)
    back_up(town, shelf)
    assert len(seen) == 1 and seen[0].startswith(".town.backup-")
    monkeypatch.undo()
    (shelf / seen[0]).mkdir()
    (shelf / seen[0] / "unready.zip").touch()
    back_up(town, shelf / "later.zip")
    assert names_in(shelf) == ["later.zip", NAME]
