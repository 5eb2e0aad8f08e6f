"""The keeper of days: opens each new day by the calendar, lets time-outs act, tidies up."""

from datetime import date
from pathlib import Path

import pytest

from broker.contract.codec import encode_envelope
from broker.model import commands as c
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.runtime.clock import ManualClock
from broker.runtime.database import transaction
from broker.runtime.errors import DatabaseError
from broker.server.day_keeper import DayKeeper
from broker.server.doubt import Doubt
from broker.server.steady_time import SteadyTime
from broker.server.writer import Writer
from broker.store.journal import FORGET_AT_ONCE, RECEIPTS_KEPT_MS, Journal
from tests.halls import OPENS_MS, SMALL, small_hall

HOUR_MS = 3_600_000


def keeper(
    folder: Path, hall: Hall | None = None, chance: float = 0.0
) -> tuple[DayKeeper, Writer, Journal, ManualClock]:
    hall, clock = hall or small_hall(), ManualClock(OPENS_MS)
    journal = Journal(folder / "hall.db", hall.hall.id)
    journal.open()
    writer = Writer(hall, journal, clock.now_ms)
    writer.start()

    def sessions_of(day: date) -> tuple[SessionTimes, ...]:
        return (SessionTimes("day", clock.now_ms(), clock.now_ms() + 8 * HOUR_MS, clock.now_ms() + 7 * HOUR_MS),)

    time = SteadyTime(clock.now_ms, clock.monotonic_s)
    days = DayKeeper(
        hall,
        writer,
        clock.sure,
        time,
        sessions_of,
        journal.forget_old_receipts,
        Doubt(journal, clock.era),
        lambda: chance,
    )
    return days, writer, journal, clock


def asks_for_a_ticket(writer: Writer, number: int) -> None:
    """A wish of the collector's; what becomes of it is committed by who asked."""
    wish = c.IssueTicket(ticket=f"ticket-{number:04d}", service="pension")
    writer.take("collector", encode_envelope(wish, id=f"command-{number:02d}", device="collector"))


def test_a_new_date_opens_a_new_day_once(tmp_path: Path) -> None:
    days, writer, journal, clock = keeper(tmp_path)
    days.tick()
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-04"
    assert journal.position == 2
    clock.advance(24 * 3600)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-05"


def test_each_week_draws_its_visit_once_by_the_chance_handed_in_where_the_hall_wants_it(tmp_path: Path) -> None:
    weekly = parse_hall(SMALL + "\n[quality.inspections]\non = true\nweekly = true\n")
    days, writer, _, clock = keeper(tmp_path, weekly, chance=0.5)
    drawn = []
    for _day in range(9):  # from a Wednesday on
        days.tick()
        writer.commit()
        assert writer.state.inspection is not None
        drawn.append((writer.state.inspection.week, writer.state.inspection.visit_ms))
        clock.advance(24 * 3600)
    assert [week for week, _ in drawn] == ["2026-W10"] * 5 + ["2026-W11"] * 4
    assert len(set(drawn)) == 2 and drawn[0][1] == OPENS_MS + 4 * HOUR_MS


def test_a_hall_that_wants_no_visits_draws_none(tmp_path: Path) -> None:
    days, writer, _, _ = keeper(tmp_path)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-04" and writer.state.inspection is None


def test_each_quarter_begins_its_survey_on_its_first_open_day_where_the_hall_wants_it(tmp_path: Path) -> None:
    surveyed = parse_hall(SMALL + "\n[quality.survey]\non = true\nopen_days = 2\n")
    days, writer, _, clock = keeper(tmp_path, surveyed)
    rounds = []
    for _day in range(30):  # 4 March to 2 April, Wednesdays both
        days.tick()
        writer.commit()
        assert writer.state.survey is not None
        rounds.append((writer.state.last_day, writer.state.survey.round, writer.state.survey.ended))
        clock.advance(24 * 3600)
    assert rounds[0] == ("2026-03-04", "2026-Q1", False) and rounds[27][1:] == ("2026-Q1", True)
    assert rounds[28] == ("2026-04-01", "2026-Q2", False)


def test_a_hall_that_wants_no_surveys_begins_none(tmp_path: Path) -> None:
    days, writer, _, _ = keeper(tmp_path)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-04" and writer.state.survey is None


def test_an_unsure_clock_opens_nothing(tmp_path: Path) -> None:
    days, writer, _, clock = keeper(tmp_path)
    clock.is_sure = False
    days.tick()
    writer.commit()
    assert writer.state.day is None


def test_a_clock_set_back_does_not_open_yesterday_again(tmp_path: Path) -> None:
    days, writer, _, clock = keeper(tmp_path)
    days.tick()
    writer.commit()
    clock.step_wall(-2 * 24 * 3600)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-04"


def test_a_reservation_left_in_silence_gets_in_line(tmp_path: Path) -> None:
    days, writer, _, clock = keeper(tmp_path)
    days.tick()
    asks_for_a_ticket(writer, 1)
    writer.commit()
    clock.advance(31)
    days.tick()
    writer.commit()
    assert writer.state.tickets["ticket-0001"].status == "waiting"


