"""A visit is rated by the number on its paper."""

import pytest

from broker.model import commands as c
from broker.model.words import Level
from tests.engine.bench_hall import AT_KIOSK, HallAtWork
from tests.halls import OPENS_MS, lobby_hall


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def rating(number: str, id: str = "rating-0001", at_ms: int = OPENS_MS, device: str = "kiosk-1") -> c.RateVisit:
    return c.RateVisit(evaluation=id, number=number, level=Level.SATISFIED, device=device, pressed_at_ms=at_ms)


def test_a_visit_is_rated_once_by_the_number_on_the_paper(work: HallAtWork) -> None:
    number = work.take_ticket()
    assert work.refused(rating(number), **AT_KIOSK).code == "not_served_yet"
    visit = work.serve()
    work.wait(600)
    assert work.done(rating(number, at_ms=work.now_ms), **AT_KIOSK)["visit"] == visit
    assert work.refused(rating(number, "rating-0002", work.now_ms), **AT_KIOSK).code == "already_rated"
    assert work.refused(rating("A555"), **AT_KIOSK).code == "unknown_ticket"
    assert work.refused(rating(number, device="kiosk-2"), **AT_KIOSK).code == "not_allowed"
