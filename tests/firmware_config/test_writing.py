"""A build rewrites what changed, takes away what is no more, and touches nothing of others."""

import os
from pathlib import Path

import pytest

from firmware_config.build.files import File, text
from firmware_config.writing import LIST, ForeignFolder, changes, write

ONE, TWO = text("root/etc/one", "1"), text("boot/two", "2", 0o600)


def kinds(found: object) -> list[tuple[str, str]]:
    return [(one.path, one.kind) for one in found]  # type: ignore[attr-defined]


def test_what_did_not_change_keeps_its_time(tmp_path: Path) -> None:
    folder = tmp_path / "pi"
    assert kinds(write(folder, (ONE, TWO))) == [("boot/two", "new"), ("root/etc/one", "new")]
    old = {path: (folder / path).stat().st_mtime_ns for path in ("boot/two", "root/etc/one", LIST)}
    assert write(folder, (ONE, TWO)) == ()
    assert kinds(write(folder, (text("root/etc/one", "9"), TWO))) == [("root/etc/one", "changed")]
    assert (folder / "root/etc/one").read_text() == "9\n" and (folder / "boot/two").stat().st_mtime_ns == old[
        "boot/two"
    ]
    assert (folder / LIST).stat().st_mtime_ns == old[LIST]


def test_a_secret_is_never_there_for_everybody_and_a_changed_mode_is_a_change(tmp_path: Path) -> None:
    os.umask(0o022)
    write(tmp_path / "pi", (TWO,))
    place = tmp_path / "pi" / "boot" / "two"
    assert place.stat().st_mode & 0o777 == 0o600
    place.chmod(0o644)
    assert kinds(changes(tmp_path / "pi", (TWO,))) == [("boot/two", "changed")]
    write(tmp_path / "pi", (TWO,))
    assert place.stat().st_mode & 0o777 == 0o600


def test_what_is_no_more_is_taken_away_and_what_others_put_there_stays(tmp_path: Path) -> None:
    write(tmp_path, (ONE, TWO))
    (tmp_path / "boot" / "notes.txt").write_text("mine")
    assert kinds(write(tmp_path, (ONE,))) == [("boot/two", "gone")]
    assert not (tmp_path / "boot/two").exists() and (tmp_path / "boot/notes.txt").read_text() == "mine"


def test_a_folder_of_somebody_else_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ForeignFolder) as refused:
        write(tmp_path, (ONE,))
    assert str(tmp_path) in str(refused.value) and "--out" in refused.value.zh
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("hostile", ["/etc/passwd", "../outside", "root/../../outside", ""])
def test_a_list_that_names_a_place_outside_takes_nothing_away(tmp_path: Path, hostile: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("keep me")
    folder = tmp_path / "pi"
    write(folder, (ONE,))
    (folder / LIST).write_text(f"{hostile}\nroot/etc/one\n")
    assert write(folder, (ONE,)) == () and outside.read_text() == "keep me" and Path("/etc/passwd").exists()


def test_a_build_that_is_cut_off_leaves_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "pi", (ONE, TWO))

    def fails(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "pi", (text("root/etc/one", "9"), TWO))
    assert (tmp_path / "pi/root/etc/one").read_text() == "1\n"
    assert not list((tmp_path / "pi").rglob(".new-*"))


def test_two_files_of_one_place_cannot_be_meant() -> None:
    assert File("root/a", b"") == File("root/a", b"", 0o644)
