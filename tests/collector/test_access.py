"""Every address, asked by everybody: who gets what."""

from collections.abc import Callable

import pytest
from flask import Flask

from broker.collector.safety.rights import Role
from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, hall_without_appointments
from tests.halls import OPENS_MS

OPENING = {"id": "open-counter-1", "command": {"type": "OpenCounter", "counter": "c1"}}
TOUCH = {"device": "kiosk-1", "part": "screen", "kind": "touch", "x": 1, "y": 1}
RATING = {
    "id": "rating-000001",
    "visit": "2026-03-04-v9",
    "device": "keypad-1",
    "level": "satisfied",
    "pressed_at_ms": 1,
}

BOOKABLE_MS = OPENS_MS + 6 * 3_600_000
NOBODYS = "home-0123456789abcdef01234567"
PHONE_RATING = {"id": "phone-00001", "level": "satisfied"}

WHO = ("anonymous", *Role)
HOLDER = {"id": "phone-00001", "proof": "a" * 13}

#   method ("form": a POST of a page's form), address, body:
#   answers to anonymous, clerk, guide, manager, quality, auditor, admin
TABLE: tuple[tuple[str, str, object, int, int, int, int, int, int, int], ...] = (
    ("get", "/", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/find?number=A001", None, 302, 302, 302, 302, 302, 302, 302),
    ("get", "/t/A999", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/sw.js", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/take", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/messages", None, 302, 403, 200, 200, 403, 403, 403),
    ("form", "/messages", {"id": "nothing", "do": "retry"}, 401, 403, 404, 404, 403, 403, 403),
    ("form", "/take", {}, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/complaints", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/survey", None, 200, 200, 200, 200, 200, 200, 200),
    ("form", "/survey", {}, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/push", None, 200, 200, 200, 200, 200, 200, 200),
    ("post", "/api/tickets/ticket-999/postponement", HOLDER, 409, 409, 409, 409, 409, 409, 409),
    ("post", "/api/tickets/ticket-999/cancellation", HOLDER, 409, 409, 409, 409, 409, 409, 409),
    ("post", "/api/tickets/ticket-999/push", {**HOLDER, "endpoint": "x"}, 422, 422, 422, 422, 422, 422, 422),
    ("get", "/r/sign-1/2026-03-04-v9", None, 410, 410, 410, 410, 410, 410, 410),
    ("get", "/outward", None, 302, 403, 403, 404, 403, 403, 404),
    ("form", "/outward", {"receiver": "city", "do": "now"}, 401, 403, 403, 404, 403, 403, 404),
    ("get", "/outlets", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/outlets/bank", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/guide", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/guide/pension", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/guide/nothing", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/hours", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/embed", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/embed/bank", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/api/outlets", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/outlets/bank", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/outlets/bank/desk", None, 302, 404, 403, 404, 403, 403, 403),
    ("get", "/outlets/bank/desk/tickets/x", None, 302, 404, 403, 404, 403, 403, 403),
    ("form", "/outlets/bank/desk/tickets", {}, 401, 404, 403, 404, 403, 403, 403),
    ("get", "/login", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/mine", None, 302, 200, 200, 200, 200, 200, 200),
    ("form", "/mine/sessions", {"mark": "no-session"}, 401, 303, 303, 303, 303, 303, 303),
    ("get", "/api/session", None, 401, 200, 200, 200, 200, 200, 200),
    ("post", "/api/session", {}, 401, 200, 200, 200, 200, 200, 200),
    ("get", "/accounts", None, 302, 403, 403, 403, 403, 403, 200),
    ("form", "/accounts", {"name": "window-9", "role": "clerk"}, 401, 403, 403, 403, 403, 403, 200),
    ("form", "/accounts/nobody", {"do": "close"}, 401, 403, 403, 403, 403, 403, 404),
    ("get", "/audit", None, 302, 403, 403, 403, 403, 200, 403),
    ("get", "/password", None, 302, 200, 200, 200, 200, 200, 200),
    ("get", "/console", None, 302, 200, 403, 200, 403, 403, 403),
    ("get", "/console/c1", None, 302, 200, 403, 200, 403, 403, 403),
    ("get", "/console/nobody", None, 302, 404, 403, 404, 403, 403, 403),
    ("get", "/floor", None, 302, 403, 403, 200, 403, 403, 403),
    ("get", "/floor/calls", None, 302, 403, 403, 200, 403, 403, 403),
    ("get", "/floor/calls/2026-03-04-c9", None, 302, 403, 403, 404, 403, 403, 403),
    ("get", "/api/floor", None, 401, 403, 403, 200, 403, 403, 403),
    ("get", "/staffing", None, 302, 403, 403, 200, 403, 403, 403),
    ("get", "/api/staffing", None, 401, 403, 403, 200, 403, 403, 403),
    ("get", "/what-if", None, 302, 403, 403, 200, 403, 403, 403),
    ("form", "/what-if", {"day": "2020-01-01"}, 401, 403, 403, 422, 403, 403, 403),
    ("form", "/what-if/cancelled", {"run": "9"}, 401, 403, 403, 404, 403, 403, 403),
    ("get", "/api/what-if", None, 401, 403, 403, 200, 403, 403, 403),
    ("post", "/api/what-if", {"day": "2020-01-01"}, 401, 403, 403, 422, 403, 403, 403),
    ("post", "/api/what-if/cancelled", {"run": 9}, 401, 403, 403, 404, 403, 403, 403),
    ("get", "/why", None, 302, 200, 200, 200, 403, 403, 403),
    ("get", "/api/why/A999", None, 401, 404, 404, 404, 403, 403, 403),
    ("get", "/api/floor/calls", None, 401, 403, 403, 200, 403, 403, 403),
    ("get", "/api/floor/calls/2026-03-04-c9", None, 401, 403, 403, 404, 403, 403, 403),
    ("get", "/api/floor/calls/2026-03-04-c9/A001", None, 401, 403, 403, 404, 403, 403, 403),
    ("post", "/api/floor/acknowledged", {"key": "many/nothing"}, 401, 403, 403, 404, 403, 403, 403),
    ("get", "/today", None, 302, 403, 403, 200, 403, 403, 403),
    ("get", "/screens", None, 302, 200, 200, 200, 403, 403, 403),
    ("get", "/appointments", None, 302, 200, 200, 200, 403, 403, 403),
    ("get", "/appointments/slip", None, 302, 400, 400, 400, 403, 403, 403),
    ("get", "/appointments/moved", None, 302, 400, 400, 400, 403, 403, 403),
    ("get", "/appointments/list", None, 302, 200, 200, 200, 403, 403, 403),
    ("get", "/appointments/restriction", None, 302, 403, 200, 200, 403, 403, 403),
    ("get", "/virtual", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/static/base.css", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/nowhere", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/api/status", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/services", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/counters", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/tickets/A999", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/api/health", None, 503, 503, 503, 503, 503, 503, 503),
    ("get", "/api/asyncapi.json", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/openapi.json", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/events?watch=hall", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/api/consoles/c1", None, 401, 200, 403, 200, 403, 403, 403),
    ("get", "/api/devices", None, 401, 403, 403, 200, 403, 403, 403),
    ("get", "/reports", None, 302, 403, 403, 200, 200, 200, 403),
    ("get", "/api/report", None, 401, 403, 403, 200, 200, 200, 403),
    ("get", "/api/statistics", None, 401, 403, 403, 200, 200, 200, 403),
    ("get", "/api/waits", None, 401, 403, 403, 200, 200, 200, 403),
    ("get", "/api/ratings", None, 401, 403, 403, 200, 200, 200, 403),
    ("get", "/guide-desk", None, 302, 403, 200, 200, 403, 403, 403),
    ("get", "/guide-desk/tickets", None, 302, 403, 200, 200, 403, 403, 403),
    ("get", "/guide-desk/code", None, 302, 403, 200, 200, 403, 403, 403),
    ("get", "/guide-desk/tickets/nothing/1", None, 302, 403, 400, 400, 403, 403, 403),
    ("form", "/guide-desk/tickets", {}, 401, 403, 400, 400, 403, 403, 403),
    ("form", "/guide-desk/code", {}, 401, 403, 400, 400, 403, 403, 403),
    ("get", "/slips", None, 302, 200, 200, 200, 403, 403, 403),
    ("get", "/slips/c1", None, 302, 200, 403, 200, 403, 403, 403),
    ("get", "/slips/paper/desk-0000", None, 302, 404, 404, 404, 403, 403, 403),
    ("get", "/ratings", None, 302, 403, 403, 200, 200, 200, 403),
    ("get", "/sheets", None, 302, 403, 403, 200, 200, 200, 403),
    ("get", "/sheets/2026-03-04.csv", None, 302, 403, 403, 200, 200, 200, 403),
    ("get", "/sheets/2026-03-04/print", None, 302, 403, 403, 200, 200, 200, 403),
    ("get", "/sheets/2026-03-04/c9", None, 302, 404, 403, 404, 404, 404, 403),
    ("get", "/sheets/2026-03-04/c9/print", None, 302, 404, 403, 404, 404, 404, 403),
    ("get", "/tokens", None, 302, 403, 403, 403, 403, 403, 200),
    ("form", "/tokens", {}, 401, 403, 403, 403, 403, 403, 400),
    ("form", "/tokens/nothing/closed", {}, 401, 403, 403, 403, 403, 403, 404),
    ("get", "/quality", None, 302, 403, 403, 200, 200, 403, 403),
    ("get", "/quality/complaints", None, 302, 403, 403, 200, 200, 403, 403),
    ("get", "/quality/promises", None, 302, 200, 403, 200, 200, 403, 403),
    ("get", "/quality/questions", None, 302, 200, 403, 200, 200, 403, 403),
    ("get", "/quality/new/question", None, 302, 200, 403, 200, 200, 403, 403),
    ("get", "/quality/blames", None, 302, 403, 403, 200, 200, 403, 403),
    ("get", "/quality/new/blame", None, 302, 403, 403, 200, 403, 403, 403),
    ("get", "/quality/new/complaint", None, 302, 403, 403, 200, 200, 403, 403),
    ("get", "/quality/new/promise", None, 302, 200, 403, 200, 200, 403, 403),
    ("get", "/quality/mine", None, 302, 200, 403, 200, 403, 403, 403),
    ("get", "/quality/case/T2026-0009", None, 302, 404, 403, 404, 404, 403, 403),
    ("get", "/quality/case/T2026-0009/notice", None, 302, 404, 403, 404, 404, 403, 403),
    ("form", "/quality/case/T2026-0009", {}, 401, 404, 403, 404, 404, 403, 403),
    ("form", "/quality/case/T2026-0009/owner", {}, 401, 404, 403, 404, 404, 403, 403),
    ("form", "/quality/mine/T2026-0009", {}, 401, 404, 403, 404, 403, 403, 403),
    ("form", "/quality/new/complaint", {}, 401, 403, 403, 400, 400, 403, 403),
    ("get", "/rota", None, 302, 200, 403, 200, 403, 403, 403),
    ("form", "/rota", {}, 401, 403, 403, 400, 403, 403, 403),
    ("get", "/inspections", None, 302, 403, 403, 200, 200, 403, 403),
    ("form", "/inspections", {}, 401, 403, 403, 400, 400, 403, 403),
    ("get", "/surveys", None, 302, 403, 403, 200, 200, 403, 403),
    ("form", "/surveys", {}, 401, 403, 403, 400, 400, 403, 403),
    ("get", "/surveys/2026-Q1.csv", None, 302, 403, 403, 404, 404, 403, 403),
    ("get", "/api/pictures/board-1/screen", None, 204, 204, 204, 204, 204, 204, 204),
    ("get", "/api/virtual/sounds/board-1", None, 404, 404, 404, 404, 404, 404, 404),
    ("post", "/api/commands", OPENING, 401, 200, 403, 409, 403, 403, 403),  # the manager's comes to an open counter
    ("post", "/api/virtual/inputs", TOUCH, 202, 202, 202, 202, 202, 202, 202),
    ("post", "/api/evaluations", RATING, 422, 422, 422, 422, 422, 422, 422),
    ("post", "/api/evaluations/explained", {}, 400, 400, 400, 400, 400, 400, 400),
    ("post", "/api/evaluations/unrated", {}, 400, 400, 400, 400, 400, 400, 400),
    ("post", "/api/evaluations/paper", {}, 401, 403, 403, 400, 400, 403, 403),
    ("post", "/api/tickets/ticket-999/rating", PHONE_RATING, 404, 404, 404, 404, 404, 404, 404),
    ("post", "/api/signs/sign-1/2026-03-04-v9/rating", PHONE_RATING, 409, 409, 409, 409, 409, 409, 409),
    ("form", "/appointments", {}, 401, 400, 400, 400, 403, 403, 403),
    ("form", "/appointments/moved", {}, 401, 400, 400, 400, 403, 403, 403),
    ("form", "/appointments/list", {}, 401, 404, 404, 404, 403, 403, 403),
    ("form", "/appointments/restriction", {}, 401, 403, 422, 422, 403, 403, 403),
    ("form", "/appointments/restriction/lifted", {}, 401, 403, 400, 400, 403, 403, 403),
    ("form", "/slips", {}, 401, 404, 404, 404, 403, 403, 403),
    ("form", "/slips/c1", {}, 401, 400, 403, 400, 403, 403, 403),
    ("form", "/sheets/2026-03-04/c9", {}, 401, 404, 403, 404, 403, 403, 403),
    ("form", "/ratings/paper", {}, 401, 403, 403, 400, 400, 403, 403),
    ("form", "/ratings/contact", {}, 401, 403, 403, 404, 404, 403, 403),
    ("form", "/password", {"old": "not-the-old-1", "new": "better-secret-9"}, 401, 403, 403, 403, 403, 403, 403),
    ("form", "/login", {"name": "nobody"}, 403, 403, 403, 403, 403, 403, 403),
    ("get", "/booking", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/booking/pension", None, 200, 200, 200, 200, 200, 200, 200),
    ("get", "/booking/nothing", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", f"/booking/pension/{BOOKABLE_MS}", None, 200, 200, 200, 200, 200, 200, 200),
    ("form", f"/booking/pension/{BOOKABLE_MS}", {"id": "home-1"}, 403, 403, 403, 403, 403, 403, 403),
    ("get", "/booking/mine", None, 200, 200, 200, 200, 200, 200, 200),
    ("form", "/booking/mine", {"code": "12345678"}, 422, 422, 422, 422, 422, 422, 422),
    ("get", f"/booking/a/{NOBODYS}?k=made-up", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", f"/booking/a/{NOBODYS}.ics?k=made-up", None, 404, 404, 404, 404, 404, 404, 404),
    ("get", f"/booking/a/{NOBODYS}/moved?k=made-up", None, 404, 404, 404, 404, 404, 404, 404),
    ("form", f"/booking/a/{NOBODYS}/moved", {"k": "made-up"}, 404, 404, 404, 404, 404, 404, 404),
    ("form", f"/booking/a/{NOBODYS}/cancelled", {"k": "made-up"}, 404, 404, 404, 404, 404, 404, 404),
    ("get", "/api/appointments/slots?service=pension", None, 200, 200, 200, 200, 200, 200, 200),
    ("post", "/api/appointments", {}, 400, 400, 400, 400, 400, 400, 400),
    ("post", "/api/appointments/found", {}, 400, 400, 400, 400, 400, 400, 400),
    ("post", f"/api/appointments/{NOBODYS}/cancelled", {"k": "made-up"}, 404, 404, 404, 404, 404, 404, 404),
    ("post", f"/api/appointments/{NOBODYS}/moved", {}, 400, 400, 400, 400, 400, 400, 400),
    ("get", "/api/nowhere", None, 404, 404, 404, 404, 404, 404, 404),
    ("delete", "/api/status", None, 405, 405, 405, 405, 405, 405, 405),
    ("form", "/logout", {}, 302, 302, 302, 302, 302, 302, 302),
)


def status_of(browser: Browser, method: str, path: str, body: object) -> int:
    if method == "get":
        answer = browser.client.get(path, buffered=False)
        answer.close()
        return int(answer.status_code)
    if method == "form":
        return int(browser.client.post(path, data={"csrf": browser.token, **body}).status_code)
    headers = {"X-CSRF-Token": browser.token}
    if isinstance(body, dict) and path == "/api/commands":  # an id is one person's wish
        body = body | {"id": f"{body['id']}-{browser.token[:12]}"}
    return int(browser.client.open(path, method=method.upper(), json=body, headers=headers).status_code)


def everybody(app: Flask, logged_in: Callable[[str], Browser]) -> tuple[Browser, ...]:
    """One browser for each of ``WHO``, each at an address of its own (log-ins of one address are limited)."""
    anonymous = Browser(app.test_client())
    anonymous.read_token("/login")
    people = (anonymous, *(logged_in(role) for role in Role))
    for number, browser in enumerate(people):
        browser.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
    return people


def test_every_address_answers_each_role_as_the_table_says(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    people = everybody(app, logged_in)
    wrong = []
    for method, path, body, *wanted in TABLE:
        got = [status_of(one, method, path, body) for one in people]
        if got != wanted:
            wrong.append(f"{method} {path}: {got}, wanted {wanted}")
    assert not wrong, "\n".join(wrong)


def test_every_page_can_be_asked_for_its_live_part(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    """What an open page asks again and again must not be broken where the whole page is not."""
    people, broken = everybody(app, logged_in), []
    for method, path, _, *wanted in TABLE:
        if method == "get" and 200 in wanted and not path.startswith(("/api/", "/static/")):
            answer = people[wanted.index(200)].client.get(path, headers={"X-Part": "live"})
            if answer.status_code != 200:
                broken.append(f"{path}: {answer.status_code}")
    assert not broken


def test_every_route_is_in_the_table(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    known = [row for row in TABLE if "nowhere" not in row[1] and row[0] != "delete"]
    met = set()
    for method, path, *_ in known:
        asked = "POST" if method == "form" else method.upper()
        met.add(f"{adapter.match(path.split('?')[0], asked)[0]} {asked}")
    routes = {
        f"{rule.endpoint} {method}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}
    }
    assert routes - met == set()


@pytest.mark.parametrize("path", ["/console", "/today", "/screens", "/password"])
def test_a_page_for_staff_sends_a_stranger_to_the_log_in_and_back(browser: Browser, path: str) -> None:
    answer = browser.client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/login?next={path}"


def asker(browser: Browser) -> Callable[..., tuple[int, str]]:
    """A function that asks a command, numbered so that each is a new one; status and code of the answer."""

    def ask(number: int, **command: object) -> tuple[int, str]:
        answer = browser.post("/api/commands", {"id": f"command-x{number:03d}", "command": command})
        return answer.status_code, (answer.get_json() or {}).get("code", "")

    return ask


def test_a_clerk_of_one_counter_cannot_work_at_another(app: Flask, hub: TownHub, accounts: object) -> None:
    accounts.add("window-1", Role.CLERK, "Window-number-1x", clerk="staff-16", must_change=False)
    browser = Browser(app.test_client())
    browser.log_in("window-1", "Window-number-1x")
    ask = asker(browser)

    assert ask(0, type="OpenCounter", counter="c1", clerk="staff-17") == (403, "not_your_counter")
    assert ask(1, type="OpenCounter", counter="c2") == (403, "not_your_counter"), "it would open in staff-17's name"
    assert ask(2, type="OpenCounter", counter="c1") == (200, "")
    assert ask(3, type="CallNext", counter="c1") == (409, "nobody_waiting")
    assert ask(4, type="CallNext", counter="c2") == (403, "not_your_counter")
    assert ask(5, type="CloseDay") == (403, "not_your_role")
    assert ask(6, type="PassTime") == (403, "not_your_role")


def test_a_clerk_may_serve_elsewhere_under_the_own_name(app: Flask, hub: TownHub, logged_in: object) -> None:
    ask = asker(logged_in("clerk"))
    assert ask(1, type="OpenCounter", counter="c5", clerk="staff-16") == (200, "")
    assert hub.writer.state.counters["c5"].clerk == "staff-16"
    assert ask(2, type="CallNext", counter="c5") == (409, "nobody_waiting")


def test_an_account_of_no_clerk_works_only_where_no_clerk_serves(app: Flask, hub: TownHub, accounts: object) -> None:
    accounts.add("front-desk", Role.CLERK, "Any-of-us-9-word", must_change=False)
    browser = Browser(app.test_client())
    browser.log_in("front-desk", "Any-of-us-9-word")
    ask = asker(browser)

    assert ask(1, type="OpenCounter", counter="c1") == (403, "not_your_counter"), "c1 is staff-16's"
    assert ask(2, type="OpenCounter", counter="c5", clerk="staff-16") == (403, "not_your_counter")
    assert ask(3, type="OpenCounter", counter="c5") == (200, "")
    assert ask(4, type="CallNext", counter="c5") == (409, "nobody_waiting")
    hub.done(c.OpenCounter(counter="c6", clerk="staff-18"))
    assert ask(5, type="CloseCounter", counter="c6") == (403, "not_your_counter"), "staff-18 serves there now"


def test_nobody_may_issue_or_report_tickets_over_the_web(logged_in: Callable[[str], Browser]) -> None:
    manager = logged_in("manager")
    for number, command in enumerate(
        (
            {"type": "IssueTicket", "ticket": "ticket-777", "service": "pension"},
            {"type": "VoidTicket", "ticket": "ticket-777"},
            {
                "type": "RecordEvaluation",
                "evaluation": "rating-777",
                "visit": "2026-03-04-v1",
                "level": "satisfied",
                "device": "phone",
                "pressed_at_ms": 1,
            },
        )
    ):
        answer = manager.post("/api/commands", {"id": f"command-y{number:03d}", "command": command})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_your_role")


WITHOUT_APPOINTMENTS = (
    ("/appointments", 404, 404, 404, 404),
    ("/appointments/slip", 404, 404, 404, 404),
    ("/appointments/list", 404, 404, 404, 404),
    ("/slips", 302, 200, 200, 200),
    ("/slips/c1", 302, 200, 403, 200),
    ("/slips/c99", 302, 404, 403, 404),
    ("/slips/paper/desk-0000", 302, 404, 404, 404),
    ("/console/c1", 302, 200, 403, 200),
)


class TestWithoutAppointments:
    @pytest.fixture
    def hall(self) -> Hall:
        return hall_without_appointments()

    def test_slips_have_their_pages_and_appointments_have_none(
        self, app: Flask, logged_in: Callable[[str], Browser]
    ) -> None:
        people = (Browser(app.test_client()), *(logged_in(role) for role in ("clerk", "guide", "manager")))
        got = [(path, *(status_of(one, "get", path, None) for one in people)) for path, *_ in WITHOUT_APPOINTMENTS]
        assert got == list(WITHOUT_APPOINTMENTS)


class TestOverANetwork:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(listen="0.0.0.0", virtual=True)

    def test_the_virtual_hall_is_for_staff_only(self, browser: Browser, logged_in: Callable[[str], Browser]) -> None:
        assert browser.client.get("/virtual").status_code == 302
        assert browser.client.get("/api/pictures/board-1/screen").status_code == 401
        assert browser.client.get("/api/virtual/sounds/board-1").status_code == 401
        assert browser.client.post("/api/virtual/inputs", json=TOUCH).status_code == 401
        assert logged_in("clerk").client.get("/virtual").status_code == 200


class TestBehindAProxy:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(listen="127.0.0.1", public_url="https://hall.example.gov.cn", virtual=True)

    def test_strangers_let_in_by_a_proxy_do_not_get_the_virtual_hall(self, browser: Browser) -> None:
        assert browser.client.get("/virtual").status_code == 302
        assert browser.client.post("/api/virtual/inputs", json=TOUCH).status_code == 401


class TestWithoutVirtualHall:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(virtual=False)

    def test_there_is_no_virtual_hall_at_all(self, browser: Browser, logged_in: Callable[[str], Browser]) -> None:
        manager = logged_in("manager")
        assert browser.client.get("/virtual").status_code == 404
        assert manager.post("/api/virtual/inputs", TOUCH).status_code == 404
        assert browser.client.get("/api/pictures/board-1/screen").status_code == 401
        assert manager.client.get("/api/pictures/board-1/screen").status_code == 204


def test_who_may_not_open_a_page_reads_which_way_leads_on(logged_in: object) -> None:
    clerk = logged_in("clerk")  # type: ignore[operator]
    for language, said in (("zh", "找系统管理员"), ("en", "ask the administrator")):
        answer = clerk.client.get(f"/floor?lang={language}")
        assert answer.status_code == 403 and said in answer.get_data(as_text=True)
