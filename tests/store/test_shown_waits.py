"""What those who waited were shown, held against the first call: only what spoke of that call, each change once."""

from pathlib import Path

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.store.reports import JournalReports
from broker.store.shown_waits import FILE_NAME, ShownDay, ShownFile, ShownWait, catch_up
from broker.store.told_waits import ENOUGH, FirstCall, ToldFold
from tests.collector.town import TownHub, town_clock, town_hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import DAY, small_hall

MINUTE_MS = 60_000


def row(
    at_ms: int, ticket: str | None, low_min: int | None = 4, high_min: int | None = 10, day: str = DAY
) -> ShownWait:
    return ShownWait(day, at_ms, "pension", None if ticket is None else 0, low_min, high_min, ticket)


def counted(work: HallAtWork, rows: list[ShownWait], path: Path) -> tuple[int, int, int]:
    file = ShownFile(path)
    file.keep(rows)
    file.close()
    fold = ToldFold()
    for event in work.events:
        fold.fold(event)
    found = catch_up(path, DAY, None)
    assert found is not None
    told = found.judge(fold.first_calls)
    return told.kept, told.shorter, told.longer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def first_call_ms(work: HallAtWork) -> int:
    return next(event.at_ms for event in work.events if isinstance(event, e.TicketCalled))


def test_each_range_counts_by_what_was_left_of_the_wait_to_the_minute(work: HallAtWork, path: Path) -> None:
    work.take_ticket("pension")
    began_ms = work.now_ms
    ticket = next(iter(work.state.tickets))
    work.now_ms += 20 * MINUTE_MS
    work.call("c1")
    called_ms = first_call_ms(work)
    rows = [row(began_ms, None), row(began_ms, None, None, None)]
    for left_ms in (10 * MINUTE_MS + 1, 10 * MINUTE_MS, 4 * MINUTE_MS, 4 * MINUTE_MS - 1):
        rows.append(row(called_ms - left_ms, ticket))
    rows.append(row(called_ms + 1, ticket))
    assert counted(work, rows, path) == (2, 1, 1)


def test_who_was_never_called_and_who_is_of_another_day_is_not_counted(work: HallAtWork, path: Path) -> None:
    number = work.take_ticket("pension")
    ticket = next(iter(work.state.tickets))
    work.done(c.CancelTicket(number=number, reason="不办了"))
    assert counted(work, [row(work.now_ms, ticket), row(work.now_ms, ticket, day="2026-03-03")], path) == (0, 0, 0)


def test_what_was_shown_before_the_class_changed_spoke_of_another_wait(work: HallAtWork, path: Path) -> None:
    number = work.take_ticket("pension")
    ticket = next(iter(work.state.tickets))
    before_ms = work.now_ms
    work.now_ms += MINUTE_MS
    work.done(c.ConfirmPriority(number=number, priority="elderly"))
    after_ms = work.now_ms
    work.now_ms += 5 * MINUTE_MS
    work.call("c1")
    assert counted(work, [row(before_ms, ticket), row(after_ms, ticket)], path) == (1, 0, 0)


def test_ranges_after_the_first_call_are_of_another_wait(work: HallAtWork, path: Path) -> None:
    work.take_ticket("pension")
    ticket = next(iter(work.state.tickets))
    began_ms = work.now_ms
    work.now_ms += 5 * MINUTE_MS
    work.call("c1")
    work.done(c.StartService(counter="c1"))
    work.now_ms += MINUTE_MS
    work.done(c.TransferTicket(counter="c1", to_service="card"))
    moved_ms = work.now_ms
    work.now_ms += 5 * MINUTE_MS
    work.call("c1")
    assert counted(work, [row(began_ms, ticket), row(moved_ms, ticket)], path) == (1, 0, 0)


def test_what_is_written_later_is_read_on_from_there_and_judged_once(path: Path) -> None:
    file = ShownFile(path)
    file.keep([row(0, "ticket-1"), row(0, "ticket-2")])
    fold = ToldFold()
    known = catch_up(path, DAY, None)
    assert known is not None
    assert known.judge(fold.first_calls).told == 0
    fold.first_calls["ticket-1"] = FirstCall(0, 5 * MINUTE_MS)
    assert known.judge(fold.first_calls).told == 1
    file.keep([row(MINUTE_MS, "ticket-1")])
    known = catch_up(path, DAY, known)
    assert known is not None
    assert known.judge(fold.first_calls).told == 2
    assert known.judge(fold.first_calls).told == 2
    file.close()


def test_another_file_in_its_place_is_read_from_its_beginning(path: Path) -> None:
    file = ShownFile(path)
    file.keep([row(0, "ticket-1")])
    file.close()
    known = catch_up(path, DAY, ShownDay(last_row=900))
    assert known is not None
    assert known.last_row == 1


def test_without_a_file_nothing_is_known(path: Path) -> None:
    assert catch_up(path, DAY, None) is None


# -- as reports tell it ------------------------------------------------


@pytest.fixture
def hub(tmp_path: Path) -> TownHub:
    made = TownHub(tmp_path, town_hall(), town_clock())
    made.open_day()
    made.done(c.OpenCounter(counter="c1"))
    return made


@pytest.fixture
def reports(hub: TownHub) -> JournalReports:
    return JournalReports(hub.path, hub.hall, hub.clock.now_ms)


def test_reports_tell_it_beside_the_tickets_and_a_file_that_cannot_be_read_costs_only_its_own_figure(
    hub: TownHub, reports: JournalReports
) -> None:
    number = hub.take_ticket("pension")
    assert reports.told_waits(1)[0].shown is None, "nothing is on record yet"
    path = hub.path.with_name(FILE_NAME)
    file = ShownFile(path)
    file.keep([row(hub.clock.now_ms(), hub.ids[number], 0, 2, hub.writer.state.day or "")] * ENOUGH)
    file.close()
    hub.pass_time(1)
    hub.done(c.CallNext(counter="c1"))
    told = reports.told_waits(1)[0]
    assert told.shown is not None
    assert (told.shown.kept, told.shown.kept_share, told.total.told) == (ENOUGH, 1.0, 1)
    for place in path.parent.glob(f"{FILE_NAME}*"):
        place.unlink()
    path.write_bytes(b"no database " * 500)
    broken = reports.told_waits(1)[0]
    assert (broken.shown, broken.total) == (None, told.total)
