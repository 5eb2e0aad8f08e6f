"""Appointments: who comes in time, early, late, twice, or never."""

import msgspec
import pytest

from broker.model import commands as c
from broker.model.words import Holding, TicketStatus
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, asks
from tests.halls import DAY, lobby_hall, one_kiosk_hall

HOUR_MS = 3_600_000


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def booked(work: HallAtWork, in_min: int, service: str = "pension", code: str = "ABC123") -> str:
    at_ms = work.now_ms + in_min * 60_000
    work.done(c.BookAppointment(appointment=f"booked-{code}", code=code, service=service, at_ms=at_ms))
    return code


def checks_in(code: str, ticket: str = "ticket-0001", **more: str) -> c.CheckIn:
    return c.CheckIn(ticket=ticket, code=code, kiosk="kiosk-1", **more)  # type: ignore[arg-type]


def test_who_comes_in_time_waits_first_and_who_is_late_like_others(work: HallAtWork) -> None:
    in_time = work.done(checks_in(booked(work, 15)), **AT_KIOSK)
    assert (in_time["priority"], in_time["service"]) == ("appointment", "pension")
    assert work.state.tickets["ticket-0001"].priority_confirmed
    code = booked(work, 10, code="XYZ999")
    work.wait(21 * 60)
    late = work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)
    assert late["priority"] is None
    assert work.state.tickets["ticket-0002"].status is TicketStatus.RESERVED


def test_who_comes_early_is_told_from_when(work: HallAtWork) -> None:
    code = booked(work, 60)
    assert work.refused(checks_in(code), **AT_KIOSK).facts == {"from_time": "09:45"}
    work.wait(45 * 60)
    work.done(checks_in(code), **AT_KIOSK)


def test_a_check_in_repeated_is_the_same_and_a_second_one_is_told_its_number(work: HallAtWork) -> None:
    code = booked(work, 0)
    number = work.done(checks_in(code), **AT_KIOSK)["number"]
    assert work.done(checks_in(code), **AT_KIOSK)["number"] == number
    second = work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)
    assert (second["number"], second["again"], second["ticket"]) == (number, True, "ticket-0001")
    assert "ticket-0002" not in work.state.tickets


def test_a_number_told_at_another_kiosk_cannot_be_declared_void_by_the_one_that_got_no_answer(work: HallAtWork) -> None:
    code = booked(work, 0)
    number = work.done(checks_in(code), **AT_KIOSK)["number"]
    elsewhere = c.CheckIn(ticket="ticket-0002", code=code, kiosk="kiosk-2")
    told = work.done(elsewhere, device="kiosk-2", role="kiosk")
    assert (told["number"], told["again"]) == (number, True)
    assert work.refused(c.VoidTicket(ticket="ticket-0001"), **AT_KIOSK).code == "ticket_is_settled"
    assert work.call() == number


def test_a_check_in_that_came_to_nothing_can_be_made_again(work: HallAtWork) -> None:
    code = booked(work, 0)
    number = work.done(checks_in(code), **AT_KIOSK)["number"]
    work.done(c.VoidTicket(ticket="ticket-0001"), **AT_KIOSK)
    assert work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)["number"] != number


def test_a_code_of_another_day_is_told_so_and_one_of_nobody_is_unknown(work: HallAtWork) -> None:
    assert work.refused(checks_in("NOBODY1"), **AT_KIOSK).code == "unknown_appointment"
    other_day = work.refused(checks_in(booked(work, 24 * 60)), **AT_KIOSK)
    assert (other_day.code, other_day.facts) == ("appointment_of_another_day", {"days": 1, "time": "09:00"})
    code = booked(work, 5, code="GONE123")
    work.done(c.CancelAppointment(appointment=f"booked-{code}"))
    assert work.refused(checks_in(code), **AT_KIOSK).code == "unknown_appointment"
    booked(work, 5, code="TWICE12")
    twice = c.BookAppointment(appointment="another-1", code="TWICE12", service="card", at_ms=work.now_ms)
    assert work.refused(twice).code == "code_taken"


