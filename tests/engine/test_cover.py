"""Pauses and counters without anybody: who is warned, what the duty leader gets, what becomes an incident."""

from typing import Any

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import CounterStatus
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import CLOSES_MS, OPENS_MS, small_hall

OF_DUTY = (e.PauseRanLong, e.CoverWanted, e.SubstituteAppointed, e.CounterExcused, e.CoverLapsed, e.CounterStoodEmpty)
TICK_S = 30


@pytest.fixture
def hall() -> HallAtWork:
    """Three counters at work: 1 (B role: 017) and 2 with their clerks, 3 of nobody, the only other one for cards."""
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def pass_minutes(hall: HallAtWork, minutes: float) -> None:
    """Time passes as at the server, only less often."""
    for _ in range(int(minutes * 60 / TICK_S)):
        hall.wait(TICK_S)
        tick(hall)


def tick(hall: HallAtWork) -> None:
    hall.done(c.PassTime(), device="server", role="server")


def duties(hall: HallAtWork) -> list[tuple[int, str, str]]:
    """(minute of the day, event, counter) of everything of this kind so far."""
    found = [event for event in hall.events if isinstance(event, OF_DUTY)]
    return [((event.at_ms - OPENS_MS) // 60_000, type(event).__name__, event.counter) for event in found]


def counter(hall: HallAtWork, name: str = "c1") -> Any:
    return view(hall, "counter", name)


def test_a_pause_names_the_substitute_of_the_hall_file_with_the_office_phone(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1", reason="会议", return_in_min=8))
    shown = counter(hall).pause
    assert hall.state.counters["c1"].pause.substitute == "a2"
    assert (shown.contact.zh, shown.phone, shown.instead) == ("工号 017", "0432-000", ("2",))


def test_every_place_says_that_the_counter_pauses_with_contact_phone_and_where_to_go(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1", reason="吃饭", return_in_min=9))
    pause = counter(hall).pause
    assert pause.returns_at_ms == hall.now_ms + 9 * 60_000
    for kind, name in (("board", "display-1"), ("kiosk", "kiosk-1"), ("hall", "small")):
        assert view(hall, kind, name).paused == (pause,), kind


def test_a_private_number_never_comes_to_a_public_screen(hall: HallAtWork) -> None:
    for private in ("13912345678", "0432-001", "-"):
        assert isinstance(hall.refused(c.PauseCounter(counter="c1", phone=private)), r.PhoneNotOfOffice)
    hall.done(c.PauseCounter(counter="c1", phone="0432 000"))
    assert counter(hall).pause.phone == "0432 000"


def test_nobody_stands_in_for_himself(hall: HallAtWork) -> None:
    assert isinstance(hall.refused(c.PauseCounter(counter="c1", substitute="a1")), r.OwnSubstitute)
    hall.done(c.PauseCounter(counter="c1"))
    assert isinstance(hall.refused(c.AppointSubstitute(counter="c1", clerk="a1")), r.OwnSubstitute)


def test_a_ticket_being_served_blocks_the_pause_unless_there_is_a_reason(hall: HallAtWork) -> None:
    hall.take_ticket()
    hall.call()
    assert isinstance(hall.refused(c.PauseCounter(counter="c1")), r.CounterBusy)
    hall.done(c.PauseCounter(counter="c1", reason="设备故障"))
    assert counter(hall).status is CounterStatus.PAUSED


def test_who_only_this_counter_could_serve_is_named(hall: HallAtWork) -> None:
    card, other = hall.take_ticket("card"), hall.take_ticket("pension")
    hall.done(c.PauseCounter(counter="c1"))
    assert counter(hall).stranded == (card,), f"{other} can be called by counter 2"
    hall.open_counters("c3")
    assert counter(hall).stranded == ()
    hall.done(c.CloseCounter(counter="c3"))
    hall.done(c.PauseCounter(counter="c2"))
    assert counter(hall).stranded == (card, other)


def test_the_clerk_is_warned_at_eight_minutes_and_the_leader_asked_after_ten(hall: HallAtWork) -> None:
    hall.take_ticket("card")
    hall.done(c.PauseCounter(counter="c1"))
    hall.wait(8 * 60 - 1)
    tick(hall)
    assert duties(hall) == []
    hall.wait(1)
    tick(hall)
    assert counter(hall).cover.stage == "long"
    hall.wait(120)
    tick(hall)
    assert duties(hall) == [(8, "PauseRanLong", "c1")], "ten minutes are not more than ten"
    hall.wait(1)
    tick(hall)
    wanted = hall.events[-1]
    assert isinstance(wanted, e.CoverWanted)
    assert (wanted.kind, wanted.clerk, wanted.waiting, wanted.since_ms) == ("pause", "a1", 1, OPENS_MS)
    assert wanted.due_ms == hall.now_ms + 5 * 60_000
    assert counter(hall).cover.stage == "wanted"
    assert counter(hall).cover.staff_number == "016"


def test_a_task_that_nobody_settles_is_one_incident_on_record(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 60)
    assert duties(hall) == [(8, "PauseRanLong", "c1"), (10, "CoverWanted", "c1"), (15, "CounterStoodEmpty", "c1")]
    task, incident = hall.events[-2:]
    assert (incident.task, incident.clerk, incident.kind) == (task.task, "a1", "pause")
    assert counter(hall).cover.stage == "incident"
    hall.done(c.ResumeCounter(counter="c1"))
    assert counter(hall).cover is None


def test_who_comes_back_in_time_leaves_nothing_to_do(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 9.5)
    hall.done(c.ResumeCounter(counter="c1"))
    pass_minutes(hall, 30)
    assert duties(hall) == [(8, "PauseRanLong", "c1")]


def test_the_appointed_substitute_logs_in_and_goes_on(hall: HallAtWork) -> None:
    hall.done(c.CloseCounter(counter="c2"))
    hall.done(c.PauseCounter(counter="c1", contact="王主任"))
    pass_minutes(hall, 11)
    hall.done(c.AppointSubstitute(counter="c1", clerk="a2"))
    seen = counter(hall)
    assert (seen.cover.stage, seen.cover.substitute) == ("appointed", "017")
    assert (seen.pause.contact.zh, seen.pause.phone) == ("工号 017", "0432-000"), "people are told who comes"
    assert seen.cover.due_ms == hall.now_ms + 5 * 60_000
    pass_minutes(hall, 4)
    hall.done(c.LogIn(counter="c1", clerk="a2"))
    seen = counter(hall)
    assert (seen.status, seen.staff_number, seen.cover, seen.pause) == (CounterStatus.OPEN, "017", None, None)
    pass_minutes(hall, 30)
    assert "CounterStoodEmpty" not in [name for _, name, _ in duties(hall)]


def test_an_appointment_buys_time_once_and_no_more(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c2"))
    pass_minutes(hall, 12)
    hall.done(c.AppointSubstitute(counter="c2", clerk="a1"))
    due_ms = counter(hall, "c2").cover.due_ms
    pass_minutes(hall, 4)
    hall.done(c.AppointSubstitute(counter="c2", clerk="a1"))
    assert counter(hall, "c2").cover.due_ms == due_ms
    pass_minutes(hall, 2)
    assert duties(hall)[-1] == (17, "CounterStoodEmpty", "c2")
    assert hall.events[-1].substitute == "a1"


def test_the_leader_may_say_why_nobody_has_to_stand_there(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    assert isinstance(hall.refused(c.ExcuseCounter(counter="c1", reason="系统升级")), r.NoCoverWanted)
    pass_minutes(hall, 11)
    hall.done(c.ExcuseCounter(counter="c1", reason="系统升级"))
    assert counter(hall).cover is None
    pass_minutes(hall, 60)
    assert duties(hall)[-1][1] == "CounterExcused"
    hall.done(c.ResumeCounter(counter="c1"))
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 11)
    assert duties(hall)[-1][1] == "CoverWanted", "the excuse was for that pause"


def test_a_counter_that_serves_needs_nobody(hall: HallAtWork) -> None:
    assert isinstance(hall.refused(c.AppointSubstitute(counter="c1", clerk="a2")), r.NoCoverWanted)
    assert isinstance(hall.refused(c.AppointSubstitute(counter="c9", clerk="a2")), r.UnknownCounter)
    hall.done(c.PauseCounter(counter="c1"))
    assert isinstance(hall.refused(c.AppointSubstitute(counter="c1", clerk="zz")), r.UnknownClerk)


def test_nobody_logged_in_while_people_wait_is_found_and_becomes_an_incident() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c2")
    pass_minutes(hall, 20)
    assert duties(hall) == [], "nobody waits"
    number = hall.take_ticket("card")
    pass_minutes(hall, 12)
    assert duties(hall) == [(25, "CoverWanted", "c1"), (30, "CounterStoodEmpty", "c1")]
    wanted = next(event for event in hall.events if isinstance(event, e.CoverWanted))
    assert (wanted.kind, wanted.clerk, wanted.waiting) == ("nobody", "a1", 1)
    assert counter(hall).stranded == (number,)
    assert "c3" not in [where for _, _, where in duties(hall)], "no clerk should stand at counter 3"


def test_the_task_lapses_when_nobody_waits_any_more() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c2")
    hall.take_ticket("pension")
    pass_minutes(hall, 6)
    hall.call("c2")
    pass_minutes(hall, 10)
    assert [name for _, name, _ in duties(hall)] == ["CoverWanted", "CoverLapsed"]


def test_the_lunch_break_is_nobodys_pause(hall: HallAtWork) -> None:
    hall.now_ms = CLOSES_MS - 5 * 60_000
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 60)
    assert duties(hall) == []


def test_the_end_of_the_session_settles_what_was_wanted(hall: HallAtWork) -> None:
    hall.now_ms = CLOSES_MS - 12 * 60_000
    hall.done(c.PauseCounter(counter="c1"))
    pass_minutes(hall, 30)
    assert [name for _, name, _ in duties(hall)] == ["PauseRanLong", "CoverWanted"]
    assert counter(hall).cover is None


def test_nothing_new_is_asked_of_anybody_in_an_emergency(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    hall.done(c.BeginEmergency(zh="请离开", en="Leave"))
    pass_minutes(hall, 30)
    assert duties(hall) == []


def test_after_a_standstill_the_leader_has_the_whole_time_to_act(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    hall.wait(3600)
    tick(hall)
    tick(hall)
    assert duties(hall) == [(60, "CoverWanted", "c1")]
    pass_minutes(hall, 5)
    assert duties(hall)[-1] == (65, "CounterStoodEmpty", "c1")


def test_only_a_clerks_caller_and_staff_may_do_this(hall: HallAtWork) -> None:
    hall.done(c.PauseCounter(counter="c1"))
    for role, device in (("caller", "desk-1"), ("kiosk", "kiosk-1")):
        refused = hall.refused(c.AppointSubstitute(counter="c1", clerk="a2"), role=role, device=device)
        assert isinstance(refused, r.NotAllowed)
    assert isinstance(hall.refused(c.LogIn(counter="c1", clerk="a1"), role="kiosk", device="kiosk-1"), r.NotAllowed)
    hall.done(c.LogIn(counter="c1", clerk="a1"), role="caller", device="desk-1")


def test_a_day_with_pauses_gives_exactly_these_tasks_and_incidents() -> None:
    """One scripted day from before the opening to the end: nothing less is on record, and nothing more."""
    hall = HallAtWork(small_hall())
    hall.now_ms -= 10 * 60_000
    hall.open_day()
    for clerk, at in (("a1", "c1"), ("a2", "c2")):
        hall.done(c.LogIn(counter=at, clerk=clerk))
    pass_minutes(hall, 10)
    hall.open_counters("c1", "c2")
    pass_minutes(hall, 30)
    hall.done(c.PauseCounter(counter="c1", reason="短暂离开"))  # 09:30, a short one
    pass_minutes(hall, 7)
    hall.done(c.ResumeCounter(counter="c1"))
    pass_minutes(hall, 23)
    hall.done(c.PauseCounter(counter="c1", reason="会议"))  # 10:00, covered by the substitute at 10:13
    pass_minutes(hall, 12)
    hall.done(c.AppointSubstitute(counter="c1", clerk="a2"))
    hall.done(c.CloseCounter(counter="c2"))
    pass_minutes(hall, 1)
    hall.done(c.LogIn(counter="c1", clerk="a2"))
    pass_minutes(hall, 47)
    hall.done(c.LogIn(counter="c2", clerk="a1"))  # 11:00
    hall.open_counters("c2")
    hall.done(c.PauseCounter(counter="c2", reason="吃饭"))  # nobody comes
    pass_minutes(hall, 45)
    hall.done(c.ResumeCounter(counter="c2"))
    pass_minutes(hall, 15)
    hall.done(c.PauseCounter(counter="c1", reason="设备故障"))  # 12:00, excused
    pass_minutes(hall, 11)
    hall.done(c.ExcuseCounter(counter="c1", reason="等待维修"))
    pass_minutes(hall, 49)
    hall.done(c.ResumeCounter(counter="c1"))
    hall.done(c.LogOut(counter="c2"))  # 13:00, and somebody waits for it
    hall.done(c.PauseCounter(counter="c1", reason="换班"))
    hall.take_ticket("pension")
    pass_minutes(hall, 9)
    hall.done(c.ResumeCounter(counter="c1"))
    hall.call("c1")
    pass_minutes(hall, 300)
    hall.done(c.FinishService(counter="c1"))
    hall.done(c.CloseDay())
    assert duties(hall) == [
        (68, "PauseRanLong", "c1"),
        (70, "CoverWanted", "c1"),
        (72, "SubstituteAppointed", "c1"),
        (128, "PauseRanLong", "c2"),
        (130, "CoverWanted", "c2"),
        (135, "CounterStoodEmpty", "c2"),
        (188, "PauseRanLong", "c1"),
        (190, "CoverWanted", "c1"),
        (191, "CounterExcused", "c1"),
        (245, "CoverWanted", "c2"),
        (248, "PauseRanLong", "c1"),
        (249, "CoverLapsed", "c2"),
    ]
    tasks = [event.task for event in hall.events if isinstance(event, e.CoverWanted)]
    assert len(set(tasks)) == len(tasks) == 4
    assert not any(isinstance(event, e.AttendanceTaken) for event in hall.events), "this hall's clerks need not log in"


@pytest.mark.parametrize("nothing", ["  ", "\u200b\u2060", "\u3164"])
def test_what_nobody_sees_is_no_reason_to_leave_somebody_or_a_counter_alone(nothing: str) -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c1")
    hall.take_ticket()
    hall.call("c1")
    assert hall.refused(c.PauseCounter(counter="c1", reason=nothing, reason_en=nothing)).code == "counter_busy"
    hall.done(c.PauseCounter(counter="c1", reason=" 会议 "))
    assert hall.state.counter("c1").pause.reason == "会议"
    hall.wait(8 * 60)
    hall.ask(c.PassTime(), "server", "server")
    assert isinstance(hall.refused(c.ExcuseCounter(counter="c1", reason=nothing)), r.ReasonNeeded)
