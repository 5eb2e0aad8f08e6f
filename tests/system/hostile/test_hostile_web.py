"""Anybody may send anything to every address of the collector: typed refusals, nothing changes, nothing falls."""

import json
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from broker.collector.operations import OPERATIONS, Operation
from broker.runtime.rating_secret import known_keys
from tests.system.hostile.intruder import MARK, PRIVATE, PRIVATE_TEXT, garbage, raw_http, twisted
from tests.system.town import MANAGER, PASSWORD, Town
from tests.system.web import Browser, Page

pytestmark = pytest.mark.system

LIMIT_BYTES = 16_384
SERVER_LIMIT_BYTES = 262_144
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
NAMES = (
    "c1",
    "no-such",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%ff%fe",
    "A" * 300,
    "'%20OR%201=1",
    "%3Cscript%3E",
    "%E5%8F%B7",
)
QUERIES = ("?day=" + MARK, "?day=2026-99-99", "?by=" + MARK, "?format=%00", "?watch=" + "x," * 500, "?%ff=%fe")
GOOD: dict[str, dict[str, Any]] = {
    "/api/evaluations": {
        "id": "rating-0001",
        "visit": "2026-03-04-v9",
        "device": "keypad-1",
        "level": "satisfied",
        "raw_key": "1",
        "pressed_at_ms": 1,
    },
    "/api/evaluations/explained": {
        "id": "words-0001",
        "visit": "2026-03-04-v9",
        "device": "keypad-1",
        "reasons": ["attitude"],
        "reasons_version": 1,
        "age_ms": 700_000,
    },
    "/api/evaluations/unrated": {
        "id": "silence-0001",
        "visit": "2026-03-04-v9",
        "device": "keypad-1",
        "why": "declined",
    },
    "/api/evaluations/paper": {"id": "paper-0001", "number": "A001", "level": "satisfied"},
    "/api/tickets/{key}/rating": {"id": "rating-0002", "level": "satisfied"},
    "/api/signs/{device}/{visit}/rating": {"id": "rating-0003", "level": "satisfied"},
    "/api/commands": {"id": "wish-0001", "command": {"type": "CallNext", "counter": "c1"}},
    "/api/virtual/inputs": {"device": "kiosk-1", "part": "screen", "kind": "touch", "x": 1, "y": 1},
    "/api/tickets/{key}/postponement": {"id": "holder-0001", "proof": "0123456789abcdef"},
    "/api/tickets/{key}/cancellation": {"id": "holder-0002", "proof": "0123456789abcdef"},
    "/api/tickets/{key}/push": {
        "id": "holder-0003",
        "proof": "0123456789abcdef",
        "endpoint": "https://push.example/x",
    },
    "/api/what-if": {"day": "2020-01-01"},
    "/api/what-if/cancelled": {"run": 1},
    "/api/floor/acknowledged": {"key": "waiting:pension"},
    "/api/appointments": {
        "id": "home-000001",
        "service": "pension",
        "at_ms": 1_772_600_000_000,
        "number": "11010519491231002X",
    },
    "/api/appointments/found": {"code": "40718253", "number": "11010519491231002X"},
    "/api/appointments/{appointment}/cancelled": {"k": "0123456789abcdef"},
    "/api/appointments/{appointment}/moved": {
        "k": "0123456789abcdef",
        "at_ms": 1_772_600_000_000,
        "number": "11010519491231002X",
    },
}
POSTS = tuple(operation for operation in OPERATIONS if operation.method == "post")


@pytest.fixture
def browser(unmoved: Town) -> Browser:
    """At a hall in which nothing may have moved when the test is over."""
    return Browser(unmoved.file.collector_port, wandering=True)


def paths(operation: Operation) -> Iterator[str]:
    """The operation's address with every kind of name in it."""
    if "{" not in operation.path:
        yield operation.path
        yield from (operation.path + query for query in QUERIES)
        return
    for name in NAMES:
        path = operation.path
        for parameter in operation.parameters:
            path = path.replace("{" + parameter.name + "}", name)
        yield path


def assert_typed_refusal(page: Page, what: str) -> None:
    """A status that blames the asker, and under ``/api/`` a code and a sentence in both languages; no echo of it."""
    assert 400 <= page.status < 500, f"{what} -> {page.status} {page.data[:200]!r}"
    assert page.status != 429, f"{what}: the limit of one address was counted for another"
    for word in PRIVATE:
        assert word.encode() not in page.data, f"{what}: the answer repeats what was sent"
    if page.headers.get("content-type") == "application/json" and page.data:
        body = page.json
        assert body["code"] not in ("", "server_error"), what
        assert body["zh"], what
        assert body["en"], what


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_no_method_and_no_name_confuses_an_address(browser: Browser, operation: Operation) -> None:
    for method in METHODS:
        if method.lower() == operation.method and (operation.method == "post" or operation.id == "events"):
            continue  # bodies have a test of their own; a stream does not end by itself
        for path in paths(operation):
            page = browser.ask(method, path)
            if method in ("GET", "HEAD") and operation.method == "get":
                assert page.status < 500 or page.status == 503, f"{method} {path} -> {page.status}"
            elif method == "OPTIONS":
                assert page.status < 500, f"{method} {path} -> {page.status}"
            else:
                assert_typed_refusal(page, f"{method} {path}")


@pytest.fixture(scope="module")
def papers(open_town: Town) -> Browser:
    """A manager who has logged in: what he sends is read."""
    browser = Browser(open_town.file.collector_port, wandering=True)
    browser.log_in(MANAGER, PASSWORD)
    return browser


def bearer(town: Town) -> dict[str, str]:
    """What an evaluator of this hall shows to the collector."""
    return {"Authorization": f"Bearer {known_keys(town.hall.hall.id, town.folder / 'collector').bearers()[0]}"}


