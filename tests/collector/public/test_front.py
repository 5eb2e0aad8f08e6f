"""What is the same for everybody is made once and handed out as it is, with the headers of the application."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from broker.collector import pages
from broker.collector.public import sharing
from broker.collector.public.front import NEXT_LOOK, Front
from broker.collector.public.pace import USUAL_S
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.doors import Asked
from broker.collector.safety.guard import STAFF_COOKIE
from broker.model.commands import CallNext, OpenCounter
from broker.runtime.clock import ManualClock
from broker.store.reports import JournalReports
from tests.collector.conftest import Browser
from tests.collector.public.test_outlets import take_loan
from tests.collector.town import TownHub

LOOK = Asked("GET", "/", "", "localhost", "", "live", "")
STATUS = LOOK._replace(path="/api/status", part="")


@pytest.fixture
def front(app: Flask) -> Front:
    found = app.extensions["jiaohao.front"]
    assert isinstance(found, Front)
    return found


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Templates that were drawn for everybody."""
    templates: list[str] = []
    draw = sharing.render
    monkeypatch.setattr(sharing, "render", lambda name, **more: templates.append(name) or draw(name, **more))
    return templates


def ready(front: Front, asked: Asked = LOOK, *, ends: bool = False) -> tuple[int, dict[str, str], bytes]:
    """The answer at the door, read as a browser reads it."""
    data = front.ready(asked, ends)
    assert data is not None, "it is not ready"
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    protocol, status, _ = first.split(" ", 2)
    assert protocol == "HTTP/1.1"
    pairs = [line.split(": ", 1) for line in lines]
    assert len({name.lower() for name, _ in pairs}) == len(pairs), "no header twice"
    return int(status), {name.lower(): value for name, value in pairs}, body


def look(browser: Browser, path: str = "/", **headers: str) -> Any:
    return browser.client.get(path, headers={"X-Part": "live", **headers})


def test_a_hundred_looks_at_an_unchanged_hall_draw_its_page_once(browser: Browser, drawn: list[str]) -> None:
    bodies = {look(browser).get_data() for _ in range(100)}
    assert len(bodies) == 1 and drawn == ["status.html"]


def test_a_hundred_questions_for_json_encode_it_once(app: Flask, front: Front, browser: Browser) -> None:
    made: list[int] = []
    make = front._makers["/api/status"]
    front._makers["/api/status"] = lambda: made.append(1) or make()
    for _ in range(50):
        assert browser.client.get("/api/status").status_code == 200
        assert ready(front, STATUS)[0] == 200
    assert len(made) == 1


def test_the_door_draws_nothing_and_never_waits(front: Front, drawn: list[str]) -> None:
    assert front.ready(LOOK, False) is None and front.ready(STATUS, False) is None
    assert drawn == []


