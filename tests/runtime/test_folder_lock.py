"""Whose the lock's file is."""

import os
from pathlib import Path

import pytest

from broker.runtime import folder_lock


@pytest.mark.parametrize("user", [0, 1000])
def test_a_lock_file_made_by_an_administrator_belongs_to_the_folders_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "chown", lambda path, *owner, **_: given.append(owner))
    with folder_lock.one_program(tmp_path, "kiosk-1"):
        pass
    folder = tmp_path.stat()
    assert given == ([(folder.st_uid, folder.st_gid)] if user == 0 else []), "else the service could not open it again"


def test_a_lock_file_that_cannot_be_handed_over_is_held_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", refused)
    with (
        folder_lock.one_program(tmp_path, "kiosk-1"),
        pytest.raises(folder_lock.LockTaken, match=str(os.getpid())),
    ):
        folder_lock.take_lock(tmp_path / folder_lock.LOCK_NAME)
