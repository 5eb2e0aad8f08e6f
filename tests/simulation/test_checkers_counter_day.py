"""The judges of the day at the counters: each finds a trace made wrong by hand, and none a trace that is right."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from broker.model import events as e
from broker.model.commands import SessionTimes
from broker.model.words import Level, TicketStatus
from tests.halls import CLOSES_MS, DAY, OPENS_MS
from tests.simulation.checkers import (
    check,
    counters,
    covers,
    going_on,
    hours,
    persons,
    posts,
    ratings,
    sheets,
    slips,
    statuses,
    summons,
)
from tests.simulation.hand_made import Tale
from tests.simulation.trace import Fault

MINUTE_MS = 60_000
DAY_MS = 86_400_000
MIDNIGHT_MS = OPENS_MS - 9 * 60 * MINUTE_MS


@pytest.fixture
def tale() -> Tale:
    """Nine o'clock; a1 at c1, a2 at c2."""
    tale = Tale().opens()
    tale.happens(e.SessionBegan, session="day")
    for counter, clerk in (("c1", "a1"), ("c2", "a2")):
        tale.happens(e.CounterOpened, counter=counter, clerk=clerk)
    return tale


def laws(judge: Any, tale: Tale) -> list[str]:
    return [violation.law for violation in judge.check(tale.trace)]


def pauses(tale: Tale, counter: str = "c1", **facts: Any) -> None:
    usual = {"reason": "会议", "contact": "", "phone": "12333"}
    tale.happens(e.CounterPaused, counter=counter, **{**usual, **facts})


def closes(tale: Tale, counter: str = "c1", since_ms: int | None = None) -> None:
    tale.happens(e.CounterClosed, counter=counter, absent_since_ms=tale.now_ms if since_ms is None else since_ms)


def wanted(tale: Tale, since_ms: int, **facts: Any) -> None:
    usual = {
        "task": f"task-{len(tale.trace.journal)}",
        "counter": "c1",
        "kind": "pause",
        "since_ms": since_ms,
        "due_ms": tale.now_ms + 5 * MINUTE_MS,
        "clerk": "a1",
    }
    tale.happens(e.CoverWanted, **{**usual, **facts})


def stood_empty(tale: Tale, since_ms: int, **facts: Any) -> None:
    last = next(x.event for x in reversed(tale.trace.journal) if isinstance(x.event, e.CoverWanted))
    usual = {"task": last.task, "counter": last.counter, "kind": last.kind, "since_ms": since_ms}
    tale.happens(e.CounterStoodEmpty, **{**usual, **facts})


# -- pauses, and counters without anybody ------------------------------------------------


def a_long_pause(tale: Tale, warned_min: float = 8, task_min: float = 10.1, empty_min: float = 15.1) -> Tale:
    """Minutes of a pause of c1; nobody comes."""
    since_ms = tale.now_ms
    pauses(tale)
    tale.now_ms = since_ms + int(warned_min * MINUTE_MS)
    tale.happens(e.PauseRanLong, counter="c1", since_ms=since_ms)
    tale.now_ms = since_ms + int(task_min * MINUTE_MS)
    wanted(tale, since_ms)
    tale.now_ms = since_ms + int(empty_min * MINUTE_MS)
    stood_empty(tale, since_ms)
    return tale


def test_a_pause_with_its_warning_task_and_incident_in_time_is_right(tale: Tale) -> None:
    a_long_pause(tale).wait(60).happens(e.CounterResumed, counter="c1")
    tale.rests()
    assert laws(covers, tale) == []


@pytest.mark.parametrize(
    "minutes",
    [
        {"warned_min": 7.9},
        {"warned_min": 8.5},
        {"task_min": 10},
        {"task_min": 10.5, "empty_min": 15.5},
        {"empty_min": 15},
        {"empty_min": 16},
    ],
    ids=str,
)
def test_a_step_too_early_or_too_late_is_found(tale: Tale, minutes: dict[str, float]) -> None:
    assert set(laws(covers, a_long_pause(tale, **minutes))) == {"L30"}


