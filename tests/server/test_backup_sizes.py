"""A backup says how large it is, and is believed only as far as there is room: a forged one must not fill the disk."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from broker.runtime.errors import DiskFull
from broker.server import backup_file
from broker.server.backup_file import JOURNAL, MANIFEST, Manifest, Member, parse_manifest, read_manifest, unpack
from broker.store.errors import BackupUnusable

SIZE = 3 * backup_file.CHUNK_BYTES


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """A backup with a journal of ``SIZE`` zeros, as its manifest says or not."""

    def make(said_bytes: int = SIZE, name: str = JOURNAL) -> Path:
        (tmp_path / "hall.db").write_bytes(bytes(SIZE))
        described = backup_file.describe_member(tmp_path, JOURNAL)
        member = Member(name, said_bytes, described.sha256)
        manifest = Manifest(hall="small", journal="0" * 16, position=1, day=None, at_ms=1, members=(member,))
        target = tmp_path / "small.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(MANIFEST, msgspec.json.encode(manifest))
            packed.write(tmp_path / "hall.db", JOURNAL)
        return target

    return make


def test_what_is_as_it_says_is_unpacked(made: Callable[..., Path], tmp_path: Path) -> None:
    path = made()
    unpack(path, read_manifest(path), tmp_path / "to")
    assert (tmp_path / "to" / JOURNAL).stat().st_size == SIZE


def test_nothing_is_written_where_there_is_no_room_for_all(
    made: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made()
    assert path.stat().st_size < SIZE / 100, "a few bytes that unpack to many"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=SIZE - 1))
    with pytest.raises(DiskFull, match=r"3\.1 MB needed, 3\.1 MB free"):
        unpack(path, read_manifest(path), tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize("said_bytes", [0, SIZE - 1, SIZE + 1, 10**15])
def test_sizes_that_do_not_agree_are_refused_before_anything_is_written(
    made: Callable[..., Path], tmp_path: Path, said_bytes: int
) -> None:
    path = made(said_bytes)
    with pytest.raises(BackupUnusable, match=r"hall\.db in it is not what was put there"):
        unpack(path, read_manifest(path), tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize("name", ["hall.db\n", "archive/2026-03.db\n", "collector/accounts.db\n", " hall.db"])
def test_a_name_with_anything_around_it_is_none_of_a_halls(name: str) -> None:
    members = (Member(JOURNAL, 1, ""), Member(name, 1, ""))
    manifest = Manifest(hall="small", journal="0" * 16, position=1, day=None, at_ms=1, members=members)
    with pytest.raises(BackupUnusable, match="other files than a hall has"):
        parse_manifest(Path("small.zip"), msgspec.json.encode(manifest))
