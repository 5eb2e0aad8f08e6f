"""Heads of the audit log in the hall's journal: who can write the collector's files cannot write there."""

import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.__main__ import main
from broker.collector.heard.audit_heads import AGAIN_S, EVERY_S, HeadKeeper
from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_NAME
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.audit_log import AuditLog, Head
from broker.model import commands as c
from broker.model.hall import Hall
from broker.runtime.clock import ManualClock
from broker.store.reports import JournalReports
from tests.collector.conftest import CHEAP, Browser
from tests.collector.safety.test_audit_log import attack
from tests.collector.town import SIGNS, TOWN, TownHub
from tests.waiting import until

ROWS = 6


@pytest.fixture
def log(tmp_path: Path, clock: ManualClock) -> AuditLog:
    made = Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit
    for number in range(ROWS):
        made.write("log_in", f"window-{number}", "198.51.100.1")
    return made


@pytest.fixture
def kept(hub: TownHub, hall: Hall, clock: ManualClock) -> Callable[[], tuple[Head, ...]]:
    """What the journal keeps."""
    reports = JournalReports(hub.path, hall, clock.now_ms)
    return lambda: tuple(Head(*one) for one in reports.audit_heads())


def tell(hub: TownHub, head: Head) -> None:
    hub.done(c.KeepAuditHead(sequence=head.sequence, digest=head.digest))


def asked() -> None:
    """Wait until nobody asks the engine any more: whatever came of it is known then."""
    until(lambda: not any(one.name == "audit-head" for one in threading.enumerate()))


def made_anew(tmp_path: Path, clock: ManualClock, rows: int) -> AuditLog:
    """As who can write both files of the collector: another chain, whole in itself."""
    for path in (tmp_path / "collector").iterdir():
        path.unlink()
    fresh = Accounts(tmp_path / "collector" / ACCOUNTS_NAME, clock, CHEAP).audit
    for number in range(rows):
        fresh.write("log_in", f"window-{number}")
    return fresh


def test_once_an_hour_in_which_somebody_did_something_the_journal_keeps_the_head(
    log: AuditLog, hub: TownHub, clock: ManualClock, kept: Callable[[], tuple[Head, ...]]
) -> None:
    keeper = HeadKeeper(log, hub, clock.machine_s)
    for _ in range(3):
        keeper.turn()
        asked()
        assert kept() == (log.head(),)
    clock.advance(EVERY_S + 1)
    hub.show()
    keeper.turn()
    asked()
    assert len(hub.submitted) == 1, "nothing was done in that hour"
    log.write("log_out", "window-1")
    clock.advance(EVERY_S + 1)
    hub.show()
    keeper.turn()
    asked()
    assert len(kept()) == 2
    assert kept()[-1] == log.head() == Head(ROWS + 1, log.head().digest)


def test_an_engine_that_does_not_answer_is_asked_again_soon(
    log: AuditLog, hub: TownHub, clock: ManualClock, kept: Callable[[], tuple[Head, ...]]
) -> None:
    keeper = HeadKeeper(log, hub, clock.machine_s)
    hub.silent = True
    keeper.turn()
    asked()
    hub.silent = False
    keeper.turn()
    asked()
    assert kept() == (), "not yet"
    clock.advance(AGAIN_S + 1)
    hub.show()
    keeper.turn()
    asked()
    assert kept() == (log.head(),)


def test_a_log_cut_off_or_made_anew_does_not_fit_what_the_journal_knows(
    log: AuditLog, hub: TownHub, tmp_path: Path, clock: ManualClock, kept: Callable[[], tuple[Head, ...]]
) -> None:
    tell(hub, log.head())
    assert (log.verify(journal=kept()).broken, log.verify(journal=kept()).compared) == (None, 1)
    shorter = made_anew(tmp_path, clock, ROWS - 2)
    assert shorter.verify().broken is None, "both files are the forger's own"
    found = shorter.verify(journal=kept())
    assert (found.broken, str(ROWS) in found.en, str(ROWS) in found.zh) == (ROWS - 1, True, True)
    longer = made_anew(tmp_path, clock, ROWS + 3)
    assert longer.verify().broken is None
    assert longer.verify(journal=kept()).broken == ROWS
    assert longer.verify_new(kept()).broken == ROWS


def test_a_forgers_own_head_hides_none_that_was_told_before(
    log: AuditLog, hub: TownHub, tmp_path: Path, clock: ManualClock, kept: Callable[[], tuple[Head, ...]]
) -> None:
    tell(hub, log.head())
    forged = made_anew(tmp_path, clock, ROWS)
    tell(hub, forged.head())
    assert len(kept()) == 2
    assert forged.verify(journal=kept()).broken == ROWS


def test_heads_of_other_days_and_of_no_day_are_found_too(
    log: AuditLog, hub: TownHub, clock: ManualClock, kept: Callable[[], tuple[Head, ...]]
) -> None:
    first = log.head()
    tell(hub, first)
    hub.done(c.CloseDay())
    log.write("log_out", "window-1")
    tell(hub, log.head())
    assert kept() == (first, log.head())


def test_the_page_says_that_the_journal_knows_more(
    logged_in: Callable[[str], Browser], accounts: Accounts, hub: TownHub
) -> None:
    auditor = logged_in("auditor")
    assert "还没有摘要" in auditor.client.get("/audit").get_data(as_text=True)
    tell(hub, accounts.audit.head())
    assert "已与大厅日志中的 1 个摘要核对" in auditor.client.get("/audit").get_data(as_text=True)
    tell(hub, Head(9_000, "0f" * 32))
    assert "大厅日志知道第 9000 行" in auditor.client.get("/audit").get_data(as_text=True)


def test_the_command_compares_with_the_journal(
    log: AuditLog,
    hub: TownHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path))
    hall = tmp_path / "hall.toml"
    hall.write_text(TOWN + SIGNS, encoding="utf-8")
    assert main(["audit", str(hall), "verify"]) == 0
    assert "holds no head" in capsys.readouterr().out
    (tmp_path / "server").mkdir(exist_ok=True)
    tell(hub, log.head())
    with sqlite3.connect(hub.path) as db:
        db.execute(f"VACUUM INTO '{tmp_path / 'server' / hub.path.name}'")
    db.close()
    assert main(["audit", str(hall), "verify"]) == 0
    assert re.search(rf"1 heads .* row {ROWS}\)", capsys.readouterr().out)
    attack(tmp_path, "DELETE FROM audit WHERE sequence > 3")
    with sqlite3.connect(tmp_path / "collector" / ACCOUNTS_NAME) as db:
        db.execute("DELETE FROM settings WHERE key = 'audit.head'")
    db.close()
    assert main(["audit", str(hall), "verify"]) == 1
    assert f"row {ROWS}" in capsys.readouterr().err
