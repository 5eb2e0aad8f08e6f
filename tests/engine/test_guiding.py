"""The guide desk: a number for somebody who stands there, given and printed by a kiosk, or checked in without one."""

import pytest

from broker.engine.apply_hall import ORDER_KEPT_MS
from broker.engine.guiding import ORDER_LASTS_MS, ORDERS_MOST
from broker.engine.project import project
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.views import DeskOrder, KioskView
from tests.engine.bench_hall import HallAtWork
from tests.halls import one_kiosk_hall, small_hall

KIOSK = {"device": "kiosk-1", "role": "kiosk"}


@pytest.fixture
def hall() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def orders_at(hall: HallAtWork, kiosk: str) -> list[str]:
    view = project(hall.hall, hall.state)["kiosk", kiosk]
    assert isinstance(view, KioskView)
    assert all(isinstance(order, DeskOrder) for order in view.orders)
    return [order.ticket for order in view.orders]


def order(ticket: str = "desk-ticket-1", kiosk: str = "kiosk-1", service: str = "pension") -> c.OrderTicket:
    return c.OrderTicket(ticket=ticket, kiosk=kiosk, service=service)


def test_the_chosen_kiosk_alone_is_asked_and_the_answer_is_the_number_once_there_is_one(hall: HallAtWork):
    assert hall.done(order()) == {"kiosk": "kiosk-1"}
    assert (orders_at(hall, "kiosk-1"), orders_at(hall, "kiosk-2")) == (["desk-ticket-1"], [])
    assert hall.done(order()) == {"kiosk": "kiosk-1"}
    assert hall.done(order(kiosk="kiosk-2")) == {"kiosk": "kiosk-1"}, "one ticket, whichever kiosk is asked again"
    assert orders_at(hall, "kiosk-1") == ["desk-ticket-1"]
    made = hall.done(
        c.IssueTicket(ticket="desk-ticket-1", service="pension", kiosk="kiosk-1"), device="kiosk-1", role="kiosk"
    )
    assert orders_at(hall, "kiosk-1") == []
    told = hall.done(order())
    assert (told["number"], told["status"]) == (made["number"], "reserved")


def test_an_order_that_nobody_gave_in_time_is_gone(hall: HallAtWork):
    hall.done(order())
    hall.wait((ORDER_LASTS_MS + ORDER_KEPT_MS) / 1000 + 1)
    hall.done(order("desk-ticket-2"))
    assert orders_at(hall, "kiosk-1") == ["desk-ticket-2"]


def test_what_no_kiosk_could_give_is_refused_at_once_and_a_kiosk_has_a_bound(hall: HallAtWork):
    assert isinstance(hall.refused(order(service="nowhere")), r.UnknownService)
    assert isinstance(hall.refused(order(kiosk="nowhere")), r.UnknownKiosk)
    for index in range(ORDERS_MOST):
        hall.done(order(f"desk-ticket-{index:02d}"))
    assert isinstance(hall.refused(order("one-too-many")), r.OrdersFull)
    hall.done(order("one-too-many", kiosk="kiosk-2"))
    hall.done(c.PauseIssuing(reason="系统升级"))
    assert isinstance(hall.refused(order("while-paused", kiosk="kiosk-2")), r.IssuingPaused)


def test_a_priority_that_the_guide_saw_is_confirmed_with_the_number_and_claims_of_others_are_listed(hall: HallAtWork):
    hall.done(c.OrderTicket(ticket="desk-ticket-1", kiosk="kiosk-1", service="pension", priority="elderly"))
    number = hall.done(c.IssueTicket(ticket="desk-ticket-1", service="pension", kiosk="kiosk-1"), **KIOSK)["number"]
    hall.done(c.ConfirmTicket(ticket="desk-ticket-1"), **KIOSK)
    known = hall.state.find(number)
    assert known is not None and (known.priority, known.priority_confirmed) == ("elderly", True)
    claimed = hall.take_ticket("pension", priority="elderly")
    hall.take_ticket("pension")
    rows = hall.done(c.ListClaims())["claims"]
    assert [(row["number"], row["priority"]) for row in rows] == [(claimed, "elderly")]
    hall.done(c.ConfirmPriority(number=claimed))
    assert hall.done(c.ListClaims()) == {"claims": [], "more": False}


def booked(hall: HallAtWork, code: str = "DESK123") -> str:
    hall.done(c.BookAppointment(appointment=f"booked-{code}", code=code, service="pension", at_ms=hall.now_ms + 60_000))
    return code


def test_a_code_is_checked_in_at_the_desk_as_at_a_kiosk_and_once(hall: HallAtWork):
    code = booked(hall)
    told = hall.done(c.CheckIn(ticket="desk-ticket-9", code=code))
    again = hall.done(c.CheckIn(ticket="desk-ticket-9", code=code))
    assert (told["number"], told["service"], told["late"]) == (again["number"], "pension", False)
    hall.done(c.ConfirmTicket(ticket="desk-ticket-9", holding="screen"))
    elsewhere = hall.done(
        c.CheckIn(ticket="kiosk-ticket-1", code=code, kiosk="kiosk-1"), device="kiosk-1", role="kiosk"
    )
    assert (elsewhere["number"], elsewhere["again"]) == (told["number"], True), "one code is one ticket"


def test_where_one_kiosk_has_all_numbers_the_desk_sends_whoever_has_a_code_there():
    hall = HallAtWork(one_kiosk_hall()).open_day()
    code = booked(hall)
    assert isinstance(hall.refused(c.CheckIn(ticket="desk-ticket-9", code=code)), r.CodeAtKiosk)
    assert hall.done(order()) == {"kiosk": "kiosk-1"}, "and may still order a number without a code"


def test_a_kiosk_checks_in_under_its_own_name_alone(hall: HallAtWork):
    code = booked(hall)
    nameless = hall.refused(c.CheckIn(ticket="kiosk-ticket-1", code=code), device="kiosk-1", role="kiosk")
    assert isinstance(nameless, r.NotAllowed)
