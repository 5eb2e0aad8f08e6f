"""Inspections: one visit a week at a moment that chance draws, findings as cases, and a visit that nobody made.

March 2026: the 2nd is a Monday, the 4th a Wednesday; the dates stand here as they are on a wall calendar.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.contract.codec import decode_envelope, encode_envelope
from broker.contract.envelope import COMMAND_LIMIT_BYTES
from broker.engine.inspections import _moment_ms
from broker.model import commands as c
from broker.model import events as e
from broker.model.commands.inspections import CHECKED_MOST
from broker.model.hall_file import parse_hall
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_cases import last_day, ms
from tests.halls import SMALL

WEEKLY = "\n[quality.inspections]\non = true\nweekly = true\n"
SERVER = {"device": "server", "role": "server"}
ANN = {"by": "ann"}


def hall_at_work(at: str = "2026-03-02 08:00", more: str = WEEKLY) -> HallAtWork:
    work = HallAtWork(parse_hall(SMALL + more))
    work.now_ms = ms(at)
    return work


def openings(*days: str) -> tuple[c.SessionTimes, ...]:
    """Each from nine to noon."""
    return tuple(c.SessionTimes("day", ms(f"{day} 09:00"), ms(f"{day} 12:00"), ms(f"{day} 12:00")) for day in days)


def draw(work: HallAtWork, chance: float = 0.5, week: str = "2026-W10") -> e.InspectionDrawn | None:
    days = openings("2026-03-02", "2026-03-03") if week == "2026-W10" else openings("2026-03-09")
    events = work.ask(c.DrawInspection(week=week, openings=days, chance=chance), **SERVER).events
    return next((event for event in events if isinstance(event, e.InspectionDrawn)), None)


def pass_time(work: HallAtWork, at: str) -> list[e.Event]:
    work.now_ms = ms(at)
    events = work.ask(c.PassTime(), **SERVER).events
    return [event for event in events if isinstance(event, e.InspectionMissed)]


def visit(*wrong: str, week: str | None = "2026-W10", counter: str | None = "c1") -> c.RecordInspection:
    points = [c.Checked(item=item, fine=item not in wrong, counter=counter) for item in ("badge", "dress", "desk")]
    return c.RecordInspection(checked=tuple(points), week=week)


@pytest.mark.parametrize(
    ("chance", "at"),
    [
        (0.0, "2026-03-02 09:00"),
        (0.25, "2026-03-02 10:30"),
        (0.5, "2026-03-03 09:00"),
        (0.75, "2026-03-03 10:30"),
    ],
)
def test_chance_draws_the_moment_out_of_the_openings_laid_end_to_end(chance: float, at: str) -> None:
    drawn = draw(hall_at_work(), chance)
    assert drawn is not None
    assert (drawn.visit_ms, drawn.until_ms) == (ms(at), ms("2026-03-03 12:00"))


@settings(max_examples=200, deadline=None)
@given(
    chance=st.floats(0, 1, exclude_max=True),
    lengths=st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**8)), min_size=1, max_size=20),
)
def test_whatever_chance_says_the_visit_is_within_an_opening(chance: float, lengths: list[tuple[int, int]]) -> None:
    now_ms, spans = 0, []
    for gap_ms, length_ms in lengths:
        spans.append((now_ms + gap_ms, now_ms + gap_ms + length_ms))
        now_ms += gap_ms + length_ms
    drawn_ms = _moment_ms(spans, chance)
    assert any(opens_ms <= drawn_ms < closes_ms for opens_ms, closes_ms in spans)


def test_a_hall_that_starts_within_an_opening_draws_out_of_what_is_left_of_it() -> None:
    drawn = draw(hall_at_work("2026-03-02 11:00"), 0.0)
    assert drawn is not None and drawn.visit_ms == ms("2026-03-02 11:00")
    assert draw(hall_at_work("2026-03-03 12:00"), 0.0) is None, "nothing is left"


def test_a_week_is_drawn_once_and_none_after_a_later_one() -> None:
    work = hall_at_work()
    first = draw(work, 0.1)
    assert first is not None and draw(work, 0.9) is None
    assert work.state.inspection is not None and work.state.inspection.visit_ms == first.visit_ms
    assert draw(work, 0.1, "2026-W11") is not None and draw(work, 0.1) is None


def test_nothing_is_drawn_where_the_hall_file_does_not_say_so() -> None:
    for more in ("", "\n[quality.inspections]\non = true\n", "\n[quality.inspections]\nweekly = true\n"):
        wish = c.DrawInspection(week="2026-W10", openings=openings("2026-03-02"), chance=0.5)
        assert hall_at_work(more=more).refused(wish, **SERVER).code == "inspections_not_drawn"


def test_nobody_but_the_server_draws() -> None:
    wish = c.DrawInspection(week="2026-W10", openings=openings("2026-03-02"), chance=0.0)
    assert hall_at_work().refused(wish, **ANN).code == "not_allowed"


def test_each_point_that_was_not_fine_begins_a_case_of_its_own_number_and_no_other_does() -> None:
    work = hall_at_work()
    draw(work)
    work.now_ms = ms("2026-03-03 10:00")
    assert work.done(visit("badge", "desk"), **ANN)["findings"] == ["J2026-0001", "J2026-0002"]
    opened = [event for event in work.events if isinstance(event, e.CaseOpened)]
    assert [(one.item, one.counter, one.owner, last_day(one.due_ms)) for one in opened] == [
        ("badge", "c1", "ann", "2026-03-10"),
        ("desk", "c1", "ann", "2026-03-10"),
    ]
    made = next(event for event in work.events if isinstance(event, e.InspectionMade))
    assert made.findings == tuple(one.case for one in opened) and not made.late and made.by == "ann"


def test_findings_of_two_visits_go_on_counting() -> None:
    work = hall_at_work()
    assert work.done(visit("badge", week=None), **ANN)["findings"] == ["J2026-0001"]
    assert work.done(visit("badge", week=None), **ANN)["findings"] == ["J2026-0002"]


def test_a_visit_that_was_made_is_not_missed_and_is_not_made_again() -> None:
    work = hall_at_work()
    draw(work)
    work.now_ms = ms("2026-03-03 09:00")
    assert work.done(visit(), **ANN)["findings"] == []
    assert pass_time(work, "2026-03-03 12:00") == []
    assert work.refused(visit(), **ANN).code == "no_such_inspection"


def test_one_more_visit_than_was_drawn_leaves_the_drawn_one_to_be_made() -> None:
    work = hall_at_work()
    draw(work)
    work.done(visit(week=None), **ANN)
    assert [event.week for event in pass_time(work, "2026-03-03 12:00")] == ["2026-W10"]


def test_a_visit_that_nobody_made_is_told_once_at_the_weeks_end_and_may_be_made_late() -> None:
    work = hall_at_work()
    draw(work)
    assert pass_time(work, "2026-03-03 11:59") == []
    assert [event.week for event in pass_time(work, "2026-03-03 12:00")] == ["2026-W10"]
    assert pass_time(work, "2026-03-03 13:00") == []
    work.done(visit(), **ANN)
    assert next(event for event in work.events if isinstance(event, e.InspectionMade)).late


def test_the_drawn_visit_is_not_made_before_its_moment_but_one_more_may_be() -> None:
    work = hall_at_work()
    draw(work, 0.5)
    work.now_ms = ms("2026-03-03 09:00") - 1
    assert work.refused(visit(), **ANN).code == "inspection_too_early"
    work.done(visit(week=None), **ANN)
    work.now_ms += 1
    work.done(visit(), **ANN)


def test_what_is_looked_at_is_the_halls_own_list_or_the_built_in_one() -> None:
    own = WEEKLY + '[quality.inspections.checklist]\nclock = { zh = "时钟不准", en = "Clock wrong" }\n'
    asked = c.RecordInspection(checked=(c.Checked(item="clock", fine=False),))
    assert hall_at_work(more=own).done(asked, **ANN)["findings"] == ["J2026-0001"]
    assert hall_at_work().refused(asked, **ANN).code == "unknown_point"
    assert hall_at_work(more=own).refused(visit(week=None), **ANN).code == "unknown_point"


def test_the_largest_visit_with_the_longest_names_fits_into_one_message() -> None:
    points = [c.Checked(item=f"{n:032}", fine=False, counter=f"{n:032}") for n in range(CHECKED_MOST)]
    wish = c.RecordInspection(checked=tuple(points), week="2026-W10")
    frame = encode_envelope(wish, device="collector", id="x" * 64, by="y" * 64)
    assert len(frame) <= COMMAND_LIMIT_BYTES
    assert decode_envelope(frame)[1] == wish


def test_a_week_that_was_never_drawn_has_no_visit_to_be_made() -> None:
    work = hall_at_work()
    assert work.refused(visit(), **ANN).code == "no_such_inspection"
    draw(work)
    assert work.refused(visit(week="2026-W09"), **ANN).code == "no_such_inspection"


def test_a_visit_with_one_point_twice_or_an_unknown_counter_is_refused_and_begins_nothing() -> None:
    work = hall_at_work()
    point = c.Checked(item="badge", fine=False, counter="c1")
    assert work.refused(c.RecordInspection(checked=(point, point)), **ANN).code == "checked_twice"
    assert work.refused(visit("badge", week=None, counter="c99"), **ANN).code == "unknown_counter"
    assert work.state.cases == {}


def test_a_hall_that_keeps_no_findings_writes_no_visit_down() -> None:
    assert hall_at_work(more="").refused(visit(week=None), **ANN).code == "cases_not_kept"