def test_a_kiosk_that_has_the_series_whole_is_told_to_give_the_number_and_reports_it() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day()
    code = booked(work, 0)
    told = work.done(checks_in(code), **AT_KIOSK)
    assert (told["own"], told["service"], told["time"], told["late"]) == (True, "pension", "09:00", False)
    assert "ticket-0001" not in work.state.tickets
    paper = c.ReportTicket(
        ticket="ticket-0001", service="pension", number="A001", holding=Holding.MAYBE, day=DAY, kiosk="kiosk-1",
        priority="appointment", appointment=told["appointment"],
    )  # fmt: skip
    work.done(paper, **AT_KIOSK)
    assert work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)["number"] == "A001"
    another = msgspec.structs.replace(paper, ticket="ticket-0003", number="A002")
    work.done(another, **AT_KIOSK)
    assert work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)["number"] == "A001", "a paper more takes nothing over"


def test_a_paper_for_another_service_than_was_booked_is_one_more_and_the_appointment_stays_good(
    work: HallAtWork,
) -> None:
    code = booked(work, 0)
    (appointment,) = work.state.appointments
    other = next(key for key in work.hall.services if key != work.state.appointments[appointment].service)
    letter = work.hall.series[work.hall.services[other].series].letter
    paper = c.ReportTicket(
        ticket="ticket-0001", service=other, number=f"{letter}801", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1",
        appointment=appointment,
    )  # fmt: skip
    work.done(paper, **AT_KIOSK)
    assert work.state.tickets["ticket-0001"].appointment is None
    assert (
        work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)["service"] == work.state.appointments[appointment].service
    )
    assert work.state.appointments[appointment].ticket == "ticket-0002"


def test_a_paper_that_waited_for_its_day_still_is_the_appointment_s_one_ticket() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day()
    code = booked(work, 0)
    told = work.done(checks_in(code), **AT_KIOSK)
    work.done(c.CloseDay())
    paper = c.ReportTicket(
        ticket="ticket-0001", service="pension", number="A001", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1",
        appointment=told["appointment"],
    )  # fmt: skip
    assert work.done(paper, **AT_KIOSK)["late"]
    work.open_day()
    assert work.state.tickets["ticket-0001"].status is TicketStatus.WAITING
    assert work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)["number"] == "A001"


def test_an_appointment_is_honoured_while_issuing_is_paused_and_after_the_last_ticket(work: HallAtWork) -> None:
    code = booked(work, 0)
    work.done(c.PauseIssuing(reason="人多"))
    assert work.done(checks_in(code), **AT_KIOSK)["number"]
    work.wait(7 * 3600 + 45 * 60)  # 16:45: the last ticket was at 16:30, the hall closes at 17:00
    code = booked(work, 0, code="LATE123")
    assert work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)["number"]
    code = booked(work, 0, code="LATE124")
    work.done(c.BeginEmergency(zh="撤离", en="Leave"))
    assert work.refused(checks_in(code, "ticket-0003"), **AT_KIOSK).code == "emergency_now"
    work.done(c.EndEmergency())
    work.wait(15 * 60)
    assert work.refused(checks_in(code, "ticket-0003"), **AT_KIOSK).code == "hall_closed"


def test_old_appointments_are_forgotten_and_coming_ones_kept(work: HallAtWork) -> None:
    booked(work, 5, code="TODAY12")
    booked(work, 24 * 60 + 5, code="MORROW1")
    work.done(c.CloseDay())
    work.now_ms += 2 * 24 * HOUR_MS
    session = c.SessionTimes("day", work.now_ms, work.now_ms + 1, work.now_ms + 1)
    work.ask(c.OpenDay(day="2026-03-06", sessions=(session,)), "server", "server")
    assert set(work.state.appointments) == {"booked-MORROW1"}


def test_an_appointment_whose_ticket_nobody_got_can_be_moved_and_cancelled(work: HallAtWork) -> None:
    code = booked(work, 0)
    work.done(checks_in(code), **AT_KIOSK)
    cancel = c.CancelAppointment(appointment=f"booked-{code}")
    assert work.refused(cancel).code == "unknown_appointment"
    work.done(c.VoidTicket(ticket="ticket-0001"), **AT_KIOSK)
    booked(work, 5)
    work.done(cancel)
    assert work.refused(checks_in(code, "ticket-0002"), **AT_KIOSK).code == "unknown_appointment"


