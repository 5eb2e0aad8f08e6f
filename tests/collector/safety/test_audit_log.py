"""The audit log as a chain: whatever somebody does to the file afterwards shows."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from broker.__main__ import main
from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_NAME
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.audit_log import FILE_NAME, AuditLog
from broker.collector.safety.audit_words import object_names, result_names
from broker.collector.safety.may_ask import NOTED_COMMANDS
from broker.model.hall import Hall
from broker.runtime.clock import ManualClock, SystemClock
from tests.collector.conftest import CHEAP, Browser
from tests.collector.town import SIGNS, TOWN

ROWS = 6


@pytest.fixture
def log(tmp_path: Path, clock: ManualClock) -> AuditLog:
    made = Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit
    for number in range(ROWS):
        made.write("log_in", f"window-{number}", "198.51.100.1")
    return made


def attack(log_folder: Path, *statements: str) -> None:
    """As somebody who can write the file: what keeps rows in place is thrown away first."""
    with sqlite3.connect(log_folder / "collector" / FILE_NAME) as db:
        for trigger in ("audit_stays", "audit_keeps"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)
    db.close()


def test_an_untouched_log_is_whole(log: AuditLog) -> None:
    found = log.verify()
    assert (found.rows, found.broken, found.head.sequence) == (ROWS, None, ROWS)


ATTACKS: dict[str, tuple[tuple[str, ...], int]] = {
    "a row altered": (("UPDATE audit SET subject = 'window-9' WHERE sequence = 3",), 3),
    "a time altered": (("UPDATE audit SET at_ms = at_ms + 1 WHERE sequence = 1",), 1),
    "a row deleted": (("DELETE FROM audit WHERE sequence = 3",), 3),
    "the first row deleted": (("DELETE FROM audit WHERE sequence = 1",), 1),
    "a row deleted and the others moved up": (
        (
            "DELETE FROM audit WHERE sequence = 3",
            "UPDATE audit SET sequence = -sequence + 1 WHERE sequence > 3",
            "UPDATE audit SET sequence = -sequence WHERE sequence < 0",
        ),
        3,
    ),
    "a row inserted": (("INSERT INTO audit SELECT 7, at_ms, type, 'x', '', '', result, digest, digest FROM audit"
                        " WHERE sequence = 6",), 7),
    "a row inserted before all": (("INSERT INTO audit SELECT 0, at_ms, type, 'x', '', '', result, previous, digest"
                                   " FROM audit WHERE sequence = 1",), 1),
    "the end cut off": (("DELETE FROM audit WHERE sequence > 4",), 5),
    "everything cut off": (("DELETE FROM audit",), 1),
    "the last row cut off": (("DELETE FROM audit WHERE sequence = 6",), 6),
    "two rows exchanged": (
        (
            "UPDATE audit SET sequence = 99 WHERE sequence = 2",
            "UPDATE audit SET sequence = 2 WHERE sequence = 3",
            "UPDATE audit SET sequence = 3 WHERE sequence = 99",
        ),
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_done_to_the_file_shows_and_where(log: AuditLog, tmp_path: Path, name: str) -> None:
    statements, first = ATTACKS[name]
    attack(tmp_path, *statements)
    assert log.verify().broken == first


@pytest.mark.parametrize("name", ATTACKS)
def test_it_still_shows_when_work_went_on(log: AuditLog, tmp_path: Path, name: str) -> None:
    statements, first = ATTACKS[name]
    attack(tmp_path, *statements)
    for number in range(3):
        log.write("log_in", f"window-{number}", "198.51.100.1")
    assert log.verify().broken == first


def test_a_log_of_somebody_elses_is_not_taken_for_this_one(log: AuditLog, tmp_path: Path, clock: ManualClock) -> None:
    other = Accounts(tmp_path / "other" / ACCOUNTS_NAME, clock, CHEAP).audit
    for number in range(ROWS):
        other.write("log_in", f"window-{number}", "198.51.100.1")
    (tmp_path / "collector" / FILE_NAME).unlink()
    for beside in (tmp_path / "collector").glob(f"{FILE_NAME}-*"):
        beside.unlink()
    with sqlite3.connect(tmp_path / "other" / FILE_NAME) as db:
        db.execute(f"VACUUM INTO '{tmp_path / 'collector' / FILE_NAME}'")
    db.close()
    assert Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit.verify().broken == 1


def test_a_head_that_was_noted_tells_of_a_log_begun_anew(log: AuditLog, tmp_path: Path, clock: ManualClock) -> None:
    noted = str(log.head())
    for path in (tmp_path / "collector").iterdir():
        path.unlink()
    fresh = Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit
    for number in range(ROWS + 1):
        fresh.write("log_in", f"window-{number}")
    assert fresh.verify().broken is None, "both files are the forger's own"
    assert fresh.verify(noted).broken == ROWS


def test_a_row_cannot_be_changed_or_deleted_by_mistake(log: AuditLog, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "collector" / FILE_NAME) as db:
        for statement in ("DELETE FROM audit", "UPDATE audit SET result = 'x'"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(statement)
    db.close()


def test_no_number_of_a_person_and_no_name_gets_into_the_log(log: AuditLog, tmp_path: Path) -> None:
    log.write("command", "window-1", "198.51.100.1", "110101199003078515 13800138000 张三 2026-03-04 c1", "done")
    row = log.rows(1)[0]
    assert row.object == "# # ?? 2026-03-04 c1"
    stored = b"".join(path.read_bytes() for path in (tmp_path / "collector").iterdir())
    assert b"110101199003078515" not in stored and b"13800138000" not in stored


def test_what_people_do_is_in_the_log(
    logged_in: Callable[[str], Browser], browser: Browser, accounts: Accounts
) -> None:
    manager = logged_in("manager")
    manager.post("/api/commands", {"id": "command-000001", "command": {"type": "PauseIssuing", "reason": "停电"}})
    manager.client.get("/sheets/2026-03-04.csv")
    manager.client.post("/logout", data={"csrf": manager.token})
    browser.log_in("the-clerk", "wrong-password-1")
    browser.log_in("my-own-password-9", "the-clerk")
    auditor = logged_in("auditor")
    rows = [(row.type, row.subject, row.object, row.result) for row in reversed(accounts.audit.rows(20))]
    assert rows == [
        ("log_in", "the-manager", "", "done"),
        ("command", "the-manager", "PauseIssuing", "done"),
        ("sheet_exported", "the-manager", "2026-03-04", "done"),
        ("log_out", "the-manager", "the-manager", "done"),
        ("log_in_failed", "the-clerk", "", "refused"),
        ("log_in_failed", "-", "", "refused"),
        ("log_in", "the-auditor", "", "done"),
    ]
    text = auditor.client.get("/audit?type=log_in_failed").get_data(as_text=True)
    assert "完整" in text and "登录失败" in text and "198.51" not in text
    assert "PauseIssuing" not in text and "my-own-password-9" not in text
    for wrong in ("before=x", "day=2026-99-99", "subject=ABC", "type=A"):
        answer = auditor.client.get(f"/audit?{wrong}")
        assert (answer.status_code, "查找条件不对" in answer.get_data(as_text=True)) == (400, True)


def test_every_command_of_a_manager_and_every_end_has_words(hall: Hall) -> None:
    for kind in NOTED_COMMANDS:
        said = object_names(hall, "command", f"{kind.__name__} c1 pension staff-16 2026-03-04")
        assert said.zh.endswith("1 号窗口 养老保险 工号 016 2026-03-04"), said
        assert kind.__name__ not in said.zh + said.en
    assert object_names(hall, "account_bind", "c1 = staff-16").zh == "c1 = 工号 016", (
        "an account may be called like a key"
    )
    assert object_names(hall, "log_in", "").zh == "—"
    assert result_names("done").en == "done"
    assert result_names("unknown: no answer").zh.startswith("引擎没有应答")
    assert result_names("refused +12").zh == "拒绝，一分钟内另有 12 次"
    assert result_names("refused counter_already").zh == "拒绝：本窗口已经是…状态"
    assert result_names("refused LastAdministrator").en.startswith("refused: This is the last administrator")
    assert result_names("refused").zh == "拒绝"


def test_the_page_says_where_the_log_was_tampered_with(
    logged_in: Callable[[str], Browser], accounts: Accounts, tmp_path: Path
) -> None:
    auditor = logged_in("auditor")
    accounts.audit.write("log_in", "window-1")
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("DROP TRIGGER audit_stays")
        db.execute("UPDATE audit SET subject = 'window-2' WHERE sequence = 2")
    db.close()
    assert "第 2 行" in auditor.client.get("/audit").get_data(as_text=True)


def test_the_command_verifies_shows_and_exports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "data"))
    hall = tmp_path / "hall.toml"
    hall.write_text(TOWN + SIGNS, encoding="utf-8")
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    log = Accounts(tmp_path / "data" / "collector" / ACCOUNTS_NAME, SystemClock(), hasher).audit
    log.write("log_in", "window-1", "198.51.100.1")
    assert main(["audit", str(hall), "show"]) == 0
    assert "window-1" in capsys.readouterr().out
    assert main(["audit", str(hall), "verify"]) == 0
    head = capsys.readouterr().out.splitlines()[-1]
    assert main(["audit", str(hall), "export"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("time,sequence,at_ms,type")
    assert main(["audit", str(hall), "verify", "--head", head]) == 0
    attack(tmp_path / "data", "DELETE FROM audit WHERE sequence = 2")
    assert main(["audit", str(hall), "verify", "--head", head]) == 1
    assert "row 2" in capsys.readouterr().err
