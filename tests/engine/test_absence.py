"""How long nobody has served at a counter: no key but a call ends an absence while somebody stands there."""

from collections.abc import Callable

import pytest

from broker.engine.apply import apply
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import CounterStatus
from broker.store.journal import decode_event
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_cover import counter, duties, pass_minutes, tick
from tests.halls import CLOSES_MS, OPENS_MS, small_hall


@pytest.fixture
def hall() -> HallAtWork:
    """Counter 1 is the only one at work that can call for cards, and somebody waits for one."""
    work = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    work.take_ticket("card")
    return work


def only_at(hall: HallAtWork, name: str = "c1") -> list[tuple[int, str]]:
    return [(minute, what) for minute, what, where in duties(hall) if where == name]


def tasks(hall: HallAtWork) -> set[str]:
    return {event.task for event in hall.events if isinstance(event, e.CoverWanted)}


def back_and_away(hall: HallAtWork) -> None:
    """A resume for a moment, and nobody is called."""
    hall.done(c.ResumeCounter(counter="c1"))
    hall.wait(2)
    tick(hall)
    hall.done(c.PauseCounter(counter="c1", reason="会议"))


# -- the ways out that were open ------------------------------------------------


def test_a_moment_s_return_without_a_call_does_not_begin_a_new_pause(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 9.5)
    back_and_away(hall)
    pass_minutes(hall, 30)
    assert only_at(hall) == [(8, "PauseRanLong"), (10, "CoverWanted"), (15, "CounterStoodEmpty")]
    wanted, empty = (event for event in hall.events if isinstance(event, e.CoverWanted | e.CounterStoodEmpty))
    assert (wanted.since_ms, empty.since_ms, empty.task) == (OPENS_MS, OPENS_MS, wanted.task)


