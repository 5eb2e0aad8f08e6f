"""Appointments at the desk: written down on a page, given along as digits and as a code that a scanner reads."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from broker.contract.appointment_code import parse_code
from broker.model import commands as c
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.halls import DAY

HIDDEN = re.compile(r'name="appointment" value="([^"]+)"')


def form_of(browser: Browser) -> str:
    page = browser.client.get("/appointments").get_data(as_text=True)
    browser.token = page.split('name="csrf" value="')[1].split('"')[0]
    found = HIDDEN.search(page)
    assert found is not None
    return found[1]


def books(browser: Browser, made: str, **changes: str) -> TestResponse:
    fields = {"appointment": made, "service": "pension", "day": DAY, "time": "10:00", "csrf": browser.token}
    return browser.client.post("/appointments", data=fields | changes, follow_redirects=True)


def shown_code(answer: TestResponse) -> str:
    found = re.search(r'class="code">([\d ]+)<', answer.get_data(as_text=True))
    assert found is not None
    return found[1].replace(" ", "")


def scanned(answer: TestResponse) -> str:
    """What a foreign reader reads of the drawing on the page."""
    page = answer.get_data(as_text=True)
    drawing = re.search(r'viewBox="0 0 (\d+) \1" role="img"[^>]*><path d="([^"]+)"', page)
    assert drawing is not None
    side = int(drawing[1])
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawing[2]):
        pen.point((int(x), int(y)), 0)
    [code] = zxingcpp.read_barcodes(picture.resize((side * 8, side * 8), Image.Resampling.NEAREST))
    return code.text


@pytest.mark.parametrize("role", ["clerk", "manager"])
def test_what_the_desk_writes_down_is_an_appointment_that_can_be_checked_in(
    hub: TownHub, logged_in: Callable[[str], Browser], role: str
) -> None:
    browser = logged_in(role)
    answer = books(browser, form_of(browser))
    assert answer.status_code == 200
    code = shown_code(answer)
    assert parse_code(scanned(answer), "town") == code
    text = unescape(answer.get_data(as_text=True))
    assert "养老保险" in text and "09:45–10:10" in text and "身份证原件" in text
    hub.clock.advance(50 * 60)
    came = hub.done(c.CheckIn(ticket="ticket-came-1", code=code, kiosk="kiosk-1"), "kiosk-1")
    assert (came["service"], came["priority"], came["time"]) == ("pension", "appointment", "10:00")


def test_a_form_sent_twice_is_one_appointment_and_with_another_time_it_is_moved(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    browser = logged_in("clerk")
    appointment = form_of(browser)
    codes = {shown_code(books(browser, appointment)) for _ in range(2)}
    codes.add(shown_code(books(browser, appointment, time="11:15")))
    assert len(codes) == len(hub.writer.state.appointments) == 1
    [booked] = hub.writer.state.appointments.values()
    assert booked.time_ms == hub.clock.now_ms() + 135 * 60_000


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"time": "18:00"}, 422),
        ({"day": "2026-03-08"}, 422),
        ({"day": "nonsense"}, 400),
        ({"time": "25:00"}, 400),
        ({"service": "nothing"}, 400),
        ({"appointment": "'; --"}, 400),
    ],
)
def test_a_time_at_which_nobody_could_come_is_refused_and_the_form_stays(
    hub: TownHub, logged_in: Callable[[str], Browser], changes: dict[str, str], status: int
) -> None:
    browser = logged_in("clerk")
    answer = books(browser, form_of(browser), **changes)
    assert (answer.status_code, hub.writer.state.appointments) == (status, {})
    assert "note bad" in answer.get_data(as_text=True)


def test_the_engine_being_away_is_said_and_nothing_is_promised(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    browser = logged_in("clerk")
    appointment = form_of(browser)
    hub.silent = True
    answer = books(browser, appointment)
    assert answer.status_code == 503
    assert 'class="code"' not in answer.get_data(as_text=True)


def test_an_appointment_is_cancelled_where_it_was_made(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    browser = logged_in("clerk")
    appointment = form_of(browser)
    code = shown_code(books(browser, appointment))
    wish = {"type": "CancelAppointment", "appointment": appointment}
    assert browser.post("/api/commands", {"id": "cancel-0001", "command": wish}).status_code == 200
    assert hub.send(c.CheckIn(ticket="ticket-came-1", code=code, kiosk="kiosk-1"), "kiosk-1").kind == "refused"


def test_only_staff_book_and_only_from_the_page(hub: TownHub, browser: Browser, logged_in: Callable) -> None:  # type: ignore[type-arg]
    assert browser.client.get("/appointments").status_code == 302
    assert browser.client.post("/appointments", data={}).status_code == 401
    clerk = logged_in("clerk")
    appointment = form_of(clerk)
    clerk.token = "another"
    assert books(clerk, appointment).status_code == 403
    assert not hub.writer.state.appointments


def test_there_is_no_slip_of_what_was_made_up(logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    assert clerk.client.get("/appointments/slip?appointment=desk-x&service=pension").status_code == 400
