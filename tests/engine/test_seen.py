"""Several consoles at one counter: the same key on two of them is one press, and nobody else's visit is touched."""

from collections.abc import Callable

import pytest

from broker.model import commands as c
from broker.model.words import CounterStatus, TicketStatus
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import small_hall

LATER_S = 2


@pytest.fixture
def work() -> HallAtWork:
    made = HallAtWork(small_hall()).open_day()
    made.open_counters("c1", "c2")
    for _ in range(4):
        made.take_ticket()
        made.wait(30)
    return made


def status(work: HallAtWork, number: str) -> TicketStatus:
    found = work.state.find(number)
    assert found is not None
    return found.status


KEYS: dict[str, Callable[[str], c.Command]] = {
    "start": lambda seen: c.StartService(counter="c1", seen=seen),
    "finish": lambda seen: c.FinishService(counter="c1", seen=seen),
    "no-show": lambda seen: c.MarkNoShow(counter="c1", seen=seen),
    "hold": lambda seen: c.HoldTicket(counter="c1", seen=seen),
    "transfer": lambda seen: c.TransferTicket(counter="c1", seen=seen, to_service="card"),
    "next service": lambda seen: c.NextService(counter="c1", seen=seen, service="card"),
}


def test_the_call_key_on_two_consoles_calls_one_visitor(work: HallAtWork) -> None:
    number = work.done(c.CallNext(counter="c1", seen=""))["number"]
    events = len(work.events)
    assert work.refused(c.CallNext(counter="c1", seen="")).code == "done_already"
    assert (len(work.events), view(work, "counter", "c1").ticket.number) == (events, number)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_key_for_the_visitor_in_view_is_one_press_on_two_consoles(work: HallAtWork, key: str) -> None:
    number = work.call("c1")
    work.wait(12)
    work.done(KEYS[key](number))
    events = len(work.events)
    work.wait(1)
    assert work.refused(KEYS[key](number)).code == "done_already"
    assert len(work.events) == events


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_key_pressed_again_for_want_of_an_answer_is_not_done_twice(work: HallAtWork, key: str) -> None:
    """The engine stood still for some seconds; the page still showed the same visitor."""
    number = work.call("c1")
    work.wait(12)
    work.done(KEYS[key](number))
    events = len(work.events)
    work.wait(4)
    if key in ("start", "next service"):  # the same visitor is still there: refused by what there is left to do
        assert work.refused(KEYS[key](number)).code
    else:
        assert work.refused(KEYS[key](number)).code == "visitor_changed"
    assert len(work.events) == events


def test_a_recall_on_two_consoles_is_spoken_once(work: HallAtWork) -> None:
    number = work.call("c1")
    work.wait(12)
    work.done(c.Recall(counter="c1", seen=number))
    assert work.refused(c.Recall(counter="c1", seen=number)).code == "done_already"
    work.wait(LATER_S)
    assert work.refused(c.Recall(counter="c1", seen=number)).code == "recall_too_soon"


def test_who_was_called_meanwhile_is_not_finished_in_place_of_who_was_seen(work: HallAtWork) -> None:
    """The page has finished and called the next; the keypad's finish of the same visit comes a moment later."""
    first = work.call("c1")
    work.wait(60)
    work.done(c.FinishService(counter="c1", seen=first))
    second = work.done(c.CallNext(counter="c1", seen=""))["number"]
    assert work.refused(c.FinishService(counter="c1", seen=first)).code == "done_already"
    work.wait(LATER_S)
    told = work.refused(c.FinishService(counter="c1", seen=first))
    assert (told.code, told.number) == ("visitor_changed", first)
    assert (status(work, first), status(work, second)) == (TicketStatus.SERVED, TicketStatus.CALLED)