def test_coming_back_again_and_again_is_one_absence_and_one_incident(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    for _ in range(12):
        pass_minutes(hall, 4.5)
        back_and_away(hall)
    assert len(tasks(hall)) == 1
    assert [what for _, what in only_at(hall)].count("CounterStoodEmpty") == 1


def test_a_resume_with_nobody_at_the_desk_is_seen_as_well(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 7)
    hall.done(c.ResumeCounter(counter="c1"))
    pass_minutes(hall, 20)
    assert counter(hall).status is CounterStatus.OPEN
    assert only_at(hall) == [(12, "CoverWanted"), (17, "CounterStoodEmpty")]
    assert hall.events[-1].kind == "nobody"


def test_a_log_in_alone_is_no_cover() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c2")
    hall.take_ticket("card")
    pass_minutes(hall, 4)
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    pass_minutes(hall, 2)
    assert only_at(hall) == [(5, "CoverWanted")]
    hall.done(c.LogOut(counter="c1"))
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    assert counter(hall).cover.stage == "wanted"
    hall.open_counters("c1")
    assert counter(hall).cover.stage == "wanted", "an opening calls nobody either"
    hall.call("c1")
    assert counter(hall).cover is None
    pass_minutes(hall, 20)
    assert only_at(hall) == [(5, "CoverWanted")]


def test_logging_in_and_out_in_turn_puts_nothing_off() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c2")
    hall.take_ticket("card")
    for _ in range(6):
        hall.done(c.LogIn(counter="c1", clerk="a1"))
        pass_minutes(hall, 2)
        hall.done(c.LogOut(counter="c1"))
        pass_minutes(hall, 2)
    assert only_at(hall) == [(5, "CoverWanted"), (10, "CounterStoodEmpty")]


def test_opening_and_closing_in_turn_puts_nothing_off() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c2")
    hall.take_ticket("card")
    for _ in range(6):
        pass_minutes(hall, 2)
        hall.open_counters("c1")
        pass_minutes(hall, 2)
        hall.done(c.CloseCounter(counter="c1"))
    assert only_at(hall) == [(5, "CoverWanted"), (10, "CounterStoodEmpty")]


def test_a_closing_ends_the_pause_and_keeps_the_task(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    hall.done(c.CloseCounter(counter="c1"))
    assert (counter(hall).status, counter(hall).pause) == (CounterStatus.CLOSED, None)
    assert counter(hall).cover.stage == "wanted"
    pass_minutes(hall, 10)
    assert only_at(hall)[1:] == [(10, "CoverWanted"), (15, "CounterStoodEmpty")]
    assert len(tasks(hall)) == 1


def test_a_task_of_a_closed_counter_is_the_leaders_to_settle(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    hall.done(c.LogOut(counter="c1"))
    hall.done(c.ExcuseCounter(counter="c1", reason="窗口撤销"))
    pass_minutes(hall, 30)
    assert only_at(hall)[-1] == (11, "CounterExcused")


def test_a_counter_closed_out_of_a_pause_is_missed_since_the_pause_began(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 7)
    hall.done(c.CloseCounter(counter="c1"))
    tick(hall)
    assert only_at(hall) == [(7, "CoverWanted")]
    assert hall.events[-1].since_ms == OPENS_MS


def test_a_call_that_is_taken_back_was_none(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 12)
    hall.done(c.ResumeCounter(counter="c1"))
    hall.call("c1")
    assert counter(hall).cover is None
    hall.done(c.UndoLast(counter="c1"))
    assert counter(hall).cover.stage == "wanted"
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 4)
    assert only_at(hall)[-1] == (15, "CounterStoodEmpty")
    assert len(tasks(hall)) == 1


def test_leaving_the_visitor_at_the_window_again_and_again_is_one_absence(hall: HallAtWork) -> None:
    hall.call("c1")
    hall.done(c.PauseCounter(counter="c1", reason="取材料"))
    pass_minutes(hall, 9.5)
    back_and_away(hall)
    pass_minutes(hall, 1)
    assert only_at(hall)[-1] == (10, "CoverWanted")


# -- what ends an absence ------------------------------------------------


WORK: dict[str, Callable[[HallAtWork], object]] = {
    "call": lambda hall: hall.call("c1"),
    "call by number": lambda hall: hall.done(c.CallNumber(counter="c1", number="B001", reason="特呼")),
    "somebody without a ticket": lambda hall: hall.done(c.ServeDirect(counter="c1", service="card", reason="咨询")),
}


@pytest.mark.parametrize("how", sorted(WORK))
def test_a_call_or_a_service_ends_it_and_the_next_pause_is_a_new_one(hall: HallAtWork, how: str) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    hall.done(c.ResumeCounter(counter="c1"))
    WORK[how](hall)
    assert counter(hall).cover is None
    hall.done(c.PauseCounter(counter="c1", reason="会议"))
    pass_minutes(hall, 9)
    assert [step for step in only_at(hall) if step[0] > 10] == [(19, "PauseRanLong")]


def test_who_finds_nobody_at_the_return_has_covered_the_counter() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c1")
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 9.5)
    hall.done(c.ResumeCounter(counter="c1"))
    pass_minutes(hall, 20)
    hall.take_ticket("card")  # comes while the clerk sits there
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 9)
    assert [what for _, what in only_at(hall)] == ["PauseRanLong", "PauseRanLong"]


def called_elsewhere() -> HallAtWork:
    """The absence at counter 1 made a task; its clerk is back, and counter 2 has called whom it was about."""
    hall = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    hall.take_ticket("pension")
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    hall.done(c.ResumeCounter(counter="c1"))
    hall.call("c2")
    return hall


def test_a_task_lapses_when_another_counter_has_called_who_was_owed() -> None:
    hall = called_elsewhere()
    tick(hall)
    assert only_at(hall)[-1] == (11, "CoverLapsed")
    assert counter(hall).cover is None


