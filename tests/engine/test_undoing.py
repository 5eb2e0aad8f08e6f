"""撤销: the last key of a counter is taken back for some seconds; the journal keeps both."""

from collections.abc import Callable

import pytest

from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import Level, TicketStatus
from broker.store.day_fold import DayFold
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import DAY, small_hall

UNDO = c.UndoLast(counter="c1")


def at_work(people: int = 3) -> HallAtWork:
    work = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    for _ in range(people):
        work.take_ticket()
        work.wait(30)
    return work


def ticket(work: HallAtWork, number: str) -> Ticket:
    found = work.state.find(number)
    assert found is not None
    return found


def test_a_call_taken_back_leaves_no_board_a_call_and_the_place_in_line_is_kept() -> None:
    work = at_work()
    line = view(work, "service", "pension").numbers
    number = work.call("c1")
    assert [call.number for call in view(work, "board", "display-1").calls] == [number]
    assert work.done(UNDO) == {"number": number, "undone": "TicketCalled", "status": TicketStatus.WAITING}
    assert view(work, "board", "display-1").calls == ()
    assert view(work, "service", "pension").numbers == line
    assert view(work, "counter", "c1").ticket is None
    kinds = [type(event) for event in work.events[-2:]]
    assert kinds == [e.TicketCalled, e.ActionUndone], "the journal keeps both"
    spoken = work.events[-2].call_id
    assert work.call("c2") == number
    assert work.events[-1].call_id != spoken, "a new call is spoken as a new one"


