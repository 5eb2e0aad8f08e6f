"""What was booked from home and staff move to another day: who it is asks for the number again, or keeps the code."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.collector.booking.test_booking import UNIT, body, number
from tests.collector.conftest import PERSONS, Browser
from tests.collector.town import TownHub
from tests.halls import DAY

NEXT_DAY = "2026-03-05"
FORM = re.compile(r'name="form" value="([^"]+)"')


def booked(app: Flask, **more: object) -> dict[str, str]:
    made = app.test_client().post("/api/appointments", json=body(1, **more))
    assert made.status_code == 201
    return dict(made.get_json())


def moves(browser: Browser, appointment: str, **changes: str) -> TestResponse:
    browser.read_token("/appointments")
    page = browser.client.get(f"/appointments/moved?appointment={appointment}").get_data(as_text=True)
    [form] = FORM.findall(page)
    fields = {"appointment": appointment, "form": form, "day": NEXT_DAY, "time": "11:00", "csrf": browser.token}
    return browser.client.post("/appointments/moved", data=fields | changes, follow_redirects=True)


def text_of(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def test_with_the_number_the_card_of_the_new_day_leads_to_it(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    made = booked(app)
    answer = moves(logged_in("clerk"), made["id"], number=number(1).lower())
    assert answer.status_code == 200 and "请带好预约码" not in text_of(answer)
    assert hub.writer.state.appointments[made["id"]].person == PERSONS.key(number(1), NEXT_DAY)
    found = app.test_client().post("/api/appointments/found", json={"code": made["code"], "number": number(1)})
    assert found.status_code == 200
    assert number(1) not in text_of(answer)


def test_without_it_the_paper_says_that_the_code_is_needed_and_the_holder_still_finds_and_moves_it(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    made = booked(app)
    answer = moves(logged_in("clerk"), made["id"])
    assert answer.status_code == 200
    text = text_of(answer)
    assert "请带好预约码" in text and "keep the code" in text
    kept = hub.writer.state.appointments[made["id"]]
    assert (kept.person, kept.person_ms) == (PERSONS.key(number(1), DAY), body()["at_ms"])
    home = app.test_client()
    who = {"code": made["code"], "number": number(1)}
    assert home.post("/api/appointments/found", json=who).status_code == 200
    other = home.post("/api/appointments/found", json={**who, "number": number(2)})
    assert other.status_code == 404, "by nobody else"
    wish = {"k": made["k"], "at_ms": kept.time_ms + 3_600_000, "number": number(1)}
    assert home.post(f"/api/appointments/{made['id']}/moved", json=wish).status_code == 200
    assert hub.writer.state.appointments[made["id"]].person == PERSONS.key(number(1), NEXT_DAY)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [(number(2), 409, "与预约时的不一致"), ("110105194912310021", 422, "身份证号码不正确")],
)
def test_a_number_that_is_none_or_anothers_moves_nothing_and_what_was_chosen_stays(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser], typed: str, status: int, said: str
) -> None:
    made = booked(app)
    answer = moves(logged_in("clerk"), made["id"], number=typed)
    text = text_of(answer)
    assert answer.status_code == status and said in text and typed not in text
    assert f'value="{NEXT_DAY}"' in text and 'value="11:00"' in text
    assert hub.writer.state.appointments[made["id"]].time_ms == body()["at_ms"]


def test_an_employers_booking_asks_for_its_code(app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    made = booked(app, service="unit", kind="unit", number=UNIT, items=[{"service": "unit", "count": 1}])
    clerk = logged_in("clerk")
    page = text_of(clerk.client.get(f"/appointments/moved?appointment={made['id']}"))
    assert "统一社会信用代码（选填）" in page
    assert moves(clerk, made["id"], number=UNIT).status_code == 200
    assert hub.writer.state.appointments[made["id"]].person == PERSONS.key(UNIT, NEXT_DAY)


def test_what_the_desk_wrote_down_has_no_holder_to_ask_for(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    page = clerk.client.get("/appointments").get_data(as_text=True)
    [appointment] = re.findall(r'name="appointment" value="([^"]+)"', page)
    clerk.read_token("/appointments")
    fields = {"appointment": appointment, "service": "pension", "day": DAY, "time": "10:00", "csrf": clerk.token}
    slip = text_of(clerk.client.post("/appointments", data=fields, follow_redirects=True))
    assert "请带好预约码" not in slip
    assert 'name="number"' not in text_of(clerk.client.get(f"/appointments/moved?appointment={appointment}"))
    assert "请带好预约码" not in text_of(moves(clerk, appointment, number=number(1)))
    assert hub.writer.state.appointments[appointment].person is None


def test_the_slip_is_in_both_languages_whichever_the_clerk_reads(
    app: Flask, logged_in: Callable[[str], Browser]
) -> None:
    made = booked(app)
    clerk = logged_in("clerk")
    for language in ("zh", "en"):
        page = clerk.client.get(f"/appointments/slip?appointment={made['id']}&lang={language}")
        article = text_of(page).split("<article")[1].split("</article>")[0]
        chinese, english = (
            ("预约单", "养老保险", "签到", "预约码", "请带"),
            ("Appointment", "Check in", "Code", "Please bring"),
        )
        for words in (*chinese, *english):
            assert words in article, (language, words)
