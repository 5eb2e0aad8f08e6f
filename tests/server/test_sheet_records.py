"""Signed sheets are records like any other: archived, backed up and restored they are the same; replay proves them."""

from copy import deepcopy
from pathlib import Path

import pytest

from broker.model import commands as c
from broker.server.archiving import archive_old_days
from broker.server.audit import replay
from broker.server.backup import make_backup
from broker.server.restore import restore_backup
from broker.server.snapshot import fold
from broker.store.journal import Journal
from broker.store.reports import JournalReports
from broker.store.sheet_shape import DaySheets
from tests.store.many_days import LongTown, day_of
from tests.store.scripted_day import entries

DAYS = 17


@pytest.fixture
def town(tmp_path: Path) -> LongTown:
    """Some days; the sheet of the first one's counter 1 was signed a day later."""
    (tmp_path / "server").mkdir()
    made = LongTown(tmp_path / "server").live(2)
    filled = c.FillSheet(day=day_of(0), counter="c1", who="leader", **entries())
    assert made.hub.send(filled, by="boss").kind == "done"
    found = sheets_of(made)
    one = found.of("c1")
    assert one is not None
    wish = c.SignSheet(day=day_of(0), counter="c1", who="leader", digest=one.digest, as_of=found.as_of, note="已离岗")
    assert made.hub.send(wish, by="boss").kind == "done"
    assert sheets_of(made).of("c1").stage == "finished"  # type: ignore[union-attr]
    return made


def sheets_of(town: LongTown, path: Path | None = None, day: str = day_of(0)) -> DaySheets:
    found = JournalReports(path or town.path, town.hall, town.hub.clock.now_ms).sheets(day)
    assert found is not None
    return found


def test_an_archived_day_has_the_sheets_it_had(town: LongTown) -> None:
    town.live(DAYS - 2)
    before = sheets_of(town)
    assert archive_old_days(town.hall, town.path, 14).events > 0
    assert sheets_of(town) == before
    assert (before.of("c1").stage, before.of("c3").stage) == ("finished", "open")  # type: ignore[union-attr]
    assert before.of("c3").late_ratings == 1, "its visit was rated on the next morning"  # type: ignore[union-attr]
    with town as hub:
        assert fold(hub.journal).state.sheets == hub.writer.state.sheets
    assert replay(town.hall, town.path).findings == []


def test_a_restored_backup_has_the_signatures_that_were_given(town: LongTown, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    before, state = sheets_of(town), deepcopy(town.hub.writer.state.sheets)
    made = make_backup(town.hall, town.path, {}, tmp_path / "shelf", town.hub.clock.now_ms())
    wish = c.ReopenSheet(day=day_of(0), counter="c1", reason="填错")
    assert town.hub.send(wish, by="boss").kind == "done"
    assert sheets_of(town).of("c1").stage == "void"  # type: ignore[union-attr]
    restore_backup(town.hall, town.path, {}, made.path, town.hub.clock.now_ms())
    assert sheets_of(town).sheets == before.sheets
    journal = Journal(town.path, town.hall.hall.id)
    journal.open()
    try:
        assert fold(journal).state.sheets == state
    finally:
        journal.close()