ENDS: dict[str, Callable[[], c.Command]] = {
    "no-show": lambda: c.MarkNoShow(counter="c1"),
    "hold": lambda: c.HoldTicket(counter="c1", note="去复印"),
    "finish": lambda: c.FinishService(counter="c1"),
    "transfer": lambda: c.TransferTicket(counter="c1", to_service="card", note="改办卡"),
    "start": lambda: c.StartService(counter="c1"),
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_what_was_done_with_the_visitor_at_the_counter_is_taken_back(end: str) -> None:
    work = at_work()
    number = work.call("c1")
    before = view(work, "counter", "c1").ticket
    work.wait(4)
    work.done(ENDS[end]())
    work.wait(9)
    work.done(UNDO)
    assert view(work, "counter", "c1").ticket == before
    assert ticket(work, number).status is TicketStatus.CALLED
    assert work.refused(c.CallNext(counter="c1")).code == "counter_busy"


def test_a_visit_finished_by_mistake_goes_on_and_ends_as_the_same_visit() -> None:
    work = at_work()
    work.call("c1")
    work.done(c.StartService(counter="c1"))
    means = dict(work.state.mean_ms)
    visit = work.done(c.FinishService(counter="c1"))["visit"]
    assert view(work, "counter", "c1").evaluation is not None
    work.done(UNDO)
    assert view(work, "counter", "c1").evaluation is None
    assert view(work, "counter", "c1").ticket.status is TicketStatus.SERVING
    assert work.state.mean_ms == means
    rated = c.RecordEvaluation(
        evaluation="rating-000001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=work.now_ms
    )
    work.done(rated)  # the visitor had pressed before the clerk took it back
    work.wait(60)
    assert work.done(c.FinishService(counter="c1"))["visit"] == visit
    assert work.state.visits[visit].rated


def test_who_declined_to_rate_a_visit_that_went_on_is_asked_again_at_its_end() -> None:
    work = at_work()
    work.call("c1")
    visit = work.done(c.FinishService(counter="c1"))["visit"]
    work.done(c.LeaveUnrated(visit=visit, why="declined", device="keypad-1"))
    work.done(UNDO)
    work.done(c.FinishService(counter="c1"))
    assert view(work, "counter", "c1").evaluation.visit == visit
    work.done(c.LeaveUnrated(visit=visit, why="declined", device="keypad-1"))


def test_a_visit_that_was_rated_is_over() -> None:
    work = at_work()
    visit = work.serve("c1")
    rated = c.RecordEvaluation(
        evaluation="rating-000001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=work.now_ms
    )
    work.done(rated)
    assert work.refused(UNDO).code == "action_moved_on"


def rating(work: HallAtWork, visit: str, device: str = "keypad-1") -> c.RecordEvaluation:
    return c.RecordEvaluation(
        evaluation=f"rating-{device}", visit=visit, level=Level.SATISFIED, device=device, pressed_at_ms=work.now_ms
    )


def test_a_key_that_was_thanked_for_before_the_end_was_taken_back_is_kept_however_long_it_travels() -> None:
    work = at_work()
    work.call("c1")
    visit = work.done(c.FinishService(counter="c1"))["visit"]
    work.wait(3)
    thanked = rating(work, visit)
    work.wait(3)
    work.done(UNDO)
    assert work.refused(rating(work, visit, "phone")).code == "visit_not_rateable", "it is not over"
    work.wait(300)
    assert work.done(c.FinishService(counter="c1"))["visit"] == visit
    work.done(thanked, device="collector", role="collector", age_ms=303_000)
    assert work.state.visits[visit].rated


def test_a_visit_taken_back_and_then_held_keeps_a_key_that_was_thanked_for_and_takes_no_other_rating() -> None:
    work = at_work()
    work.call("c1")
    visit = work.done(c.FinishService(counter="c1"))["visit"]
    thanked = rating(work, visit)
    work.done(UNDO)
    work.done(c.HoldTicket(counter="c1"))
    work.wait(30)
    assert work.refused(rating(work, visit, "phone")).code == "visit_not_rateable"
    work.done(thanked, age_ms=30_000)
    assert work.state.visits[visit].rated


def test_a_visit_taken_back_and_then_held_leaves_nothing_to_rate() -> None:
    work = at_work()
    number = work.call("c1")
    visit = work.done(c.FinishService(counter="c1"))["visit"]
    work.done(UNDO)
    work.done(c.HoldTicket(counter="c1"))
    assert work.state.visits[visit].taken_back
    assert work.done(c.CallNumber(counter="c2", number=number, reason="回来了"))["number"] == number
    assert work.done(c.FinishService(counter="c2"))["visit"] != visit


def test_finish_and_call_next_are_taken_back_one_after_the_other() -> None:
    work = at_work()
    first = work.call("c1")
    work.done(c.FinishService(counter="c1"))
    second = work.call("c1")
    assert work.done(UNDO)["number"] == second
    assert view(work, "counter", "c1").evaluation.number == first, "who was served before may rate again"
    assert work.done(UNDO)["number"] == first
    assert view(work, "counter", "c1").ticket.number == first


def test_it_is_refused_late_after_a_recall_and_after_the_counter_changed() -> None:
    work = at_work()
    assert work.refused(UNDO) == r.NothingToUndo(within_s=10)
    work.call("c1")
    work.wait(10.001)
    assert work.refused(UNDO).code == "nothing_to_undo"
    work.done(c.Recall(counter="c1"))
    assert work.refused(UNDO).code == "nothing_to_undo", "what was said again cannot be unsaid"
    work.done(c.FinishService(counter="c1"))
    work.done(c.PauseCounter(counter="c1", reason="会议"))
    assert work.refused(UNDO).code == "nothing_to_undo"


def test_whoever_another_counter_has_called_since_is_theirs() -> None:
    work = at_work(people=1)
    number = work.call("c1")
    work.done(c.TransferTicket(counter="c1", to_service="pension", to_counter="c2"))
    assert work.call("c2") == number
    assert work.refused(UNDO) == r.ActionMovedOn(number=number)
    assert ticket(work, number).counter == "c2"


def test_a_missed_number_called_by_mistake_is_missed_again_and_may_still_return() -> None:
    work = at_work()
    number = work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))
    work.wait(20)
    since_ms = ticket(work, number).since_ms
    work.done(c.CallNumber(counter="c1", number=number, reason="以为来了"))
    assert work.done(UNDO)["status"] is TicketStatus.NO_SHOW
    assert (ticket(work, number).since_ms, ticket(work, number).returns) == (since_ms, 0)
    work.done(c.ReturnTicket(number=number))


def test_a_priority_confirmed_meanwhile_stays_and_the_line_is_that_of_the_priority() -> None:
    work = at_work()
    number = work.call("c1")
    work.done(c.ConfirmPriority(number=number, priority="elderly"))
    work.done(UNDO)
    assert ticket(work, number).priority == "elderly"
    assert work.call("c2") == number


def test_the_days_figures_count_nothing_that_was_taken_back() -> None:
    work = at_work()
    work.call("c1")
    work.done(UNDO)
    work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))
    work.done(UNDO)
    work.done(c.FinishService(counter="c1"))
    fold = DayFold(DAY)
    for position, event in enumerate(work.events):
        fold.fold(position, event)
    assert len(fold.calls) == 1
    assert fold.calls[0].waited_ms is not None
    assert [ended.what for ended in fold.endings] == ["served"]


def test_who_came_back_and_was_called_right_then_stays_in_line_when_the_call_is_taken_back() -> None:
    work = at_work(people=1)
    number = work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))
    work.done(c.ReturnTicket(number=number))
    assert work.call("c1") == number
    assert work.done(UNDO)["status"] is TicketStatus.WAITING


