"""Booking from home over HTTP: slots, a booking said twice, pages of its holder, an employer, reminders, refusals."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from broker.collector.notify.message import Message
from broker.contract.appointment_code import parse_code
from broker.model import commands as c
from broker.model.person_keys import check_digit
from broker.model.unit_code import check_character
from broker.runtime.clock import ManualClock
from kiosk.readers.cards import Persons
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.halls import DAY, OPENS_MS

HOUR_MS = 3_600_000
AT_MS = OPENS_MS + 5 * HOUR_MS
UNIT_BODY = "91220000MA0000001"
UNIT = UNIT_BODY + check_character(UNIT_BODY)


def number(person: int) -> str:
    body = f"99000119800101{person:03d}"
    return body + check_digit(body)


def body(person: int = 1, **more: Any) -> dict[str, Any]:
    facts = {"id": f"home-{person:024d}", "service": "pension", "at_ms": AT_MS, "number": number(person)}
    return facts | more


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_slots_tell_how_full_they_are_and_book_until_they_are(client: FlaskClient, hub: TownHub) -> None:
    before = client.get("/api/appointments/slots?service=pension")
    days = before.get_json()["days"]
    assert (days[0]["day"], len(days), before.headers["ETag"] != "") == (DAY, 8, True)
    assert client.get("/api/appointments/slots?service=pension", headers={"If-None-Match": before.headers["ETag"]})\
        .status_code == 304  # fmt: skip
    assert [day["pressure"] for day in days][3:5] == ["closed", "closed"], "a weekend"
    for person in (1, 2, 3):
        assert client.post("/api/appointments", json=body(person)).status_code == 201
    now = client.get("/api/appointments/slots?service=pension").get_json()["days"][0]["slots"]
    shown = {slot["at_ms"]: (slot["left"], slot["pressure"]) for slot in now}
    assert (shown[AT_MS], shown[AT_MS + HOUR_MS]) == ((0, "full"), (3, "free"))
    full = client.post("/api/appointments", json=body(4))
    assert (full.status_code, full.get_json()["code"]) == (409, "slot_full")
    assert len(hub.writer.state.appointments) == 3


def test_a_booking_sent_twice_is_one_and_gets_the_same_code_also_when_the_slot_is_full_by_then(
    client: FlaskClient, hub: TownHub
) -> None:
    first = client.post("/api/appointments", json=body(1))
    for person in (2, 3):
        client.post("/api/appointments", json=body(person))
    again = client.post("/api/appointments", json=body(1))
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert parse_code(first.get_json()["qr"], "town") == first.get_json()["code"]
    assert len(hub.writer.state.appointments) == 3


def test_neither_journal_nor_answer_nor_log_holds_the_number(
    client: FlaskClient, hub: TownHub, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        answers = [
            client.post("/api/appointments", json=body(1)),
            client.post("/api/appointments", json=body(1, at_ms=1)),
        ]
    assert [answer.status_code for answer in answers] == [201, 409]
    everything = caplog.text + "".join(answer.get_data(as_text=True) for answer in answers)
    assert number(1) not in everything
    files = [path for path in hub.path.parent.iterdir() if path.is_file()]
    assert not [path for path in files if number(1).encode() in path.read_bytes()]


def test_who_booked_is_known_to_the_kiosk_by_the_card_of_that_day(
    client: FlaskClient, hub: TownHub, app: Flask
) -> None:
    made = client.post("/api/appointments", json=body(1)).get_json()
    [booked] = hub.writer.state.appointments.values()
    assert booked.person == Persons(b"a secret of the hall", "town").known(number(1), DAY).person
    assert booked.who not in (booked.person, None)
    second = client.post("/api/appointments", json=body(1, id="home-" + "9" * 24, service="card"))
    assert (second.status_code, second.get_json()["code"]) == (409, "one_a_day")
    hub.clock.advance(5 * 3600)
    checked = hub.done(c.CheckIn(ticket="ticket-0001", code=made["code"], kiosk="kiosk-1"), "kiosk-1")
    assert (checked["service"], checked["late"]) == ("pension", False)
    assert client.get(f"/booking/a/{made['id']}?k={made['k']}").get_data(as_text=True).count(str(checked["number"]))


def test_an_employer_books_several_services_with_its_code(client: FlaskClient, hub: TownHub) -> None:
    items = [{"service": "unit", "count": 6}, {"service": "medical", "count": 1}]
    wish = body(1, service="unit", kind="unit", number=UNIT.lower(), items=items)
    assert client.post("/api/appointments", json=wish).status_code == 201
    [booked] = hub.writer.state.appointments.values()
    assert [(item.service, item.count, item.places) for item in booked.items] == [("unit", 6, 2), ("medical", 1, 1)]
    wrong = client.post("/api/appointments", json=body(2, kind="unit", number=UNIT_BODY + "0"))
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "wrong_unit_code")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"number": number(1)[:17] + "0"}, 422, "wrong_identity"),
        ({"service": "nothing"}, 404, "not_found"),
        ({"id": "desk-" + "1" * 24}, 400, "malformed"),
        ({"at_ms": OPENS_MS + 12 * HOUR_MS}, 409, "not_open_then"),
        ({"at_ms": OPENS_MS + 30 * 24 * HOUR_MS}, 409, "too_far_ahead"),
        ({"phone": "12345"}, 422, "wrong_phone"),
        ({"items": [{"service": "card", "count": 1}]}, 400, "malformed"),
    ],
)
def test_what_cannot_be_booked_is_refused_in_words(
    client: FlaskClient, hub: TownHub, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post("/api/appointments", json=body(1, **changed))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert not hub.writer.state.appointments


def test_a_silent_engine_is_said_and_the_same_wish_is_booked_later(client: FlaskClient, hub: TownHub) -> None:
    hub.silent = True
    assert client.post("/api/appointments", json=body(1)).status_code == 503
    hub.silent = False
    assert client.post("/api/appointments", json=body(1)).status_code == 201


def test_it_is_found_by_code_and_identity_and_who_guesses_is_stopped(client: FlaskClient) -> None:
    made = client.post("/api/appointments", json=body(1)).get_json()
    mine = client.post("/api/appointments/found", json={"code": made["code"], "number": number(1)})
    assert mine.get_json() == made
    others = [
        client.post("/api/appointments/found", json={"code": made["code"], "number": number(2)}) for _ in range(12)
    ]
    assert {answer.status_code for answer in others} == {404, 429}


def test_a_time_that_was_full_is_open_to_who_moves_once_somebody_has_cancelled_it(client: FlaskClient) -> None:
    mine = client.post("/api/appointments", json=body(1)).get_json()
    full_ms = AT_MS + HOUR_MS
    others = [client.post("/api/appointments", json=body(n, at_ms=full_ms)).get_json() for n in (2, 3, 4)]
    wish = {"k": mine["k"], "at_ms": full_ms, "number": number(1)}
    assert client.post(f"/api/appointments/{mine['id']}/moved", json=wish).get_json()["code"] == "slot_full"
    client.post(f"/api/appointments/{others[0]['id']}/cancelled", json={"k": others[0]["k"]})
    moved = client.post(f"/api/appointments/{mine['id']}/moved", json=wish)
    assert (moved.status_code, moved.get_json()["at_ms"]) == (200, full_ms)


def test_a_move_that_is_sent_twice_at_once_is_done_and_said_to_be_done_twice(
    client: FlaskClient, hub: TownHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = client.post("/api/appointments", json=body(1)).get_json()
    wish = {"k": made["k"], "at_ms": AT_MS + 24 * HOUR_MS, "number": number(1)}
    submit, answers = hub.submit, []

    def meanwhile(command: c.Command, *rest: Any, **more: Any) -> Any:
        if isinstance(command, c.MoveAppointment) and not answers:
            answers.append(None)
            answers[0] = client.post(f"/api/appointments/{made['id']}/moved", json=wish).status_code
        return submit(command, *rest, **more)

    monkeypatch.setattr(hub, "submit", meanwhile)
    second = client.post(f"/api/appointments/{made['id']}/moved", json=wish)
    assert (answers, second.status_code) == ([200], 200)
    assert [one.time_ms for one in hub.writer.state.appointments.values()] == [wish["at_ms"]]


def test_it_is_moved_with_the_identity_and_cancelled_with_the_link(client: FlaskClient, hub: TownHub) -> None:
    made = client.post("/api/appointments", json=body(1)).get_json()
    path = f"/api/appointments/{made['id']}"
    later = {"k": made["k"], "at_ms": AT_MS + 24 * HOUR_MS, "number": number(1)}
    assert client.post(f"{path}/moved", json=later | {"number": number(2)}).status_code == 422
    moved = client.post(f"{path}/moved", json=later).get_json()
    assert (moved["code"], moved["at_ms"]) == (made["code"], later["at_ms"])
    assert client.post(f"{path}/cancelled", json={"k": "made-up"}).status_code == 404
    assert client.post(f"{path}/cancelled", json={"k": made["k"]}).get_json() == {"id": made["id"], "cancelled": True}
    assert not hub.writer.state.appointments


def form_of(answer: TestResponse) -> dict[str, str]:
    text = answer.get_data(as_text=True)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))


def test_the_pages_lead_from_a_service_to_a_booking_its_file_and_its_end(browser: Browser, hub: TownHub) -> None:
    client = browser.client
    assert "/booking/pension" in client.get("/booking").get_data(as_text=True)
    where = f"/booking/pension/{AT_MS}"
    assert where in client.get("/booking/pension").get_data(as_text=True)
    fields = form_of(client.get(where)) | {"number": number(1)}
    wrong = client.post(where, data=fields | {"number": "123"})
    assert (wrong.status_code, not hub.writer.state.appointments) == (422, True)
    booked = client.post(where, data=fields)
    assert booked.status_code == 303
    own = client.get(booked.location)
    [known] = hub.writer.state.appointments.values()
    assert f"{known.code[:4]} {known.code[4:]}" in own.get_data(as_text=True)
    as_file = client.get(booked.location.replace("?", ".ics?")).get_data(as_text=True)
    assert "DTSTART:20260304T060000Z\r\n" in as_file
    assert all(len(line.encode()) <= 75 for line in as_file.split("\r\n"))
    moving = client.get(booked.location.replace("?", "/moved?"))
    answer = client.post(
        booked.location.split("?")[0] + "/moved",
        data=form_of(moving) | {"at_ms": str(AT_MS + HOUR_MS), "number": number(1)},
    )
    assert (answer.status_code, hub.writer.state.appointments[known.appointment].time_ms) == (303, AT_MS + HOUR_MS)
    gone = client.post(booked.location.split("?")[0] + "/cancelled", data=form_of(own))
    assert (gone.status_code, hub.writer.state.appointments) == (200, {})


def test_an_open_page_follows_what_others_book(client: FlaskClient) -> None:
    live = {"X-Part": "live"}
    assert "约满" not in client.get("/booking/pension", headers=live).get_data(as_text=True)
    for person in (1, 2, 3):
        client.post("/api/appointments", json=body(person))
    assert "约满" in client.get("/booking/pension", headers=live).get_data(as_text=True)
    assert "/booking/pension" in client.get("/booking", headers=live).get_data(as_text=True)


def test_an_employer_s_form_takes_further_services(browser: Browser, hub: TownHub) -> None:
    where = f"/booking/unit/{AT_MS}"
    fields = form_of(browser.client.get(f"{where}?kind=unit"))
    more = {"number": UNIT, "count": "2", "more_0": "medical", "count_0": "3"}
    assert browser.client.post(where, data=fields | more).status_code == 303
    [booked] = hub.writer.state.appointments.values()
    assert (booked.unit, [(item.service, item.count) for item in booked.items]) == (True, [("unit", 2), ("medical", 3)])


def test_a_form_from_elsewhere_books_nothing(client: FlaskClient, hub: TownHub) -> None:
    where = f"/booking/pension/{AT_MS}"
    fields = form_of(client.get(where)) | {"number": number(1), "csrf": "made-up"}
    assert client.post(where, data=fields).status_code == 403
    assert not hub.writer.state.appointments


class Notes:
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.sent: dict[str, Message] = {}

    def ways(self) -> frozenset[str]:
        return frozenset({"phone"})

    def send(self, message: Message) -> bool:
        return self.sent.setdefault(message.id, message) is message

    def cancel(self, id: str) -> None:
        self.sent.pop(id, None)

    def not_left(self, beginning: str) -> list[Message]:
        return [message for id, message in self.sent.items() if id.startswith(beginning)]


def test_who_leaves_a_telephone_is_reminded_in_time_and_not_after_it_is_cancelled(
    app: Flask, client: FlaskClient, hub: TownHub, clock: ManualClock
) -> None:
    notes = Notes()
    object.__setattr__(app.extensions["jiaohao"], "notifier", notes)
    at_ms = AT_MS + 24 * HOUR_MS
    made = client.post("/api/appointments", json=body(1, at_ms=at_ms, phone="13900001111")).get_json()
    kinds = sorted((message.kind, message.from_ms) for message in notes.sent.values())
    assert kinds == [
        ("appointment_booked", 0),
        ("appointment_reminder", at_ms - 24 * HOUR_MS),
        ("appointment_reminder", at_ms - 2 * HOUR_MS),
    ]
    assert {message.facts["code"] for message in notes.sent.values()} == {made["code"]}
    client.post(f"/api/appointments/{made['id']}/cancelled", json={"k": made["k"]})
    assert not notes.sent


def test_a_telephone_that_is_named_again_and_again_gets_few_messages(
    app: Flask, client: FlaskClient, hub: TownHub
) -> None:
    notes = Notes()
    object.__setattr__(app.extensions["jiaohao"], "notifier", notes)
    for person in range(1, 13):
        at_ms = AT_MS + (person // 3) * HOUR_MS // 2
        for _ in range(2):
            made = client.post("/api/appointments", json=body(person, at_ms=at_ms, phone="13900001111"))
            assert made.status_code in (201, 409, 429)
    assert len(hub.writer.state.appointments) > 5
    booked = [message for message in notes.sent.values() if message.kind == "appointment_booked"]
    assert 0 < len(booked) <= 5


def test_the_clerk_sees_what_an_employer_s_booking_is_for(
    client: FlaskClient, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    items = [{"service": "unit", "count": 6}, {"service": "medical", "count": 2}]
    made = client.post(
        "/api/appointments", json=body(1, service="unit", kind="unit", number=UNIT, items=items)
    ).get_json()
    hub.done(c.OpenCounter(counter="c4"))
    hub.clock.advance(5 * 3600)
    hub.done(c.CheckIn(ticket="ticket-0001", code=made["code"], kiosk="kiosk-1"), "kiosk-1")
    hub.done(c.ConfirmTicket(ticket="ticket-0001"), "kiosk-1")
    hub.done(c.CallNext(counter="c4"))
    console = logged_in("manager").client.get("/console/c4").get_data(as_text=True)
    assert "预约事项：单位参保登记 × 6、医疗保险 × 2" in console


@pytest.mark.parametrize("at_ms", [10**15, 253_402_300_799_999, 10**40])
def test_a_moment_of_no_calendar_is_refused_in_words(client: FlaskClient, at_ms: int) -> None:
    browser = Browser(client)
    made = client.post("/api/appointments", json=body(1)).get_json()
    own, token = f"/booking/a/{made['id']}", browser.read_token(f"/booking/pension/{AT_MS}")
    form = {"csrf": token, "number": number(1)}
    moved = client.post(f"{own}/moved", data={**form, "k": made["k"], "at_ms": str(at_ms)[:15]})
    booked = client.post(f"/booking/pension/{at_ms}", data={**form, "id": made["id"], "kind": "person"})
    asked = client.post("/api/appointments", json=body(1, at_ms=at_ms))
    assert (moved.status_code, booked.status_code) == (409, 404)
    assert asked.status_code in (400, 409)


def test_a_holders_page_cannot_ask_the_engine_without_end(client: FlaskClient, hub: TownHub) -> None:
    made = client.post("/api/appointments", json=body(1)).get_json()
    seen = [client.get(f"/booking/a/{made['id']}?k={made['k']}").status_code for _ in range(70)]
    assert (seen[0], seen[-1]) == (200, 429)


def test_people_who_were_made_up_at_a_hundred_addresses_leave_what_is_kept_for_who_simply_comes(
    client: FlaskClient, hub: TownHub
) -> None:
    """A check digit proves a number and not a person: what holds then is the share of a slot that is not for home."""
    answers = []
    for person in range(100):
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{person}"
        answers.append(client.post("/api/appointments", json=body(person)).status_code)
    assert answers.count(201) == 3 and set(answers) == {201, 409}
    here = hub.done(c.BookAppointment(appointment="desk-" + "0" * 24, code="12345678", service="pension", at_ms=AT_MS))
    assert here["appointment"] == "desk-" + "0" * 24, "the fourth place is the desk's to give"
    assert hub.take_ticket("pension") == "A001", "and whoever simply comes gets a number whatever is booked"


def test_one_address_that_makes_up_people_is_slowed_down(client: FlaskClient) -> None:
    answers = [
        client.post("/api/appointments", json=body(person, at_ms=AT_MS + person % 4 * HOUR_MS)).status_code
        for person in range(40)
    ]
    assert answers[:3] == [201] * 3 and answers[-1] == 429
    assert answers.index(429) <= 20
