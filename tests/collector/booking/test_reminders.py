"""Who left a telephone hears of each change of the appointment, and of nothing that is no longer so."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from broker.collector.notify.file_way import FileWay
from broker.collector.notify.message import Message
from broker.collector.notify.wording import text_of
from broker.collector.web import WebOptions
from broker.model import commands as c
from tests.collector.booking.test_booking import AT_MS, HOUR_MS, body, number
from tests.collector.conftest import PERSONS, Browser
from tests.collector.town import TownHub

DAY_MS = 24 * HOUR_MS
LATER_MS = AT_MS + DAY_MS


@pytest.fixture
def options(tmp_path: Path) -> WebOptions:
    return WebOptions(persons=PERSONS, ways={"phone": FileWay(tmp_path / "phones.txt")})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def booked(client: FlaskClient) -> dict[str, Any]:
    return dict(client.post("/api/appointments", json=body(1, at_ms=LATER_MS, phone="13900001111")).get_json())


def waiting(app: Flask) -> list[Message]:
    return list(app.extensions["jiaohao"].notifier.not_left("home-"))


def times(app: Flask) -> list[tuple[str, str, int]]:
    """Kind, the time it tells, and when it leaves, in hours before that."""
    zone = ZoneInfo("Asia/Shanghai")
    found = []
    for one in waiting(app):
        at = datetime.strptime(one.facts["time"], "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        left = 0 if one.from_ms == 0 else round(at.timestamp() * 1000 - one.from_ms) // HOUR_MS
        found.append((one.kind.removeprefix("appointment_"), f"{at:%d %H:%M}", left))
    return sorted(found)


def move(client: FlaskClient, made: dict[str, Any], at_ms: int) -> None:
    wish = {"k": made["k"], "at_ms": at_ms, "number": number(1)}
    assert client.post(f"/api/appointments/{made['id']}/moved", json=wish).status_code == 200


def test_who_moved_is_told_the_new_time_and_reminded_of_that_alone(app: Flask, client: FlaskClient) -> None:
    made = booked(client)
    assert times(app) == [("booked", "05 14:00", 0), ("reminder", "05 14:00", 2), ("reminder", "05 14:00", 24)]
    move(client, made, LATER_MS + DAY_MS)
    new = [("booked", "06 14:00", 0), ("reminder", "06 14:00", 2), ("reminder", "06 14:00", 24)]
    assert times(app) == new
    ids = {one.id for one in waiting(app)}
    move(client, made, LATER_MS + DAY_MS)
    assert {one.id for one in waiting(app)} == ids, "the same move sent again tells nothing twice"


def test_who_moves_there_and_back_and_there_again_is_there_and_reminded_of_that(
    app: Flask, client: FlaskClient, hub: TownHub
) -> None:
    made = booked(client)
    for at_ms in (LATER_MS + DAY_MS, LATER_MS, LATER_MS + DAY_MS):
        hub.clock.advance(30)
        move(client, made, at_ms)
        assert [one.time_ms for one in hub.writer.state.appointments.values()] == [at_ms]
    assert {told for _, told, _ in times(app)} == {"06 14:00"}


def test_who_names_a_strangers_telephone_and_moves_and_moves_sends_it_few_messages(
    app: Flask, client: FlaskClient, hub: TownHub
) -> None:
    made, sent = booked(client), 0
    for turn in range(40):
        hub.clock.advance(60)
        wish = {"k": made["k"], "at_ms": LATER_MS + (turn + 1) % 2 * DAY_MS, "number": number(1)}
        client.post(f"/api/appointments/{made['id']}/moved", json=wish)
        sent += app.extensions["jiaohao"].notifier.send_due("phone")
    assert 1 < sent <= 1 + 5 + 4, "five at once and one in ten minutes"
    assert len(waiting(app)) == 2, "the reminders of where it is now"


def test_who_moves_there_and_back_is_reminded_of_the_first_time_again(
    app: Flask, client: FlaskClient, hub: TownHub
) -> None:
    made = booked(client)
    for at_ms in (LATER_MS + DAY_MS, LATER_MS):
        hub.clock.advance(30)
        move(client, made, at_ms)
    assert times(app) == [("booked", "05 14:00", 0), ("reminder", "05 14:00", 2), ("reminder", "05 14:00", 24)]


def test_who_cancels_is_told_nothing_more_and_whose_appointment_staff_cancel_is_told_so(
    app: Flask, client: FlaskClient, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    made = booked(client)
    client.post(f"/api/appointments/{made['id']}/cancelled", json={"k": made["k"]})
    assert waiting(app) == []
    again = client.post("/api/appointments", json=body(1, id="home-" + "7" * 24, at_ms=LATER_MS, phone="13900001111"))
    staff = logged_in("manager")
    cancel = {"type": "CancelAppointment", "appointment": again.get_json()["id"], "reason": "设备检修"}
    assert staff.post("/api/commands", {"id": "page-000000000001", "command": cancel}).status_code == 200
    [told] = waiting(app)
    assert (told.kind, told.to) == ("appointment_cancelled", "13900001111")
    assert "2026-03-05 14:00" in text_of(hub.hall, told) and "养老保险预约已取消" in text_of(hub.hall, told)


def test_staff_who_move_an_appointment_move_its_reminders(
    app: Flask, client: FlaskClient, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    made = booked(client)
    wish = c.MoveAppointment(appointment=made["id"], at_ms=LATER_MS + HOUR_MS)
    moved = {"type": "MoveAppointment", "appointment": wish.appointment, "at_ms": wish.at_ms}
    assert logged_in("manager").post("/api/commands", {"id": "page-000000000002", "command": moved}).status_code == 200
    assert {when for _, when, _ in times(app)} == {"05 15:00"}
