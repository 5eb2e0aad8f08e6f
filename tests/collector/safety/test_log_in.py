"""Log-in, lock-out, time-out, forged requests, cookies."""

from pathlib import Path

import pytest
from flask import Flask

from broker.collector.safety.accounts import (
    IDLE_MS,
    LONGEST_MS,
    Accounts,
    ensure_demo_accounts,
)
from broker.collector.safety.failures import FAILURES_MOST, GUESSED_MOST, LOCKED_MS, SLOW_MS
from broker.collector.safety.rights import Role
from broker.collector.safety.staff_errors import BadName, Locked, NameTaken, UnknownAccount, WeakPassword, WrongPassword
from broker.collector.web import WebOptions
from broker.runtime.clock import ManualClock
from tests.collector.conftest import CHEAP, PASSWORD, Browser


def test_a_right_password_opens_a_session_and_log_out_ends_it(browser: Browser) -> None:
    assert browser.log_in("the-manager").headers["Location"] == "/floor"
    assert browser.client.get("/today").status_code == 200
    answer = browser.client.post("/logout", data={"csrf": browser.token})
    assert answer.headers["Location"] == "/"
    assert browser.client.get("/today").status_code == 302


def test_a_stolen_cookie_is_worth_nothing_after_log_out(app: Flask, browser: Browser) -> None:
    browser.log_in("the-clerk")
    stolen = browser.client.get_cookie("jh_staff").value
    browser.client.post("/logout", data={"csrf": browser.token})
    thief = app.test_client()
    thief.set_cookie("jh_staff", stolen)
    assert thief.get("/console").status_code == 302


def test_after_five_failures_even_the_right_password_waits(browser: Browser, clock: ManualClock) -> None:
    for _ in range(FAILURES_MOST):
        assert "账号或密码不正确" in browser.log_in("the-clerk", "wrong-password-1").get_data(as_text=True)
        clock.advance(10)
    refused = browser.log_in("the-clerk")
    assert refused.status_code == 403
    assert "15 分钟" in refused.get_data(as_text=True)
    clock.advance(LOCKED_MS / 1000)
    assert browser.log_in("the-clerk").status_code == 302


def test_each_further_failure_doubles_the_delay_and_a_manager_sees_it_until_the_right_password(
    browser: Browser, accounts: Accounts, clock: ManualClock
) -> None:
    for _ in range(FAILURES_MOST):
        browser.log_in("the-clerk", "wrong-password-1")
        clock.advance(10)
    for delay_min in (15, 30, 60, 120, 240, 480, 480):
        clock.advance(delay_min * 60 - 120)
        assert browser.log_in("the-clerk").status_code == 403, "not sooner, though it is the right one"
        clock.advance(120)
        assert "账号或密码不正确" in browser.log_in("the-clerk", "wrong-password-1").get_data(as_text=True)
    assert accounts.guessed() == (("the-clerk", FAILURES_MOST + 7),)
    browser.log_in("the-manager")
    told = [one for one in browser.client.get("/api/devices").get_json()["attention"] if one["subject"] == "the-clerk"]
    assert len(told) == 1 and told[0]["zh"] in browser.client.get("/floor").get_data(as_text=True)
    clock.advance(480 * 60)
    assert browser.log_in("the-clerk").status_code == 302
    assert accounts.guessed() == ()


