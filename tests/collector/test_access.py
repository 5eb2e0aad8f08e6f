"""Every address, asked by everybody: who gets what."""

from collections.abc import Callable

import pytest
from flask import Flask

from broker.collector.accounts import Role
from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, hall_without_appointments

OPENING = {"id": "open-counter-1", "command": {"type": "OpenCounter", "counter": "c1"}}
TOUCH = {"device": "kiosk-1", "part": "screen", "kind": "touch", "x": 1, "y": 1}
RATING = {
    "id": "rating-000001",
    "visit": "2026-03-04-v9",
    "device": "keypad-1",
    "level": "satisfied",
    "pressed_at_ms": 1,
}

MADE_UP = {"visit": "2026-03-04-v1", "level": "satisfied", "device": "phone", "pressed_at_ms": 1}

#   method, address, body: answer to anonymous, clerk, manager
TABLE: tuple[tuple[str, str, object, int, int, int], ...] = (
    ("get", "/", None, 200, 200, 200),
    ("get", "/find?number=A001", None, 302, 302, 302),
    ("get", "/t/A999", None, 404, 404, 404),
    ("get", "/r/sign-1/2026-03-04-v9", None, 410, 410, 410),
    ("get", "/login", None, 200, 200, 200),
    ("get", "/password", None, 302, 200, 200),
    ("get", "/console", None, 302, 200, 200),
    ("get", "/console/c1", None, 302, 200, 200),
    ("get", "/console/nobody", None, 302, 404, 404),
    ("get", "/today", None, 302, 403, 200),
    ("get", "/screens", None, 302, 200, 200),
    ("get", "/appointments", None, 302, 200, 200),
    ("get", "/appointments/slip", None, 302, 400, 400),
    ("get", "/appointments/list", None, 302, 200, 200),
    ("get", "/virtual", None, 200, 200, 200),
    ("get", "/static/base.css", None, 200, 200, 200),
    ("get", "/nowhere", None, 404, 404, 404),
    ("get", "/api/status", None, 200, 200, 200),
    ("get", "/api/services", None, 200, 200, 200),
    ("get", "/api/counters", None, 200, 200, 200),
    ("get", "/api/tickets/A999", None, 404, 404, 404),
    ("get", "/api/health", None, 503, 503, 503),
    ("get", "/api/openapi.json", None, 200, 200, 200),
    ("get", "/api/events?watch=hall", None, 200, 200, 200),
    ("get", "/api/consoles/c1", None, 401, 200, 200),
    ("get", "/api/devices", None, 401, 403, 200),
    ("get", "/api/statistics", None, 401, 403, 200),
    ("get", "/api/ratings", None, 401, 403, 200),
    ("get", "/slips", None, 302, 200, 200),
    ("get", "/slips/c1", None, 302, 200, 200),
    ("get", "/slips/paper/desk-0000", None, 302, 404, 404),
    ("get", "/ratings", None, 302, 403, 200),
    ("get", "/sheets", None, 302, 403, 200),
    ("get", "/sheets/2026-03-04.csv", None, 302, 403, 200),
    ("get", "/sheets/2026-03-04/print", None, 302, 403, 200),
    ("get", "/sheets/2026-03-04/c9", None, 302, 404, 404),
    ("get", "/sheets/2026-03-04/c9/print", None, 302, 404, 404),
    ("get", "/api/pictures/board-1/screen", None, 204, 204, 204),
    ("get", "/api/virtual/sounds/board-1", None, 404, 404, 404),
    ("post", "/api/commands", OPENING, 401, 200, 200),
    ("post", "/api/virtual/inputs", TOUCH, 202, 202, 202),
    ("post", "/api/evaluations", RATING, 422, 422, 422),
    ("post", "/api/evaluations/explained", {}, 400, 400, 400),
    ("post", "/api/evaluations/unrated", {}, 400, 400, 400),
    ("post", "/api/evaluations/paper", {}, 401, 403, 400),
    ("post", "/api/tickets/ticket-999/rating", {"id": "phone-00001", "level": "satisfied"}, 404, 404, 404),
    ("post", "/api/signs/sign-1/2026-03-04-v9/rating", {"id": "phone-00001", "level": "satisfied"}, 409, 409, 409),
    ("get", "/api/nowhere", None, 404, 404, 404),
    ("delete", "/api/status", None, 405, 405, 405),
)


def status_of(browser: Browser, method: str, path: str, body: object) -> int:
    if method == "get":
        answer = browser.client.get(path, buffered=False)
        answer.close()
        return int(answer.status_code)
    headers = {"X-CSRF-Token": browser.token}
    return int(browser.client.open(path, method=method.upper(), json=body, headers=headers).status_code)


def test_every_address_answers_each_role_as_the_table_says(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    anonymous = Browser(app.test_client())
    anonymous.read_token("/virtual")
    people = (anonymous, logged_in("clerk"), logged_in("manager"))
    wrong = []
    for method, path, body, *wanted in TABLE:
        got = [status_of(one, method, path, body) for one in people]
        if got != wanted:
            wrong.append(f"{method} {path}: {got}, wanted {wanted}")
    assert not wrong, "\n".join(wrong)


def test_every_route_is_in_the_table(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    known = [row for row in TABLE if "nowhere" not in row[1] and row[0] != "delete"]
    met = {f"{adapter.match(path.split('?')[0], method.upper())[0]} {method.upper()}" for method, path, *_ in known}
    routes = {
        f"{rule.endpoint} {method}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}
    }
    forms = {"staff.logged_in POST", "staff.log_out POST", "staff.password_changed POST"}
    forms |= {"ratings.paper POST", "ratings.contact POST"}
    forms |= {"appointments.book POST", "appointments.found POST", "sheets.change POST"}
    forms |= {"slips.give POST", "slips.found POST"}
    assert routes - met == forms, "told apart in test_log_in.py, test_appointments.py, test_slips.py, test_sheets.py"


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
    ("/appointments", 404, 404, 404),
    ("/appointments/slip", 404, 404, 404),
    ("/appointments/list", 404, 404, 404),
    ("/slips", 302, 200, 200),
    ("/slips/c1", 302, 200, 200),
    ("/slips/c99", 302, 404, 404),
    ("/slips/paper/desk-0000", 302, 404, 404),
    ("/console/c1", 302, 200, 200),
)


class TestWithoutAppointments:
    @pytest.fixture
    def hall(self) -> Hall:
        return hall_without_appointments()

    def test_slips_have_their_pages_and_appointments_have_none(
        self, app: Flask, logged_in: Callable[[str], Browser]
    ) -> None:
        people = (Browser(app.test_client()), logged_in("clerk"), logged_in("manager"))
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
