"""一次性告知单: who lacked papers comes again within some days, to a place near the head of the line."""

from typing import Any

import pytest

from broker.engine import appointments, slips
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import Holding
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, view
from tests.halls import OPENS_MS, one_kiosk_hall, small_hall

DAY_MS = 86_400_000
CODE = "12345678"


def slip(**changes: Any) -> c.GiveReturnSlip:
    return c.GiveReturnSlip(**{"counter": "c1", "slip": "slip-0001", "code": CODE, "missing": "户口簿原件"} | changes)


def comes_again(ticket: str = "ticket-back-1") -> c.CheckIn:
    return c.CheckIn(ticket=ticket, code=CODE, kiosk="kiosk-1")


@pytest.fixture
def work() -> HallAtWork:
    """A visitor at c1 whose papers are not complete."""
    work = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    work.take_ticket()
    work.call("c1")
    return work


def next_day(work: HallAtWork, day: str) -> None:
    for counter in ("c1", "c2"):
        work.ask(c.CloseCounter(counter=counter))
    work.ask(c.CloseDay(), "server", "server")
    work.wait(86_400)
    session = c.SessionTimes("day", work.now_ms, work.now_ms + 28_800_000, work.now_ms + 28_000_000)
    work.done(c.OpenDay(day=day, sessions=(session,)), device="server", role="server")
    work.open_counters("c1")


def test_the_visit_ends_for_missing_papers_and_the_slip_is_good_for_three_open_days_more(work: HallAtWork) -> None:
    answer = work.done(slip())
    finished, given = work.events[-2:]
    assert isinstance(finished, e.ServiceFinished)
    assert (finished.outcome, finished.items) == ("papers_missing", 0)
    assert isinstance(given, e.ReturnSlipGiven)
    assert (given.missing, given.clerk, given.service) == ("户口簿原件", "a1", "pension")
    midnight = OPENS_MS - 9 * 3_600_000
    assert answer["until_ms"] == midnight + 6 * DAY_MS, "a Wednesday's: Thursday, Friday, Monday"
    assert given.days == 3
    assert view(work, "counter", "c1").evaluation is not None, "this visit may be rated like any"
    assert work.refused(c.UndoLast(counter="c1")).code == "slip_is_out", "the slip is out of the house"


def test_its_number_stands_behind_the_first_three_and_the_clerk_reads_what_was_missing(work: HallAtWork) -> None:
    work.done(slip())
    waiting = []
    for _ in range(5):
        work.wait(60)
        waiting.append(work.take_ticket())
    work.wait(60)
    back = work.done(comes_again(), **AT_KIOSK)
    assert back["slip"] is True
    work.done(c.ConfirmTicket(ticket="ticket-back-1"), **AT_KIOSK)
    assert view(work, "service", "pension").numbers == (*waiting[:3], back["number"], *waiting[3:])
    for _ in range(3):
        work.serve("c1")
    assert work.call("c1") == back["number"]
    assert view(work, "counter", "c1").ticket.note == "户口簿原件"


def test_it_is_good_on_another_day_and_is_one_ticket_however_often_it_is_shown(work: HallAtWork) -> None:
    work.done(slip(days=1))
    next_day(work, "2026-03-05")
    number = work.done(comes_again(), **AT_KIOSK)["number"]
    again = work.done(comes_again("ticket-back-2"), **AT_KIOSK)
    assert (again["number"], again["again"]) == (number, True)


def listed(work: HallAtWork, **wanted: Any) -> list[dict[str, Any]]:
    return list(work.done(c.ListAppointments(**wanted))["appointments"])


def test_it_is_no_booking_of_the_day_and_takes_no_slot_but_its_code_is_found_until_it_is_over(work: HallAtWork) -> None:
    work.done(slip())
    midnight = OPENS_MS - 9 * 3_600_000
    assert listed(work, from_ms=midnight, until_ms=midnight + DAY_MS) == []
    for place in range(work.hall.rules.appointment_slot_capacity):
        code = f"BOOKED{place}"
        work.done(c.BookAppointment(appointment=f"booked-{place}", code=code, service="pension", at_ms=work.now_ms))
    work.wait(3_600)
    assert [one["state"] for one in listed(work, code=CODE)] == ["due"], "nobody missed anything"
    work.wait(6 * 86_400)
    assert [one["state"] for one in listed(work, code=CODE)] == ["missed"]


def test_after_its_days_it_is_over(work: HallAtWork) -> None:
    work.done(slip(days=1))
    next_day(work, "2026-03-05")
    next_day(work, "2026-03-06")
    assert work.refused(comes_again(), **AT_KIOSK).code == "unknown_appointment"


def test_it_is_used_up_once_its_holder_was_served_and_not_by_a_number_that_expired(work: HallAtWork) -> None:
    work.done(slip())
    work.done(comes_again(), **AT_KIOSK)
    next_day(work, "2026-03-05")
    work.done(comes_again("ticket-back-2"), **AT_KIOSK)
    work.done(c.ConfirmTicket(ticket="ticket-back-2"), **AT_KIOSK)
    work.serve("c1")
    next_day(work, "2026-03-06")
    assert work.refused(comes_again("ticket-back-3"), **AT_KIOSK).code == "unknown_appointment"


