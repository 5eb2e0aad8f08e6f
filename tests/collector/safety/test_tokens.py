"""Tokens of programs: what their scopes say is read, nothing else; shown once, kept as a hash, closed at once."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from broker.collector.openapi import scope_of
from broker.collector.operations import OPERATIONS
from broker.collector.safety.tokens import SCOPES
from broker.collector.web import Web
from broker.model import commands as c
from broker.runtime.clock import ManualClock
from tests.collector.conftest import Browser
from tests.collector.town import TownHub

DAY_S = 86_400


@pytest.fixture
def web(app: Flask) -> Web:
    return app.extensions["jiaohao"]  # type: ignore[no-any-return]


def asks(app: Flask, path: str, token: str, method: str = "GET", **more: object) -> TestResponse:
    return app.test_client().open(path, method=method, headers={"Authorization": f"Bearer {token}"}, **more)


def made(web: Web, *scopes: str, name: str = "city", days: int = 90) -> str:
    return web.tokens.make(name, scopes or tuple(SCOPES), days, "the-admin")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_reads_every_address_of_its_scope_and_none_of_another(
    scope: str, app: Flask, web: Web, hub: TownHub
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    token = made(web, scope)
    looked = 0
    for operation in OPERATIONS:
        if scope_of(operation) and "{" not in operation.path:
            status = asks(app, operation.path, token).status_code
            looked += 1
            if scope_of(operation) == scope:
                assert status not in (401, 403), operation.path
            else:
                assert status == 403, operation.path
    assert looked >= 8


def test_a_token_opens_no_page_and_changes_nothing(app: Flask, web: Web, hub: TownHub) -> None:
    token = made(web)
    for path in ("/today", "/floor", "/sheets", "/reports", "/accounts", "/tokens", "/audit"):
        assert asks(app, path, token).status_code == 302, path
    opening = {"id": "web-0001", "command": {"type": "OpenCounter", "counter": "c1"}}
    assert asks(app, "/api/commands", token, "POST", json=opening).status_code == 401
    assert asks(app, "/api/floor/acknowledged", token, "POST", json={}).status_code == 401
    assert not hub.writer.state.counters


def test_what_is_made_up_over_or_closed_opens_nothing(app: Flask, web: Web, clock: ManualClock, hub: TownHub) -> None:
    assert asks(app, "/api/statistics", "jh_made-up").status_code == 401
    assert asks(app, "/api/statistics", "").status_code == 401
    short, closed = made(web, name="short", days=1), made(web, name="closed", days=30)
    assert asks(app, "/api/statistics", short).status_code == asks(app, "/api/statistics", closed).status_code
    assert asks(app, "/api/statistics", closed).status_code != 401
    web.tokens.close(next(token.mark for token in web.tokens.all() if token.name == "closed"))
    assert asks(app, "/api/statistics", closed).status_code == 401
    clock.advance(DAY_S)
    assert asks(app, "/api/statistics", short).status_code == 401


def test_only_a_hash_of_it_is_kept_and_its_last_use_is_seen(app: Flask, web: Web, hub: TownHub) -> None:
    token = made(web)
    assert web.tokens.all()[0].seen_ms is None
    asks(app, "/api/statistics", token)
    assert web.tokens.all()[0].seen_ms == web.accounts.now_ms()
    written = b"".join(path.read_bytes() for path in web.accounts.folder.rglob("*") if path.is_file())
    assert token.encode() not in written and token[3:].encode() not in written


def test_who_asks_too_often_is_told_when_to_come_again(app: Flask, web: Web, hub: TownHub) -> None:
    token = made(web)
    codes = [asks(app, "/api/statistics", token) for _ in range(70)]
    assert codes[0].status_code != 429
    assert codes[-1].status_code == 429 and int(codes[-1].headers["Retry-After"]) >= 1


def test_an_administrator_makes_one_sees_it_once_and_closes_it(
    logged_in: Callable[[str], Browser], app: Flask, web: Web, hub: TownHub
) -> None:
    admin = logged_in("admin")
    csrf = re.search(r'name="csrf" value="([^"]+)"', admin.client.get("/tokens").get_data(as_text=True))
    assert csrf is not None
    typed = {"csrf": csrf[1], "name": "市大屏", "scope": ["read:figures"], "days": "30"}
    page = admin.client.post("/tokens", data=typed).get_data(as_text=True)
    shown = re.search(r'class="secret">(jh_[\w-]+)<', page)
    assert shown is not None and asks(app, "/api/statistics", shown[1]).status_code != 401
    again = admin.client.get("/tokens").get_data(as_text=True)
    assert shown[1] not in again and "市大屏" in again
    assert admin.client.post("/tokens", data=typed).status_code == 400
    for wrong in ({"days": "0"}, {"days": "x"}, {"name": " "}, {"scope": []}, {"scope": ["write:all"]}):
        assert admin.client.post("/tokens", data=typed | {"name": "other"} | wrong).status_code == 400, wrong
    mark = web.tokens.all()[0].mark
    assert admin.client.post(f"/tokens/{mark}/closed", data={"csrf": csrf[1]}).status_code == 200
    assert asks(app, "/api/statistics", shown[1]).status_code == 401
    web.accounts.audit.flush()
    kinds = [row.type for row in web.accounts.audit.rows(20)]
    assert "token_made" in kinds and "token_closed" in kinds
    assert not any(shown[1] in f"{row.object} {row.result}" for row in web.accounts.audit.rows(50))
