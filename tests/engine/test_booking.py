"""Appointments from home: what somebody may book, move and cancel alone, and what becomes of who does not come."""

from typing import Any

import msgspec
import pytest

from broker.engine.apply import apply
from broker.engine.context import Asked
from broker.engine.decide import decide
from broker.engine.laws import broken_by
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.slots import Item
from broker.server.snapshot import load_state, save_state
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, view
from tests.halls import lobby_hall

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000


def hall_with(**rules: Any) -> HallAtWork:
    """Slots of half an hour with four places, of which one is kept for who simply comes."""
    hall = lobby_hall()
    hall = msgspec.structs.replace(hall, rules=msgspec.structs.replace(hall.rules, **rules))
    return HallAtWork(hall).open_day().open_counters("c1", "c2", "c3")


@pytest.fixture
def work() -> HallAtWork:
    return hall_with()


def key(of: int) -> str:
    return f"{of:032x}"


def books(work: HallAtWork, one: int, in_hours: float = 4, service: str = "pension", **more: Any) -> c.BookAppointment:
    facts: dict[str, Any] = {
        "appointment": f"home-{one:08d}",
        "code": f"CODE{one:04d}",
        "service": service,
        "at_ms": work.now_ms + round(in_hours * HOUR_MS),
        "person": key(one),
        "who": key(1000 + one),
        "who_before": key(2000 + one),
        "source": "home",
    }
    return c.BookAppointment(**(facts | more))


def night(work: HallAtWork, day: str) -> None:
    """The next day opens at nine in the morning."""
    work.now_ms += DAY_MS
    session = c.SessionTimes("day", work.now_ms, work.now_ms + 8 * HOUR_MS, work.now_ms + 7 * HOUR_MS)
    work.done(c.OpenDay(day=day, sessions=(session,)), device="server", role="server")


def test_from_home_nobody_takes_what_is_kept_for_who_simply_comes_but_the_desk_may(work: HallAtWork) -> None:
    for who in range(3):
        work.done(books(work, who))
    full = work.refused(books(work, 3))
    assert (full.code, full.facts) == ("slot_full", {"service": "pension", "most": 3})
    at_desk = c.BookAppointment(
        appointment="desk-0001", code="DESK0001", service="pension", at_ms=work.now_ms + 4 * HOUR_MS
    )
    work.done(at_desk)
    work.refused(msgspec.structs.replace(at_desk, appointment="desk-0002", code="DESK0002"))
    assert view(work, "service", "pension").slots == ((work.now_ms + 4 * HOUR_MS, 4),)


def test_one_person_has_one_appointment_a_day(work: HallAtWork) -> None:
    work.done(books(work, 1))
    again = books(work, 1, 5, service="card", appointment="home-another", code="OTHER001")
    assert work.refused(again).facts == {"most": 1}
    work.done(c.CancelAppointment(appointment="home-00000001", source="home"))
    work.done(again)


def test_the_same_wish_twice_is_one_appointment_and_another_wish_needs_another_id(work: HallAtWork) -> None:
    first = work.done(books(work, 1))
    assert work.done(books(work, 1)) == first == {"appointment": "home-00000001", "code": "CODE0001"}
    assert work.refused(books(work, 1, 5)).code == "booked_differently"
    assert work.refused(books(work, 2, appointment="home-00000001")).code == "booked_differently"
    assert len(work.state.appointments) == 1


def test_a_booking_goes_so_many_working_days_ahead_and_only_into_opening_hours(work: HallAtWork) -> None:
    days = 24.0
    work.done(books(work, 1, 7 * days + 4))  # Wednesday; five working days on is the next Wednesday
    assert work.refused(books(work, 2, 8 * days + 4)).facts == {"most": 5}
    closed = work.refused(books(work, 2, 3 * days + 4))
    assert (closed.code, closed.facts) == ("not_open_then", {"service": "pension", "time": "13:00"})
    assert work.refused(books(work, 2, 10)).code == "not_open_then", "after hours"


def test_who_asks_from_home_says_who_he_is_and_names_each_service_once(work: HallAtWork) -> None:
    assert work.refused(books(work, 1, person=None)).code == "booking_incomplete"
    assert work.refused(books(work, 1, who=None)).code == "booking_incomplete"
    assert work.refused(books(work, 1, items=(Item("card"),))).code == "booking_incomplete", "not its own service"
    twice = (Item("pension"), Item("pension", 2))
    assert work.refused(books(work, 1, items=twice)).code == "booking_incomplete"
    assert work.refused(books(work, 1, items=(Item("pension"), Item("nothing")))).code == "unknown_service"
    off = hall_with(appointments_from_home=False)
    assert off.refused(books(off, 1)).code == "not_from_home"


