"""The judge of L7: who may be called when, by the published rule."""

from broker.model import events as e
from tests.simulation.checkers import emergencies, order
from tests.simulation.hand_made import Tale
from tests.simulation.trace import Trace


def sentences(trace: Trace) -> list[str]:
    return [violation.sentence for violation in order.check(trace)]


def a_line() -> Tale:
    """A001 since 10 minutes, an elderly visitor A002 since 4, at counters that serve pensions."""
    tale = Tale().opens().counter_opens("c1", "c2")
    tale.waits("t1", 1).wait(360)
    tale.waits("t2", 2, priority="elderly").wait(240)
    return tale


def test_priority_goes_first_once_its_share_of_the_wait_is_larger() -> None:
    tale = a_line()
    tale.calls("t2")
    tale.calls("t1", "c2")
    assert sentences(tale.trace) == []


def test_calling_the_smaller_share_is_found() -> None:
    tale = a_line()
    tale.calls("t1")
    assert sentences(tale.trace) == ["A001 was called before A002"]


def test_overtaking_beyond_the_bound_is_found() -> None:
    tale = Tale().opens().counter_opens("c1")
    tale.waits("t1", 1).wait(600).waits("t2", 2, priority="elderly").wait(60)
    tale.calls("t2")
    assert "A002 overtook A001 beyond the bound" in sentences(tale.trace)


def test_of_two_alike_the_earlier_goes_first() -> None:
    tale = Tale().opens().counter_opens("c1")
    tale.waits("t1", 1).waits("t2", 2).wait(60)
    tale.calls("t2")
    assert sentences(tale.trace) == ["A002 was called before A001"]


def test_a_counter_prefers_what_it_does_best() -> None:
    tale = Tale().opens().counter_opens("c1")
    tale.waits("t1", 1, "card").wait(10).waits("t2", 1, "pension").wait(600)
    tale.calls("t1")
    assert sentences(tale.trace) == ["B001 was called before A001"]


def test_calling_what_the_counter_does_not_serve_is_found() -> None:
    tale = Tale().opens().counter_opens("c2")
    tale.waits("t1", 1, "card").wait(60)
    tale.calls("t1", "c2")
    assert sentences(tale.trace) == ["counter c2 called B001, which is not its own"]


def called_and_sent_on() -> Tale:
    """The second in line is called to the first counter, which sends it on to the second."""
    tale = a_line()
    tale.calls("t2")
    tale.happens(
        e.TicketTransferred,
        ticket="t2",
        counter="c1",
        service="pension",
        to_counter="c2",
        clock_ms=_arrival(tale, "t2"),
    )
    return tale


def test_a_wish_for_a_counter_binds_until_it_closes() -> None:
    tale = called_and_sent_on()
    tale.calls("t1", "c1")
    assert sentences(tale.trace) == []
    tale.happens(e.TicketMissed, ticket="t1", counter="c1")
    tale.calls("t2", "c1", call="again")
    assert sentences(tale.trace) == ["counter c1 called A002, which is not its own"]


def test_a_wish_for_a_closed_counter_binds_nobody() -> None:
    tale = called_and_sent_on()
    tale.happens(e.CounterClosed, counter="c2")
    tale.calls("t2", "c1", call="again")
    assert sentences(tale.trace) == []


def test_a_transfer_that_loses_the_arrival_is_found() -> None:
    tale = a_line()
    tale.calls("t2")
    moved = {"ticket": "t2", "counter": "c1", "service": "card", "to_counter": None, "clock_ms": tale.now_ms}
    tale.happens(e.TicketTransferred, **moved)
    assert sentences(tale.trace) == ["A002 was transferred and lost its place"]


def test_a_missed_number_returns_behind_the_first_few() -> None:
    tale = _four_in_line()
    tale.happens(e.TicketReturned, ticket="t0", clock_ms=_arrival(tale, "t3"))
    assert sentences(tale.trace) == []


def test_a_missed_number_that_returns_to_the_front_is_found() -> None:
    tale = _four_in_line()
    tale.happens(e.TicketReturned, ticket="t0", clock_ms=_arrival(tale, "t0"))
    assert sentences(tale.trace) == ["A001 came back to the wrong place in line"]


