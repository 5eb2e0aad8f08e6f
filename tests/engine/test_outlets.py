"""What an outlet serves is in none of the hall's pictures and sums, and has pictures of its own."""

import pytest
from msgspec import structs

from broker.model import commands as c
from broker.model.hall import Counter, Series, Service
from broker.model.hall_outlets import Outlet
from broker.model.words import Names
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import small_hall

BANK = Names("湖滨支行", "Lakeside branch")


@pytest.fixture
def work() -> HallAtWork:
    hall = small_hall()
    category = next(iter(hall.categories))
    with_bank = structs.replace(
        hall,
        series={**hall.series, "bank": Series(letter="Z")},
        services={**hall.services, "at-bank": Service(names=BANK, series="bank", category=category)},
        counters={**hall.counters, "c91": Counter(name="91", services={"at-bank": 1})},
        outlets={"bank": Outlet(names=BANK, counters=("c91",))},
    )
    return HallAtWork(with_bank).open_day()


def test_a_ticket_of_an_outlet_is_called_there_and_waits_in_no_sum_of_the_hall(work: HallAtWork) -> None:
    work.open_counters("c1", "c91")
    work.take_ticket("pension")
    number = work.take_ticket("at-bank")
    assert number == "Z001"
    hall = view(work, "hall", work.hall.hall.id)
    assert "at-bank" not in {line.service for line in hall.services}
    assert hall.counts == {"waiting": 1}
    assert hall.counters_open == (work.hall.counters["c1"].name,)
    assert view(work, "service", "at-bank").numbers == ("Z001",)
    assert work.call("c91") == "Z001"
    for board in work.hall.displays:
        assert "Z001" not in {call.number for call in view(work, "board", board).calls}


def test_a_paused_counter_of_an_outlet_is_told_there_and_not_in_the_hall(work: HallAtWork) -> None:
    work.open_counters("c1", "c91")
    work.done(c.PauseCounter(counter="c91", reason="会议"))
    assert view(work, "counter", "c91").pause.reason == "会议"
    assert view(work, "hall", work.hall.hall.id).paused == ()
    for board in work.hall.displays:
        assert view(work, "board", board).paused == ()


def test_no_kiosk_of_the_hall_gives_a_number_of_an_outlet(work: HallAtWork) -> None:
    for kiosk in work.hall.kiosks:
        assert "at-bank" not in {line.service for line in view(work, "kiosk", kiosk).services}
        refusal = work.refused(c.IssueTicket(ticket="t-9", service="at-bank", kiosk=kiosk), device=kiosk, role="kiosk")
        assert type(refusal).__name__ == "UnknownService"
