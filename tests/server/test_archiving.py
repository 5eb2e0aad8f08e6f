"""Old days leave the journal for the archive: nothing is lost, reports and replay read on, a start reads less."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from broker.model import commands as c
from broker.server import archiving
from broker.server.archiving import archive_old_days
from broker.server.audit import check, replay
from broker.server.publisher import digest_of
from broker.server.snapshot import fold
from broker.store.archive import archive_path
from broker.store.errors import ArchiveDamaged, OtherHall
from broker.store.journal import Journal, read_events
from broker.store.reports import JournalReports
from tests.collector.town import TownHub
from tests.halls import one_kiosk_hall
from tests.store.many_days import LongTown, day_of, long_town

DAYS, KEPT = 34, 14


@pytest.fixture
def town(tmp_path: Path) -> LongTown:
    return long_town(tmp_path, DAYS)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def everything(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return list(read_events(connection))


def state_of(town: LongTown) -> object:
    with town as hub:
        return fold(hub.journal).state


def reports_of(town: LongTown) -> JournalReports:
    return JournalReports(town.path, town.hall, town.hub.clock.now_ms)


def test_old_days_move_into_a_file_a_month_and_no_event_is_lost(town: LongTown) -> None:
    before = everything(town.path)
    moved = archive_old_days(town.hall, town.path, KEPT)
    assert moved.files == ("2026-03",)
    assert rows(town.path, "SELECT min(day), count(DISTINCT day) FROM events") == [(day_of(DAYS - KEPT - 1), KEPT + 1)]
    assert moved.events == rows(archive_path(town.path, "2026-03"), "SELECT count(*) FROM events")[0][0]
    assert everything(town.path) == before
    town.live(20)
    assert archive_old_days(town.hall, town.path, KEPT).files == ("2026-03", "2026-04")
    assert everything(town.path)[: len(before)] == before


def test_numbers_and_ratings_of_archived_days_leave_the_journal_too(town: LongTown) -> None:
    archive_old_days(town.hall, town.path, KEPT)
    assert rows(town.path, "SELECT count(*) FROM numbers") == [((KEPT + 1) * 4,)]
    kept, gone = rows(town.path, "SELECT count(*) FROM evaluations"), DAYS - KEPT - 1
    archived = rows(archive_path(town.path, "2026-03"), "SELECT count(*) FROM evaluations")
    assert (kept, archived) == ([(2 * DAYS - 1 - (2 * gone - 1),)], [(2 * gone - 1,)])


def test_archiving_twice_changes_nothing(town: LongTown) -> None:
    archive_old_days(town.hall, town.path, KEPT)
    before = everything(town.path)
    assert archive_old_days(town.hall, town.path, KEPT).events == 0
    assert everything(town.path) == before


def test_a_short_journal_stays_whole(tmp_path: Path) -> None:
    town = LongTown(tmp_path).live(3)
    assert archive_old_days(town.hall, town.path, KEPT).files == ()
    assert not (tmp_path / "archive").exists()


def test_replay_and_check_prove_archive_and_journal_together(town: LongTown) -> None:
    archive_old_days(town.hall, town.path, KEPT)
    report = replay(town.hall, town.path)
    assert (report.findings, report.digests_compared) == ([], DAYS)
    assert report.snapshots_compared == 3
    assert report.issued == 4 * DAYS
    assert check(town.hall, town.path).findings == []


def test_statistics_tickets_and_ratings_of_archived_days_are_what_they_were(town: LongTown) -> None:
    days = [day_of(index) for index in range(DAYS)]
    before = reports_of(town)
    figures = {day: before.statistics(day, "counter") for day in days}
    first = town.first_ticket
    ticket = before.ticket(first)
    assert ticket is not None
    archive_old_days(town.hall, town.path, KEPT)
    after = reports_of(town)
    assert after.days() == tuple(reversed(days))
    assert {day: after.statistics(day, "counter") for day in days} == figures
    assert after.ticket(first) == ticket
    assert after.ticket("ticket-unknown") is None
    assert after.is_rated(f"{days[0]}-v1")
    assert not after.is_rated(f"{days[0]}-v3")


def test_a_rating_on_the_day_after_the_cut_still_counts_for_the_archived_visit(town: LongTown) -> None:
    archive_old_days(town.hall, town.path, KEPT)
    last_archived = day_of(DAYS - KEPT - 2)
    found = reports_of(town).sheets(last_archived)
    assert found is not None
    assert sum(one.late_ratings + one.figures.ratings.rated for one in found.sheets) == 2


def test_reports_that_are_open_meanwhile_read_on(town: LongTown) -> None:
    reports = reports_of(town)
    day = day_of(2)
    before = reports.statistics(day, "counter")
    archive_old_days(town.hall, town.path, KEPT)
    assert reports.statistics(day, "counter") == before
    assert len(reports.days()) == DAYS


def test_a_start_after_archiving_has_the_same_state_and_folds_one_day(town: LongTown) -> None:
    with town as hub:
        before, digest = hub.writer.state, digest_of(town.hall, hub.writer.state)
    archive_old_days(town.hall, town.path, KEPT)
    with town as hub:
        folded = fold(hub.journal)
        assert folded.state == before
        assert digest_of(town.hall, folded.state) == digest
        assert folded.events < len(everything(town.path)) / DAYS * 1.5


def test_without_any_snapshot_a_start_folds_the_archive(town: LongTown) -> None:
    archive_old_days(town.hall, town.path, KEPT)
    before = state_of(town)
    with sqlite3.connect(town.path) as connection:
        connection.execute("UPDATE snapshots SET shape = 'of another program'")
    assert state_of(town) == before


def test_a_damaged_snapshot_is_not_used_and_is_a_finding(town: LongTown) -> None:
    before = state_of(town)
    with sqlite3.connect(town.path) as connection:
        connection.execute("UPDATE snapshots SET state = CAST(replace(CAST(state AS TEXT), 'A001', 'A777') AS BLOB)")
    assert state_of(town) == before
    assert any("damaged" in finding for finding in replay(town.hall, town.path).findings)


def test_an_archive_that_was_altered_or_lost_is_noticed(town: LongTown) -> None:
    archive_old_days(town.hall, town.path, KEPT)
    path = archive_path(town.path, "2026-03")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'A001', 'A777') AS BLOB)"
            " WHERE type = 'TicketReserved' AND position < 20"
        )
    with pytest.raises(ArchiveDamaged, match="not those that were put there"):
        replay(town.hall, town.path)
    path.unlink()
    with pytest.raises(ArchiveDamaged, match="missing"):
        replay(town.hall, town.path)


@pytest.mark.parametrize("step", ["copy_rows", "settle", "drop_archived", "drop_archived later"])
def test_a_run_that_was_cut_off_is_finished_by_the_next(
    town: LongTown, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before, name = everything(town.path), step.split()[0]
    real = getattr(archiving, name)
    calls = iter(range(100))

    def cut_off(*arguments: object, **more: object) -> object:
        if step.endswith("later") and next(calls) < 1:
            return real(*arguments, most=50)
        if name == "copy_rows":
            real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(archiving, name, cut_off)
        with pytest.raises(KeyboardInterrupt):
            archive_old_days(town.hall, town.path, KEPT)
    assert everything(town.path) == before
    assert replay(town.hall, town.path).findings == []
    assert check(town.hall, town.path).findings == []
    archive_old_days(town.hall, town.path, KEPT)
    assert everything(town.path) == before
    assert rows(town.path, "SELECT count(DISTINCT day) FROM events") == [(KEPT + 1,)]


def test_an_archive_that_does_not_give_back_what_it_was_given_keeps_the_journal_whole(
    town: LongTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = archiving.copy_rows

    def rots(source: sqlite3.Connection, target: sqlite3.Connection, first: int, last: int) -> None:
        real(source, target, first, last)
        target.execute("DELETE FROM events WHERE position = 7")

    monkeypatch.setattr(archiving, "copy_rows", rots)
    before = rows(town.path, "SELECT count(*) FROM events")
    with pytest.raises(ArchiveDamaged):
        archive_old_days(town.hall, town.path, KEPT)
    assert rows(town.path, "SELECT count(*) FROM events") == before
    assert rows(town.path, "SELECT count(*) FROM archives") == [(0,)]


def test_a_server_goes_on_while_days_are_archived(town: LongTown) -> None:
    """Between any two steps the writer commits; nothing of it is lost and nothing is in its way."""
    taken: list[str] = []

    def meanwhile() -> None:
        taken.append(hub.take_ticket("pension"))

    hub: TownHub = town.hub
    archive_old_days(town.hall, town.path, KEPT, breathe=meanwhile)
    assert taken
    assert replay(town.hall, town.path).findings == []
    hub.done(c.CallNext(counter="c1"))
    assert check(town.hall, town.path).findings == []


def test_another_halls_journal_is_not_archived(town: LongTown) -> None:
    with pytest.raises(OtherHall):
        archive_old_days(one_kiosk_hall(), town.path, KEPT)


def test_a_journal_whose_last_position_is_archived_goes_on_counting(tmp_path: Path) -> None:
    town = long_town(tmp_path, DAYS)
    archive_old_days(town.hall, town.path, KEPT)
    position = town.hub.journal.position
    with sqlite3.connect(town.path) as connection:
        connection.execute("DELETE FROM events")
        connection.execute("UPDATE archives SET last = ?", (position,))
    journal = Journal(town.path, town.hall.hall.id)
    journal.open()
    assert journal.position == position
    journal.close()