def test_an_employer_books_several_services_at_once_and_each_takes_its_places(work: HallAtWork) -> None:
    items = (Item("pension", 6), Item("card", 2))
    work.done(books(work, 1, unit=True, items=items))
    at_ms = work.now_ms + 4 * HOUR_MS
    assert view(work, "service", "pension").slots == ((at_ms, 2),), "one for each five begun"
    assert view(work, "service", "card").slots == ((at_ms, 1),)
    work.done(books(work, 2))
    assert work.refused(books(work, 3)).code == "slot_full"
    assert work.refused(books(work, 4, service="card", items=(Item("card", 1), Item("pension", 1)))).code == "slot_full"
    assert view(work, "service", "card").slots == ((at_ms, 1),), "all of it or nothing"
    work.wait(4 * 3600)
    told = work.done(c.CheckIn(ticket="ticket-0001", code="CODE0001", kiosk="kiosk-1"), **AT_KIOSK)
    assert (told["service"], told["more"], told["priority"]) == ("pension", 1, "appointment")
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    work.call()
    shown = view(work, "counter", "c1").ticket
    assert [(item.service, item.count) for item in shown.items] == [("pension", 6), ("card", 2)]
    work.done(c.StartService(counter="c1"))
    number = work.done(c.NextService(counter="c1", service="card"))["number"]
    assert number == told["number"], "one ticket for all of it"


def test_from_home_one_cancels_and_moves_two_hours_before_at_the_latest_and_staff_at_any_time(work: HallAtWork) -> None:
    work.done(books(work, 1))
    work.wait(2 * 3600)
    work.done(c.CancelAppointment(appointment="home-00000001", source="home"))
    work.done(books(work, 2, 2))
    work.wait(1)
    late = work.refused(c.CancelAppointment(appointment="home-00000002", source="home"))
    assert (late.code, late.facts) == ("too_late_to_change", {"hours": "2", "time": "13:00"})
    moved = c.MoveAppointment(appointment="home-00000002", at_ms=work.now_ms + 4 * HOUR_MS, source="home")
    assert work.refused(moved).code == "unknown_appointment", "not without saying who one is"
    proved = msgspec.structs.replace(moved, was=key(2), person=key(2))
    assert work.refused(proved).code == "too_late_to_change"
    work.done(msgspec.structs.replace(moved, source="desk"))
    work.done(c.CancelAppointment(appointment="home-00000002", reason="来电取消"))


def test_what_the_desk_booked_is_not_touched_from_home(work: HallAtWork) -> None:
    at_ms = work.now_ms + 5 * HOUR_MS
    work.done(c.BookAppointment(appointment="desk-0001", code="DESK0001", service="pension", at_ms=at_ms))
    assert work.refused(c.CancelAppointment(appointment="desk-0001", source="home")).code == "unknown_appointment"
    moved = c.MoveAppointment(appointment="desk-0001", at_ms=at_ms, source="home", was=key(1), person=key(1))
    assert work.refused(moved).code == "unknown_appointment"


def test_a_moved_appointment_keeps_its_code_and_leaves_its_place(work: HallAtWork) -> None:
    for who in range(3):
        work.done(books(work, who))
    to_ms = work.now_ms + 28 * HOUR_MS
    move = c.MoveAppointment(appointment="home-00000001", at_ms=to_ms, source="home", was=key(1), person=key(77))
    assert work.done(move) == {"appointment": "home-00000001", "code": "CODE0001", "was_ms": work.now_ms + 4 * HOUR_MS}
    assert view(work, "service", "pension").slots == ((work.now_ms + 4 * HOUR_MS, 2), (to_ms, 1))
    work.done(books(work, 4))
    back = msgspec.structs.replace(move, at_ms=work.now_ms + 4 * HOUR_MS, was=key(77), person=key(1))
    assert work.refused(back).code == "slot_full"
    held = books(work, 78, 28, service="card", person=key(5))
    work.done(held)
    onto = msgspec.structs.replace(move, appointment=held.appointment, was=key(5), person=key(77))
    assert work.refused(onto).code == "one_a_day"


