"""The audit log against who makes it grow, and against reading all of it at each look."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.__main__ import main
from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_NAME
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.audit_log import FILE_NAME, HEAD_MS, HEAD_ROWS, WHOLE_MS, AuditLog, Row
from broker.collector.safety.folding import FOLD_MS, KEYS_MOST, Fold, Repeated
from broker.runtime.clock import ManualClock
from tests.collector.conftest import CHEAP, Browser
from tests.collector.town import SIGNS, TOWN


@pytest.fixture
def log(tmp_path: Path, clock: ManualClock) -> AuditLog:
    return Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit


def told(log: AuditLog) -> list[tuple[str, str, str]]:
    return [(row.subject, row.address, row.result) for row in log.every()]


def test_a_flood_of_refused_log_ins_is_a_row_and_then_one_a_minute_with_the_count(
    log: AuditLog, clock: ManualClock
) -> None:
    for _ in range(600):
        log.note_often("locked", "window-1", "198.51.100.7", "refused")
        clock.advance(0.2)
    log.flush()
    rows = told(log)
    assert len(rows) == 4
    assert rows[0] == ("window-1", "198.51.100.7", "refused")
    counted = [int(result.partition("+")[2] or 1) for *_, result in rows]
    assert sum(counted) == 600, "not one of them is lost"
    assert log.verify().broken is None


def test_each_account_and_address_is_told_apart_until_there_are_too_many(log: AuditLog) -> None:
    for number in range(KEYS_MOST + 500):
        log.note_often("log_in_failed", "window-1", f"10.0.{number // 250}.{number % 250}", "refused")
    log.note_often("log_in_failed", "window-2", "203.0.113.9", "refused")
    log.flush()
    rows = told(log)
    assert len(rows) == KEYS_MOST + 3
    assert ("window-1", "many", "refused +499") in rows
    assert sum(1 for name, *_ in rows if name == "window-2") == 1


def test_a_clock_that_was_put_back_holds_no_count_for_ever() -> None:
    fold = Fold()
    assert fold.add("locked", "a", "b", 10 * FOLD_MS) == "b"
    assert fold.add("locked", "a", "b", 10 * FOLD_MS) is None
    assert fold.due(10 * FOLD_MS) == []
    assert fold.due(FOLD_MS) == [Repeated("locked", "a", "b", 1)]
    assert fold.due(20 * FOLD_MS) == []


def test_a_log_in_refused_again_and_again_stands_on_the_page_with_its_count(
    browser: Browser, logged_in: Callable[[str], Browser], accounts: Accounts, clock: ManualClock
) -> None:
    for _ in range(4):
        browser.log_in("the-clerk", "wrong-password-1")
    auditor = logged_in("auditor")
    assert "另有 3 次" not in auditor.client.get("/audit").get_data(as_text=True), "its minute is not over"
    clock.advance(FOLD_MS / 1000)
    text = auditor.client.get("/audit").get_data(as_text=True)
    assert "拒绝，一分钟内另有 3 次" in text
    rows = [row for row in accounts.audit.every() if row.type == "log_in_failed"]
    assert len(rows) == 2


class Counted(AuditLog):
    """Knows how many rows were read for a verdict."""

    read = 0

    def every(self, after: int = -(1 << 62)) -> object:  # type: ignore[override]
        for row in super().every(after):
            self.read += 1
            yield row


def counted(log: AuditLog) -> Counted:
    log.__class__ = Counted
    assert isinstance(log, Counted)
    return log


def test_a_second_look_reads_only_what_is_new(log: AuditLog, clock: ManualClock) -> None:
    seen = counted(log)
    for number in range(50):
        seen.write("log_in", f"window-{number}")
    assert (seen.verify_new().known, seen.read) == (0, 50)
    for number in range(3):
        seen.write("log_out", f"window-{number}")
    found = seen.verify_new()
    assert (found.rows, found.broken, found.known, seen.read) == (53, None, 50, 53)
    assert found.head == seen.head()
    assert seen.verify().rows == 53 and seen.read == 106, "the command reads all of it"
    clock.advance(WHOLE_MS / 1000)
    assert (seen.verify_new().known, seen.read) == (0, 159), "after a day all of it again"


def attack(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "collector" / FILE_NAME) as db:
        for trigger in ("audit_stays", "audit_keeps"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE audit SET subject = 'x' WHERE sequence = 8", 8),
        ("DELETE FROM audit WHERE sequence = 9", 9),
        ("DELETE FROM audit WHERE sequence > 6", 7),
        ("DELETE FROM audit WHERE sequence > 3", 4),
        ("UPDATE audit SET digest = 'x' WHERE sequence = 5", 5),
        ("DELETE FROM audit", 1),
    ],
)
def test_what_was_done_after_the_last_look_shows_at_the_next(
    log: AuditLog, tmp_path: Path, statement: str, first: int
) -> None:
    for number in range(5):
        log.write("log_in", f"window-{number}")
    assert log.verify_new().broken is None
    for number in range(5):
        log.write("log_out", f"window-{number}")
    attack(tmp_path, statement)
    for _ in range(2):
        assert log.verify_new().broken == first, "and it goes on showing"


def test_what_is_done_to_rows_of_an_earlier_look_shows_when_all_are_read(
    logged_in: Callable[[str], Browser], accounts: Accounts, tmp_path: Path
) -> None:
    auditor = logged_in("auditor")
    accounts.audit.write("log_in", "window-1")
    auditor.client.get("/audit")
    text = auditor.client.get("/audit?lang=en").get_data(as_text=True)
    assert "Verify all again" in text and "were verified before" in text
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("DROP TRIGGER audit_stays")
        db.execute("UPDATE audit SET subject = 'window-2' WHERE sequence = 2")
    db.close()
    assert "Tampered with: row 2" in auditor.client.get("/audit?whole=1").get_data(as_text=True)


def test_the_programs_log_tells_the_head_at_the_start_each_day_and_each_thousand_rows(
    log: AuditLog, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def heads() -> list[str]:
        return [one.getMessage() for one in caplog.records if "audit head" in one.getMessage()]

    log.write("log_in", "window-1")
    assert heads() == [f"audit head {log.head()}"]
    log.write("log_in", "window-1")
    assert len(heads()) == 1
    clock.advance(HEAD_MS / 1000)
    log.write("log_in", "window-1")
    assert heads()[1:] == [f"audit head {log.head()}"]
    for _ in range(HEAD_ROWS):
        log.write("log_in", "window-1")
    assert heads()[2:] == [f"audit head {log.head()}"]


def test_a_head_of_the_programs_log_shows_a_cut_that_both_files_hide(
    log: AuditLog, tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    log.write("log_in", "window-1")
    clock.advance(HEAD_MS / 1000)
    log.write("account_role", "window-1")
    head = caplog.records[-1].getMessage().removeprefix("audit head ")
    rows = [row for row in log.every() if isinstance(row, Row)]
    attack(tmp_path, "DELETE FROM audit WHERE sequence = 2")
    with sqlite3.connect(tmp_path / "collector" / ACCOUNTS_NAME) as db:
        db.execute("UPDATE settings SET value = ? WHERE key = 'audit.head'", (f"1:{rows[0].digest}",))
    db.close()
    assert log.verify().broken is None, "both files were written by whoever hides it"
    assert log.verify(head).broken == 2


def test_the_command_says_plainly_when_nothing_from_elsewhere_was_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], clock: ManualClock
) -> None:
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path))
    hall = tmp_path / "hall.toml"
    hall.write_text(TOWN + SIGNS, encoding="utf-8")
    Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit.write("log_in", "window-1")
    assert main(["audit", str(hall), "verify"]) == 0
    said = capsys.readouterr().out
    assert "No head kept elsewhere was compared" in said and "没有与保存在别处的摘要核对" in said
    assert main(["audit", str(hall), "verify", "--head", said.splitlines()[-1]]) == 0
    assert "Compared with the head that was given" in capsys.readouterr().out
