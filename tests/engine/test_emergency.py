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


@pytest.mark.parametrize("text", [" ", "\u3000\u00a0", "\u200b\u202e", "\x00\n", "\u3164", "\ufe0f"])
def test_a_text_that_nobody_could_read_takes_no_screen(work: HallAtWork, text: str) -> None:
    assert work.refused(c.BeginEmergency(zh=text, en="Leave")).code == "nothing_to_show"
    assert work.refused(c.BeginEmergency(zh="请离开", en=text)).code == "nothing_to_show"
    assert work.refused(c.PostNotice(notice="empty", zh=text, en=text)).code == "nothing_to_show"
    assert work.refused(c.ApproveExtension(minutes=30, reason=text)).code == "reason_needed"
    work.done(c.PostNotice(notice="english", zh=text, en="Mind the step"))
    assert not work.state.emergency


def test_nothing_is_undone_in_an_emergency_by_which_somebody_would_be_called(work: HallAtWork) -> None:
    ends = (
        c.MarkNoShow(counter="c2"),
        c.HoldTicket(counter="c2"),
        c.TransferTicket(counter="c2", to_service="card"),
        c.FinishService(counter="c2"),
        c.StartService(counter="c2"),
    )
    for end in ends:
        number = work.take_ticket()
        work.call("c2")
        work.done(end)
        work.done(c.BeginEmergency(zh="请离开", en="Leave"))
        refused = work.refused(c.UndoLast(counter="c2"))
        assert refused.code == "emergency_now", type(end).__name__
        work.done(c.EndEmergency())
        assert work.done(c.UndoLast(counter="c2"))["status"] == "called", "once it is over, within the time to undo"
        work.done(c.FinishService(counter="c2"))
        assert work.state.find(number).status == "served"  # type: ignore[union-attr]


def test_what_calls_nobody_may_be_undone_in_an_emergency(work: HallAtWork) -> None:
    number = work.take_ticket()
    work.call("c2")
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    assert work.done(c.UndoLast(counter="c2"))["status"] == "waiting"
    work.done(c.EndEmergency())
    assert work.call("c2") == number
    work.done(c.StartService(counter="c2"))
    work.done(c.FinishService(counter="c2"))
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    assert work.done(c.UndoLast(counter="c2"))["status"] == "serving", "the visitor is at the window"


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
