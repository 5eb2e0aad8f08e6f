"""Figures of a day, recomputed by hand from a small story with every denominator; tickets as the journal tells them."""

from pathlib import Path

import pytest

from broker.model import commands as c
from broker.model.words import Level, TicketStatus
from broker.runtime.errors import DatabaseError
from broker.store.errors import WrongVersion
from broker.store.reports import DAYS_KEPT, JournalReports
from broker.store.statistics import DEFINITIONS, Figures, Statistics
from tests.collector.town import TownHub, town_clock, town_hall


@pytest.fixture
def hub(tmp_path: Path) -> TownHub:
    made = TownHub(tmp_path, town_hall(), town_clock())
    made.open_day()
    for counter in ("c1", "c2", "c3"):
        made.done(c.OpenCounter(counter=counter))
    return made


@pytest.fixture
def reports(hub: TownHub) -> JournalReports:
    return JournalReports(hub.path, hub.hall, hub.clock.now_ms)


def figures(reports: JournalReports, by: str, key: str) -> Figures:
    found = reports.statistics(None, by)
    assert found is not None
    return next(row.figures for row in found.rows if row.key == key)


def total(reports: JournalReports) -> Statistics:
    found = reports.statistics(None, "counter")
    assert found is not None
    return found


def story(hub: TownHub) -> None:
    """Four pension tickets at 09:00. Counter 1 serves two (3 and 5 min), one is missed, one transferred and served."""
    for _ in range(4):
        hub.take_ticket("pension")
    hub.serve("c1", 3, Level.VERY_SATISFIED)
    hub.serve("c1", 5, Level.DISSATISFIED)
    hub.done(c.CallNext(counter="c1"))
    hub.clock.advance(10)
    hub.done(c.Recall(counter="c1"))
    hub.done(c.MarkNoShow(counter="c1"))
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.TransferTicket(counter="c1", to_service="medical"))
    hub.serve("c3", 2)


