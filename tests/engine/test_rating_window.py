"""The window of a rating belongs to the visitor: no key of a clerk ends it but the beginning of another's service."""

from collections.abc import Callable
from typing import Any

import pytest

from broker.model import commands as c
from broker.model.views import CounterView
from broker.model.words import Level, TicketStatus
from tests.engine.bench_hall import KEYS, HallAtWork, view
from tests.halls import lobby_hall

Deed = Callable[[HallAtWork], object]
UNDO, WINDOW_S = c.UndoLast(counter="c1"), 60


@pytest.fixture
def work() -> HallAtWork:
    """Two have come; the first was served at c1 and may rate."""
    work = HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2")
    for _ in range(3):
        work.take_ticket()
    work.call("c1")
    work.done(c.StartService(counter="c1"))
    work.done(c.FinishService(counter="c1"))
    return work


def shown(work: HallAtWork) -> CounterView:
    found = view(work, "counter", "c1")
    assert isinstance(found, CounterView)
    return found


def asked(work: HallAtWork) -> str | None:
    """The number whose visit the evaluator of c1 asks about."""
    found = shown(work).evaluation
    return None if found is None or work.now_ms >= found.until_ms else found.number


def rate(work: HallAtWork, visit: str) -> c.RecordEvaluation:
    facts: dict[str, Any] = {"level": Level.SATISFIED, "device": "keypad-1", "pressed_at_ms": work.now_ms}
    return c.RecordEvaluation(evaluation=f"rating-of-{visit}", visit=visit, **facts)


def called(work: HallAtWork) -> None:
    work.call("c1")


def chosen(work: HallAtWork) -> None:
    work.done(c.CallNumber(counter="c1", number="A003", reason="特呼"))


def recalled(work: HallAtWork) -> None:
    work.call("c1")
    work.wait(20)
    work.done(c.Recall(counter="c1"))


def missed(work: HallAtWork) -> None:
    work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))


def held(work: HallAtWork) -> None:
    work.call("c1")
    work.done(c.HoldTicket(counter="c1"))


def sent_on(work: HallAtWork) -> None:
    work.call("c1")
    work.done(c.TransferTicket(counter="c1", to_service="pension", to_counter="c2"))


def paused(work: HallAtWork) -> None:
    work.done(c.PauseCounter(counter="c1", reason="会议"))


def closed(work: HallAtWork) -> None:
    work.done(c.CloseCounter(counter="c1"))


def logged_out(work: HallAtWork) -> None:
    work.done(c.LogIn(counter="c1", clerk="a1"))
    work.done(c.LogOut(counter="c1"))


def opened_again(work: HallAtWork) -> None:
    work.done(c.CloseCounter(counter="c1"))
    work.done(c.OpenCounter(counter="c1"))


def missed_and_next(work: HallAtWork) -> None:
    missed(work)
    work.call("c1")


def call_taken_back(work: HallAtWork) -> None:
    work.call("c1")
    work.done(UNDO)


def start_taken_back(work: HallAtWork) -> None:
    work.call("c1")
    work.done(c.StartService(counter="c1"))
    assert asked(work) is None
    work.done(UNDO)


def direct_taken_back(work: HallAtWork) -> None:
    work.done(c.ServeDirect(counter="c1", service="pension", reason="只问一句"))
    assert asked(work) == ""
    work.done(UNDO)


def an_emergency(work: HallAtWork) -> None:
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))


GOING_ON: tuple[Deed, ...] = (
    *(called, chosen, recalled, missed, held, sent_on, paused, closed, logged_out, opened_again, missed_and_next),
    *(call_taken_back, start_taken_back, direct_taken_back, an_emergency),
)


@pytest.mark.parametrize("deed", GOING_ON, ids=lambda deed: deed.__name__)
def test_nothing_that_a_clerk_presses_shortens_the_window(work: HallAtWork, deed: Deed) -> None:
    before = shown(work).evaluation
    assert before is not None and before.number == "A001"
    assert before.until_ms == work.now_ms + WINDOW_S * 1000
    deed(work)
    assert shown(work).evaluation == before, "asked about for as long as it would have been"
    work.now_ms = before.until_ms - 1
    work.ask(c.PassTime(), "server", "server")
    assert asked(work) == "A001"
    work.done(rate(work, before.visit))
    assert asked(work) is None
    assert len(work.state.evaluations) == 1


def started(work: HallAtWork) -> None:
    work.call("c1")
    work.done(c.StartService(counter="c1"))


def finished_without_a_start(work: HallAtWork) -> None:
    work.call("c1")
    work.wait(8)
    work.done(c.FinishService(counter="c1"))


def served_directly(work: HallAtWork) -> None:
    work.done(c.ServeDirect(counter="c1", service="pension", reason="只问一句"))


@pytest.mark.parametrize("deed", [started, finished_without_a_start, served_directly], ids=lambda deed: deed.__name__)
def test_the_service_of_another_ends_it_but_a_code_that_was_scanned_before_still_counts(
    work: HallAtWork, deed: Deed
) -> None:
    before = shown(work).evaluation
    assert before is not None
    deed(work)
    assert asked(work) != "A001"
    work.wait(30)
    sign = c.RateBySign(
        visit=before.visit,
        device="keypad-1",
        proof=KEYS.of("keypad-1").visit_proof(before.visit),
        evaluation="rating-0001",
        level=Level.SATISFIED,
        pressed_at_ms=work.now_ms,
    )
    assert work.done(sign)["visit"] == before.visit


def test_a_code_is_good_to_the_end_of_the_window_and_no_longer(work: HallAtWork) -> None:
    before = shown(work).evaluation
    assert before is not None
    called(work)
    work.wait(WINDOW_S + 6)
    assert asked(work) is None
    assert work.refused(rate(work, before.visit)).code == "rating_closed"


def test_who_goes_on_to_a_next_service_is_asked_about_the_first_one(work: HallAtWork) -> None:
    started(work)
    work.done(c.NextService(counter="c1", service="pension", to_counter="c1"))
    assert (asked(work), shown(work).ticket.number) == ("A002", "A002")  # type: ignore[union-attr]


def test_nobody_whose_end_was_taken_back_is_asked_about_the_one_before(work: HallAtWork) -> None:
    """Who was served without a start sits there: the faces would be taken for a question to him."""
    called(work)
    assert asked(work) == "A001"
    work.done(c.FinishService(counter="c1"))
    assert asked(work) == "A002"
    work.done(UNDO)
    assert (asked(work), shown(work).ticket.status) == (None, TicketStatus.CALLED)  # type: ignore[union-attr]
    work.done(UNDO)
    assert asked(work) == "A001", "now nobody is there"
