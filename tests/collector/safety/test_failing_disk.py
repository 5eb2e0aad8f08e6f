"""The file of accounts on a disk that is full or read-only: who is logged in works on, who logs in reads a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from broker.collector.safety.accounts import SEEN_EVERY_MS, Accounts
from broker.collector.safety.rights import Role
from broker.runtime.clock import ManualClock
from broker.runtime.errors import DatabaseError
from tests.collector.conftest import CHEAP, PASSWORD, Browser
from tests.runtime.small_disk import fill, small_disk

SENTENCE = "磁盘可能已满"


def refuses(accounts: Accounts, refusing: bool) -> None:
    """SQLite's own refusal: what it says on a card that became read-only."""
    accounts._db().execute(f"PRAGMA query_only={'ON' if refusing else 'OFF'}")


def test_who_is_logged_in_works_on(accounts: Accounts, logged_in: Callable[[str], Browser], clock: ManualClock) -> None:
    browser = logged_in("manager")
    refuses(accounts, True)
    clock.advance(2 * SEEN_EVERY_MS / 1000)
    page = browser.get("/today")
    assert page.status_code == 200, page.get_data(as_text=True)[:300]  # type: ignore[attr-defined]
    refuses(accounts, False)
    assert browser.get("/today").status_code == 200  # type: ignore[attr-defined]


def test_a_log_in_reads_a_sentence_and_works_once_the_disk_does(accounts: Accounts, browser: Browser) -> None:
    browser.read_token("/login")
    refuses(accounts, True)
    for password in (PASSWORD, "wrong-horse-42"):
        answer = browser.log_in("the-manager", password)
        assert answer.status_code == 503  # type: ignore[attr-defined]
        text = answer.get_data(as_text=True)  # type: ignore[attr-defined]
        assert SENTENCE in text
        assert "Traceback" not in text
    refuses(accounts, False)
    assert browser.log_in("the-manager").status_code == 302  # type: ignore[attr-defined]


def test_public_pages_need_no_accounts(accounts: Accounts, app: Flask) -> None:
    refuses(accounts, True)
    assert app.test_client().get("/").status_code in (200, 302)


def test_a_failed_log_in_that_cannot_be_counted_opens_nothing(accounts: Accounts, browser: Browser) -> None:
    refuses(accounts, True)
    browser.log_in("the-manager")
    assert browser.get("/today").status_code in (302, 401)  # type: ignore[attr-defined]


def test_a_really_full_disk_refuses_typed_and_room_brings_it_back(tmp_path: Path, clock: ManualClock) -> None:
    with small_disk(tmp_path / "disk", 512) as disk:
        accounts = Accounts(disk / "accounts.db", clock, CHEAP)
        accounts.add("the-manager", Role.MANAGER, PASSWORD, must_change=False)
        first = accounts.log_in("the-manager", PASSWORD)
        fill(disk)
        refused = 0
        for _ in range(400):
            try:
                accounts.log_in("the-manager", PASSWORD)
            except DatabaseError:
                refused += 1
                break
        assert refused
        clock.advance(2 * SEEN_EVERY_MS / 1000)
        assert accounts.who(first) is not None
        (disk / "filler").unlink()
        token = accounts.log_in("the-manager", PASSWORD)
        assert accounts.who(token) is not None
        accounts._db().close()


@pytest.mark.parametrize("read", ["get", "who", "all"])
def test_a_file_that_cannot_be_read_is_a_typed_error(accounts: Accounts, tmp_path: Path, read: str) -> None:
    accounts._file.close()
    (tmp_path / "accounts.db").write_bytes(b"rubbish" * 2000)
    for rest in ("-wal", "-shm"):
        (tmp_path / f"accounts.db{rest}").unlink(missing_ok=True)
    with pytest.raises(DatabaseError):
        accounts.all() if read == "all" else getattr(accounts, read)("the-manager")
