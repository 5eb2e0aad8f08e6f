"""一票到底: several services on one ticket, in a fair order. And people without a ticket, or out of turn."""

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import Level, TicketStatus
from broker.store.day_fold import DayFold
from broker.store.statistics import Figures, statistics
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, view
from tests.engine.test_slips import comes_again, next_day, slip
from tests.halls import DAY, small_hall


@pytest.fixture
def work() -> HallAtWork:
    """c1 serves pension and card, c2 pension, c3 card."""
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2", "c3")


def figures(work: HallAtWork) -> Figures:
    fold = DayFold(DAY)
    for position, event in enumerate(work.events):
        fold.fold(position, event)
    return statistics(work.hall, fold, "counter", work.now_ms).total


def ratings(work: HallAtWork) -> int:
    """By the journal: figures tell of fewer than five to nobody."""
    return sum(isinstance(event, e.EvaluationRecorded) for event in work.events)


def rate(work: HallAtWork, visit: str, name: str) -> None:
    work.done(
        c.RecordEvaluation(
            evaluation=f"rating-{name}", visit=visit, level=Level.SATISFIED, device="web", pressed_at_ms=work.now_ms
        )
    )


def test_the_next_service_at_the_same_counter_goes_on_at_once_without_a_new_number(work: HallAtWork) -> None:
    number = work.take_ticket("pension")
    work.wait(60)
    assert work.call("c1") == number
    work.wait(300)
    done = work.done(c.NextService(counter="c1", service="card", to_counter="c1", items=2))
    assert done["stays"] is True
    here = view(work, "counter", "c1")
    assert (here.ticket.number, here.ticket.service, here.ticket.status) == (number, "card", TicketStatus.SERVING)
    assert here.evaluation.visit == done["visit"], "the first service may be rated while the second goes on"
    work.wait(120)
    second = work.done(c.FinishService(counter="c1"))["visit"]
    rate(work, done["visit"], "000001")
    rate(work, second, "000002")
    total = figures(work)
    assert (total.served, total.items, total.issued, total.calls, ratings(work)) == (2, 3, 1, 1, 2)


def test_whoever_has_a_better_claim_is_called_first_and_the_ticket_waits_for_this_counter(work: HallAtWork) -> None:
    earlier = work.take_ticket("card")
    work.wait(60)
    number = work.take_ticket("pension")
    work.done(c.CallNumber(counter="c1", number=number, reason="有急事"))
    done = work.done(c.NextService(counter="c1", service="card", to_counter="c1"))
    assert done["stays"] is False
    assert view(work, "counter", "c1").ticket is None
    assert work.call("c1") == earlier
    work.done(c.FinishService(counter="c1"))
    assert work.refused(c.CallNext(counter="c3")) == r.NobodyWaiting(counter="c3"), "it waits for the counter it wanted"
    assert work.call("c1") == number


def test_at_another_counter_it_stands_where_its_arrival_puts_it(work: HallAtWork) -> None:
    number = work.take_ticket("pension")
    work.wait(60)
    later = work.take_ticket("card")
    work.call("c2")
    work.done(c.NextService(counter="c2", service="card", note="原件已核"))
    assert view(work, "service", "card").numbers == (number, later)
    assert work.call("c3") == number
    there = view(work, "counter", "c3").ticket
    assert (there.note, there.first_clerk) == ("原件已核", "a2"), "首问负责: who was asked first is known to the next"


def test_a_next_service_that_nobody_gives_is_refused_and_nothing_is_over(work: HallAtWork) -> None:
    work.take_ticket("pension")
    number = work.call("c2")
    assert work.refused(c.NextService(counter="c2", service="card", to_counter="c2")).code == "not_served_here"
    assert work.refused(c.NextService(counter="c2", service="passport")).code == "unknown_service"
    assert work.refused(c.NextService(counter="c3", service="card")).code == "nobody_at_counter"
    assert view(work, "counter", "c2").ticket.number == number


def test_a_finish_taken_back_can_go_on_and_is_the_same_visit(work: HallAtWork) -> None:
    work.take_ticket("pension")
    work.call("c1")
    visit = work.done(c.FinishService(counter="c1"))["visit"]
    work.done(c.UndoLast(counter="c1"))
    assert work.done(c.NextService(counter="c1", service="card", to_counter="c1"))["visit"] == visit
    assert work.done(c.FinishService(counter="c1"))["visit"] != visit


def test_somebody_served_without_a_ticket_counts_with_the_reason_and_may_rate(work: HallAtWork) -> None:
    wish = c.ServeDirect(counter="c1", service="card", reason="老人补一份复印件", items=1)
    visit = work.done(wish)["visit"]
    assert view(work, "counter", "c1").evaluation.visit == visit
    rate(work, visit, "000001")
    total = figures(work)
    assert (total.served, total.direct, total.issued, total.rateable, ratings(work)) == (1, 1, 0, 1, 1)
    event = next(event for event in work.events if isinstance(event, e.DirectServed))
    assert (event.reason, event.clerk) == ("老人补一份复印件", "a1")
    assert not work.state.tickets


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "reason_needed"),
        ({"service": "passport"}, "unknown_service"),
        ({"counter": "c2"}, "not_served_here"),
        ({"reason": "电话 139 1234 5678"}, "personal_number_typed"),
    ],
)
def test_a_service_without_ticket_is_refused_in_words(work: HallAtWork, changes: dict[str, str], code: str) -> None:
    facts = {"counter": "c1", "service": "card", "reason": "补件"} | changes
    assert work.refused(c.ServeDirect(**facts)).code == code


def test_nobody_is_served_past_somebody_who_is_at_the_counter(work: HallAtWork) -> None:
    work.take_ticket("pension")
    work.call("c1")
    assert work.refused(c.ServeDirect(counter="c1", service="card", reason="补件")).code == "counter_busy"


def test_a_call_out_of_turn_needs_a_reason_and_a_call_back_does_not(work: HallAtWork) -> None:
    first, second = work.take_ticket("pension"), work.take_ticket("pension")
    assert work.refused(c.CallNumber(counter="c1", number=second)) == r.ReasonNeeded()
    work.done(c.CallNumber(counter="c1", number=second, reason="约定时间"))
    assert work.events[-1].reason == "约定时间"
    work.done(c.HoldTicket(counter="c1"))
    work.done(c.CallNumber(counter="c1", number=second))
    assert view(work, "service", "pension").numbers == (first,)


def test_a_slip_is_used_up_by_a_visit_whose_number_went_on_and_was_not_called_again_that_day(work: HallAtWork) -> None:
    work.take_ticket()
    work.call("c1")
    work.done(slip())
    work.done(comes_again(), **AT_KIOSK)
    work.done(c.ConfirmTicket(ticket="ticket-back-1"), **AT_KIOSK)
    work.call("c1")
    work.done(c.NextService(counter="c1", service="card"))
    next_day(work, "2026-03-05")
    assert work.refused(comes_again("ticket-back-2"), **AT_KIOSK).code == "unknown_appointment"
