"""The judge of the minute in which a visit may be rated finds one cut short by hand, and none that ended rightly."""

from collections.abc import Callable

import pytest

from broker.contract.codec import encode
from broker.model import events as e
from broker.model.words import TicketStatus
from tests.simulation.checkers import windows
from tests.simulation.hand_made import Tale
from tests.simulation.trace import AskedNoMore, Fault

FIRST, SECOND = "visit-of-t1", "visit-of-t2"


@pytest.fixture
def tale() -> Tale:
    """The first has just been served at c1 and is asked."""
    tale = Tale().opens().counter_opens("c1", "c2").waits("t1", 1).waits("t2", 2)
    tale.serves("t1")
    return tale


def stops(tale: Tale, after_s: float, declined: bool = False) -> list[str]:
    """The evaluator stops asking then; what the judge says."""
    tale.wait(after_s).trace.asked_no_more.append(AskedNoMore(tale.now_ms, "keypad-1", "c1", FIRST, declined))
    return [violation.sentence for violation in windows.check(tale.trace)]


def undone(tale: Tale) -> None:
    tale.happens(
        e.ActionUndone, ticket="t1", counter="c1", undone="ServiceFinished", status=TicketStatus.CALLED, visit=FIRST
    )


def started(tale: Tale) -> None:
    tale.calls("t2")
    tale.happens(e.ServiceStarted, ticket="t2", counter="c1")


SHORTENS: dict[str, Callable[[Tale], object]] = {
    "a call": lambda tale: tale.calls("t2"),
    "a pause": lambda tale: tale.happens(e.CounterPaused, counter="c1", reason="", contact="", phone=""),
    "a closing": lambda tale: tale.happens(e.CounterClosed, counter="c1"),
    "a service at another counter": lambda tale: tale.serves("t2", "c2"),
    "nothing at all": lambda tale: None,
}
ENDS: dict[str, Callable[[Tale], object]] = {
    "another's service": started,
    "another's visit": lambda tale: tale.serves("t2"),
    "its rating": lambda tale: tale.rates(FIRST),
    "an end taken back": undone,
    "another day": lambda tale: tale.happens(e.DayOpened, day="2026-03-05", sessions=()),
    "a server that lost its time": lambda tale: tale.trace.faults.append(Fault(tale.now_ms, "server power", "server")),
}


@pytest.mark.parametrize("what", sorted(SHORTENS))
def test_a_minute_that_is_cut_short_is_found(tale: Tale, what: str) -> None:
    SHORTENS[what](tale)
    assert stops(tale, 5) == [f"keypad-1 stopped asking about {FIRST} too soon"]


@pytest.mark.parametrize("what", sorted(ENDS))
def test_a_minute_that_ended_for_a_reason_is_right(tale: Tale, what: str) -> None:
    ENDS[what](tale)
    assert stops(tale, 5) == []


@pytest.mark.parametrize(("cut", "wrong"), [("partition", 0), ("half open", 0), ("message repeated", 1)])
def test_who_heard_of_the_first_end_alone_asks_for_that_minute(tale: Tale, cut: str, wrong: int) -> None:
    tale.trace.faults.append(Fault(tale.now_ms, cut, tale.hall.keypads["keypad-1"].caller))
    tale.wait(10)
    undone(tale)
    tale.serves("t1", "c1")
    assert len(stops(tale, 50)) == wrong


def test_a_minute_that_is_over_or_declined_is_right(tale: Tale) -> None:
    assert stops(tale, 3, declined=True) == []
    assert stops(tale, 57) == []


@pytest.mark.parametrize(
    ("deed", "visit", "right"),
    [
        (lambda tale: None, FIRST, True),
        (lambda tale: None, None, False),
        (lambda tale: tale.calls("t2"), FIRST, True),
        (started, None, True),
        (started, FIRST, False),
        (lambda tale: tale.serves("t2"), SECOND, True),
        (lambda tale: tale.rates(FIRST), FIRST, False),
        (lambda tale: tale.rates(FIRST), None, True),
        (undone, None, True),
    ],
)
def test_at_rest_a_counter_asks_about_its_last_visit(
    tale: Tale, deed: Callable[[Tale], object], visit: str | None, right: bool
) -> None:
    deed(tale)
    shown = encode({"evaluation": None if visit is None else {"visit": visit}})
    trace = tale.rests(live={"jh/small/view/counter/c1": shown})
    said = [violation.sentence for violation in windows.check(trace)]
    assert said == ([] if right else ["counter c1 asks about another visit than its last"])
