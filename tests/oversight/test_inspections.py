"""Inspections of five weeks around a national holiday, by chance: moments, deadlines and figures equal a recount.

The recount goes by a wall calendar of the autumn of 2026 that is written down in ``test_case_stories``, and reads the
events as they were told, by rules of its own.
"""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model import commands as c
from broker.model import events as e
from broker.model.hall_file import parse_hall
from broker.oversight.case_stories import CaseStories
from broker.oversight.inspections import Visits, inspection_figures
from broker.runtime.business_calendar import sessions_of
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_cases import ON, ms
from tests.halls import SMALL
from tests.oversight.test_case_stories import day_of, is_worked, last_day

MONDAYS = tuple(date(2026, 9, 14) + timedelta(weeks=more) for more in range(5))
HALL = parse_hall(SMALL + ON + "weekly = true\n")
NIGHT = "23:00"
WEEKS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(("in time", "after the week", "never", "one more")),
        st.sets(st.sampled_from(("badge", "dress", "desk")), max_size=3),
        st.integers(0, 7),
    ),
    min_size=5,
    max_size=5,
)


def is_open(day: date) -> bool:
    """The small hall is open every day that is worked."""
    return is_worked(day)


def lived(weeks: list[tuple[float, str, set[str], int]]) -> HallAtWork:
    """Each week is drawn on its Monday; visits come as chance says, corrections some days after, or never (7)."""
    work = HallAtWork(HALL)
    todo: list[tuple[int, str, set[str]]] = []
    for monday, (chance, how, wrong, wait_days) in zip(MONDAYS, weeks, strict=True):
        days = [monday + timedelta(days=more) for more in range(7)]
        work.now_ms = ms(f"{monday} 08:00")
        openings = tuple(times for day in days for times in sessions_of(HALL, day)[0])
        year, week, _ = monday.isocalendar()
        name = f"{year}-W{week:02d}"
        drawn = work.ask(c.DrawInspection(week=name, openings=openings, chance=chance), "server", "server").events[0]
        assert isinstance(drawn, e.InspectionDrawn)
        points = tuple(c.Checked(item=item, fine=item not in wrong) for item in ("badge", "dress", "desk"))
        if how in ("in time", "one more"):
            work.now_ms = drawn.visit_ms
            made = work.done(c.RecordInspection(checked=points, week=name if how == "in time" else None), by="ann")
            todo += [(wait_days, case, wrong) for case in made["cases"]]
        work.now_ms = max(work.now_ms, ms(f"{days[-1]} {NIGHT}"))
        work.ask(c.PassTime(), "server", "server")
        if how == "after the week":
            work.done(c.RecordInspection(checked=points, week=name), by="ann")
        for place, (left, case, _) in enumerate(todo):
            if left < 7 and work.state.cases[case].stage == "correct":
                work.now_ms += place
                work.done(c.TakeStep(case=case, step="correct", stage="correct"), by="ben")
    return work


@settings(max_examples=40, deadline=None)
@given(WEEKS)
def test_visits_findings_and_figures_equal_a_recount_over_holidays_and_make_up_days(
    weeks: list[tuple[float, str, set[str], int]],
) -> None:
    work = lived(weeks)
    stories, visits = CaseStories(), Visits()
    for event in work.events:
        stories.fold(event)  # type: ignore[arg-type]
        visits.fold(event)  # type: ignore[arg-type]
    told = {one.week: one for one in visits.told() if one.week is not None}
    for monday, (week, drawn) in zip(MONDAYS, told.items(), strict=True):
        assert week == f"{monday.isocalendar()[0]}-W{monday.isocalendar()[1]:02d}"
        assert is_open(day_of(drawn.visit_ms)) and monday <= day_of(drawn.visit_ms) <= monday + timedelta(days=6)
        last = max(day for more in range(7) if is_open(day := monday + timedelta(days=more)))
        assert day_of(drawn.until_ms) == last
    ways = [how for _, how, _, _ in weeks]
    assert [told[week].state for week in told] == [
        {"in time": "made", "after the week": "late"}.get(how, "missed") for how in ways
    ]
    findings = [one for one in stories.stories.values() if one.kind == "finding"]
    assert len(findings) == sum(len(wrong) for _, how, wrong, _ in weeks if how != "never")
    for one in findings:
        assert day_of(one.first_due_ms - 1) == last_day(day_of(one.opened_ms), 5)
    figures = inspection_figures(visits.told(), findings, ms("2026-01-01 00:00"), work.now_ms + 1)
    assert (figures.in_time.part, figures.in_time.n) == (ways.count("in time"), 5)
    assert (figures.late, figures.extra) == (ways.count("after the week"), ways.count("one more"))
    assert figures.missed == ways.count("never") + ways.count("one more")
    assert figures.found == len(findings)
    assert figures.looked_at == 3 * (5 - ways.count("never"))
    due = [one for one in findings if one.steps or one.alarms]
    kept = [one for one in due if one.steps and day_of(one.steps[0].at_ms) <= last_day(day_of(one.opened_ms), 5)]
    assert (figures.corrected.part, figures.corrected.n) == (len(kept), len(due))


def test_a_running_week_is_neither_made_nor_missed_and_counts_in_no_share() -> None:
    visits = Visits()
    visits.fold(e.InspectionDrawn(at_ms=1, week="2026-W38", visit_ms=50, until_ms=90))
    (one,) = visits.told()
    assert one.state == "planned"
    figures = inspection_figures((one,), (), 0, 100)
    assert figures.in_time.percent is None and figures.in_time.n == 0 and figures.missed == 0