def test_a_key_against_another_key_does_nothing_and_says_so(work: HallAtWork) -> None:
    number = work.call("c1")
    work.wait(12)
    work.done(c.HoldTicket(counter="c1", seen=number))
    assert work.refused(c.MarkNoShow(counter="c1", seen=number)).code == "visitor_changed"
    assert status(work, number) is TicketStatus.HELD
    other = work.done(c.CallNext(counter="c1", seen=""))["number"]
    work.wait(LATER_S)
    told = work.refused(c.CallNumber(counter="c1", number=number, seen=""))
    assert (told.code, told.number) == ("somebody_came", other)


def test_a_press_that_travelled_long_belongs_to_when_it_was_pressed(work: HallAtWork) -> None:
    work.done(c.CallNext(counter="c1", seen=""))
    work.wait(4)
    assert work.refused(c.CallNext(counter="c1", seen=""), age_ms=3_500).code == "done_already"
    assert work.refused(c.CallNext(counter="c1", seen="")).code == "somebody_came"


def test_who_says_nothing_of_what_was_seen_means_whoever_stands_there(work: HallAtWork) -> None:
    work.call("c1")
    assert work.refused(c.CallNext(counter="c1")).code == "counter_busy"
    work.done(c.FinishService(counter="c1"))
    assert work.refused(c.FinishService(counter="c1")).code == "nobody_at_counter"


def test_pausing_opening_and_closing_on_two_consoles_is_one_press(work: HallAtWork) -> None:
    for wish in (
        c.PauseCounter(counter="c1", reason="会议"),
        c.CloseCounter(counter="c1"),
        c.OpenCounter(counter="c1"),
    ):
        work.wait(60)
        work.done(wish)
        assert work.refused(wish).code == "done_already"
        work.wait(LATER_S)
        assert work.refused(wish).code in ("counter_already", "counter_not_open")
    assert work.state.counters["c1"].status is CounterStatus.OPEN


def test_undo_on_two_consoles_takes_one_action_back(work: HallAtWork) -> None:
    first = work.call("c1")
    work.wait(3)
    work.done(c.FinishService(counter="c1", seen=first))
    second = work.done(c.CallNext(counter="c1", seen=""))["number"]
    offer = view(work, "counter", "c1").undo
    assert (offer.what, offer.number) == ("TicketCalled", second)
    undo = c.UndoLast(counter="c1", what=offer.what, until_ms=offer.until_ms)
    work.done(undo)
    assert work.refused(undo).code == "done_already", "the finish of the first, done in the same instant, stays"
    assert (status(work, first), status(work, second)) == (TicketStatus.SERVED, TicketStatus.WAITING)


def test_an_undo_means_the_offer_that_was_in_view(work: HallAtWork) -> None:
    first = work.call("c1")
    work.wait(2)
    work.done(c.StartService(counter="c1", seen=first))
    seen = view(work, "counter", "c1").undo
    work.wait(1)
    work.done(c.UndoLast(counter="c1", until_ms=seen.until_ms))
    assert work.refused(c.UndoLast(counter="c1", until_ms=seen.until_ms)).code == "done_already", "the call stays"
    assert status(work, first) is TicketStatus.CALLED
    work.done(c.StartService(counter="c1", seen=first))
    work.wait(1)
    work.done(c.FinishService(counter="c1", seen=first))
    assert work.refused(c.UndoLast(counter="c1", until_ms=seen.until_ms + 1_000)).code == "action_moved_on"
    assert status(work, first) is TicketStatus.SERVED


def test_a_service_without_a_ticket_on_two_consoles_counts_once_and_a_second_one_later_counts(work: HallAtWork) -> None:
    wish = c.ServeDirect(counter="c1", seen="", service="pension", reason="只问一句")
    work.done(wish)
    assert work.refused(wish).code == "done_already"
    work.wait(LATER_S)
    work.done(wish)


def test_whoever_works_faster_than_two_consoles_can_be_told_apart_is_not_held_up(work: HallAtWork) -> None:
    for _ in range(3):
        number = work.done(c.CallNext(counter="c1", seen=""))["number"]
        work.done(c.StartService(counter="c1", seen=number))
        work.done(c.FinishService(counter="c1", seen=number))