def test_a_kiosk_that_has_the_series_gives_the_number_and_it_stands_near_the_head_too() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day().open_counters("c1")

    def paper(ticket: str, number: str, **more: Any) -> None:
        report = c.ReportTicket(
            ticket=ticket,
            service="pension",
            number=number,
            holding=Holding.PAPER,
            day="2026-03-04",
            kiosk="kiosk-1",
            **more,
        )
        work.done(report, **AT_KIOSK)
        work.wait(60)

    paper("ticket-00", "A001")
    work.call("c1")
    work.done(slip())
    for place in range(5):
        paper(f"ticket-1{place}", f"A00{place + 2}")
    told = work.done(comes_again("ticket-99"), **AT_KIOSK)
    assert (told["own"], told["appointment"], told["priority"]) == (True, "slip-0001", None)
    paper("ticket-99", "A007", appointment="slip-0001")
    assert view(work, "service", "pension").numbers == ("A002", "A003", "A004", "A007", "A005", "A006")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"missing": " "}, "reason_needed"),
        ({"counter": "c2"}, "nobody_at_counter"),
        ({"missing": "11010519491231002X"}, "personal_number_typed"),
    ],
)
def test_a_slip_is_refused_in_words_and_nothing_is_over(work: HallAtWork, changes: dict[str, str], code: str) -> None:
    assert work.refused(slip(**changes)).code == code
    assert view(work, "counter", "c1").ticket is not None


def test_a_code_belongs_to_one_slip(work: HallAtWork) -> None:
    work.done(slip())
    work.take_ticket()
    work.call("c1")
    assert work.refused(slip(slip="slip-0002")) == r.CodeTaken()


def test_slips_and_appointments_never_fill_each_other_s_book(work: HallAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "SLIPS_MOST", 1)
    monkeypatch.setattr(appointments, "APPOINTMENTS_MOST", 1)
    booked = c.BookAppointment(appointment="booked-1", code="BOOKED1", service="pension", at_ms=work.now_ms)
    work.done(booked)
    work.done(slip())
    other = c.BookAppointment(appointment="booked-2", code="BOOKED2", service="pension", at_ms=work.now_ms)
    assert work.refused(other) == r.AppointmentsFull(most=1)
    work.done(c.CancelAppointment(appointment="booked-1", reason="改期"))
    work.done(other)
    work.take_ticket()
    work.call("c1")
    assert work.refused(slip(slip="slip-0002", code="87654321")) == r.SlipsFull(most=1)


def test_a_late_paper_of_a_slip_stands_where_its_arrival_puts_it_when_that_is_better(work: HallAtWork) -> None:
    """Its kiosk was cut off: meanwhile others came, and all who stood before it were called."""
    work.done(slip())
    for _ in range(5):
        work.wait(60)
        work.take_ticket()
    paper = c.ReportTicket(
        ticket="ticket-late-1", service="pension", number="A800", holding=Holding.PAPER, day="2026-03-04",
        kiosk="kiosk-1", appointment="slip-0001",
    )  # fmt: skip
    work.done(paper, age_ms=210_000, **AT_KIOSK)
    assert view(work, "service", "pension").numbers[:2] == ("A002", "A800")


def test_a_slip_is_not_good_once_more_in_a_day_that_takes_its_number_over(work: HallAtWork) -> None:
    """The server did not know the date when its holder came."""
    work.done(slip())
    work.done(c.CloseCounter(counter="c1"))
    position = work.state.position
    number = work.done(comes_again(), **AT_KIOSK)["number"]
    work.done(c.ConfirmTicket(ticket="ticket-back-1"), **AT_KIOSK)
    work.wait(86_400)
    session = c.SessionTimes("day", work.now_ms - 60_000, work.now_ms + 28_800_000, work.now_ms + 28_000_000)
    opened = c.OpenDay(day="2026-03-05", sessions=(session,), unsure_from=position)
    work.done(opened, device="server", role="server")
    again = work.done(comes_again("ticket-back-2"), **AT_KIOSK)
    assert (again["number"], again["again"]) == (number, True)


def test_it_is_no_appointment_that_could_be_moved_into_a_slot_past_those_who_fit(work: HallAtWork) -> None:
    work.done(slip())
    for place in range(work.hall.rules.appointment_slot_capacity):
        code = f"BOOKED{place}"
        work.done(c.BookAppointment(appointment=f"booked-{place}", code=code, service="pension", at_ms=work.now_ms))
    moved = c.BookAppointment(appointment="slip-0001", code="OTHER001", service="pension", at_ms=work.now_ms)
    assert work.refused(moved).code == "unknown_appointment"
    work.done(comes_again(), **AT_KIOSK)
