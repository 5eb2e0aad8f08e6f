"""A guesser at many addresses against the owner of a name, who logged in before from a browser of his own."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from broker.collector.safety.accounts import Accounts
from broker.collector.safety.failures import FAILURES_MOST, GUESSED_MOST, LOCKED_MS, SLOW_MS
from broker.collector.safety.known_devices import DAY_MS, DEVICE_DAYS, NAMES_MOST, device_of, with_mark
from broker.collector.safety.staff_errors import Locked, WrongPassword
from broker.runtime.clock import ManualClock
from tests.collector.conftest import CHEAP, PASSWORD, Browser

ADDRESSES = 20
STEP_S = 2.0
SECRET = b"of the hall"
FRESH = "A" * 22


@dataclass
class Guesser:
    """Tries another password as soon as it may, from each of its addresses in turn; ``device`` as it likes."""

    accounts: Accounts
    device: str = ""
    tried: int = 0

    def round(self) -> None:
        for number in range(ADDRESSES):
            try:
                self.accounts.prove("the-clerk", f"wrong-guess-{self.tried}", f"198.51.100.{number}", self.device)
            except WrongPassword:
                self.tried += 1
            except Locked:
                pass


def guesses_in_an_hour(accounts: Accounts, clock: ManualClock, device: str = "") -> int:
    guesser = Guesser(accounts, device)
    for _ in range(round(3_600 / STEP_S)):
        guesser.round()
        clock.advance(STEP_S)
    return guesser.tried


def test_the_owner_gets_in_from_a_known_device_all_through_an_attack(accounts: Accounts, clock: ManualClock) -> None:
    accounts.log_in("the-clerk", PASSWORD, "192.0.2.1")
    device = accounts.known_device("the-clerk", "")
    guesser, strange = Guesser(accounts), 0
    for _ in range(120):
        guesser.round()
        assert accounts.log_in("the-clerk", PASSWORD, "192.0.2.1", device)
        assert accounts.log_in("the-clerk", PASSWORD, "198.51.100.3", device), "also behind an address that is locked"
        try:
            accounts.prove("the-clerk", PASSWORD, "192.0.2.77")
        except Locked:
            strange += 1
        clock.advance(STEP_S)
    assert guesser.tried >= GUESSED_MOST
    assert strange > 60, "or the attack would have shut out nobody, and this proved nothing"


def test_the_guesser_gets_no_more_guesses_than_without_known_devices(
    accounts: Accounts, tmp_path: Path, clock: ManualClock
) -> None:
    without = guesses_in_an_hour(Accounts(accounts.folder / "accounts.db", clock, CHEAP), clock)
    clock.advance(2 * 24 * 3_600)
    accounts.log_in("the-clerk", PASSWORD, "192.0.2.1")
    device = accounts.known_device("the-clerk", "")
    assert accounts.log_in("the-clerk", PASSWORD, "192.0.2.1", device)
    assert guesses_in_an_hour(accounts, clock, device="made-up") <= without
    assert without <= GUESSED_MOST + 3_600_000 // SLOW_MS


def test_a_known_device_is_locked_like_any_address(accounts: Accounts, clock: ManualClock) -> None:
    device = accounts.known_device("the-clerk", "")
    for number in range(FAILURES_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-clerk", "wrong-password-1", f"192.0.2.{number}", device)
    with pytest.raises(Locked):
        accounts.log_in("the-clerk", PASSWORD, "192.0.2.99", device)
    clock.advance(LOCKED_MS / 1000)
    assert accounts.log_in("the-clerk", PASSWORD, "192.0.2.99", device)
    assert accounts.guessed() == ()


def test_failures_on_a_known_device_are_an_alert_too(accounts: Accounts) -> None:
    device = accounts.known_device("the-clerk", "")
    for _ in range(FAILURES_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-clerk", "wrong-password-1", "192.0.2.1", device)
    assert accounts.guessed() == (("the-clerk", FAILURES_MOST),)


def test_a_device_is_known_for_the_name_that_logged_in_there_alone(accounts: Accounts) -> None:
    device = accounts.known_device("the-clerk", "")
    for number in range(GUESSED_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-manager", "wrong-password-1", f"198.51.100.{number}")
    with pytest.raises(Locked):
        accounts.log_in("the-manager", PASSWORD, "192.0.2.1", device)


def test_a_new_password_makes_every_device_a_stranger(accounts: Accounts) -> None:
    """Whoever knew the old one, and so may have got a device of his own, shall not guess the new one apart."""
    device = accounts.known_device("the-clerk", "")
    accounts.set_password("the-clerk", "Another-one-77")
    for number in range(GUESSED_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-clerk", "wrong-password-1", f"198.51.100.{number}")
    with pytest.raises(Locked):
        accounts.log_in("the-clerk", "Another-one-77", "192.0.2.1", device)


def test_a_known_device_survives_a_restart(accounts: Accounts, clock: ManualClock) -> None:
    device = accounts.known_device("the-clerk", "")
    for number in range(GUESSED_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-clerk", "wrong-password-1", f"198.51.100.{number}")
    assert Accounts(accounts.folder / "accounts.db", clock, CHEAP).log_in("the-clerk", PASSWORD, "192.0.2.1", device)


def test_the_browser_keeps_the_mark_and_logs_in_by_it(app: Flask, browser: Browser, clock: ManualClock) -> None:
    browser.log_in("the-clerk")
    cookie = browser.client.get_cookie("jh_device")
    assert cookie.http_only and cookie.max_age == DEVICE_DAYS * 86_400
    assert "the-clerk" not in cookie.value
    browser.client.post("/logout", data={"csrf": browser.token})
    for number in range(GUESSED_MOST):
        stranger = Browser(app.test_client())
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        stranger.log_in("the-clerk", "wrong-password-1")
    assert stranger.log_in("the-clerk").status_code == 403
    assert browser.log_in("the-clerk").status_code == 302


def test_a_failed_log_in_gives_no_mark(browser: Browser) -> None:
    browser.log_in("the-clerk", "wrong-password-1")
    assert browser.client.get_cookie("jh_device") is None


def test_people_who_share_a_computer_are_each_known_there() -> None:
    cookie = ""
    for number in range(NAMES_MOST + 1):
        cookie = with_mark(cookie, SECRET, f"window-{number}", "hash", 5 * DAY_MS, FRESH)
    known = [device_of(cookie, SECRET, f"window-{number}", "hash", 5 * DAY_MS) for number in range(NAMES_MOST + 1)]
    assert known[0] is None, "the oldest made room"
    assert len(set(known[1:])) == NAMES_MOST and None not in known[1:]
    again = with_mark(cookie, SECRET, "window-4", "hash", 6 * DAY_MS, "B" * 22)
    assert again.count(".") == NAMES_MOST
    assert device_of(again, SECRET, "window-1", "hash", 6 * DAY_MS) == known[1], "the same computer, nobody forgotten"


@pytest.mark.parametrize(
    "made_up",
    [
        "",
        "绝密",
        FRESH,
        f"{FRESH}.",
        f"{FRESH}.5-{'0' * 32}",
        f"{FRESH}.5-{'0' * 31}",
        f"{FRESH}.99999999-{'0' * 32}",
        f"{FRESH}" + f".5-{'0' * 32}" * (NAMES_MOST + 1),
        "x" * 100_000,
    ],
)
def test_what_somebody_made_up_is_no_known_device(made_up: str) -> None:
    assert device_of(made_up, SECRET, "the-clerk", "hash", 5 * DAY_MS) is None
    assert len(with_mark(made_up, SECRET, "the-clerk", "hash", 5 * DAY_MS, FRESH)) < 120


def test_a_mark_ends_and_cannot_be_given_a_later_day() -> None:
    cookie = with_mark("", SECRET, "the-clerk", "hash", 5 * DAY_MS, FRESH)
    assert device_of(cookie, SECRET, "the-clerk", "hash", (5 + DEVICE_DAYS) * DAY_MS) is not None
    assert device_of(cookie, SECRET, "the-clerk", "hash", (6 + DEVICE_DAYS) * DAY_MS) is None
    assert device_of(cookie, SECRET, "the-clerk", "hash", 4 * DAY_MS) is None
    later = cookie.replace(".5-", ".6-")
    assert device_of(later, SECRET, "the-clerk", "hash", 6 * DAY_MS) is None
    assert device_of(cookie.replace(FRESH, "B" * 22), SECRET, "the-clerk", "hash", 5 * DAY_MS) is None


def test_the_owner_changes_the_password_while_strangers_guess_it(app: Flask, browser: Browser) -> None:
    browser.log_in("the-clerk")
    for number in range(GUESSED_MOST):
        stranger = Browser(app.test_client())
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        stranger.log_in("the-clerk", "wrong-password-1")
    form = {"csrf": browser.read_token("/password"), "old": PASSWORD, "new": "better-secret-9"}
    assert browser.client.post("/password", data=form).headers["Location"] == "/console"
    browser.client.post("/logout", data={"csrf": browser.read_token("/console")})
    assert browser.log_in("the-clerk", "better-secret-9").status_code == 302, "the mark of the new password"
