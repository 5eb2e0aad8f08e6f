"""Accounts at the machine's keyboard: ``python -m broker account``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.__main__ import main
from broker.collector.safety.accounts import FILE_NAME, Accounts
from broker.collector.safety.rights import Role
from broker.collector.safety.staff_errors import WrongPassword
from broker.runtime.clock import SystemClock
from tests.collector.conftest import CHEAP
from tests.collector.town import SIGNS, TOWN

FIRST = "first-given-1"


class Desk:
    """The command line of one hall, with somebody who types the same first password each time."""

    def __init__(self, folder: Path) -> None:
        self.hall = folder / "hall.toml"
        self.hall.write_text(TOWN + SIGNS, encoding="utf-8")
        self.folder = folder / "data" / "collector"

    def ask(self, *arguments: str) -> int:
        name, *more = arguments
        return main(["account", str(self.hall), name, *more])

    @property
    def accounts(self) -> Accounts:
        self.folder.mkdir(parents=True, exist_ok=True)
        return Accounts(self.folder / FILE_NAME, SystemClock(), CHEAP)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("getpass.getpass", lambda prompt: FIRST)
    yield Desk(tmp_path)


def test_an_account_is_made_for_a_clerk_of_the_hall(desk: Desk) -> None:
    assert desk.ask("window-1", "clerk", "--clerk", "staff-16") == 0
    made = desk.accounts.get("window-1")
    assert made is not None
    assert (made.role, made.clerk, made.must_change, made.active) == (Role.CLERK, "staff-16", True, True)


def test_a_clerk_whom_the_hall_does_not_name_gets_no_account(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.ask("window-1", "clerk", "--clerk", "staff-99") == 1
    assert "staff-99" in capsys.readouterr().err
    assert desk.accounts.get("window-1") is None


def test_an_account_that_exists_is_bound_and_its_log_ins_end(desk: Desk) -> None:
    desk.accounts.add("window-1", Role.CLERK, FIRST, clerk="staff-16")
    token = desk.accounts.log_in("window-1", FIRST)
    assert desk.ask("window-1", "--clerk", "staff-17") == 0
    assert desk.accounts.get("window-1").clerk == "staff-17"
    assert desk.accounts.who(token) is None


def test_a_closed_account_is_logged_out_at_once_and_may_come_back(desk: Desk) -> None:
    desk.accounts.add("window-1", Role.CLERK, FIRST)
    token = desk.accounts.log_in("window-1", FIRST)
    assert desk.ask("window-1", "--close") == 0
    assert desk.accounts.who(token) is None
    with pytest.raises(WrongPassword):
        desk.accounts.log_in("window-1", FIRST)
    assert desk.ask("window-1", "--reopen") == 0
    assert desk.accounts.log_in("window-1", FIRST)
    assert desk.accounts.who(token) is None, "the old log-in stays ended"


def test_who_forgot_the_password_gets_another_to_be_changed_at_the_first_log_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.accounts.add("window-1", Role.CLERK, FIRST, must_change=False)
    token = desk.accounts.log_in("window-1", FIRST)
    monkeypatch.setattr("getpass.getpass", lambda question: "Another-one-77")
    assert desk.ask("window-1", "--password") == 0
    assert desk.accounts.who(token) is None
    with pytest.raises(WrongPassword):
        desk.accounts.log_in("window-1", FIRST)
    assert desk.accounts.log_in("window-1", "Another-one-77")
    assert desk.accounts.get("window-1").must_change


@pytest.mark.parametrize(
    "asked",
    [
        ("window-9", "--password"),
        ("window-1", "--password", "--clerk", "staff-16"),
        ("window-9", "--close"),
        ("window-9", "--clerk", "staff-16"),
        ("boss",),
        ("boss", "--clerk", "staff-16"),
        ("boss", "--close", "--clerk", "staff-16"),
        ("chief", "manager", "--clerk", "staff-16"),
        ("chief", "manager", "--close"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(
    desk: Desk, asked: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    desk.accounts.add("boss", Role.MANAGER, FIRST)
    before = desk.accounts.all()
    assert desk.ask(*asked) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2, "one sentence in each language"
    assert desk.accounts.all() == before


def test_two_different_passwords_make_no_account(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(("first-given-1", "first-given-2"))
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert desk.ask("window-1", "clerk") == 1
    assert desk.accounts.all() == ()
