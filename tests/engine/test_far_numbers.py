"""A kiosk tells a number of the engine's part that the engine cannot have given: the paper counts, the engine's count
does not follow it to the end of its part, and staff learn of it."""

import pytest

from broker.engine.apply import apply
from broker.engine.project import project
from broker.engine.reporting import AHEAD_MOST
from broker.engine.state import State
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.events import JournalRestored
from broker.model.views import HallView
from broker.model.words import TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_papers import KIOSK, NEXT_DAY, OTHER, next_day, paper
from tests.halls import DAY, small_hall

LAST = "A799"
"""The last number of the engine's part in the small hall."""


@pytest.fixture
def hall() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def doubtful(hall: HallAtWork) -> tuple[str, ...]:
    view = project(hall.hall, hall.state, ("hall",))["hall", hall.hall.hall.id]
    assert isinstance(view, HallView)
    return view.doubtful


def test_one_odd_paper_is_in_line_and_does_not_end_the_engines_part(hall: HallAtWork) -> None:
    assert hall.take_ticket() == "A001"
    hall.done(paper(LAST), **KIOSK)
    assert hall.take_ticket() == "A002"
    assert [hall.call("c1"), hall.call("c2")] == ["A001", LAST], "who came first is called first, by whatever number"


def test_an_odd_number_is_left_out_when_the_count_reaches_it(hall: HallAtWork) -> None:
    hall.done(paper("A050"), **KIOSK)
    assert [hall.take_ticket() for _ in range(50)] == [f"A{value:03d}" for value in range(1, 52) if value != 50]


def test_the_engine_gives_its_last_number_but_one_before_an_odd_last_one(hall: HallAtWork) -> None:
    hall.done(paper(LAST), **KIOSK)
    numbers = [hall.take_ticket() for _ in range(798)]
    assert numbers[-1] == "A798"
    assert isinstance(hall.refused(c.IssueTicket(ticket="ticket-more", service="pension")), r.NumbersUsedUp)


def test_staff_are_told_of_an_odd_number_until_the_day_is_over(hall: HallAtWork) -> None:
    hall.done(paper(LAST), **KIOSK)
    assert doubtful(hall) == (LAST,)
    next_day(hall)
    assert doubtful(hall) == ()


def test_an_odd_number_cannot_be_told_a_second_time_for_another_paper(hall: HallAtWork) -> None:
    hall.done(paper(LAST), **KIOSK)
    assert isinstance(hall.refused(paper(LAST, ticket="ticket-two", kiosk="kiosk-2"), **OTHER), r.NumberTaken)


def test_a_paper_that_overrules_a_reserved_number_moves_the_count_no_further(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)
    hall.done(paper(LAST), **KIOSK)
    assert hall.state.tickets["ticket-abc"].number == LAST
    assert doubtful(hall) == (LAST,)
    assert hall.take_ticket() == "A002"


def test_the_second_of_a_row_is_believed_so_that_a_lost_stretch_is_not_given_again(hall: HallAtWork) -> None:
    """A journal that went back hears 1 to 10 and 41, 42: 11 to 40 may be on papers of a kiosk that is away."""
    for value in (*range(1, 11), 41, 42):
        hall.done(paper(f"A{value:03d}", ticket=f"ticket-{value:03d}"), **KIOSK)
    assert hall.take_ticket() == "A043"
    assert doubtful(hall) == ("A041",)


def test_papers_told_again_in_order_to_a_journal_that_went_back_move_the_count(hall: HallAtWork) -> None:
    """Copied back by hand, so that it does not know: numbers between may be on papers of kiosks that are away."""
    for value in range(AHEAD_MOST, 5 * AHEAD_MOST, AHEAD_MOST):
        hall.done(paper(f"A{value:03d}", ticket=f"ticket-{value}"), **KIOSK)
    assert hall.take_ticket() == f"A{4 * AHEAD_MOST + 1:03d}"
    assert doubtful(hall) == ()


def test_a_restored_journal_expects_any_number_of_its_part(hall: HallAtWork) -> None:
    apply(hall.state, JournalRestored(at_ms=hall.state.now_ms, through=DAY))
    hall.done(paper("A400"), **KIOSK)
    assert doubtful(hall) == ()
    assert isinstance(hall.refused(c.IssueTicket(ticket="ticket-new", service="pension")), r.NumbersWithheld)


def test_a_paper_that_waited_for_its_day_moves_the_days_count_no_further(hall: HallAtWork) -> None:
    hall.done(c.CloseDay())
    for value in (5, 799):
        hall.done(paper(f"A{value:03d}", ticket=f"ticket-{value}", day=NEXT_DAY), **KIOSK)
    next_day(hall)
    assert hall.state.find(LAST) is not None
    assert doubtful(hall) == (LAST,)
    assert hall.take_ticket() == "A006"


def test_who_stays_over_the_days_border_keeps_an_odd_number_odd(hall: HallAtWork) -> None:
    before = hall.state.position
    assert [hall.take_ticket() for _ in range(30)][-1] == "A030"
    hall.done(paper(LAST), **KIOSK)
    next_day(hall, unsure_from=before)
    kept = hall.state.find(LAST)
    assert kept is not None
    assert kept.status is TicketStatus.WAITING
    assert doubtful(hall) == (LAST,)
    assert hall.take_ticket() == "A031", "the engine's own numbers of the night count"


def test_a_fold_of_the_events_is_the_same_state(hall: HallAtWork) -> None:
    hall.done(paper(LAST), **KIOSK)
    hall.take_ticket()
    again = State()
    for event in hall.events:
        apply(again, event)
    assert again == hall.state