@pytest.mark.parametrize("operation", [one for one in POSTS if one.body], ids=lambda operation: operation.id)
def test_no_body_is_taken_for_another(papers: Browser, unmoved: Town, operation: Operation) -> None:
    browser, token, key = papers, papers.token("/password"), bearer(unmoved)
    path = operation.path.replace("{key}", "A001").replace("{device}", "keypad-1").replace("{visit}", "2026-03-04-v9")
    path = path.replace("{appointment}", "home-000001")
    good = GOOD[operation.path]
    bodies = [*garbage(), *twisted(good, LIMIT_BYTES, noted=False), *twisted(good, SERVER_LIMIT_BYTES)]
    for what, body in bodies:
        page = browser.ask("POST", path, body, Content_Type="application/json", X_CSRF_Token=token, **key)
        assert_typed_refusal(page, f"{operation.id}: {what}")
        assert page.status in (400, 413, 415), f"{operation.id}: {what} -> {page.status}: it was not read"
    text = json.dumps(good).encode()
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
    ):
        assert_typed_refusal(
            browser.ask("POST", path, text, Content_Type=kind, X_CSRF_Token=token, **key), f"{operation.id} as {kind!r}"
        )
    assert_typed_refusal(browser.ask("POST", path), f"{operation.id} without a body")


def test_a_rating_of_a_visit_that_never_was_is_refused_by_the_engine(browser: Browser, unmoved: Town) -> None:
    key = bearer(unmoved)
    assert browser.post("/api/evaluations", GOOD["/api/evaluations"]).json["code"] == "bad_device_key"
    page = browser.post("/api/evaluations", GOOD["/api/evaluations"], **key)
    assert (page.status, page.json["code"]) == (422, "visit_not_rateable")
    again = browser.post("/api/evaluations", GOOD["/api/evaluations"], **key)
    assert again.json == page.json, "one id, one answer"
    stranger = browser.post("/api/evaluations", {**GOOD["/api/evaluations"], "device": "keypad-9"}, **key)
    assert (stranger.status, stranger.json["code"]) == (422, "unknown_evaluator")


def test_a_refused_rating_is_noted_without_its_content(browser: Browser, unmoved: Town) -> None:
    def noted() -> bool:
        browser.post("/api/evaluations", {"id": PRIVATE_TEXT}, **bearer(unmoved))
        time.sleep(0.3)  # the log takes 200 lines in ten seconds, and the tests before wrote many
        return "refused code=malformed status=400 rule=/api/evaluations" in unmoved.log("collector")

    unmoved.watcher.await_that(noted, "the refusal is noted")


def test_staff_addresses_want_a_log_in_and_forms_want_their_own_page(browser: Browser) -> None:
    assert browser.post("/api/commands", GOOD["/api/commands"]).status == 401
    for path in ("/api/devices", "/api/statistics", "/api/consoles/c1"):
        page = browser.ask("GET", path, Cookie="jh_staff=" + "A" * 43)
        assert (page.status, page.json["code"]) == (401, "log_in_first")
    form = urllib.parse.urlencode({"name": "manager-1", "password": PRIVATE_TEXT, "csrf": MARK}).encode()
    page = browser.ask("POST", "/login", form, Content_Type="application/x-www-form-urlencoded")
    assert page.status == 403
    assert browser.post("/api/virtual/inputs", GOOD["/api/virtual/inputs"]).json["code"] == "bad_token"


def test_a_foreign_host_name_and_foreign_headers_are_refused_or_ignored(browser: Browser) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "[::1", "x" * 500):
        page = browser.ask("GET", "/api/status", Host=host)
        assert 400 <= page.status < 500, f"{host} -> {page.status}"
    for header in ({"Cookie": "jh_staff=" + MARK * 100}, {"If_None_Match": "W/" * 500}, {"Range": "bytes=9-1,-0"}):
        page = browser.ask("GET", "/api/status", **header)
        assert page.status < 500
    page = browser.ask("GET", "/api/status", X_Forwarded_For=MARK, Accept="x/" + MARK)
    assert page.status == 200


def test_one_address_that_asks_too_much_is_asked_to_wait(unmoved: Town) -> None:
    browser = Browser(unmoved.file.collector_port)
    statuses = [browser.get("/api/tickets/A001").status for _ in range(80)]
    assert statuses[0] == 200
    assert set(statuses) == {200, 429}
    refused = browser.get("/api/tickets/A001")
    assert (refused.status, refused.json["code"]) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) > 0
    assert browser.get("/api/status").status == 200, "what everybody polls has no such limit"


def test_pages_survive_strange_addresses(browser: Browser) -> None:
    for path in ("/", "/find", "/login", "/virtual", "/console", "/today", "/screens", "/t/", "/find?number=", "/t/"):
        for name in (*NAMES, MARK):
            page = browser.get(path + name)
            assert page.status < 500, f"{path}{name} -> {page.status}"
            assert b"<script>" not in page.data.replace(b"<script src", b""), f"{path}{name} runs what was sent"


def test_the_web_port_survives_what_is_not_http(browser: Browser, unmoved: Town) -> None:
    port = unmoved.file.collector_port
    junk = (
        b"\0" * 100,
        b"\xff" * 2_000,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/evaluations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/evaluations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999999\r\n\r\n{}",
        b"POST /api/evaluations HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-Filler: " + b"y" * 40_000 + b"\r\n\r\n",
        b"GET /" + b"z" * 40_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    )
    for data in junk:
        answer = raw_http(port, data)
        assert not answer.startswith(b"HTTP/1.1 5"), answer[:120]
        assert not answer.startswith(b"HTTP/1.1 2"), answer[:120]
    assert browser.get("/api/status").status == 200
