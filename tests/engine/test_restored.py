"""After a restored backup: which numbers the engine keeps back, from whom, and for how long."""

import pytest

from broker.engine.apply import apply
from broker.engine.laws import broken_in
from broker.engine.project import project
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.events import UNKNOWN_DAY, JournalRestored
from broker.model.hall_file import parse_hall
from broker.model.views import KioskView
from broker.model.words import Holding
from tests.engine.bench_hall import HallAtWork
from tests.halls import DAY, SMALL, one_kiosk_hall, small_hall

NEXT_DAY = "2026-03-05"
A_DAY_S = 86_400


def restored(hall: HallAtWork, through: str = DAY) -> HallAtWork:
    apply(hall.state, JournalRestored(at_ms=hall.state.now_ms, through=through))
    assert not list(broken_in(hall.state))
    return hall


@pytest.fixture
def hall() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def ask(hall: HallAtWork, ticket: str = "ticket-new", kiosk: str | None = "kiosk-1") -> r.Refusal | None:
    device, role = (kiosk, "kiosk") if kiosk else ("collector", "collector")
    return hall.ask(c.IssueTicket(ticket=ticket, service="pension", kiosk=kiosk), device, role).refusal


@pytest.mark.parametrize("kiosk", ["kiosk-1", "kiosk-2", None], ids=["one kiosk", "another kiosk", "the desk"])
def test_no_number_that_may_be_on_paper_is_given(hall: HallAtWork, kiosk: str | None) -> None:
    hall.take_ticket()
    refusal = ask(restored(hall), kiosk=kiosk)
    assert refusal == r.NumbersWithheld(series="A")
    assert "取号机取号" in refusal.sentence.zh
    assert "Take a ticket at a kiosk" in refusal.sentence.en


def test_what_is_known_goes_on(hall: HallAtWork) -> None:
    number = hall.take_ticket()
    restored(hall)
    known = c.IssueTicket(ticket="ticket-000001", service="pension")
    assert hall.done(known)["number"] == number
    assert hall.call() == number


def test_a_paper_told_again_and_a_kiosks_own_are_taken_and_counted_in_its_view(hall: HallAtWork) -> None:
    restored(hall)
    for ticket, number in (("ticket-old", "A007"), ("ticket-own", "A800")):
        report = c.ReportTicket(
            ticket=ticket, service="pension", number=number, holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
        )
        assert hall.done(report, device="kiosk-1", role="kiosk")["number"] == number
    view = project(hall.hall, hall.state, ("kiosk",))["kiosk", "kiosk-1"]
    assert isinstance(view, KioskView)
    assert view.highest["a"] == 800
    assert {line.service: line.state for line in view.services}["pension"] == "open"
    assert hall.call() == "A007"


def test_a_series_of_one_kiosk_is_not_touched() -> None:
    hall = restored(HallAtWork(one_kiosk_hall()).open_day())
    assert isinstance(ask(hall), r.NumbersUsedUp), "it gives its numbers without the engine, as ever"


def test_a_series_that_no_kiosk_gives_goes_on_at_the_desk() -> None:
    text = SMALL.replace("[services.card]\n", "[services.card]\nhidden = true\n")
    hall = restored(HallAtWork(parse_hall(text)).open_day())
    assert hall.take_ticket("card") == "B001"
    assert ask(hall) == r.NumbersWithheld(series="A")


def test_a_day_that_is_closed_and_opened_again_is_the_same_day(hall: HallAtWork) -> None:
    restored(hall)
    hall.done(c.CloseDay())
    hall.open_day(DAY)
    assert ask(hall) == r.NumbersWithheld(series="A")


def test_the_next_day_is_as_every_day(hall: HallAtWork) -> None:
    restored(hall)
    hall.wait(A_DAY_S)
    open_next_day(hall, NEXT_DAY)
    assert hall.take_ticket() == "A001"


def test_a_backup_of_yesterday_gives_no_number_on_the_day_of_its_return(hall: HallAtWork) -> None:
    """The usual one: made at night, put back in the morning, when today's papers are out already."""
    restored(hall, through=NEXT_DAY)
    hall.wait(A_DAY_S)
    open_next_day(hall, NEXT_DAY)
    assert ask(hall) == r.NumbersWithheld(series="A")
    hall.wait(A_DAY_S)
    open_next_day(hall, "2026-03-06")
    assert hall.take_ticket() == "A001"


@pytest.mark.parametrize("through", [UNKNOWN_DAY, "2031-01-01"], ids=["date unknown", "clock years ahead"])
def test_a_wrong_clock_at_the_restore_costs_the_first_new_day_at_most(hall: HallAtWork, through: str) -> None:
    restored(hall, through=through)
    for day, gives in ((NEXT_DAY, False), ("2026-03-06", True)):
        hall.wait(A_DAY_S)
        open_next_day(hall, day)
        assert (ask(hall, f"ticket-{day}") is None) is gives


def open_next_day(hall: HallAtWork, day: str) -> None:
    """With that day's opening times."""
    session = c.SessionTimes("day", hall.now_ms, hall.now_ms + 28_800_000, hall.now_ms + 27_000_000)
    hall.done(c.OpenDay(day=day, sessions=(session,)), device="server", role="server")