def test_a_look_that_finds_nothing_new_touches_no_database(
    front: Front, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = {path: look(browser, path).headers["ETag"] for path in ("/", "/api/status")}

    def touched(*_: object, **__: object) -> None:
        raise AssertionError("a database was asked")

    for kind in (Accounts, JournalReports):
        for name in [name for name, one in vars(kind).items() if callable(one) and not name.startswith("__")]:
            monkeypatch.setattr(kind, name, touched)
    for path, tag in tags.items():
        answer = look(browser, path, **{"If-None-Match": tag})
        assert (answer.status_code, answer.get_data()) == (304, b"")
        status, headers, body = ready(front, LOOK._replace(path=path, if_none_match=f'W/"x", {tag}'))
        assert (status, body, headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize(("path", "part"), [("/", "live"), ("/", ""), ("/hours", ""), ("/outlets", "live")])
def test_a_page_at_the_door_is_the_applications_to_the_last_header(
    front: Front, browser: Browser, path: str, part: str
) -> None:
    drawn = browser.client.get(path, headers={"X-Part": part})
    status, headers, body = ready(front, LOOK._replace(path=path, part=part))
    assert (status, body) == (drawn.status_code, drawn.get_data())
    assert "date" in headers
    assert {name: value for name, value in headers.items() if name != "date"} == {
        name.lower(): value for name, value in drawn.headers.items() if name != "Date"
    }
    known = browser.client.get(path, headers={"X-Part": part, "If-None-Match": headers["etag"]})
    assert known.status_code == 304 and known.headers["Vary"] == "Cookie, X-Part"
    assert known.headers["Content-Security-Policy"] and known.headers["Cache-Control"] == "no-cache"


def test_json_at_the_door_has_the_headers_of_json(front: Front, browser: Browser) -> None:
    made = browser.client.get("/api/status")
    _, headers, body = ready(front, STATUS)
    assert body == made.get_data()
    assert {name: value for name, value in headers.items() if name != "date"} == {
        name.lower(): value for name, value in made.headers.items()
    }
    assert headers["cache-control"] == "public, max-age=5" and headers["x-content-type-options"] == "nosniff"


def test_head_has_the_length_and_no_body(front: Front, browser: Browser) -> None:
    length = len(look(browser).get_data())
    _, headers, body = ready(front, LOOK._replace(method="HEAD"))
    assert (headers["content-length"], body) == (str(length), b"")


def test_each_language_has_its_own_page_and_tag(front: Front, browser: Browser) -> None:
    look(browser)
    assert front.ready(LOOK._replace(cookie="lang=en"), False) is None, "nobody asked for it in English before"
    browser.client.set_cookie("lang", "en")
    english = look(browser).get_data()
    _, en, body = ready(front, LOOK._replace(cookie="other=1; lang=en"))
    _, zh, chinese = ready(front, LOOK._replace(cookie="lang=zh"))
    assert body == english != chinese and b"waiting" in body and en["etag"] != zh["etag"]


@pytest.mark.parametrize(
    "asked",
    [
        LOOK._replace(cookie=f"{STAFF_COOKIE}=x"),
        LOOK._replace(cookie=f"lang=zh; {STAFF_COOKIE}=x"),
        LOOK._replace(cookie="lang=fr"),
        LOOK._replace(cookie='lang="en"'),
        LOOK._replace(cookie="lang=en; lang=zh"),
        LOOK._replace(query="lang=en"),
        LOOK._replace(host="evil.example"),
        LOOK._replace(method="POST"),
        LOOK._replace(path="/login"),
        STATUS._replace(host="evil.example"),
        STATUS._replace(method="DELETE"),
    ],
)
def test_whoever_may_be_known_or_asks_in_another_way_goes_on_to_the_application(
    front: Front, browser: Browser, asked: Asked
) -> None:
    for path in ("/", "/api/status", "/login"):
        look(browser, path)
    assert front.ready(asked, False) is None


def test_whoever_is_logged_in_gets_a_page_of_his_own(
    logged_in: Callable[[str], Browser], browser: Browser, drawn: list[str]
) -> None:
    look(browser)
    own = look(logged_in("manager"))
    assert own.headers["Cache-Control"].startswith("private") or own.headers["Cache-Control"] == "no-store"
    assert drawn == ["status.html"]


def test_a_look_after_a_change_shows_it(front: Front, browser: Browser, hub: TownHub) -> None:
    before = look(browser, "/api/outlets/bank").headers["ETag"]
    look(browser, "/")
    take_loan(hub)
    assert front.ready(LOOK, False) is None
    assert look(browser, "/api/outlets/bank", **{"If-None-Match": before}).status_code == 200


def test_what_devices_tell_of_themselves_makes_no_page_of_strangers_anew(
    front: Front, browser: Browser, hub: TownHub
) -> None:
    look(browser)
    for name in ("device/kiosk-1", "panel/kiosk-1", "picture/board-1/screen", "sound/board-1", "alert"):
        hub.live.tell(name)
    assert ready(front)[0] == 200
    hub.live.tell("counter/1")
    assert front.ready(LOOK, False) is None


def test_a_stream_without_a_seat_is_refused_at_the_door_as_by_the_application(
    app: Flask, front: Front, browser: Browser
) -> None:
    events = STATUS._replace(path="/api/events", query="watch=hall,service,counter")
    assert front.ready(events, False) is None, "there are seats"
    seats = app.extensions["jiaohao"].staff_seats
    while seats.left:
        seats.sit()
    status, headers, body = ready(front, events)
    assert status == 503 and headers["retry-after"] == "30" and headers["cache-control"] == "no-store"
    refused = browser.client.get("/api/events?watch=hall&ticket=A001")
    assert front.ready(events._replace(query="watch=hall&ticket=A001"), False) is None
    assert front.ready(events._replace(cookie=f"{STAFF_COOKIE}=x"), False) is None
    assert refused.status_code in (404, 503)
    assert b'"too_many_watchers"' in body and headers["content-security-policy"]


def test_a_crowd_is_told_when_to_look_again_by_every_look_and_nobody_else(front: Front, browser: Browser) -> None:
    assert NEXT_LOOK not in look(browser).headers
    front._pace.told_s = 2 * USUAL_S
    assert ready(front)[1][NEXT_LOOK.lower()] == str(2 * USUAL_S)
    front._shared._kept.clear()
    look(browser)
    assert look(browser).headers[NEXT_LOOK] == str(2 * USUAL_S)
    assert NEXT_LOOK not in browser.client.get("/api/status").headers


def test_a_look_at_a_ticket_of_which_nothing_changed_draws_nothing(
    browser: Browser, hub: TownHub, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawings: list[str] = []
    draw = pages.render
    monkeypatch.setattr(pages, "render", lambda name, **more: drawings.append(name) or draw(name, **more))
    number = hub.take_ticket("pension")
    for path in (f"/t/{number}", f"/t/{hub.ids[number]}"):
        first = look(browser, path)
        tag, before = first.headers["ETag"], len(drawings)
        again = look(browser, path, **{"If-None-Match": tag})
        assert (again.status_code, again.get_data(), len(drawings)) == (304, b"", before)
        for name in ("ETag", "Vary", "Cache-Control", "Content-Security-Policy", "X-Hall-Time"):
            assert again.headers[name] == first.headers[name], name
    english = look(browser, f"{path}?lang=en", **{"If-None-Match": tag})
    assert english.status_code == 200 and english.headers["ETag"] != tag
    browser.client.delete_cookie("lang")
    clock.advance(60)
    later = look(browser, path, **{"If-None-Match": tag})
    assert later.status_code == 200, "it says of when it is"
    hub.send(OpenCounter(counter="c1"))
    hub.done(CallNext(counter="c1"))
    called = look(browser, path, **{"If-None-Match": later.headers["ETag"]})
    assert called.status_code == 200 and 'data-called="' in called.get_data(as_text=True)


def test_the_last_answer_of_a_connection_says_so(front: Front, browser: Browser) -> None:
    look(browser)
    assert ready(front, ends=True)[1]["connection"] == "close"
    assert "connection" not in ready(front)[1]