def test_names_that_are_no_accounts_are_no_alert(accounts: Accounts) -> None:
    for _ in range(FAILURES_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("nobody", "wrong-password-1")
    assert accounts.guessed() == ()


def test_a_name_that_does_not_exist_is_locked_like_one_that_does(accounts: Accounts) -> None:
    for _ in range(FAILURES_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("nobody", "wrong-password-1")
    with pytest.raises(Locked):
        accounts.log_in("nobody", "wrong-password-1")


def test_a_stranger_who_guesses_locks_himself_out_and_not_the_owner(app: Flask, browser: Browser) -> None:
    stranger = Browser(app.test_client())
    stranger.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    for _ in range(FAILURES_MOST):
        stranger.log_in("the-clerk", "wrong-password-1")
    assert stranger.log_in("the-clerk").status_code == 403, "the right password, too late"
    assert browser.log_in("the-clerk").status_code == 302
    assert stranger.log_in("the-clerk").status_code == 403, "the owner's log-in opens nothing for the stranger"


def test_a_name_guessed_from_many_addresses_is_slow_and_not_shut(accounts: Accounts, clock: ManualClock) -> None:
    for number in range(GUESSED_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-clerk", "wrong-password-1", f"198.51.100.{number}")
    with pytest.raises(Locked):
        accounts.log_in("the-clerk", PASSWORD, "192.0.2.1")
    assert accounts.log_in("the-manager", PASSWORD, "192.0.2.1")
    clock.advance(SLOW_MS / 1000)
    assert accounts.log_in("the-clerk", PASSWORD, "192.0.2.1")


def test_a_lock_survives_a_restart(accounts: Accounts, tmp_path: Path, clock: ManualClock) -> None:
    for _ in range(FAILURES_MOST):
        with pytest.raises(WrongPassword):
            accounts.log_in("the-clerk", "wrong-password-1")
    with pytest.raises(Locked):
        Accounts(tmp_path / "accounts.db", clock, CHEAP).log_in("the-clerk", PASSWORD)


def test_one_address_cannot_try_name_after_name(browser: Browser) -> None:
    answers = [browser.log_in(f"name-{number}", "wrong-password-1").status_code for number in range(12)]
    assert answers[:8] == [403] * 8
    assert answers[-1] == 429


def test_whoever_tries_and_tries_behind_one_address_keeps_out_nobody_who_logged_in_there_before(
    browser: Browser, app: Flask
) -> None:
    browser.log_in("the-clerk")
    browser.client.post("/logout", data={"csrf": browser.token})
    stranger = Browser(app.test_client())
    tried = [stranger.log_in(f"name-{number}", "wrong-password-1").status_code for number in range(12)]
    assert tried[-1] == 429
    assert browser.log_in("the-clerk").status_code == 302
    assert browser.log_in("the-manager").status_code == 429, "never at this browser: as strange as the other"


def test_a_forgotten_browser_cannot_fill_the_audit_log_with_refused_passwords(browser: Browser, app: Flask) -> None:
    browser.log_in("the-clerk")
    browser.read_token("/password")
    form = {"old": "wrong-password-1", "new": PASSWORD + "x"}
    answers = [browser.client.post("/password", data={**form, "csrf": browser.token}).status_code for _ in range(30)]
    assert answers[-1] == 429 and set(answers) == {403, 429}
    assert 0 < answers.count(403) <= 8


def test_a_session_ends_when_idle_and_after_half_a_day(browser: Browser, clock: ManualClock) -> None:
    browser.log_in("the-clerk")
    clock.advance(IDLE_MS / 1000 - 60)
    assert browser.client.get("/console").status_code == 200
    clock.advance(IDLE_MS / 1000 + 1)
    assert browser.client.get("/console").status_code == 302
    browser.log_in("the-clerk")
    for _ in range(LONGEST_MS // IDLE_MS * 2):
        clock.advance(IDLE_MS / 2000 + 1)
        last = browser.client.get("/console").status_code
    assert last == 302


@pytest.mark.parametrize("token", ["", "0" * 64, "绝密"])
def test_a_command_without_its_pages_token_is_refused(browser: Browser, token: str) -> None:
    browser.log_in("the-clerk")
    command = {"id": "command-000999", "command": {"type": "OpenCounter", "counter": "c1"}}
    headers = {"X-CSRF-Token": token.encode().decode("latin-1")}
    answer = browser.client.post("/api/commands", json=command, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "bad_token")


def test_the_token_of_another_session_is_refused(app: Flask, browser: Browser) -> None:
    browser.log_in("the-clerk")
    other = Browser(app.test_client())
    other.log_in("the-manager")
    answer = browser.post(
        "/api/commands", {"id": "command-000999", "command": {"type": "CallNext", "counter": "c1"}}, other.token
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/login", "/logout", "/password"])
def test_a_form_without_its_token_is_refused(browser: Browser, path: str) -> None:
    browser.log_in("the-clerk")
    assert browser.client.post(path, data={"name": "the-clerk", "password": PASSWORD}).status_code == 403


def test_a_request_from_another_site_is_refused_even_with_a_token(browser: Browser) -> None:
    browser.log_in("the-clerk")
    headers = {"X-CSRF-Token": browser.token, "Sec-Fetch-Site": "cross-site"}
    command = {"id": "command-000999", "command": {"type": "CallNext", "counter": "c1"}}
    assert browser.client.post("/api/commands", json=command, headers=headers).status_code == 403


def test_touching_a_virtual_screen_needs_the_pages_token_too(browser: Browser) -> None:
    touch = {"device": "kiosk-1", "part": "screen", "kind": "touch", "x": 1, "y": 1}
    assert browser.client.post("/api/virtual/inputs", json=touch).status_code == 403


def test_a_foreign_name_for_this_machine_is_refused(browser: Browser) -> None:
    answer = browser.client.get("/api/status", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.get_json()["code"]) == (421, "bad_host")
    assert browser.client.get("/api/status", headers={"Host": "127.0.0.1:8080"}).status_code == 200


def test_log_in_never_leads_to_another_site(browser: Browser, clock: ManualClock) -> None:
    strange = ("/\\evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/x", "/a\\b", "/\x7f/x", "")
    for target in ("//evil.example", "https://evil.example", *strange):
        clock.advance(10)
        browser.read_token("/login")
        form = {"csrf": browser.token, "name": "the-clerk", "password": PASSWORD, "next": target}
        assert browser.client.post("/login", data=form).headers["Location"] == "/console"
        browser.client.delete_cookie("jh_staff")


def test_a_first_password_must_be_changed_before_anything_else(browser: Browser, accounts: Accounts) -> None:
    accounts.add("window-3", Role.CLERK, "first-given-1")
    browser.log_in("window-3", "first-given-1")
    assert browser.client.get("/console").headers["Location"] == "/password"
    token = browser.read_token("/password")
    command = {"id": "command-000999", "command": {"type": "CallNext", "counter": "c1"}}
    assert browser.post("/api/commands", command).get_json()["code"] == "change_password"
    weak = {"csrf": token, "old": "first-given-1", "new": "window-3-abc"}
    assert browser.client.post("/password", data=weak).status_code == 403
    wrong = {"csrf": token, "old": "not-the-old-1", "new": "better-secret-9"}
    assert browser.client.post("/password", data=wrong).status_code == 403
    good = {"csrf": token, "old": "first-given-1", "new": "better-secret-9"}
    assert browser.client.post("/password", data=good).headers["Location"] == "/console"
    assert browser.client.get("/console").status_code == 200


def test_closing_an_account_ends_its_sessions(browser: Browser, accounts: Accounts) -> None:
    browser.log_in("the-clerk")
    accounts.set_active("the-clerk", False)
    assert browser.client.get("/console").status_code == 302
    with pytest.raises(WrongPassword):
        accounts.log_in("the-clerk", PASSWORD)


def test_accounts_refuse_what_they_must(accounts: Accounts) -> None:
    with pytest.raises(BadName):
        accounts.add("Zhang San", Role.CLERK, PASSWORD)
    with pytest.raises(NameTaken):
        accounts.add("the-clerk", Role.CLERK, PASSWORD)
    for weak in ("short-1", "onlyletters", "1234567890", "the-new-clerk-1"):
        with pytest.raises(WeakPassword):
            accounts.add("the-new", Role.CLERK, weak)
    with pytest.raises(UnknownAccount):
        accounts.set_active("nobody", True)


def test_nothing_on_disk_reveals_a_password_or_a_session(accounts: Accounts, tmp_path: Path) -> None:
    token = accounts.log_in("the-clerk", PASSWORD)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("accounts.db*"))
    assert PASSWORD.encode() not in stored
    assert token.encode() not in stored
    assert (tmp_path / "accounts.db").stat().st_mode & 0o077 == 0


def test_demo_accounts_are_made_once_with_random_passwords(tmp_path: Path, clock: ManualClock) -> None:
    accounts = Accounts(tmp_path / "demo.db", clock, CHEAP)
    made = ensure_demo_accounts(accounts, "staff-16")
    assert [(name, role) for name, role, _ in made] == [(role.value, role) for role in Role]
    assert len({password for *_, password in made}) == len(Role)
    assert (accounts.get("clerk").clerk, accounts.get("manager").clerk) == ("staff-16", None)
    for name, _, password in made:
        assert accounts.log_in(name, password)
    assert ensure_demo_accounts(accounts, "staff-16") == ()


def test_cookies_cannot_be_read_by_scripts_or_sent_by_other_sites(browser: Browser) -> None:
    browser.read_token("/login")
    form = {"csrf": browser.token, "name": "the-clerk", "password": PASSWORD}
    cookie = browser.client.post("/login", data=form).headers["Set-Cookie"]
    assert cookie.startswith("jh_staff=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


class TestBehindHttps:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(public_url="https://hall.example.gov.cn")

    def test_cookies_travel_encrypted_only(self, browser: Browser) -> None:
        assert "Secure" in browser.client.get("/login").headers["Set-Cookie"]
        assert browser.client.get("/", headers={"Host": "hall.example.gov.cn"}).status_code == 200


def test_no_page_lets_scripts_in_from_anywhere_else(browser: Browser) -> None:
    for path in ("/", "/login", "/virtual", "/api/status", "/nowhere"):
        headers = browser.client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in headers


def test_pages_of_staff_are_never_stored_by_the_browser(browser: Browser) -> None:
    browser.log_in("the-manager")
    assert "no-store" in browser.client.get("/today").headers["Cache-Control"]
