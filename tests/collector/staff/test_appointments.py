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
from broker.model import events as e
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


def test_a_day_that_was_mistyped_is_refused_in_words_and_nothing_is_booked(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    browser = logged_in("clerk")
    assert 'min="2026-03-04" max="2026-06-02"' in browser.client.get("/appointments").get_data(as_text=True)
    for day in ("9999-12-31", "2062-03-06"):
        answer = books(browser, form_of(browser), day=day)
        assert answer.status_code == 409
        text = answer.get_data(as_text=True)
        assert "最多可提前 90 天预约" in text and f'value="{day}"' in text
    assert not hub.writer.state.appointments


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
    made_up = f"/appointments/slip?appointment=desk-{'0' * 24}&service=pension&day={DAY}&time=10:00"
    answer = clerk.client.get(made_up)
    assert answer.status_code == 404
    assert 'class="code"' not in answer.get_data(as_text=True), "an address cannot make a slip"


def test_a_slip_prints_what_the_engine_knows_whatever_its_address_says(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    appointment = form_of(clerk)
    code = shown_code(books(clerk, appointment))
    answer = clerk.client.get(f"/appointments/slip?appointment={appointment}&service=card&day=2030-01-01&time=23:59")
    text = unescape(answer.get_data(as_text=True))
    assert shown_code(answer) == code and "养老保险" in text and "10:00" in text and "23:59" not in text
    hub.silent = True
    assert clerk.client.get(f"/appointments/slip?appointment={appointment}").status_code == 503


# -- slots and the list ------------------------------------------------


def list_of(browser: Browser, day: str = "") -> str:
    return unescape(browser.client.get(f"/appointments/list?day={day}").get_data(as_text=True))


def test_a_full_slot_is_said_and_another_time_can_be_sent_from_the_same_form(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    most = hub.hall.rules.appointment_slot_capacity
    for _ in range(most):
        assert books(clerk, form_of(clerk), time="10:15").status_code == 200
    appointment = form_of(clerk)
    full = books(clerk, appointment, time="10:00")
    text = unescape(full.get_data(as_text=True))
    assert (full.status_code, len(hub.writer.state.appointments)) == (409, most)
    assert "这个时段已约满" in text and f"10:00</b> {most}/{most}" in list_of(clerk)
    again = HIDDEN.search(text)
    assert again is not None and again[1] != appointment, "a refusal is an answer for ever; this is another wish"
    assert books(clerk, again[1], time="10:30").status_code == 200


def test_the_list_shows_a_day_by_service_and_slot_with_who_came_and_who_did_not(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    codes = {time: shown_code(books(clerk, form_of(clerk), time=time)) for time in ("09:10", "09:12", "14:00")}
    hub.clock.advance(8 * 60)
    hub.done(c.CheckIn(ticket="ticket-came-1", code=codes["09:10"], kiosk="kiosk-1"), "kiosk-1")
    hub.clock.advance(16 * 60)
    text = list_of(clerk)
    assert [code for code in codes.values() if code not in text] == []
    for words in ("已签到", "未到", "已预约", "09:00</b> 2/4", "14:00</b> 1/4", "09:30</b> 0/4"):
        assert words in text, words
    assert "08:30</b>" not in text and "17:00</b>" not in text, "opening hours decide"
    assert codes["09:10"] not in list_of(clerk, "2026-03-06")
    assert clerk.client.get("/appointments/list?day=nonsense").status_code == 400
    assert clerk.client.get("/appointments/list?day=0001-01-01").status_code in (200, 400)
    hub.silent = True
    assert clerk.client.get("/appointments/list").status_code == 503


def test_a_list_that_stays_open_follows_what_is_booked_elsewhere(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    assert 'data-watch="service"' in list_of(clerk) and '<div id="live">' in list_of(clerk)

    def followed() -> str:
        return unescape(clerk.client.get("/appointments/list", headers={"X-Part": "live"}).get_data(as_text=True))

    assert "共 0 个预约" in followed() and 'name="code"' not in followed(), "what is typed there is left alone"
    hub.done(c.BookAppointment(appointment="booked-elsewhere", code="40718253", service="pension",
                               at_ms=hub.clock.now_ms() + 3_600_000))  # fmt: skip
    assert "40718253" in list_of(clerk), "who opens the page reads it as it is now"
    hub.done(c.CancelAppointment(appointment="booked-elsewhere", reason="来电取消"))
    asked = len(hub.submitted)
    assert "40718253" in followed() and len(hub.submitted) == asked, "an open page does not ask the engine every second"
    hub.clock.advance(26)
    assert "40718253" not in followed()


def test_a_long_day_is_listed_whole(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    begins = hub.clock.now_ms()
    for place in range(45):
        at_ms = begins + (place // 3) * 30 * 60_000
        hub.done(c.BookAppointment(appointment=f"booked-{place:04d}", code=f"CODE{place:04d}", service="pension",
                                   at_ms=at_ms))  # fmt: skip
    text = list_of(clerk)
    assert sum(f"CODE{place:04d}" in text for place in range(45)) == 45


def test_an_appointment_is_found_by_its_code_which_stands_in_no_address(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    code = shown_code(books(clerk, form_of(clerk)))
    look = {"csrf": clerk.token}
    found = clerk.client.post("/appointments/list", data=look | {"code": f" {code[:4]} {code[4:]}"})
    assert found.status_code == 200 and code in found.get_data(as_text=True)
    for wrong in ("00000000", "'; --", ""):
        assert clerk.client.post("/appointments/list", data=look | {"code": wrong}).status_code == 404
    clerk.token = "another"
    assert clerk.client.post("/appointments/list", data={"csrf": "another", "code": code}).status_code == 403


def test_an_appointment_is_cancelled_with_a_reason_that_the_journal_keeps(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    appointment = form_of(clerk)
    books(clerk, appointment)
    assert "cancel-dialog" in list_of(clerk)
    wish = {"type": "CancelAppointment", "appointment": appointment, "reason": "来电取消"}
    assert clerk.post("/api/commands", {"id": "cancel-0002", "command": wish}).status_code == 200
    assert appointment not in list_of(clerk)
    hub.journal.open()
    [cancelled] = [event for _, event in hub.journal.read() if isinstance(event, e.AppointmentCancelled)]
    hub.journal.close()
    assert cancelled.reason == "来电取消"


def test_a_day_of_many_services_shows_first_where_somebody_is_booked_and_a_closed_day_says_so_once(
    logged_in: Callable[[str], Browser],
) -> None:
    clerk = logged_in("clerk")
    assert "这一天还没有预约" in list_of(clerk)
    books(clerk, form_of(clerk), service="injury", time="10:00")
    text = list_of(clerk)
    shown, folded = text.split("<details")
    assert "工伤认定" in shown and "养老保险" not in shown.split("<main")[1] and "养老保险" in folded
    closed = list_of(clerk, "2026-03-08")
    assert closed.count("不办公") == 1 and "<details" not in closed and "养老保险" not in closed.split("<main")[1]


@pytest.mark.parametrize("typed", ["12", "&&&"])
def test_what_is_no_code_is_said_to_be_none(logged_in: Callable[[str], Browser], typed: str) -> None:
    clerk = logged_in("clerk")
    form_of(clerk)
    answer = clerk.client.post("/appointments/list", data={"csrf": clerk.token, "code": typed})
    assert answer.status_code == 404 and "6 至 16 位" in answer.get_data(as_text=True)