def test_who_misses_too_often_books_none_for_a_while_and_everybody_else_does(work: HallAtWork) -> None:
    for turn, day in enumerate(("2026-03-05", "2026-03-06", "2026-03-07")):
        work.done(books(work, 1, person=key(50 + turn)))
        work.done(books(work, 2, person=key(60 + turn)))
        work.wait(4 * 3600)
        work.done(c.CheckIn(ticket=f"ticket-{turn:04d}", code="CODE0002", kiosk="kiosk-1"), **AT_KIOSK)
        work.wait(-4 * 3600)
        night(work, day)
        work.done(c.CancelAppointment(appointment="home-00000001"))
        work.done(c.CancelAppointment(appointment="home-00000002"))
    missed = [event for event in work.events if isinstance(event, e.AppointmentMissed)]
    assert [event.restricted_until_ms is not None for event in missed] == [False, False, True]
    work.now_ms += 2 * DAY_MS  # Monday
    refused = work.refused(books(work, 1))
    assert (refused.code, refused.facts) == ("booking_restricted", {"until": "2026-04-06"})
    assert work.refused(books(work, 1, who=key(9), who_before=key(1001))).code == "booking_restricted", "a new period"
    work.done(books(work, 2))
    assert load_state(save_state(work.state)) == work.state
    work.now_ms += 28 * DAY_MS
    night(work, "2026-04-07")
    work.done(books(work, 1, who=key(9), who_before=key(1001)))
    assert not work.state.no_shows
    assert not work.state.restricted


def test_who_was_there_with_an_ordinary_number_or_came_on_a_day_that_never_opened_missed_nothing(
    work: HallAtWork,
) -> None:
    work.done(books(work, 1))
    work.done(books(work, 2, 28))
    work.done(c.IssueTicket(ticket="ticket-0001", service="card", person=key(1)))
    night(work, "2026-03-05")
    work.now_ms += DAY_MS
    night(work, "2026-03-07")
    missed = [event.appointment for event in work.events if isinstance(event, e.AppointmentMissed)]
    assert missed == ["home-00000002"], "the day that opened counts"
    again = hall_with()
    again.done(books(again, 2, 28))
    again.now_ms += DAY_MS
    night(again, "2026-03-06")
    assert not [event for event in again.events if isinstance(event, e.AppointmentMissed)]


def test_a_day_that_is_opened_again_counts_nobody_yet(work: HallAtWork) -> None:
    work.done(books(work, 1))
    work.done(c.CloseDay())
    work.open_day()
    assert not [event for event in work.events if isinstance(event, e.AppointmentMissed)]


def test_only_whose_it_is_finds_it_by_its_code(work: HallAtWork) -> None:
    work.done(books(work, 1))
    mine = work.done(c.ListAppointments(code="CODE0001", person=key(1)))["appointments"]
    assert [(row["appointment"], row["source"], row["items"]) for row in mine] == [
        ("home-00000001", "home", [["pension", 1]])
    ]
    assert work.done(c.ListAppointments(code="CODE0001", person=key(2)))["appointments"] == []


def test_the_laws_see_a_slot_over_its_room_and_a_person_with_two_appointments() -> None:
    work = hall_with()
    state = State()
    for who in (1, 2):
        command = books(work, who)
        asked = Asked(work.now_ms, "collector", "collector", work.now_ms)
        [booked] = decide(work.hall, state, command, asked).events
        assert isinstance(booked, e.AppointmentBooked)
        apply(state, booked)
    assert booked.rooms is not None
    few = msgspec.structs.replace(booked, rooms=tuple(msgspec.structs.replace(one, most=1) for one in booked.rooms))
    assert [law[:3] for law in broken_by(state, few)] == ["L38"]
    same = msgspec.structs.replace(booked, appointment="home-00000003", code="OTHER003", person=key(1))
    apply(state, same)
    assert [law[:3] for law in broken_by(state, same)] == ["L44"]


def test_what_an_earlier_program_wrote_down_still_counts() -> None:
    """An event of before has none of the new fields."""
    line = (
        b'{"type":"AppointmentBooked","at_ms":1,"appointment":"booked-1","code":"ABC123",'
        b'"service":"pension","time_ms":9}'
    )
    event = msgspec.json.decode(line, type=e.AppointmentBooked)
    state = State()
    apply(state, event)
    assert not list(broken_by(state, event))
    assert state.booked_at == {"pension": [(9, "booked-1", 1)]}


def test_thousands_of_clients_at_once_leave_no_slot_over_its_capacity() -> None:
    """The short version of ``python -m tests.booking_storm``: what is told and what is in the book agree."""
    work = hall_with()
    told: list[str] = []
    for turn in range(400):
        outcome = work.ask(books(work, turn % 97, 3 + (turn * 7 % 4) / 2, appointment=f"home-{turn:08d}",
                                 code=f"CODE{turn:04d}"))  # fmt: skip
        if outcome.refusal is None:
            told.append(outcome.result["appointment"])  # type: ignore[index]
    assert sorted(told) == sorted(work.state.appointments)
    slots = view(work, "service", "pension").slots
    assert [taken for _, taken in slots] == [3, 3, 3, 3]