def test_a_day_counts_what_happened(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    all_day = total(reports).total
    assert (all_day.issued, all_day.calls, all_day.recalls, all_day.served) == (4, 5, 1, 3)
    assert (all_day.no_shows, all_day.transferred, all_day.items) == (1, 1, 3)
    assert (all_day.rateable, all_day.rated, all_day.rating_rate) == (3, None, None), "two ratings are too few"


def test_ratings_of_a_day_are_counted_from_the_next_day_on(hub: TownHub, reports: JournalReports) -> None:
    given = (*[Level.VERY_SATISFIED] * 3, Level.BASICALLY_SATISFIED, Level.DISSATISFIED, None)
    for level in given:
        hub.take_ticket("pension")
        hub.serve("c1", 3, level)
    hub.clock.advance(24 * 3600)
    day = total(reports).total
    assert (day.rateable, day.rated, day.rating_rate) == (6, 5, 0.8333)
    assert (day.satisfied, day.satisfaction) == (4, 0.8)
    assert day.levels == {
        "very_satisfied": 3,
        "satisfied": 0,
        "basically_satisfied": 1,
        "dissatisfied": 1,
        "very_dissatisfied": 0,
    }


def test_waits_are_of_the_first_call_and_divided_by_called_tickets_only(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    hub.take_ticket("pension")  # not called: must not appear in any mean
    waits = total(reports).total.wait
    # called at 0 s, at 20+180+5, at 205+20+300+5, at 530+10 seconds; the transferred one counts once
    assert waits is not None
    assert (waits.n, waits.mean_s, waits.median_s, waits.p90_s, waits.max_s) == (4, 319, 368, 540, 540)


def test_service_runs_from_start_to_finish(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    first = figures(reports, "counter", "c1").service
    assert first is not None
    assert (first.n, first.mean_s, first.max_s) == (2, 240, 300)


def test_groups_add_up_to_the_total(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    for by in ("counter", "clerk", "service", "hour"):
        found = reports.statistics(None, by)
        assert found is not None
        for name in ("calls", "served", "no_shows", "rateable", "items", "recalls"):
            assert sum(getattr(row.figures, name) for row in found.rows) == getattr(found.total, name), (by, name)


def test_a_visit_belongs_to_the_service_it_was_served_as(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    assert figures(reports, "service", "pension").served == 2
    assert figures(reports, "service", "medical").served == 1
    assert figures(reports, "service", "pension").issued == 4


def test_every_counter_has_a_row_and_hours_are_the_halls_own(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    assert [row.key for row in total(reports).rows] == list(hub.hall.counters)
    hours = reports.statistics(None, "hour")
    assert hours is not None and [row.key for row in hours.rows] == ["09"]
    assert total(reports).rows[0].label.zh == "1 号窗口"


def test_nothing_is_divided_by_nothing(hub: TownHub, reports: JournalReports) -> None:
    empty = total(reports).total
    assert (empty.satisfaction, empty.rating_rate, empty.over_target_rate, empty.wait) == (None, None, None, None)


def test_an_unrated_visit_is_never_satisfied(hub: TownHub, reports: JournalReports) -> None:
    hub.take_ticket("pension")
    hub.serve("c1")
    day = total(reports).total
    assert (day.rateable, day.rated, day.satisfied, day.satisfaction) == (1, None, None, None)


def test_waits_over_the_services_own_target_are_counted(hub: TownHub, reports: JournalReports) -> None:
    hub.take_ticket("pension")
    hub.clock.advance(16 * 60)
    hub.take_ticket("pension")
    hub.serve("c1")
    hub.serve("c1")
    day = total(reports).total
    assert (day.over_target, day.over_target_rate) == (1, 0.5)


def test_pauses_are_measured_also_while_they_last(hub: TownHub, reports: JournalReports) -> None:
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.clock.advance(11 * 60)
    hub.done(c.ResumeCounter(counter="c1"))
    hub.done(c.PauseCounter(counter="c2", reason="会议"))
    hub.clock.advance(5 * 60)
    one, two = figures(reports, "counter", "c1"), figures(reports, "counter", "c2")
    assert (one.pauses, one.long_pauses, one.paused_s) == (1, 1, 660)
    assert (two.pauses, two.long_pauses, two.paused_s) == (1, 0, 300)
    assert figures(reports, "clerk", "staff-16").paused_s == 660


def test_a_pause_that_nobody_covered_is_a_task_and_a_counter_left_empty(hub: TownHub, reports: JournalReports) -> None:
    hub.take_ticket("pension")
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.pass_time(20)
    one, two = figures(reports, "counter", "c1"), figures(reports, "counter", "c2")
    assert (one.cover_tasks, one.left_empty) == (1, 1)
    assert (two.cover_tasks, two.left_empty) == (0, 0)
    assert figures(reports, "clerk", "staff-16").left_empty == 1
    assert figures(reports, "service", "pension").left_empty is None


def test_after_a_takeover_the_pause_is_the_new_clerks(hub: TownHub, reports: JournalReports) -> None:
    hub.done(c.CloseCounter(counter="c2"))
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.done(c.LogIn(counter="c1", clerk="staff-17"))
    hub.done(c.PauseCounter(counter="c1", reason="吃饭"))
    assert (figures(reports, "clerk", "staff-16").pauses, figures(reports, "clerk", "staff-17").pauses) == (1, 1)


def test_who_was_forgotten_at_a_counter_over_night_is_not_a_visit_to_rate(
    hub: TownHub, reports: JournalReports
) -> None:
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.StartService(counter="c1"))
    hub.clock.advance(24 * 3600)
    hub.done(c.OpenDay(day="2026-03-05", sessions=()))
    day = reports.statistics("2026-03-04", "counter")
    assert day is not None
    assert (day.total.served, day.total.rateable, day.total.service) == (1, 0, None)


def test_ratings_of_the_next_day_count_for_the_day_of_the_visit_by_fives(hub: TownHub, reports: JournalReports) -> None:
    visits = []
    for place in range(10):
        hub.take_ticket("pension")
        visits.append(hub.serve("c1", 1, Level.SATISFIED if place < 5 else None))
    hub.clock.advance(20 * 3600)
    hub.done(c.OpenDay(day="2026-03-05", sessions=()))
    seen = []
    for place, visit in enumerate(visits[5:]):
        seen.append(reports.statistics("2026-03-04", "counter").total.rated)
        rating = c.RecordEvaluation(
            evaluation=f"rating-late-{place}", visit=visit, level=Level.SATISFIED, device="phone", pressed_at_ms=1
        )
        hub.done(rating)
        assert reports.is_rated(visit)
    seen.append(reports.statistics("2026-03-04", "counter").total.rated)
    hub.clock.advance(12 * 3600)
    assert [*seen, reports.statistics("2026-03-04", "counter").total.rated] == [5, 5, 5, 5, 5, 5, 10], (
        "in a later half day"
    )
    assert reports.statistics("2026-03-05", "counter").total.rated is None
    assert reports.days() == ("2026-03-05", "2026-03-04")


def test_keeping_up_gives_the_same_figures_as_reading_anew(hub: TownHub, reports: JournalReports) -> None:
    for _ in range(6):
        hub.take_ticket("pension")
        hub.serve("c2", 1, Level.SATISFIED)
        assert total(reports) == total(JournalReports(hub.path, hub.hall, hub.clock.now_ms))


def test_only_a_few_days_are_kept_in_memory(hub: TownHub, reports: JournalReports) -> None:
    for day in range(5, 12):
        hub.clock.advance(24 * 3600)
        hub.done(c.OpenDay(day=f"2026-03-{day:02d}", sessions=()))
        reports.statistics(None, "counter")
    assert len(reports._folds) == DAYS_KEPT
    assert reports.statistics("2026-03-04", "counter") is not None
    assert reports.statistics("1999-01-01", "counter") is None


def test_a_ticket_is_found_by_id_and_by_number_with_its_whole_story(hub: TownHub, reports: JournalReports) -> None:
    story(hub)
    statuses = {number: reports.ticket(number).status for number in ("A001", "A002", "A003", "A004")}
    assert statuses == {
        "A001": TicketStatus.SERVED,
        "A002": TicketStatus.SERVED,
        "A003": TicketStatus.NO_SHOW,
        "A004": TicketStatus.SERVED,
    }
    assert reports.ticket(hub.ids["A004"]) == reports.ticket("A004")
    assert reports.ticket("A999") is None and reports.ticket("ticket-none") is None


@pytest.mark.parametrize("number", ["A001", "A002", "A003", "A004"])
def test_the_reports_and_the_engine_agree_on_every_status(hub: TownHub, reports: JournalReports, number: str) -> None:
    story(hub)
    hub.done(c.ReturnTicket(number="A003"))
    assert reports.ticket(number).status is hub.writer.state.tickets[hub.ids[number]].status


def test_a_confirmation_repeated_after_the_call_does_not_put_the_ticket_back(
    hub: TownHub, reports: JournalReports
) -> None:
    number = hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.ConfirmTicket(ticket=hub.ids[number]), "kiosk-1")
    assert reports.ticket(number).status is TicketStatus.CALLED


def test_every_definition_is_a_figure_and_tells_its_denominator() -> None:
    for definition in DEFINITIONS:
        assert definition.figure in Figures.__struct_fields__
        if definition.figure.endswith(("_rate", "satisfaction")):
            assert "÷" in definition.zh and "÷" in definition.en


def test_a_journal_that_is_not_there_or_not_ours_is_told_by_its_cause(tmp_path: Path) -> None:
    reports = JournalReports(tmp_path / "none.db", town_hall(), lambda: 0)
    with pytest.raises(DatabaseError):
        reports.statistics(None, "counter")
    import sqlite3

    sqlite3.connect(tmp_path / "none.db").execute("PRAGMA user_version = 99").connection.close()
    with pytest.raises(WrongVersion):
        reports.ticket("A001")
