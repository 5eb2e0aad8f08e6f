"""An emergency: every screen shows it, nobody is called, only a person ends it."""

import pytest

from broker.engine.project import project
from broker.model import commands as c
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, asks
from tests.halls import DAY, lobby_hall


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def test_during_an_emergency_nobody_is_called_and_no_number_is_given_but_papers_are_taken(work: HallAtWork) -> None:
    number = work.take_ticket()
    work.call("c2")
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    for command in (
        c.CallNext(counter="c1"),
        c.CallNumber(counter="c1", number=number),
        c.Recall(counter="c2"),
        asks("0002", "pension"),
    ):
        assert work.refused(command).code == "emergency_now"
    paper = c.ReportTicket(
        ticket="ticket-0003",
        service="pension",
        number="A801",
        holding="paper",
        day=DAY,
        kiosk="kiosk-1",  # type: ignore[arg-type]
    )
    work.done(paper, **AT_KIOSK)
    work.done(c.FinishService(counter="c2"))
    work.done(c.EndEmergency())
    assert work.call("c1") == "A801"
    assert work.refused(c.EndEmergency()).code == "no_emergency"


def test_an_emergency_outlives_the_day_and_its_text_can_be_changed(work: HallAtWork) -> None:
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    since = work.state.emergency.since_ms  # type: ignore[union-attr]
    work.wait(5)
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    assert work.state.emergency.since_ms == since  # type: ignore[union-attr]
    work.done(c.BeginEmergency(zh="请走东门", en="East door"))
    work.done(c.CloseDay())
    shown = project(work.hall, work.state)
    assert all(v.emergency.zh == "请走东门" for (kind, _), v in shown.items() if kind != "service")