def test_a_clock_that_leaps_does_not_make_a_kiosk_silent(tmp_path: Path) -> None:
    days, writer, _, clock = keeper(tmp_path)
    days.tick()
    asks_for_a_ticket(writer, 1)
    writer.commit()
    clock.advance(40)
    days.tick()
    asks_for_a_ticket(writer, 2)
    clock.step_wall(1500)
    clock.advance(1)
    days.tick()
    assert writer.state.tickets["ticket-0002"].status == "reserved"
    clock.advance(30)
    days.tick()
    assert writer.state.tickets["ticket-0002"].status == "waiting"


def test_old_receipts_go_with_a_new_day_and_young_ones_stay(tmp_path: Path) -> None:
    days, writer, journal, clock = keeper(tmp_path)
    days.tick()
    for index, wait_s in enumerate((0, RECEIPTS_KEPT_MS / 1000 - 3600, 24 * 3600)):
        clock.advance(wait_s)
        days.tick()
        asks_for_a_ticket(writer, index)
        writer.commit()
    clock.advance(24 * 3600)
    days.tick()
    writer.commit()
    assert journal.receipt("collector", "command-00") is None
    assert journal.receipt("collector", "command-01") is not None
    assert journal.receipt("collector", "command-02") is not None


def test_who_came_while_the_date_could_not_be_told_is_taken_into_the_day_it_turns_out_to_be(tmp_path: Path) -> None:
    days, writer, _, clock = keeper(tmp_path)
    days.tick()
    asks_for_a_ticket(writer, 1)
    clock.is_sure = False
    days.tick()
    asks_for_a_ticket(writer, 2)
    clock.advance(10)
    days.tick()
    clock.is_sure = True
    clock.step_wall(24 * 3600)
    days.tick()
    assert writer.state.day == "2026-03-04", "the clock was set; the leap is believed only after a minute"
    clock.advance(61)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-05"
    assert list(writer.state.tickets) == ["ticket-0002"]


def test_a_disk_that_fails_as_the_day_opens_costs_nobody_the_place_in_line(tmp_path: Path) -> None:
    days, writer, journal, clock = keeper(tmp_path)
    days.tick()
    writer.commit()
    days.see_new_day(lambda _: None)
    clock.is_sure = False
    days.tick()
    asks_for_a_ticket(writer, 1)
    writer.commit()
    clock.is_sure = True
    clock.step_wall(24 * 3600)
    days.tick()
    clock.advance(61)
    days.tick()
    assert writer.state.day == "2026-03-05"
    journal.connection.execute("PRAGMA query_only = 1")
    with pytest.raises(DatabaseError):
        writer.commit()
    assert writer.state.day == "2026-03-04"
    journal.connection.execute("PRAGMA query_only = 0")
    days.tick()
    writer.commit()
    days.see_new_day(lambda _: None)
    assert writer.state.day == "2026-03-05"
    assert list(writer.state.tickets) == ["ticket-0001"]


def test_what_a_flood_left_behind_is_dropped_in_pieces(tmp_path: Path) -> None:
    days, writer, journal, clock = keeper(tmp_path)
    days.tick()
    writer.commit()
    count = "SELECT count(*) FROM receipts WHERE device = 'collector'"
    rows = [("collector", f"command-{index:06d}", clock.now_ms(), b"") for index in range(2 * FORGET_AT_ONCE + 1)]
    with transaction(journal.connection) as connection:
        connection.executemany("INSERT INTO receipts VALUES (?, ?, NULL, NULL, ?, 1, ?)", rows)
    clock.advance(RECEIPTS_KEPT_MS / 1000 + 1)
    left = []
    for _ in range(4):
        days.tick()
        writer.commit()
        left.append(journal.connection.execute(count).fetchone()[0])
    assert left == [FORGET_AT_ONCE + 1, 1, 0, 0]


def test_a_date_that_the_clock_was_just_set_away_from_is_not_opened(tmp_path: Path) -> None:
    """Simulation seeds 34 and 38: unsure over a midnight of its own, then set right to a day later."""
    days, writer, _, clock = keeper(tmp_path)
    days.tick()
    clock.is_sure = False
    clock.advance(20 * 3600)
    days.tick()
    clock.is_sure = True
    clock.step_wall(24 * 3600)
    for _ in range(59):
        days.tick()
        clock.advance(1)
    assert writer.state.day == "2026-03-04"
    clock.advance(2)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-06"


def test_a_date_that_turned_out_right_keeps_nobody_for_tomorrow(tmp_path: Path) -> None:
    days, writer, _, clock = keeper(tmp_path)
    days.tick()
    clock.is_sure = False
    days.tick()
    asks_for_a_ticket(writer, 1)
    clock.is_sure = True
    for _ in range(4):
        clock.advance(60)
        days.tick()
    clock.advance(24 * 3600)
    days.tick()
    writer.commit()
    assert writer.state.day == "2026-03-05"
    assert writer.state.tickets == {}
