"""一次性告知单 on the pages: written once, printed with a code that a scanner reads, redeemed at a kiosk."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from broker.contract.appointment_code import parse_code
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from kiosk.screens.words import MORE, code_words
from tests.collector.conftest import Browser
from tests.collector.staff.test_appointments import scanned, shown_code
from tests.collector.town import TownHub, hall_without_appointments, town_hall

HIDDEN = re.compile(r'name="slip" value="([^"]+)"')


@pytest.fixture(params=[town_hall, hall_without_appointments], ids=["appointments", "none"])
def hall(request: pytest.FixtureRequest) -> Hall:
    """Slips are given in every hall, whether it takes appointments or not."""
    made: Hall = request.param()
    return made


@pytest.fixture(autouse=True)
def somebody_at_the_counter(hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))


def form_of(browser: Browser) -> str:
    page = browser.client.get("/slips/c1").get_data(as_text=True)
    browser.token = page.split('name="csrf" value="')[1].split('"')[0]
    found = HIDDEN.search(page)
    assert found is not None
    return found[1]


def gives(browser: Browser, made: str, **changes: object) -> TestResponse:
    fields = {"slip": made, "service": "pension", "paper": ["身份证原件"], "more": "户口簿", "days": "3"}
    return browser.client.post("/slips/c1", data=fields | {"csrf": browser.token} | changes)


def test_a_slip_ends_the_visit_and_its_code_brings_the_visitor_back(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    slip = form_of(clerk)
    answer = gives(clerk, slip)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "身份证原件" in text and "户口簿" in text
    code = shown_code(answer)
    assert parse_code(scanned(answer), hub.hall.hall.id) == code
    assert hub.writer.state.find("A001").status is TicketStatus.SERVED
    assert shown_code(gives(clerk, slip)) == code, "a form sent twice is one slip"
    back = hub.done(c.CheckIn(ticket="ticket-back-1", code=code, kiosk=next(iter(hub.hall.kiosks))))
    assert back["slip"] is True


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"slip": "made-up"}, 400),
        ({"service": "passport"}, 400),
        ({"days": "0"}, 400),
        ({"days": "x"}, 400),
        ({"days": "0003" + "9" * 5_000}, 400),
        ({"more": "很" * 201}, 400),
        ({"paper": [], "more": ""}, 409),
        ({"more": "手机 139 1234 5678"}, 409),
    ],
)
def test_a_form_that_cannot_be_meant_ends_no_visit(
    hub: TownHub, logged_in: Callable[[str], Browser], changes: dict[str, object], status: int
) -> None:
    clerk = logged_in("clerk")
    answer = gives(clerk, form_of(clerk), **changes)
    assert answer.status_code == status
    assert hub.writer.state.find("A001").status is TicketStatus.CALLED
    if "slip" not in changes and "service" not in changes:
        text = answer.get_data(as_text=True)
        assert HIDDEN.search(text), "what was written is not lost: the form is shown again with it"
        assert ('value="身份证原件" checked' in text) == ("paper" not in changes)
        assert f'value="{changes.get("more", "户口簿")}"' in text


def test_only_staff_of_the_counter_give_slips(hub: TownHub, browser: Browser, logged_in: Callable) -> None:  # type: ignore[type-arg]
    assert browser.client.get("/slips/c1").status_code == 302
    assert browser.client.post("/slips/c1", data={}).status_code == 401
    clerk = logged_in("clerk")
    assert clerk.client.get("/slips/c99").status_code == 404
    slip = form_of(clerk)
    clerk.token = "another"
    assert gives(clerk, slip).status_code == 403


def test_the_console_leads_there_while_somebody_is_at_the_counter(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    assert 'href="/slips/c1"' in clerk.client.get("/console/c1").get_data(as_text=True)
    hub.done(c.FinishService(counter="c1"))
    assert 'href="/slips/c1"' not in clerk.client.get("/console/c1").get_data(as_text=True)
    assert "没有号票" in clerk.client.get("/slips/c1").get_data(as_text=True)


def test_a_slip_is_for_the_visitor_in_both_languages_whatever_the_clerks_page_is_in(
    logged_in: Callable[[str], Browser],
) -> None:
    clerk = logged_in("clerk")
    clerk.client.get("/console?lang=en")
    text = gives(clerk, form_of(clerk)).get_data(as_text=True)
    for words in ("一次性告知单", "Slip of missing papers", "请补齐", "Please bring", "有效期至", "Good through"):
        assert words in text, words


def test_a_slip_is_found_by_its_code_which_stands_in_no_address(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    code = shown_code(gives(clerk, form_of(clerk)))
    look = {"csrf": clerk.token}
    found = clerk.client.post("/slips", data=look | {"code": f" {code[:4]} {code[4:]}"})
    text = found.get_data(as_text=True)
    assert found.status_code == 200 and "户口簿" in text and "可取号" in text
    again = clerk.client.get(re.findall(r'href="(/slips/paper/[^"]*)"', text)[0])
    assert shown_code(again) == code and parse_code(scanned(again), hub.hall.hall.id) == code
    back = hub.done(c.CheckIn(ticket="ticket-back-1", code=code, kiosk="kiosk-1"))
    assert f"已取号 {back['number']}" in clerk.client.post("/slips", data=look | {"code": code}).get_data(as_text=True)
    for wrong in ("00000000", "'; --", ""):
        assert clerk.client.post("/slips", data=look | {"code": wrong}).status_code == 404
    assert clerk.client.post("/slips", data={"csrf": "another", "code": code}).status_code == 403
    assert clerk.client.get("/slips/paper/x").status_code == 400
    assert clerk.client.get(f"/slips/paper/desk-{'0' * 24}").status_code == 404


@pytest.mark.parametrize("hall", [town_hall], indirect=True)
def test_an_appointment_is_no_slip(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    at_ms = hub.clock.now_ms() + 3_600_000
    hub.done(c.BookAppointment(appointment="booked-0001", code="40718253", service="pension", at_ms=at_ms))
    clerk = logged_in("clerk")
    form_of(clerk)
    assert clerk.client.post("/slips", data={"csrf": clerk.token, "code": "40718253"}).status_code == 404
    assert clerk.client.get("/slips/paper/booked-0001").status_code == 404


def test_a_slip_says_what_to_touch_as_the_kiosks_of_its_hall_call_it(
    hall: Hall, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    text = gives(clerk, form_of(clerk)).get_data(as_text=True).split("<main")[1]
    books = "appointment" in hall.priority
    assert code_words(books).name.zh in text and code_words(not books).name.zh not in text
    said = [word in text for word in (code_words(False).name.en, MORE.zh, MORE.en)]
    assert said == [not books] * 3 and ("预约" in text, "an appointment" in text) == (books, books)


def test_the_way_to_find_a_slip_is_in_the_navigation(hall: Hall, logged_in: Callable[[str], Browser]) -> None:
    text = logged_in("clerk").client.get("/console").get_data(as_text=True)
    books = "appointment" in hall.priority
    assert ('href="/appointments"' in text, 'href="/slips"' in text) == (books, not books)


@pytest.mark.parametrize("hall", [town_hall], indirect=True)
def test_a_slip_that_is_found_by_its_code_is_called_one_and_printed_as_one(logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    given = gives(clerk, form_of(clerk))
    code = shown_code(given)
    found = clerk.client.post("/appointments/list", data={"csrf": clerk.token, "code": code}).get_data(as_text=True)
    row = found.split("查找结果")[1]
    assert "告知单" in row and "预约单" not in row and "有效期至" in row
    path = re.findall(r'href="(/slips/paper/[^"]*)"', row)[0]
    again = clerk.client.get(path).get_data(as_text=True)
    older = clerk.client.get(f"/appointments/slip?appointment={path.rsplit('/', 1)[1]}")
    assert (older.status_code, older.headers["Location"]) == (302, path)
    assert "一次性告知单" in again and "户口簿" in again and "预约单" not in again.split("<main")[1]