def test_a_step_that_became_due_in_the_night_could_not_be_made_and_one_in_the_evening_could(tale: Tale) -> None:
    pauses(tale)
    evening_ms, morning_ms = tale.now_ms + MINUTE_MS, tale.now_ms + DAY_MS
    tale.now_ms = morning_ms
    for counter in ("c1", "c2"):
        tale.happens(e.CounterClosed, "night", counter=counter)
    tale.happens(e.DayClosed, "night", day=DAY)
    tale.trace.nights = [(evening_ms, morning_ms)]
    assert laws(covers, tale) == []
    for nights in ([], [(evening_ms + 8 * MINUTE_MS, morning_ms)], [(evening_ms - DAY_MS, evening_ms - 1)]):
        tale.trace.nights = nights
        assert laws(covers, tale) == ["L30"], nights


def test_a_step_that_never_comes_is_found_by_whatever_happens_next_or_at_rest(tale: Tale) -> None:
    pauses(tale)
    tale.wait(8 * 60 + 30)
    tale.rests()
    assert laws(covers, tale) == ["L30"]
    tale.happens(e.CounterResumed, counter="c1")
    assert laws(covers, tale)[0] == "L30"


def test_a_server_that_was_away_is_late_and_nobody_is_blamed(tale: Tale) -> None:
    pauses(tale)
    tale.wait(8 * 60 - 5)
    tale.trace.faults.append(Fault(tale.now_ms, "server kill", "server"))
    tale.wait(60).happens(e.PauseRanLong, counter="c1", since_ms=OPENS_MS)
    assert laws(covers, tale) == []


def test_two_tasks_for_one_pause_are_found(tale: Tale) -> None:
    since_ms = tale.now_ms
    pauses(tale)
    tale.wait(480).happens(e.PauseRanLong, counter="c1", since_ms=since_ms)
    tale.wait(121)
    wanted(tale, since_ms)
    wanted(tale, since_ms)
    assert laws(covers, tale) == ["L30"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nobody"},
        {"due_ms": 1},
        {"clerk": "a2"},
        {"waiting": 2},
        {"since_ms": 1},
    ],
    ids=str,
)
def test_a_task_that_says_something_wrong_is_found(tale: Tale, wrong: dict[str, Any]) -> None:
    tale.waits("t1", 1, "card")
    since_ms = tale.now_ms
    pauses(tale)
    tale.wait(480).happens(e.PauseRanLong, counter="c1", since_ms=since_ms)
    tale.wait(121)
    right = {"waiting": 1, "since_ms": since_ms}
    wanted(tale, **right)
    assert laws(covers, tale) == []
    tale.trace.journal.pop()
    wanted(tale, **(right | wrong))
    assert "L30" in laws(covers, tale)


def test_a_substitute_buys_time_once_and_an_excuse_ends_it(tale: Tale) -> None:
    since_ms = tale.now_ms
    pauses(tale)
    tale.wait(480).happens(e.PauseRanLong, counter="c1", since_ms=since_ms)
    tale.wait(121)
    wanted(tale, since_ms)
    tale.wait(60)
    task = tale.trace.journal[-1].event.task
    due_ms = tale.now_ms + 5 * MINUTE_MS
    tale.happens(e.SubstituteAppointed, task=task, counter="c1", clerk="a2", phone="0432 000", due_ms=due_ms)
    tale.wait(60).happens(e.SubstituteAppointed, task=task, counter="c1", clerk="a2", phone="12333")
    tale.wait(4 * 60 + 1)
    before = len(tale.trace.journal)
    stood_empty(tale, since_ms)
    assert laws(covers, tale) == []
    del tale.trace.journal[before:]
    tale.happens(e.CounterExcused, task=task, counter="c1", reason="检修")
    tale.wait(900).rests()
    assert laws(covers, tale) == []
    stood_empty(tale, since_ms)
    assert laws(covers, tale) == ["L30"]


def test_a_counter_that_nobody_logged_in_to_counts_from_whoever_waits_longest(tale: Tale) -> None:
    closes(tale)
    tale.wait(600).waits("t1", 1, "card")
    since_ms = tale.now_ms
    tale.wait(300)
    early = len(tale.trace.journal)
    wanted(tale, since_ms, kind="nobody", waiting=1)
    assert laws(covers, tale) == ["L30"], "more than five minutes, not five"
    del tale.trace.journal[early:]
    tale.wait(0.5)
    wanted(tale, since_ms, kind="nobody", waiting=1)
    tale.wait(10).happens(e.TicketCancelled, ticket="t1")
    tale.happens(e.CoverLapsed, task=tale.trace.journal[early].event.task, counter="c1")
    tale.wait(900).rests()
    assert laws(covers, tale) == []