def test_a_missed_number_called_by_hand_keeps_its_clock() -> None:
    tale = _four_in_line()
    tale.happens(e.TicketReturned, "press", ticket="t0", clock_ms=_arrival(tale, "t0"))
    tale.happens(e.TicketCalled, "press", ticket="t0", counter="c1", call_id="again", chosen=True)
    assert sentences(tale.trace) == []


def test_a_held_number_returns_to_where_it_was() -> None:
    tale = a_line()
    tale.calls("t2")
    tale.happens(e.TicketHeld, ticket="t2", counter="c1")
    tale.happens(e.TicketReturned, ticket="t2", clock_ms=_arrival(tale, "t2"))
    assert sentences(tale.trace) == []


def test_nobody_waits_is_said_only_when_it_is_true() -> None:
    tale = a_line()
    tale.answers("press-1", code="nobody_waiting", facts={"counter": "c1"})
    assert sentences(tale.trace) == ["counter c1 was told that nobody waits"]
    empty = Tale().opens().counter_opens("c1").answers("press-1", code="nobody_waiting", facts={"counter": "c1"})
    assert sentences(empty.trace) == []


def test_the_call_key_does_not_choose() -> None:
    tale = a_line()
    tale.answers("press-1", "CallNext", result={})
    tale.happens(e.TicketCalled, "press-1", ticket="t1", counter="c1", call_id="c", chosen=True)
    assert sentences(tale.trace) == ["the call key called t1 as if chosen by hand"]


def test_another_key_does_not_call_the_next() -> None:
    tale = a_line()
    tale.answers("press-1", "Recall", result={})
    tale.happens(e.TicketCalled, "press-1", ticket="t2", counter="c1", call_id="c")
    assert sentences(tale.trace) == ["Recall called the next in line"]


def _arrival(tale: Tale, ticket: str) -> int:
    born = (entry.event for entry in tale.trace.journal if isinstance(entry.event, e.TicketReserved))
    return next(event.arrived_at_ms for event in born if event.ticket == ticket)


def _four_in_line() -> Tale:
    """A001 was missed; A002 to A005 wait."""
    tale = Tale().opens().counter_opens("c1")
    tale.waits("t0", 1).wait(5)
    tale.calls("t0")
    tale.happens(e.TicketMissed, ticket="t0", counter="c1")
    for value in range(2, 6):
        tale.waits(f"t{value - 1}", value).wait(5)
    return tale


def test_a_priority_that_staff_gave_or_took_away_counts_from_then_on() -> None:
    tale = Tale().opens().counter_opens("c1", "c2")
    tale.waits("t1", 1).wait(360).waits("t2", 2).wait(240)
    tale.happens(e.PriorityConfirmed, ticket="t2", priority="elderly")
    tale.calls("t2")
    assert sentences(tale.trace) == []
    tale = a_line()
    tale.happens(e.PriorityRevoked, ticket="t2", priority="elderly")
    tale.calls("t2")
    assert "A002 was called before A001" in sentences(tale.trace)


def test_a_call_during_an_emergency_is_found() -> None:
    tale = a_line()
    tale.happens(e.EmergencyBegan, zh="请离开", en="Leave")
    tale.calls("t2")
    assert [one.law for one in emergencies.check(tale.trace)] == ["L22"]
    tale = a_line()
    tale.happens(e.EmergencyBegan, zh="请离开", en="Leave")
    tale.answers("over-1", "EndEmergency", "collector").happens(e.EmergencyEnded, "over-1")
    tale.calls("t2")
    assert list(emergencies.check(tale.trace)) == []


def test_a_call_that_comes_back_by_an_undo_during_an_emergency_is_found() -> None:
    tale = a_line()
    tale.calls("t2")
    tale.happens(e.TicketMissed, ticket="t2", counter="c1")
    tale.happens(e.EmergencyBegan, zh="请离开", en="Leave")
    tale.happens(e.ActionUndone, ticket="t2", counter="c1", undone="TicketMissed", status="called")
    assert [one.law for one in emergencies.check(tale.trace)] == ["L22"]


def test_an_emergency_that_ends_by_itself_is_found() -> None:
    tale = a_line()
    tale.happens(e.EmergencyBegan, zh="请离开", en="Leave")
    tale.happens(e.EmergencyEnded)
    assert [one.law for one in emergencies.check(tale.trace)] == ["L22"]
