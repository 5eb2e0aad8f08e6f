"""How often was I overtaken, by whom, why? Counted from the journal for any number of the day."""

import msgspec
import pytest

from broker.model import commands as c
from broker.store.line_fold import LineFold
from broker.store.overtaking import Overtaken, overtaken_by
from tests.engine.bench_hall import AT_KIOSK, HallAtWork
from tests.engine.test_floor import busy_day
from tests.halls import DAY, small_hall

MINUTE_MS = 60_000


def told(work: HallAtWork, number: str, **more: int) -> Overtaken:
    fold = LineFold(DAY)
    for position, event in enumerate(work.events, 1):
        fold.fold(position, event)
    found = overtaken_by(fold, number, **more)
    assert found is not None
    return found


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def whys(found: Overtaken) -> list[tuple[str, str]]:
    return [(one.call.number, one.why) for one in found.by]


def test_nobody_is_overtaken_where_people_are_called_as_they_came(work: HallAtWork) -> None:
    first, second = work.take_ticket("pension"), work.take_ticket("pension")
    work.call("c1")
    work.call("c2")
    assert (told(work, first).overtaken, told(work, second).overtaken) == (0, 0)


def test_who_came_later_with_priority_overtakes_and_the_class_is_why(work: HallAtWork) -> None:
    first = work.take_ticket("pension")
    work.now_ms += 2 * MINUTE_MS
    elder = work.take_ticket("pension", priority="elderly")
    work.now_ms += 8 * MINUTE_MS
    work.call("c1")
    found = told(work, first)
    assert (found.overtaken, found.elsewhere, found.status) == (1, 0, "waiting")
    assert whys(found) == [(elder, "class")]
    assert found.by[0].call.rule == "ratio"
    work.call("c2")
    later = work.take_ticket("pension")
    assert (told(work, first).overtaken, told(work, later).overtaken) == (1, 0), "afterwards the same is told"


def test_who_came_early_for_an_appointment_is_told_that_his_time_had_not_come(work: HallAtWork) -> None:
    time_ms = work.now_ms + 10 * MINUTE_MS
    work.done(c.BookAppointment(appointment="booked-1", code="ABC123", service="pension", at_ms=time_ms))
    early = work.done(c.CheckIn(ticket="ticket-early", code="ABC123", kiosk="kiosk-1"), **AT_KIOSK)["number"]
    work.done(c.ConfirmTicket(ticket="ticket-early"), **AT_KIOSK)
    work.now_ms += MINUTE_MS
    later = work.take_ticket("pension")
    assert work.call("c1") == later
    assert whys(told(work, early)) == [(later, "early")]
    work.now_ms = time_ms - MINUTE_MS
    another = work.take_ticket("pension")
    work.now_ms = time_ms
    work.call("c2")
    assert whys(told(work, early)) == [(another, "clock"), (later, "early")]


def test_a_call_by_number_overtakes_and_a_call_that_was_taken_back_does_not(work: HallAtWork) -> None:
    first = work.take_ticket("pension")
    second = work.take_ticket("pension")
    work.done(c.CallNumber(counter="c1", number=second, reason="赶火车"))
    assert whys(told(work, first)) == [(second, "by_number")]
    work.done(c.UndoLast(counter="c1"))
    assert told(work, first).overtaken == 0


def test_a_counter_that_could_not_call_the_person_takes_nothing_from_him(work: HallAtWork) -> None:
    card = work.take_ticket("card")
    pension = work.take_ticket("pension")
    work.call("c2")
    found = told(work, card)
    assert (found.overtaken, found.elsewhere) == (0, 1)
    assert whys(found) == [(pension, "elsewhere")]


def test_who_is_called_twice_is_counted_once_and_who_missed_his_own_call_is_not_overtaken_meanwhile(
    work: HallAtWork,
) -> None:
    first = work.take_ticket("pension")
    work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))
    work.take_ticket("pension")
    work.call("c2")
    assert told(work, first).overtaken == 0
    work.done(c.HoldTicket(counter="c2"))
    waits, later = work.take_ticket("pension"), work.take_ticket("pension")
    for _ in range(2):
        work.done(c.CallNumber(counter="c1", number=later, reason="急事"))
        work.done(c.HoldTicket(counter="c1"))
    assert told(work, waits).overtaken == 1


def test_the_list_is_bounded_and_the_count_is_not(work: HallAtWork) -> None:
    first = work.take_ticket("pension")
    for _ in range(4):
        number = work.take_ticket("pension")
        work.done(c.CallNumber(counter="c1", number=number, reason="急事"))
        work.done(c.HoldTicket(counter="c1"))
    found = told(work, first, most=3)
    assert (found.overtaken, len(found.by), found.left_out) == (4, 3, 1)
    assert found.by[0].call.number == number, "the newest is named"


def test_those_that_count_are_named_before_those_that_took_nothing_away_however_old_they_are(work: HallAtWork) -> None:
    first = work.take_ticket("pension")
    number = work.take_ticket("pension")
    work.done(c.CallNumber(counter="c1", number=number, reason="急事"))
    work.open_counters("c3")
    others = []
    for _ in range(3):
        others.append(work.take_ticket("card"))
        assert work.call("c3") == others[-1]
        work.done(c.StartService(counter="c3"))
        work.done(c.FinishService(counter="c3"))
    found = told(work, first)
    assert whys(found) == [(number, "by_number"), *((other, "elsewhere") for other in reversed(others))]
    assert (found.overtaken, found.elsewhere) == (1, 3)
    assert whys(told(work, first, most=2)) == whys(found)[:2], "what is left out counts least"


def test_a_number_that_nobody_has_was_not_overtaken(work: HallAtWork) -> None:
    assert overtaken_by(LineFold(DAY), "A001") is None


@pytest.mark.parametrize("rule", ["strict", "rotation", "head_start"])
def test_by_another_rule_than_the_ratio_it_is_the_rule_that_is_named_and_no_ratio(rule: str) -> None:
    hall = small_hall()
    calling = msgspec.structs.replace(hall.calling, rule=rule)
    work = HallAtWork(msgspec.structs.replace(hall, calling=calling)).open_day().open_counters("c1")
    first = work.take_ticket("pension")
    work.wait(120)
    elder = work.take_ticket("pension", priority="elderly")
    work.wait(60)
    if rule == "head_start":
        work.done(c.RaiseClass(priority="elderly", factor=0.3, minutes=5))
    assert work.call("c1") == elder
    found = told(work, first)
    assert whys(found) == [(elder, "rule")], "raised or not, the head start was enough"
    assert (found.by[0].call.rule, found.by[0].call.ratio, found.by[0].asked.ratio) == (rule, None, None)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_day_brings_who_overtook_came_later_and_had_the_larger_ratio_or_a_reason(seed: int) -> None:
    work, seen = None, 0
    for work, command in busy_day(seed + 300):
        work.ask(command, "server", "server")
    assert work is not None
    for ticket in work.state.tickets.values():
        found = told(work, ticket.number)
        assert found.overtaken + found.elsewhere == len(found.by) + found.left_out
        for one in found.by:
            seen += 1
            assert one.called.arrived_at_ms >= ticket.arrived_at_ms
            assert one.asked.standing in ("waited", "elsewhere", "on_the_way", "not_comparable")
            if one.why not in ("by_number", "elsewhere", "on_the_way", "unknown"):
                assert (one.called.ratio or 0.0) >= (one.asked.ratio or 0.0)
    assert seen > 0