@pytest.mark.parametrize("since", ["the first leaving", "now"])
def test_a_pause_that_begins_anew_after_a_return_without_a_call_is_found(tale: Tale, since: str) -> None:
    tale.waits("t1", 1, "card")
    since_ms = tale.now_ms
    pauses(tale)
    tale.wait(400).happens(e.CounterResumed, counter="c1", owes=True)
    tale.wait(2)
    pauses(tale, absent_since_ms=since_ms if since == "the first leaving" else None)
    assert laws(covers, tale) == ([] if since == "the first leaving" else ["L30"])


def test_an_emergency_and_a_lunch_break_ask_nothing_of_anybody(tale: Tale) -> None:
    pauses(tale)
    tale.happens(e.EmergencyBegan, zh="离开", en="Leave")
    tale.wait(600).happens(e.EmergencyEnded)
    tale.happens(e.SessionBegan, session=None)
    tale.wait(900).rests()
    assert laws(covers, tale) == []
    tale.happens(e.SessionBegan, session="day")
    tale.happens(e.EmergencyBegan, zh="离开", en="Leave")
    wanted(tale, OPENS_MS)
    assert "L30" in laws(covers, tale)


@pytest.mark.parametrize(("phone", "right"), [("12333", True), ("0432-000", True), ("", True), ("13800000000", False)])
def test_a_private_telephone_is_found(tale: Tale, phone: str, right: bool) -> None:
    pauses(tale, phone=phone)
    assert laws(covers, tale) == ([] if right else ["L31"])


# -- after hours ------------------------------------------------


def test_a_call_after_hours_needs_begun_work_or_a_word(tale: Tale) -> None:
    for place in range(1, 5):
        tale.waits(f"t{place}", place)
    tale.calls("t1")
    tale.happens(e.TicketHeld, ticket="t1", counter="c1")
    tale.calls("t2")
    tale.happens(
        e.TicketTransferred, ticket="t2", counter="c1", service="pension", to_counter=None, clock_ms=tale.now_ms
    )
    tale.now_ms = CLOSES_MS
    tale.calls("t1", chosen=True)
    tale.calls("t2", "c2")
    assert laws(hours, tale) == []
    tale.calls("t3")
    assert laws(hours, tale) == ["L32"]
    tale.trace.journal.pop()
    until_ms = tale.now_ms + 60_000
    tale.happens(e.ExtensionApproved, until_ms=until_ms, reason="最后一位", counter="c1")
    tale.calls("t3")
    assert laws(hours, tale) == []
    tale.calls("t4", "c2")
    assert laws(hours, tale) == ["L32"]
    tale.trace.journal.pop()
    tale.wait(60)
    tale.calls("t4")
    assert laws(hours, tale) == ["L32"]


# -- one ticket, several services ------------------------------------------------


def goes_on(tale: Tale, ticket: str = "t1", **facts: Any) -> None:
    arrived = next(x.event.arrived_at_ms for x in tale.trace.journal if getattr(x.event, "ticket", "") == ticket)
    usual = {"ticket": ticket, "counter": "c1", "visit": f"part-{len(tale.trace.journal)}", "outcome": "done"}
    usual |= {"items": 1, "service": "card", "to_counter": "c1", "clock_ms": arrived, "stays": True}
    tale.happens(e.VisitPartFinished, **{**usual, **facts})


def test_a_ticket_goes_on_at_once_only_where_it_is_next(tale: Tale) -> None:
    tale.waits("t1", 1).wait(60).waits("t2", 2)
    tale.calls("t1")
    goes_on(tale)
    assert laws(going_on, tale) == []
    tale.trace.journal.pop()
    goes_on(tale, stays=False)
    assert laws(going_on, tale) == ["L33"], "nobody has a better claim"
    tale.trace.journal.pop()
    goes_on(tale, clock_ms=tale.now_ms, stays=False)
    assert laws(going_on, tale)[0] == "L33", "its place is lost"


def test_a_ticket_that_stays_before_others_and_a_service_given_to_nobody_s_counter_are_found(tale: Tale) -> None:
    tale.waits("t1", 1).wait(300).waits("t2", 2)
    tale.calls("t2", chosen=True, reason="特呼")
    goes_on(tale, "t2")
    assert laws(going_on, tale) == ["L33"]
    served = {"service": "pension", "visit": "v9", "reason": "咨询", "clerk": "a2"}
    tale.happens(e.DirectServed, counter="c2", **served)
    assert laws(going_on, tale) == ["L33"]
    tale.happens(e.DirectServed, counter="c1", **(served | {"clerk": "a1"}))
    assert laws(going_on, tale) == ["L33"] * 2, "t2 is there"