def test_an_appointment_is_good_once_also_when_its_ticket_was_given_up(work: HallAtWork) -> None:
    code = booked(work, 0)
    number = work.done(checks_in(code), **AT_KIOSK)["number"]
    work.done(c.ConfirmTicket(ticket="ticket-0001"), **AT_KIOSK)
    work.done(c.CancelTicket(number=number))
    assert work.refused(checks_in(code, "ticket-0002"), **AT_KIOSK).facts == {"number": number, "status": "cancelled"}


def test_a_quota_that_others_used_up_sends_nobody_home_who_has_an_appointment() -> None:
    hall = lobby_hall()
    pension = msgspec.structs.replace(hall.services["pension"], quota=1)
    work = HallAtWork(msgspec.structs.replace(hall, services=hall.services | {"pension": pension})).open_day()
    work.take_ticket()
    assert work.refused(asks("0009", "pension")).code == "quota_used_up"
    work.done(checks_in(booked(work, 0)), **AT_KIOSK)


# -- slots and the desk's list ------------------------------------------------


def with_capacity(**services: int) -> HallAtWork:
    """Slots of half an hour; a service holds what is given, the others two."""
    hall = lobby_hall()
    rules = msgspec.structs.replace(hall.rules, appointment_slot_capacity=2)
    changed = {k: msgspec.structs.replace(hall.services[k], appointment_capacity=n) for k, n in services.items()}
    hall = msgspec.structs.replace(hall, rules=rules, services=hall.services | changed)
    return HallAtWork(hall).open_day().open_counters("c1", "c2", "c3")


def books(at_ms: int, who: int, service: str = "pension") -> c.BookAppointment:
    return c.BookAppointment(appointment=f"booked-{who:04d}", code=f"CODE{who:04d}", service=service, at_ms=at_ms)


def test_a_full_slot_is_refused_and_the_next_one_and_another_service_are_free() -> None:
    work = with_capacity()
    ten = work.now_ms + HOUR_MS
    work.done(books(ten, 1))
    work.done(books(ten + 29 * 60_000, 2))
    full = work.refused(books(ten + 15 * 60_000, 3))
    assert (full.code, full.facts) == ("slot_full", {"service": "pension", "most": 2})
    assert "2" in full.sentence.zh and "2" in full.sentence.en
    work.done(books(ten + 30 * 60_000, 3))
    work.done(books(ten, 4, "card"))
    work.done(books(ten - 1, 5))


def test_what_is_said_twice_or_moved_within_a_full_slot_takes_no_second_place() -> None:
    work = with_capacity()
    for who in (1, 2):
        work.done(books(work.now_ms, who))
    work.done(books(work.now_ms, 1))
    work.done(books(work.now_ms + 10 * 60_000, 2))
    work.done(books(work.now_ms + HOUR_MS, 3))
    assert work.refused(books(work.now_ms, 3)).code == "slot_full", "moved into it from elsewhere"
    assert work.refused(books(work.now_ms, 4)).code == "slot_full"


def test_a_cancelled_appointment_makes_room_and_one_that_came_does_not() -> None:
    work = with_capacity(pension=1)
    work.done(books(work.now_ms, 1))
    work.done(c.CancelAppointment(appointment="booked-0001", reason="来电取消"))
    work.done(books(work.now_ms, 2))
    work.done(checks_in("CODE0002"), **AT_KIOSK)
    assert work.refused(books(work.now_ms, 3)).code == "slot_full"


def test_nobody_is_booked_into_a_slot_that_is_over(work: HallAtWork) -> None:
    work.wait(10 * 60)
    began = books(work.now_ms - 10 * 60_000, 1)
    work.done(began)
    over = work.refused(books(began.at_ms - 1, 2))
    assert (over.code, over.sentence.zh) == ("slot_over", "这个时段已经过了，请另选以后的时间")
    assert work.refused(books(work.now_ms - 24 * HOUR_MS, 2)).code == "slot_over", "a booking for yesterday comes late"
    work.wait(20 * 60)
    assert work.refused(books(began.at_ms, 2)).code == "slot_over"
    assert work.done(began) == {"appointment": "booked-0001"}, "what is said twice is one appointment"
    work.done(books(work.now_ms, 1))
    assert work.refused(began).code == "slot_over", "moved back into it"