def test_a_call_is_taken_back_whoever_came_back_into_the_line_just_before_it() -> None:
    work = at_work()
    missed = work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))
    work.done(c.ReturnTicket(number=missed))
    called = work.done(c.CallNumber(counter="c1", number="A003", reason="特呼"))["number"]
    assert called != missed
    assert work.done(UNDO)["number"] == called
    assert ticket(work, missed).status is TicketStatus.WAITING


# -- what has no ticket, or more than one visit


def items(work: HallAtWork) -> list[tuple[str, str, int]]:
    """(what, service, items) of what ended at the counters, as the reports count it."""
    fold = DayFold(DAY)
    for position, event in enumerate(work.events, 1):
        fold.fold(position, event)
    return [(ended.what, ended.service, ended.items) for ended in fold.endings]


def test_the_step_to_a_next_service_is_taken_back_and_the_visit_goes_on() -> None:
    work = at_work()
    number = work.call("c1")
    work.done(c.StartService(counter="c1"))
    before, means = view(work, "counter", "c1").ticket, dict(work.state.mean_ms)
    work.wait(5)
    visit = work.done(c.NextService(counter="c1", service="card", items=3, note="转办卡"))["visit"]
    assert ticket(work, number).status is TicketStatus.WAITING
    assert view(work, "counter", "c1").undo.what == "VisitPartFinished"
    assert work.done(UNDO) == {"number": number, "undone": "VisitPartFinished", "status": TicketStatus.SERVING}
    assert view(work, "counter", "c1").ticket == before
    assert view(work, "counter", "c1").evaluation is None
    assert (work.state.mean_ms, items(work)) == (means, [])
    assert work.done(c.FinishService(counter="c1"))["visit"] == visit, "it ends once, as one visit"


def test_a_next_service_at_the_same_counter_is_taken_back_too() -> None:
    work = at_work(1)
    number = work.call("c1")
    called = view(work, "counter", "c1").ticket
    work.wait(5)
    assert work.done(c.NextService(counter="c1", service="pension", to_counter="c1"))["stays"]
    assert work.done(UNDO)["status"] is TicketStatus.CALLED
    assert view(work, "counter", "c1").ticket == called
    assert (ticket(work, number).service, items(work)) == ("pension", [])


def test_a_next_service_that_was_rated_or_called_elsewhere_stays() -> None:
    work = at_work(1)
    number = work.call("c1")
    work.wait(5)
    work.done(c.NextService(counter="c1", service="pension", to_counter="c2"))
    work.wait(1)
    assert work.call("c2") == number
    assert work.refused(UNDO).code == "action_moved_on"
    work.done(c.FinishService(counter="c2"))
    other = at_work(1)
    other.call("c1")
    visit = other.done(c.NextService(counter="c1", service="card"))["visit"]
    rating = c.RecordEvaluation(
        evaluation="rating-00001", visit=visit, level=Level.SATISFIED, device="phone", pressed_at_ms=other.now_ms
    )
    other.done(rating)
    assert other.refused(UNDO).code == "action_moved_on"


def test_a_service_without_a_ticket_is_taken_back_unless_it_was_rated() -> None:
    work = at_work(0)
    wish = c.ServeDirect(counter="c1", service="pension", reason="只问一句", items=2)
    visit = work.done(wish)["visit"]
    offer = view(work, "counter", "c1").undo
    assert (offer.what, offer.number) == ("DirectServed", "")
    assert work.done(UNDO) == {"undone": "DirectServed", "visit": visit}
    assert (items(work), view(work, "counter", "c1").evaluation) == ([], None)
    late = c.RecordEvaluation(
        evaluation="rating-00000", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=work.now_ms
    )
    assert work.done(late)["visit"] == visit, "whoever was thanked for a rating meanwhile has rated"
    second = work.done(wish)["visit"]
    assert second != visit, "what is on evaluators and phones by now is not meant by a later visit"
    rating = c.RecordEvaluation(
        evaluation="rating-00001", visit=second, level=Level.SATISFIED, device="phone", pressed_at_ms=work.now_ms
    )
    work.done(rating)
    assert work.refused(UNDO).code == "already_rated"
    assert items(work) == [("served", "pension", 2)]


def test_a_slip_that_was_handed_over_is_not_taken_back_and_the_clerk_reads_why() -> None:
    work = at_work()
    number = work.call("c1")
    work.done(c.GiveReturnSlip(counter="c1", slip="desk-00001", code="12345678", missing="户口簿"))
    assert view(work, "counter", "c1").undo is None
    told = work.refused(UNDO)
    assert (told.code, told.number) == ("slip_is_out", number)
    second = work.call("c1")
    assert work.done(UNDO)["number"] == second
    assert work.refused(UNDO).code == "slip_is_out"