@pytest.mark.parametrize("key", [c.CloseCounter(counter="c1"), c.LogOut(counter="c1")], ids=["closed", "logged out"])
def test_a_counter_closed_after_an_absence_was_over_is_missed_from_its_closing_on(key: c.Command) -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    hall.take_ticket("pension")
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 2)
    hall.done(c.ResumeCounter(counter="c1"))
    hall.call("c2")  # nobody is owed a call by c1 any more
    hall.wait(60)
    hall.take_ticket("card")
    pass_minutes(hall, 4)
    closed_ms = hall.now_ms
    hall.done(key)
    pass_minutes(hall, 5)
    assert only_at(hall) == []
    pass_minutes(hall, 1)
    assert only_at(hall) == [(12, "CoverWanted")]
    assert hall.events[-1].since_ms == closed_ms


def test_a_task_whose_people_are_gone_does_not_outlive_a_closing() -> None:
    hall = called_elsewhere()
    hall.done(c.CloseCounter(counter="c1"))  # before anybody looked
    assert counter(hall).cover is None


def test_the_visitor_at_the_window_is_served_after_a_minute(hall: HallAtWork) -> None:
    hall.call("c1")
    hall.done(c.PauseCounter(counter="c1", reason="取材料"))
    pass_minutes(hall, 11)
    hall.done(c.ResumeCounter(counter="c1"))
    hall.wait(59)
    tick(hall)
    assert counter(hall).cover.stage == "wanted"
    hall.wait(1)
    tick(hall)
    assert counter(hall).cover is None
    hall.done(c.PauseCounter(counter="c1", reason="取材料"))
    pass_minutes(hall, 9)
    assert only_at(hall)[-1] == (20, "PauseRanLong")


def test_an_excuse_ends_the_absence_and_whoever_comes_back_begins_anew(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    hall.done(c.ExcuseCounter(counter="c1", reason="系统升级"))
    pass_minutes(hall, 30)
    hall.done(c.ResumeCounter(counter="c1"))
    tick(hall)
    assert only_at(hall)[-1] == (11, "CounterExcused")
    pass_minutes(hall, 6)
    assert only_at(hall)[-1] == (46, "CoverWanted")


def test_an_absence_does_not_outlive_its_session_into_the_next_one(hall: HallAtWork) -> None:
    hall.now_ms = CLOSES_MS - 12 * 60_000
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    hall.done(c.ResumeCounter(counter="c1"))
    assert counter(hall).cover.stage == "wanted"
    pass_minutes(hall, 30)
    assert counter(hall).cover is None
    assert only_at(hall)[-1][1] == "CoverWanted"


def test_nobody_can_be_called_in_an_emergency_so_the_time_to_do_it_begins_at_its_end(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 2)
    hall.done(c.BeginEmergency(zh="请离开", en="Leave"))
    hall.done(c.ResumeCounter(counter="c1"))
    pass_minutes(hall, 30)
    hall.done(c.EndEmergency())
    pass_minutes(hall, 5)
    assert only_at(hall) == []
    pass_minutes(hall, 1)
    assert only_at(hall) == [(37, "CoverWanted")]


def test_a_journal_of_an_earlier_program_is_folded_as_it_was_meant(hall: HallAtWork) -> None:
    """Its events say nothing of who is owed a call: who came back had covered the counter."""
    assert e.CounterResumed(at_ms=1, counter="c1").owes is False
    assert e.CounterOpened(at_ms=1, counter="c1").owes is False
    paused = e.CounterPaused(at_ms=1, counter="c1", reason="", contact="", phone="")
    assert paused.absent_since_ms is None
    hall.done(c.PauseCounter(counter="c1"))
    began_ms = hall.now_ms
    hall.wait(60)
    apply(hall.state, decode_event(1, b'{"type":"CounterClosed","at_ms":%d,"counter":"c1"}' % hall.now_ms))
    assert hall.state.counter("c1").away_ms == began_ms, "a closing kept whatever absence there was"


def test_a_counter_that_nobody_owes_anything_wants_nobody(hall: HallAtWork) -> None:
    hall.call("c1")
    hall.done(c.FinishService(counter="c1"))
    pass_minutes(hall, 30)
    assert only_at(hall) == []
    assert isinstance(hall.refused(c.AppointSubstitute(counter="c1", clerk="a2")), r.NoCoverWanted)
