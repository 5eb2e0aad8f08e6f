"""Boards that show each counter by itself: an overview and a staff wall."""

import msgspec

from broker.engine.project import project
from broker.model import commands as c
from broker.model.views import BoardView, CounterLine
from broker.model.words import CounterStatus, Level, TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, OPENS_MS, small_hall

DAY_MS = 86_400_000


def lines_of(work: HallAtWork) -> dict[str, CounterLine]:
    view = project(work.hall, work.state, ("board",))["board", "display-1"]
    assert isinstance(view, BoardView)
    return {line.counter: line for line in view.counters}


def at_work(**changes: object) -> HallAtWork:
    hall = small_hall()
    display = msgspec.structs.replace(hall.displays["display-1"], **changes)
    work = HallAtWork(msgspec.structs.replace(hall, displays={"display-1": display})).open_day()
    for counter, clerk in (("c1", "a1"), ("c2", "a2")):
        work.done(c.OpenCounter(counter=counter, clerk=clerk))
    return work


def rate(work: HallAtWork, visit: str, level: Level, evaluation: str, device: str = "keypad-1") -> None:
    work.done(
        c.RecordEvaluation(
            evaluation=evaluation, visit=visit, level=level, device=device, raw_key="1", pressed_at_ms=work.now_ms
        )
    )


def test_an_overview_says_of_each_counter_who_is_there_and_what_goes_on() -> None:
    work = at_work(layout="overview")
    number = work.take_ticket()
    assert work.call("c2") == number
    lines = lines_of(work)
    assert lines["c1"] == CounterLine(counter="c1", name="1", status=CounterStatus.OPEN, staff_number="016")
    assert (lines["c2"].number, lines["c2"].ticket_status) == (number, TicketStatus.CALLED)
    assert lines["c3"] == CounterLine(counter="c3", name="3", status=CounterStatus.CLOSED)


def test_a_board_without_counters_one_by_one_carries_none_and_a_named_part_only_its_own() -> None:
    assert lines_of(at_work()) == {}
    assert list(lines_of(at_work(layout="staff", counters=("c2",)))) == ["c2"]


def rated_in_a_row(work: HallAtWork, levels: list[Level], counter: str = "c1") -> None:
    for made, level in enumerate(levels, start=len(work.state.evaluations)):
        work.take_ticket()
        rate(work, work.serve(counter), level, f"e-{made:06d}", "keypad-1" if counter == "c1" else "phone")


def next_day(work: HallAtWork) -> None:
    work.done(c.CloseCounter(counter="c1"))
    work.done(c.CloseCounter(counter="c2"))
    work.done(c.CloseDay(), device="server", role="server")
    work.now_ms += DAY_MS
    session = c.SessionTimes("day", OPENS_MS + DAY_MS, CLOSES_MS + DAY_MS, CLOSES_MS + DAY_MS)
    work.done(c.OpenDay(day="2026-03-05", sessions=(session,)), device="server", role="server")
    work.done(c.OpenCounter(counter="c1", clerk="a1"))
    work.done(c.OpenCounter(counter="c2"))


def test_a_wall_shows_the_mean_of_the_last_day_in_halves_only_where_the_hall_wants_it() -> None:
    levels = [Level.VERY_SATISFIED, Level.SATISFIED, Level.SATISFIED, Level.VERY_SATISFIED, Level.VERY_SATISFIED]
    for wanted, stars in (("last_day", 4.5), ("none", None)):
        work = at_work(layout="staff", ratings=wanted)
        rated_in_a_row(work, levels)
        next_day(work)
        lines = lines_of(work)
        assert (lines["c1"].stars, lines["c2"].stars) == (stars, None), "4.6, of which nobody reckons a single one"


def test_a_wall_does_not_move_when_somebody_rates() -> None:
    work = at_work(layout="staff", ratings="last_day")
    for _ in range(3):
        rated_in_a_row(work, [Level.VERY_SATISFIED] * 5)
        assert lines_of(work)["c1"].stars is None
    next_day(work)
    for _ in range(3):
        rated_in_a_row(work, [Level.VERY_DISSATISFIED] * 5)
        assert lines_of(work)["c1"].stars == 5.0


def substitute_at_two(work: HallAtWork, served: int) -> None:
    """The clerk of the first counter is at the second over lunch."""
    work.done(c.CloseCounter(counter="c1"))
    work.done(c.CloseCounter(counter="c2"))
    work.done(c.OpenCounter(counter="c2", clerk="a1"))
    rated_in_a_row(work, [Level.VERY_DISSATISFIED] * served, "c2")
    work.done(c.CloseCounter(counter="c2"))
    work.done(c.OpenCounter(counter="c1", clerk="a1"))
    work.done(c.OpenCounter(counter="c2", clerk="a2"))


def test_a_wall_says_nothing_of_the_one_who_rated_a_substitute() -> None:
    """The first counter's row says 24 stars of five, and the wall would say 4.0 of six: only 1 fits. So would, at the
    other counter, the mean of its own clerk beside its row."""
    four = [Level.VERY_SATISFIED] * 4 + [Level.SATISFIED]
    for served, stars in ((0, (5.0, 5.0)), (1, (None, None)), (4, (None, None)), (5, (3.0, 5.0))):
        work = at_work(layout="staff", ratings="last_day")
        rated_in_a_row(work, four)
        rated_in_a_row(work, four, "c2")
        substitute_at_two(work, served)
        next_day(work)
        work.done(c.CloseCounter(counter="c2"))
        work.done(c.OpenCounter(counter="c2", clerk="a2"))
        lines = lines_of(work)
        assert (lines["c1"].stars, lines["c2"].stars) == stars, served


def test_a_wall_of_today_moves_by_fives_and_leaves_the_newest_five_out() -> None:
    work = at_work(layout="staff", ratings="today")
    seen = []
    for level in (Level.SATISFIED, Level.DISSATISFIED, Level.VERY_SATISFIED):
        for _ in range(5):
            rated_in_a_row(work, [level])
            seen.append(lines_of(work)["c1"].stars)
    assert seen == [None] * 9 + [4.0] * 5 + [3.0]
    next_day(work)
    assert lines_of(work)["c1"].stars is None


def test_a_wall_shows_nothing_of_four_and_no_rating_that_came_on_a_later_day() -> None:
    work = at_work(layout="staff", ratings="last_day")
    rated_in_a_row(work, [Level.DISSATISFIED] * 4)
    work.take_ticket()
    visit = work.serve("c1")
    next_day(work)
    assert lines_of(work)["c1"].stars is None
    rating = c.RecordEvaluation(
        evaluation="e-later", visit=visit, level=Level.DISSATISFIED, device="phone", pressed_at_ms=work.now_ms
    )
    work.done(rating)
    assert not work.state.stars
