"""Accounts on a page: what an administrator may do, what nobody may, and that all of it is in the audit log."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from broker.collector.safety.accounts import IDLE_MS, WARNED_MS, Accounts
from broker.collector.safety.rights import Role
from broker.collector.safety.staff_errors import LastAdministrator, WrongPassword
from broker.collector.web import WebOptions
from broker.runtime.clock import ManualClock
from tests.collector.conftest import PASSWORD, Browser


@pytest.fixture
def admin(logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("admin")


def post(browser: Browser, path: str, **form: str) -> tuple[int, str]:
    answer = browser.client.post(path, data={"csrf": browser.token, **form})
    return answer.status_code, answer.get_data(as_text=True)


def given_in(text: str) -> str:
    found = re.search(r'class="secret">([^<]+)<', text)
    return found[1] if found else ""


def test_an_account_is_made_with_a_password_that_is_shown_once_and_must_be_changed(
    app: Flask, admin: Browser, accounts: Accounts
) -> None:
    status, text = post(admin, "/accounts", name="Window-7", role="clerk", clerk="staff-17")
    assert status == 200
    made = accounts.get("window-7")
    assert made is not None and (made.role, made.clerk, made.must_change) == (Role.CLERK, "staff-17", True)
    password = given_in(text)
    assert accounts.log_in("window-7", password)
    assert password not in admin.client.get("/accounts").get_data(as_text=True)
    assert [(row.type, row.subject, row.object) for row in accounts.audit.rows(1)] == [
        ("account_added", "the-admin", "window-7 clerk = staff-17")
    ]
    fresh = Browser(app.test_client())
    fresh.log_in("window-7", password)
    assert fresh.client.get("/console").headers["Location"] == "/password"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "张三", "role": "clerk"}, "账号名须为"),
        ({"name": "the-clerk", "role": "clerk"}, "账号名已存在"),
        ({"name": "window-7", "role": "king"}, "请选择角色"),
        ({"name": "window-7", "role": "clerk", "clerk": "nobody"}, "没有工作人员"),
        ({"name": "window-7", "role": "manager", "clerk": "staff-17"}, "只有窗口人员的账号"),
    ],
)
def test_what_makes_no_account_says_why(admin: Browser, accounts: Accounts, form: dict[str, str], said: str) -> None:
    before = accounts.all()
    status, text = post(admin, "/accounts", **form)
    assert (status, said in text) == (403, True)
    assert 'role="alert" id="refused" tabindex="-1" autofocus>' in text, "so it is read out"
    assert accounts.all() == before


def test_every_change_is_done_ends_log_ins_and_is_in_the_log(
    admin: Browser, logged_in: Callable[[str], Browser], accounts: Accounts
) -> None:
    clerk = logged_in("clerk")
    assert post(admin, "/accounts/the-clerk", do="bind", clerk="staff-17")[0] == 200
    assert accounts.get("the-clerk").clerk == "staff-17"
    assert clerk.client.get("/console").status_code == 302, "the log-in was another's"
    assert post(admin, "/accounts/the-clerk", do="role", role="guide")[0] == 200
    assert (accounts.get("the-clerk").role, accounts.get("the-clerk").clerk) == (Role.GUIDE, None)
    password = given_in(post(admin, "/accounts/the-clerk", do="reset")[1])
    with pytest.raises(WrongPassword):
        accounts.log_in("the-clerk", PASSWORD)
    assert accounts.log_in("the-clerk", password) and accounts.get("the-clerk").must_change
    assert post(admin, "/accounts/the-clerk", do="log_out")[0] == 200
    assert accounts.sessions("the-clerk") == ()
    assert post(admin, "/accounts/the-clerk", do="close")[0] == 200
    with pytest.raises(WrongPassword):
        accounts.log_in("the-clerk", password)
    assert post(admin, "/accounts/the-clerk", do="reopen")[0] == 200
    assert accounts.log_in("the-clerk", password)
    assert post(admin, "/accounts/the-clerk", do="dance")[0] == 403
    done = [row.type for row in reversed(accounts.audit.rows(20)) if row.type.startswith("account_")]
    assert done == [f"account_{do}" for do in ("bind", "role", "reset", "log_out", "close", "reopen", "changed")]


def test_nobody_changes_his_own_account_and_the_last_administrator_stays(admin: Browser, accounts: Accounts) -> None:
    for do in ("close", "role", "reset", "bind", "log_out"):
        status, text = post(admin, "/accounts/the-admin", do=do, role="manager")
        assert (status, "不能更改自己的账号" in text) == (403, True), do
    with pytest.raises(LastAdministrator):
        accounts.set_active("the-admin", False)
    with pytest.raises(LastAdministrator):
        accounts.set_role("the-admin", Role.CLERK)
    accounts.add("second-admin", Role.ADMIN, PASSWORD)
    assert post(admin, "/accounts/second-admin", do="role", role="auditor")[0] == 200, "one is left"


def test_an_administrator_has_no_floor_and_no_figures(admin: Browser) -> None:
    text = admin.client.get("/accounts").get_data(as_text=True)
    for foreign in ("/console", "/today", "/ratings", "/sheets", "/screens", "/audit", "/appointments"):
        assert f'href="{foreign}"' not in text, foreign
        assert admin.client.get(foreign).status_code == 403


def test_i_see_where_i_am_logged_in_and_end_it_elsewhere(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    here, there, third = (logged_in("clerk") for _ in range(3))
    assert here.client.get("/mine").get_data(as_text=True).count('name="mark"') == 2
    mark = re.search(r'name="mark" value="([0-9a-f]{16})"', here.client.get("/mine").get_data(as_text=True))
    assert mark is not None
    assert post(here, "/mine/sessions", mark=mark[1])[0] == 303
    assert sorted(one.client.get("/console").status_code for one in (there, third)) == [200, 302]
    assert post(here, "/mine/sessions")[0] == 303
    assert [one.client.get("/console").status_code for one in (here, there, third)] == [200, 302, 302]


def test_a_new_log_in_in_the_same_browser_ends_the_one_before(app: Flask, browser: Browser) -> None:
    browser.log_in("the-clerk")
    old = browser.client.get_cookie("jh_staff").value
    browser.log_in("the-manager")
    thief = app.test_client()
    thief.set_cookie("jh_staff", old)
    assert thief.get("/console").status_code == 302


def test_what_an_open_page_asks_by_itself_keeps_nobody_logged_in(browser: Browser, clock: ManualClock) -> None:
    browser.log_in("the-manager")
    by_itself = ({"X-Part": "live"}, {"Accept": "text/event-stream"}, {"Sec-Fetch-Mode": "cors"}, {"Accept": "image/*"})
    for headers in by_itself:
        clock.advance(IDLE_MS / 1000 / 6)
        assert browser.client.get("/today", headers=headers).status_code == 200
    clock.advance(IDLE_MS / 1000 / 2)
    assert browser.client.get("/today").status_code == 302


def test_one_touch_keeps_an_idle_page_logged_in(browser: Browser, clock: ManualClock) -> None:
    browser.log_in("the-clerk")
    clock.advance((IDLE_MS - WARNED_MS) / 1000)
    assert browser.client.get("/api/session").get_json()["left_s"] <= WARNED_MS / 1000
    assert browser.post("/api/session", {}).get_json()["left_s"] == IDLE_MS // 1000
    clock.advance((IDLE_MS - WARNED_MS) / 1000)
    assert browser.client.get("/console").status_code == 200
    assert browser.client.post("/api/session", json={}).status_code == 403, "not without the page's token"


class TestBehindHttps:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(public_url="https://hall.example.gov.cn")

    def test_cookies_are_bound_to_the_very_host(self, browser: Browser) -> None:
        answer = browser.log_in("the-clerk")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-jh_staff=") and "Secure" in cookie and "Path=/" in cookie
        assert "Domain" not in cookie and "HttpOnly" in cookie


def test_who_changes_an_account_that_another_administrator_changed_meanwhile_is_told_by_whom_and_undoes_nothing(
    app: Flask, admin: Browser, accounts: Accounts
) -> None:
    accounts.add("second-admin", Role.ADMIN, PASSWORD, must_change=False)
    second = Browser(app.test_client())
    second.log_in("second-admin")
    page = admin.client.get("/accounts").get_data(as_text=True)
    form = page.split('id="account-the-guide"', 1)[1]
    was = re.findall(r'name="was" value="([^"]+)"', form)[0]
    assert post(second, "/accounts/the-guide", do="role", role="manager", was=was)[0] == 200
    status, text = post(admin, "/accounts/the-guide", do="role", role="auditor", was=was)
    assert status == 403 and "second-admin" in text and "没有执行" in text
    made = accounts.get("the-guide")
    assert made is not None and made.role is Role.MANAGER
    now = re.findall(r'name="was" value="([^"]+)"', text.split('id="account-the-guide"', 1)[1])[0]
    assert post(admin, "/accounts/the-guide", do="role", role="auditor", was=now)[0] == 200