def test_nobody_is_booked_further_ahead_than_ninety_days_not_even_by_staff(work: HallAtWork) -> None:
    last_ms = work.now_ms + 90 * 24 * HOUR_MS - 1
    work.done(books(last_ms, 1))
    far = work.refused(books(last_ms + 1, 2))
    assert (far.code, far.facts) == ("too_many_days_ahead", {"most": 90})
    assert work.refused(books(253_370_764_800_000, 3)).code == "too_many_days_ahead", "in the year 9999"
    near = books(work.now_ms + HOUR_MS, 4)
    work.done(near)
    moved = c.MoveAppointment(appointment=near.appointment, at_ms=last_ms + 1)
    assert work.refused(moved).code == "too_many_days_ahead", "nor moved there"
    assert work.state.appointments[near.appointment].time_ms == near.at_ms


def test_a_service_that_takes_no_appointments_says_so() -> None:
    work = with_capacity(card=0)
    assert work.refused(books(work.now_ms, 1, "card")).code == "no_appointments"
    work.done(books(work.now_ms, 1))


def listed(work: HallAtWork, **asked: object) -> dict:  # type: ignore[type-arg]
    whole = {"from_ms": work.now_ms - 24 * HOUR_MS, "until_ms": work.now_ms + 24 * HOUR_MS}
    return work.done(c.ListAppointments(**(whole | asked)))  # type: ignore[arg-type]


def test_the_desk_reads_who_is_booked_who_came_who_came_late_and_who_did_not(work: HallAtWork) -> None:
    for in_min, code in ((0, "INTIME1"), (5, "LATE123"), (6, "MISSED1"), (45, "DUE1234"), (240, "AHEAD12")):
        booked(work, in_min, code=code, service="card" if code == "MISSED1" else "pension")
    work.done(checks_in("INTIME1", "ticket-0001"), **AT_KIOSK)
    work.wait(35 * 60)
    work.done(checks_in("LATE123", "ticket-0002"), **AT_KIOSK)
    rows = listed(work)["appointments"]
    assert [(row["code"], row["state"]) for row in rows] == [
        ("INTIME1", "checked_in"), ("LATE123", "late"), ("MISSED1", "missed"), ("DUE1234", "due"),
        ("AHEAD12", "booked"),
    ]  # fmt: skip
    assert rows[0]["number"] and rows[2]["number"] is None and rows[2]["service"] == "card"


def test_a_code_and_an_appointment_are_looked_up_by_themselves(work: HallAtWork) -> None:
    booked(work, 45, code="DUE1234")
    booked(work, 45, code="DUE1235")
    assert [row["code"] for row in listed(work, code="DUE1235")["appointments"]] == ["DUE1235"]
    assert [row["code"] for row in listed(work, appointment="booked-DUE1234")["appointments"]] == ["DUE1234"]
    assert listed(work, code="NOBODY1") == {"appointments": [], "more": False}


def test_a_long_list_comes_in_pages_that_fit_into_an_answer() -> None:
    work = with_capacity(pension=999)
    for who in range(45):
        work.done(books(work.now_ms + who % 3 * 60_000, who))
    found: list[str] = []
    after = None
    for _ in range(9):
        page = listed(work, after=after)
        assert len(msgspec.json.encode(page)) < 6_000
        found += [row["appointment"] for row in page["appointments"]]
        if not page["more"]:
            break
        after = (page["appointments"][-1]["time_ms"], page["appointments"][-1]["appointment"])
    assert len(found) == len(set(found)) == 45


def test_a_kiosk_cannot_read_what_is_booked(work: HallAtWork) -> None:
    assert work.refused(c.ListAppointments(code="ABC123"), **AT_KIOSK).code == "not_allowed"
