"""Which kind of news each role may watch, complete: a kind beside what pages of that role follow is refused."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from broker.collector import stream
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.rights import Role
from broker.collector.web import WebOptions
from broker.runtime.clock import ManualClock
from tests.collector.conftest import Browser
from tests.collector.test_access import everybody, status_of

#   kind: answers to anonymous, clerk, guide, manager, quality, auditor, admin
KINDS: dict[str, tuple[int, ...]] = {
    "hall": (200, 200, 200, 200, 200, 200, 200),
    "service": (200, 200, 200, 200, 200, 200, 200),
    "counter": (200, 200, 200, 200, 200, 200, 200),
    "board": (200, 200, 200, 200, 200, 200, 200),
    "kiosk": (200, 200, 200, 200, 200, 200, 200),
    "engine": (200, 200, 200, 200, 200, 200, 200),
    "outlet": (200, 200, 200, 200, 200, 200, 200),
    "picture": (400, 200, 200, 200, 400, 400, 400),
    "device": (400, 400, 400, 200, 400, 400, 400),
    "alert": (400, 400, 400, 200, 400, 400, 400),
    "panel": (400, 400, 400, 400, 400, 400, 400),
    "sound": (400, 400, 400, 400, 400, 400, 400),
    "log-in": (400, 400, 400, 400, 400, 400, 400),
}
PAGES = {
    "floor.html": Role.MANAGER,
    "staffing.html": Role.MANAGER,
    "screens.html": Role.CLERK,
    "console.html": Role.CLERK,
}
TEMPLATES = Path(stream.__file__).with_name("templates")


class TestWithoutAVirtualHall:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(quiet_s=0.05, gap_s=0.0, stream_s=0.2)

    def test_each_role_watches_what_its_pages_need_and_nothing_else(
        self, app: Flask, logged_in: Callable[[str], Browser]
    ) -> None:
        people, wrong = everybody(app, logged_in), []
        for kind, wanted in KINDS.items():
            for watch in (kind, f"{kind}/x"):
                got = tuple(status_of(one, "get", f"/api/events?watch={watch}", None) for one in people)
                if got != wanted:
                    wrong.append(f"{watch}: {got}, wanted {wanted}")
        assert not wrong, "\n".join(wrong)

    def test_one_kind_that_is_not_allowed_refuses_the_whole_list(self, logged_in: Callable[[str], Browser]) -> None:
        assert status_of(logged_in("clerk"), "get", "/api/events?watch=hall,alert", None) == 400

    def test_a_first_password_opens_no_news_of_the_house(self, browser: Browser, accounts: Accounts) -> None:
        accounts.add("window-3", Role.MANAGER, "first-given-1")
        browser.log_in("window-3", "first-given-1")
        assert status_of(browser, "get", "/api/events?watch=alert", None) == 400
        assert status_of(browser, "get", "/api/events?watch=hall", None) == 200


class TestInAVirtualHallOnThisMachine:
    def test_everybody_may_watch_its_devices_and_nobody_the_alerts_but_a_manager(
        self, app: Flask, logged_in: Callable[[str], Browser]
    ) -> None:
        for one in everybody(app, logged_in):
            for kind in stream.VIRTUAL:
                assert status_of(one, "get", f"/api/events?watch={kind}", None) == 200
        assert status_of(logged_in("clerk"), "get", "/api/events?watch=alert", None) == 400
        assert status_of(logged_in("manager"), "get", "/api/events?watch=alert", None) == 200


class TestWhenWhoOpenedItLosesTheRight:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(quiet_s=0.02, gap_s=0.0, staff_gap_s=0.0, stream_s=20.0)

    @pytest.mark.parametrize(
        "lost",
        [
            lambda accounts, token: accounts.log_out(token),
            lambda accounts, token: accounts.end_sessions("the-manager"),
            lambda accounts, token: accounts.set_active("the-manager", False),
            lambda accounts, token: accounts.set_role("the-manager", Role.CLERK),
            lambda accounts, token: accounts.set_password("the-manager", "another-word-77", must_change=True),
        ],
        ids=["logs out", "is logged out elsewhere", "is closed", "gets another role", "gets a first password"],
    )
    def test_an_open_stream_ends_before_it_tells_anything_more(
        self, logged_in: Callable[[str], Browser], accounts: Accounts, lost: Callable[[Accounts, str], object]
    ) -> None:
        manager = logged_in("manager")
        cookie = manager.client.get_cookie("jh_staff")
        assert cookie is not None
        with manager.client.get("/api/events?watch=alert", buffered=False) as answer:
            parts = iter(answer.response)
            assert b"hello" in next(parts)
            assert b"still here" in next(parts)
            lost(accounts, cookie.value)
            assert len(list(itertools.islice(parts, 20))) < 5, "it goes on as if nothing had happened"

    def test_a_stream_that_is_only_listened_to_keeps_no_log_in_alive(
        self, logged_in: Callable[[str], Browser], clock: ManualClock
    ) -> None:
        manager = logged_in("manager")
        with manager.client.get("/api/events?watch=alert", buffered=False) as answer:
            parts = iter(answer.response)
            assert b"hello" in next(parts)
            for _ in range(4):
                clock.advance(8 * 60)
                ended = next(parts, b"") == b""
            assert ended or next(parts, b"") == b""


def test_every_kind_is_in_the_table() -> None:
    assert {*stream.PUBLIC, *stream.OF_STAFF, *stream.VIRTUAL} <= set(KINDS)


def test_every_page_may_watch_what_it_asks_for(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    """Read from the pages themselves; those that are not named here are for strangers or ask for public kinds."""
    for template in TEMPLATES.glob("*.html"):
        for names in re.findall(r'data-watch="([a-z,]+)"', template.read_text(encoding="utf-8")):
            kinds = set(names.split(","))
            if template.name == "virtual.html":
                assert kinds <= {*stream.PUBLIC, *stream.VIRTUAL}
            elif not kinds <= set(stream.PUBLIC):
                of_role = 1 + list(Role).index(PAGES[template.name])
                assert kinds <= {kind for kind, answers in KINDS.items() if answers[of_role] == 200}