# -- slips ------------------------------------------------


def slip(tale: Tale, ticket: str = "t1", **facts: Any) -> None:
    tale.calls(ticket)
    command = f"slip-{len(tale.trace.journal)}"
    ended = {"ticket": ticket, "counter": "c1", "visit": f"visit-{command}", "outcome": "papers_missing", "items": 0}
    tale.happens(e.ServiceFinished, command, **ended)
    given = {"slip": "s1", "code": "S123456", "service": "pension", "counter": "c1", "ticket": ticket}
    given |= {"missing": "户口簿", "until_ms": MIDNIGHT_MS + 6 * DAY_MS, "days": 3}
    tale.happens(e.ReturnSlipGiven, command, **{**given, **facts})


@pytest.mark.parametrize(
    ("facts", "right"),
    [
        ({}, True),
        ({"until_ms": MIDNIGHT_MS + 2 * DAY_MS, "days": 1}, True),
        ({"until_ms": MIDNIGHT_MS + 2 * DAY_MS, "days": 2}, False),
        ({"until_ms": MIDNIGHT_MS + 4 * DAY_MS}, False),  # Saturday is no day of the service
        ({"until_ms": MIDNIGHT_MS + 6 * DAY_MS + 1}, False),
        ({"until_ms": MIDNIGHT_MS + DAY_MS, "days": 0}, False),
        ({"missing": " "}, False),
        ({"service": "card"}, False),
        ({"person": "a" * 32}, False),
        ({"counter": "c2"}, False),
    ],
)
def test_a_slip_is_judged_by_what_it_says(tale: Tale, facts: dict[str, Any], right: bool) -> None:
    tale.waits("t1", 1).waits("t2", 2)
    slip(tale, **facts)
    assert laws(slips, tale) == ([] if right else ["L34"])


def test_the_number_of_a_slip_stands_behind_the_first_three(tale: Tale) -> None:
    tale.waits("t1", 1)
    slip(tale)
    came = []
    for place in range(2, 7):
        tale.wait(10).waits(f"t{place}", place)
        came.append(tale.now_ms)
    tale.wait(10)
    facts: dict[str, Any] = {"appointment": "s1"}
    for clock_ms, right in ((came[2], True), (came[1], False), (None, False), (tale.now_ms, False)):
        tale.reserves("back", 9, clock_ms=clock_ms, **facts)
        assert laws(slips, tale) == ([] if right else ["L34"])
        tale.trace.journal.pop()
    tale.reserves("back", 9, clock_ms=came[2], priority="elderly", **facts)
    assert laws(slips, tale) == ["L34"]


def test_a_slip_is_good_once_and_until_its_end(tale: Tale) -> None:
    tale.waits("t1", 1)
    slip(tale, until_ms=MIDNIGHT_MS + 2 * DAY_MS, days=1)
    tale.reserves("back", 9, appointment="s1")
    tale.happens(e.TicketVoided, ticket="back")
    tale.waits("again", 10, appointment="s1")
    assert laws(slips, tale) == []
    tale.reserves("twice", 11, appointment="s1")
    assert laws(slips, tale) == ["L34"]
    tale.trace.journal.pop()
    tale.serves("again")
    tale.wait(86_400).opens("2026-03-05")
    tale.reserves("used", 12, appointment="s1")
    assert laws(slips, tale) == ["L34"]


def test_a_slip_that_is_over_is_found(tale: Tale) -> None:
    tale.waits("t1", 1)
    slip(tale, until_ms=MIDNIGHT_MS + 2 * DAY_MS, days=1)
    tale.wait(2 * 86_400).opens("2026-03-06")
    tale.reserves("late", 9, appointment="s1")
    assert laws(slips, tale) == ["L34"]


# -- what is taken back ------------------------------------------------


def undone(tale: Tale, what: str, status: TicketStatus, ticket: str = "t1", **facts: Any) -> None:
    tale.happens(e.ActionUndone, ticket=ticket, counter="c1", undone=what, status=status, **facts)


