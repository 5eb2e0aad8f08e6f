"""Slots of appointments begin on the round times of the hall's own clock."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
import pytest

from broker.model.hall import Hall
from broker.model.slots import slot_ms, slot_of
from tests.halls import small_hall

ZONES = ["Asia/Shanghai", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Eucla", "Europe/Berlin", "UTC"]


def hall_in(zone: str, minutes: int) -> Hall:
    hall = small_hall()
    place = msgspec.structs.replace(hall.hall, time_zone=zone)
    rules = msgspec.structs.replace(hall.rules, appointment_slot_min=minutes)
    return msgspec.structs.replace(hall, hall=place, rules=rules)


def begins(zone: str, minutes: int, local: str) -> str:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    slot = slot_of(hall_in(zone, minutes), round(at.timestamp() * 1000))
    return f"{datetime.fromtimestamp(slot / 1000, ZoneInfo(zone)):%H:%M}"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("minutes", "local", "wanted"),
    [
        (60, "2026-03-05T10:44", "10:00"),
        (30, "2026-03-05T10:44", "10:30"),
        (20, "2026-03-05T10:44", "10:40"),
        (15, "2026-03-05T10:44", "10:30"),
        (5, "2026-03-05T00:04", "00:00"),
        (60, "2026-03-05T10:00", "10:00"),
    ],
)
def test_a_slot_begins_on_the_halls_clock_wherever_it_stands(zone: str, minutes: int, local: str, wanted: str):
    assert begins(zone, minutes, local) == wanted


def test_an_hour_of_slots_stays_whole_while_the_clock_goes_back():
    hall = hall_in("Europe/Berlin", 30)
    first = datetime(2026, 10, 25, 0, 0, tzinfo=ZoneInfo("UTC")).timestamp() * 1000  # 02:00, the first time
    slots = {slot_of(hall, round(first) + minute * 60_000) for minute in range(120)}
    assert len(slots) == 4 and all(slot % slot_ms(hall) == 0 for slot in slots)


def test_a_moment_that_no_calendar_holds_has_a_slot_too():
    most = cast(int, 253_402_300_799_999)
    assert 0 <= most - slot_of(hall_in("Asia/Shanghai", 30), most) < 30 * 60_000