def test_the_last_act_taken_back_within_ten_seconds_is_right(tale: Tale) -> None:
    tale.waits("t1", 1)
    tale.calls("t1")
    tale.wait(10)
    undone(tale, "TicketCalled", TicketStatus.WAITING)
    tale.calls("t1", call="again")
    tale.happens(e.TicketMissed, ticket="t1", counter="c1")
    undone(tale, "TicketMissed", TicketStatus.CALLED)
    tale.happens(e.ServiceStarted, ticket="t1", counter="c1")
    assert laws(statuses, tale) == []
    assert laws(counters, tale) == []


WRONG: dict[str, Callable[[Tale], object]] = {
    "too late": lambda tale: (tale.wait(10.1), undone(tale, "TicketCalled", TicketStatus.WAITING)),
    "another act": lambda tale: undone(tale, "TicketHeld", TicketStatus.CALLED),
    "another ticket": lambda tale: undone(tale, "TicketCalled", TicketStatus.WAITING, "t2"),
    "another status": lambda tale: undone(tale, "TicketCalled", TicketStatus.HELD),
    "after a recall": lambda tale: (
        tale.happens(e.TicketRecalled, ticket="t1", counter="c1", call_id="r1"),
        undone(tale, "TicketCalled", TicketStatus.WAITING),
    ),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_what_may_not_be_taken_back_is_found(tale: Tale, wrong: str) -> None:
    tale.waits("t1", 1).waits("t2", 2)
    tale.calls("t1")
    WRONG[wrong](tale)
    assert "L6" in laws(statuses, tale)


def test_who_was_called_out_of_a_miss_is_missed_again(tale: Tale) -> None:
    tale.waits("t1", 1)
    tale.calls("t1")
    tale.happens(e.TicketMissed, ticket="t1", counter="c1")
    tale.wait(20).happens(e.TicketReturned, "press-1", ticket="t1", clock_ms=OPENS_MS)
    again = {"ticket": "t1", "counter": "c1", "call_id": "again", "chosen": True}
    tale.happens(e.TicketCalled, "press-1", **again)
    undone(tale, "TicketCalled", TicketStatus.NO_SHOW)
    assert laws(statuses, tale) == []
    tale.happens(e.TicketReturned, "press-2", ticket="t1", clock_ms=OPENS_MS)
    tale.happens(e.TicketCalled, "press-3", **(again | {"call_id": "third"}))
    undone(tale, "TicketCalled", TicketStatus.NO_SHOW)
    assert laws(statuses, tale) == ["L6"], "it had come back by a wish of its own"


def test_an_end_taken_back_after_its_rating_is_found(tale: Tale) -> None:
    tale.waits("t1", 1)
    visit = tale.serves("t1")
    undone(tale, "ServiceFinished", TicketStatus.SERVING, visit=visit)
    tale.happens(e.ServiceFinished, ticket="t1", counter="c1", visit=visit)
    tale.thanks(visit).rates(visit)
    assert laws(ratings, tale) == []
    undone(tale, "ServiceFinished", TicketStatus.SERVING, visit=visit)
    assert laws(ratings, tale) == ["L9"]


# -- ratings: reasons, and none ------------------------------------------------


def test_a_visit_left_unrated_twice_or_by_another_counter_s_device_is_found(tale: Tale) -> None:
    tale.waits("t1", 1).waits("t2", 2)
    visit = tale.serves("t1")
    tale.happens(e.VisitLeftUnrated, visit=visit, device="keypad-1", why="declined")
    assert laws(ratings, tale) == []
    tale.happens(e.VisitLeftUnrated, visit=visit, device="keypad-1", why="device_fault")
    assert laws(ratings, tale) == ["L9"]
    other = tale.serves("t2")
    tale.happens(e.VisitLeftUnrated, visit=other, device="keypad-2", why="declined")
    assert laws(ratings, tale) == ["L9"] * 2


def test_reasons_belong_to_a_low_rating_once_and_from_where_it_was_given(tale: Tale) -> None:
    tale.waits("t1", 1)
    visit = tale.serves("t1")
    tale.thanks(visit, level="dissatisfied").rates(visit, level=Level.DISSATISFIED)
    told = {"evaluation": "rating-1", "visit": visit, "reasons": ("slow",), "reasons_version": 1, "contact": False}
    tale.happens(e.EvaluationExplained, device="keypad-1", **told)
    assert laws(ratings, tale) == []
    tale.happens(e.EvaluationExplained, device="keypad-1", **told)
    assert laws(ratings, tale) == ["L9"]
    tale.trace.journal.pop()
    tale.happens(e.EvaluationExplained, device="web", **told)
    assert laws(ratings, tale) == ["L9"]


# -- clerks ------------------------------------------------


def test_a_clerk_at_two_counters_and_a_second_one_at_a_counter_are_found(tale: Tale) -> None:
    tale.happens(e.ClerkLoggedIn, counter="c3", clerk="a1")
    assert laws(posts, tale) == ["L35"]
    tale.happens(e.ClerkLoggedIn, counter="c3", clerk="a9")
    assert laws(posts, tale) == ["L35"] * 3


def test_who_is_on_post_is_looked_at_once_and_in_time() -> None:
    tale = Tale()
    rules = msgspec.structs.replace(tale.hall.rules, clerks_log_in=True)
    tale.hall = tale.trace.hall = msgspec.structs.replace(tale.hall, rules=rules)
    tale.now_ms = OPENS_MS - 6 * MINUTE_MS
    tale.opens().happens(e.ClerkLoggedIn, counter="c3", clerk="a2")
    taken = {"session": "day", "due_ms": OPENS_MS - 5 * MINUTE_MS}
    tale.happens(e.AttendanceTaken, absent=("a1",), **taken)
    assert laws(posts, tale) == ["L35"], "too early"
    tale.trace.journal.pop()
    tale.wait(60)
    for absent, right in ((("a1",), True), ((), False), (("a1", "a2"), False)):
        tale.happens(e.AttendanceTaken, absent=absent, **taken)
        assert laws(posts, tale) == ([] if right else ["L35"])
        tale.trace.journal.pop()
    tale.trace.hall_ms = 3_600_000
    tale.wait(600).rests()
    assert laws(posts, tale) == ["L35"], "never"
    tale.happens(e.CounterOpened, counter="c1")
    assert laws(posts, tale) == ["L35"] * 2, "nobody is there"


# -- recalls and reasons ------------------------------------------------


def test_recalls_too_many_and_too_fast_are_found(tale: Tale) -> None:
    tale.waits("t1", 1)
    tale.calls("t1")
    for times in range(5):
        tale.wait(5).happens(e.TicketRecalled, ticket="t1", counter="c1", call_id=f"r{times}")
    assert laws(summons, tale) == []
    tale.wait(5).happens(e.TicketRecalled, ticket="t1", counter="c1", call_id="r6")
    assert laws(summons, tale) == ["L36"]
    tale.trace.journal.pop()
    tale.trace.journal.pop()
    tale.wait(-5.1).happens(e.TicketRecalled, ticket="t1", counter="c1", call_id="r7")
    assert laws(summons, tale) == ["L36"]


def test_what_is_out_of_turn_without_a_reason_is_found(tale: Tale) -> None:
    tale.waits("t1", 1)
    tale.calls("t1", chosen=True, reason="特呼")
    pauses(tale)
    assert laws(summons, tale) == []
    tale.happens(e.ExtensionApproved, until_ms=tale.now_ms, reason=" ")
    tale.happens(e.CounterExcused, task=None, counter="c2", reason="")
    tale.happens(e.CounterResumed, counter="c1")
    pauses(tale, reason=tale.hall.rules.pause_reason_default)
    assert laws(summons, tale) == ["L37"] * 3
    tale.waits("t2", 2)
    tale.calls("t2", "c2", chosen=True)
    assert laws(summons, tale) == ["L37"] * 4


def test_a_person_s_ticket_that_goes_on_to_where_another_waits_is_found(tale: Tale) -> None:
    hall = tale.hall
    card = msgspec.structs.replace(hall.services["card"], real_name=True)
    tale.trace.hall = msgspec.structs.replace(hall, services={**hall.services, "card": card})
    tale.waits("t1", 1, "card", person="a" * 32).waits("t2", 2, person="a" * 32)
    tale.calls("t2")
    goes_on(tale, "t2", stays=False)
    assert laws(persons, tale) == ["L25"]


# -- the day's sheets ------------------------------------------------


SHEET = {"day": DAY, "counter": "c1"}
ENTRIES = {"items_version": 1, "counts": {}, "checks": {}, "remark": ""}


def fills(tale: Tale, clerk: str | None = "a1") -> None:
    tale.happens(e.SheetFilled, who="clerk", clerk=clerk, by="clerk-16", **SHEET, **ENTRIES)


def signs(tale: Tale, who: str, by: str, clerk: str | None = None, note: str = "") -> None:
    tale.happens(e.SheetSigned, who=who, by=by, clerk=clerk, note=note, digest="1:x", **SHEET)


def a_signed_sheet() -> Tale:
    tale = Tale().opens()
    tale.happens(e.CounterOpened, counter="c1", clerk="a1")
    tale.waits("t1", 1)
    tale.serves("t1")
    tale.happens(e.CounterClosed, counter="c1")
    fills(tale)
    signs(tale, "clerk", "clerk-16", "a1")
    signs(tale, "leader", "boss")
    return tale


def test_a_sheet_signed_by_both_is_right_and_may_be_opened_again_and_signed_again() -> None:
    tale = a_signed_sheet()
    tale.happens(e.SheetReopened, reason="填错", by="boss", **SHEET)
    fills(tale)
    signs(tale, "leader", "boss", note="请假")
    signs(tale, "clerk", "clerk-16", "a1")
    assert laws(sheets, tale) == []


def test_a_signature_that_the_rules_do_not_allow_is_found() -> None:
    tale = a_signed_sheet()
    wrong: list[tuple[str, str, str | None]] = [
        ("leader", "boss", None),  # twice
        ("clerk", "clerk-17", "a2"),  # twice, and did not stand there
    ]
    for count, (who, by, clerk) in enumerate(wrong, start=1):
        signs(tale, who, by, clerk)
        assert laws(sheets, tale) == ["L40"] * count
        tale.trace.journal.pop()
    fills(tale)
    assert laws(sheets, tale) == ["L40"], "what both have signed is sealed"
    tale.trace.journal.pop()
    tale.happens(e.SheetReopened, reason=" ", by="boss", **SHEET)
    assert laws(sheets, tale) == ["L40"], "no reason"


@pytest.mark.parametrize("by", ["clerk-16", "boss"])
def test_a_duty_leader_before_the_clerk_needs_a_word_and_is_somebody_else(by: str) -> None:
    tale = a_signed_sheet()
    tale.happens(e.SheetReopened, reason="填错", by="boss", **SHEET)
    if by == "boss":
        signs(tale, "leader", "boss")
    else:
        signs(tale, "clerk", "clerk-16", "a1")
        signs(tale, "leader", "clerk-16")
    assert laws(sheets, tale) == ["L40"]


CHANGES: dict[str, Callable[[Tale], object]] = {
    "an opening": lambda tale: tale.happens(e.CounterOpened, counter="c1", clerk="a1"),
    "other sessions": lambda tale: tale.happens(
        e.DayOpened, day=DAY, sessions=(SessionTimes("day", OPENS_MS + 1, CLOSES_MS, CLOSES_MS),), again=True
    ),
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_whatever_changes_a_signed_sheet_voids_it(what: str) -> None:
    """The same signatures once more are right only because those before do not hold."""
    tale = a_signed_sheet()
    CHANGES[what](tale)
    signs(tale, "clerk", "clerk-16", "a1")
    signs(tale, "leader", "boss")
    assert laws(sheets, tale) == []
    untouched = a_signed_sheet()
    untouched.opens(again=True)
    signs(untouched, "clerk", "clerk-16", "a1")
    assert laws(sheets, untouched) == ["L40"], "a day opened again by the same times changes nothing"


def test_a_signature_that_is_given_again_because_somebody_rated_is_found() -> None:
    tale = a_signed_sheet()
    tale.rates("visit-of-t1")
    assert laws(sheets, tale) == []
    signs(tale, "clerk", "clerk-16", "a1")
    assert laws(sheets, tale) == ["L40"]


def test_a_day_as_it_should_be_has_no_judge_against_it(tale: Tale) -> None:
    tale.waits("t1", 1).wait(5).waits("t2", 2).wait(5)
    tale.calls("t1")
    goes_on(tale, service="pension")
    tale.wait(30).happens(e.ServiceFinished, ticket="t1", counter="c1", visit="last-of-t1")
    tale.happens(e.DirectServed, counter="c2", service="pension", visit="direct", reason="咨询", clerk="a2")
    slip(tale, "t2")
    tale.wait(30)
    assert [str(violation) for violation in check(tale.trace)] == []
