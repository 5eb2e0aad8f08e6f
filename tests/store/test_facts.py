"""Facts of days: a report of one day is what the day's own statistics say; files are convenience, never the truth."""

from pathlib import Path
from random import Random

import pytest
from msgspec.structs import asdict

from broker.model import commands as c
from broker.model.words import Level
from broker.oversight.facts import Damaged, decoded
from broker.oversight.report import Reporter
from broker.oversight.report_shape import Line
from broker.server.archiving import archive_old_days
from broker.store.errors import TooManyDaysUnkept
from broker.store.facts import FOLDER_NAME, UNKEPT_MOST, FactsReader
from broker.store.reports import JournalReports
from broker.store.statistics import Figures
from tests.collector.town import TownHub, town_clock, town_hall
from tests.store.many_days import DAY_MS, LongTown, day_of, long_town
from tests.store.report_stories import live_a_day

SAME = {
    "called": "calls", "recalls": "recalls", "served": "served", "direct": "direct", "no_shows": "no_shows",
    "held": "held", "transferred": "transferred", "items": "items", "wait": "wait", "over_wait": "over_target",
    "over_wait_rate": "over_target_rate", "service": "service", "rateable": "rateable", "rated": "rated",
    "rating_rate": "rating_rate", "levels": "levels", "satisfied": "satisfied", "satisfaction": "satisfaction",
    "issued": "issued",
}  # fmt: skip
"""A figure of a line -> the same one of the day's statistics."""


def reader(town: TownHub | LongTown, *, kept: bool = True, patient: bool = True) -> FactsReader:
    hub = town.hub if isinstance(town, LongTown) else town
    reports = JournalReports(hub.path, hub.hall, hub.clock.now_ms)
    return FactsReader(hub.hall, reports, hub.clock.now_ms, kept=kept, patient=patient)


def reported(town: TownHub | LongTown, by: str, first: str, last: str, **how: bool) -> list[dict[str, object]]:
    hub = town.hub if isinstance(town, LongTown) else town
    found = Reporter(hub.hall, reader(town, **how).days(first, last)).report(first, last, by)  # type: ignore[arg-type]
    return [asdict(line) for line in (*found.lines, found.total)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> TownHub:
    """Three days; the last one goes on."""
    hub = TownHub(tmp_path_factory.mktemp("lived"), town_hall(), town_clock())
    for index in range(3):
        live_a_day(hub, index, Random(index), people=60)
    return hub


def is_same(line: Line, figures: Figures) -> None:
    for ours, theirs in SAME.items():
        assert getattr(line, ours) == getattr(figures, theirs), (line.key, ours)


@pytest.mark.parametrize("by", ["counter", "clerk", "service", "hour"])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_report_of_one_day_equals_the_statistics_of_that_day(lived: TownHub, by: str, index: int) -> None:
    day = day_of(index)
    statistics = JournalReports(lived.path, lived.hall, lived.clock.now_ms).statistics(day, by)  # type: ignore[arg-type]
    report = Reporter(lived.hall, reader(lived).days(day, day)).report(day, day, by)  # type: ignore[arg-type]
    assert statistics is not None
    rows = {row.key: row.figures for row in statistics.rows if row.figures.calls or row.figures.issued}
    lines = {line.key: line for line in report.lines}
    for key, figures in rows.items():
        is_same(lines[key], figures)
    assert {key for key, line in lines.items() if line.called} == {key for key, row in rows.items() if row.calls}
    is_same(report.total, statistics.total)
    assert (report.total.rated is None) == (index == 2), "the last day is not over"


def test_the_story_has_every_kind_of_ending_so_that_nothing_is_equal_for_want_of_cases(lived: TownHub) -> None:
    total = reported(lived, "hall", day_of(0), day_of(2))[-1]
    for name in ("issued", "served", "no_shows", "held", "transferred", "cancelled", "expired", "recalls", "rated"):
        assert total[name], name
    assert [line["key"] for line in reported(lived, "class", day_of(0), day_of(2))] == ["walk_in", "elderly", "hall"]


def test_a_span_is_the_sum_of_its_days_and_of_its_groups(lived: TownHub) -> None:
    first, last = day_of(0), day_of(2)
    for by in ("day", "month", "service", "class", "hour"):
        *lines, total = reported(lived, by, first, last)
        for name in ("issued", "called", "served", "no_shows", "cancelled", "expired", "rateable", "over_wait"):
            assert sum(line[name] for line in lines) == total[name], (by, name)  # type: ignore[misc]


def test_kept_days_give_the_same_report_as_a_recount(tmp_path: Path) -> None:
    town = long_town(tmp_path, 6)
    assert reader(town).keep() == (5, 6), "all but the newest"
    for by in ("hall", "day", "counter", "class"):
        kept, counted = (reported(town, by, day_of(0), day_of(9), kept=way) for way in (True, False))
        assert kept == counted
    assert reader(town).keep() == (0, 6)


def test_a_rating_of_a_later_day_counts_for_the_day_of_its_visit_also_where_that_is_kept(tmp_path: Path) -> None:
    hub = TownHub(tmp_path, town_hall(), town_clock())
    visits = late_raters(hub)
    reader(hub).keep()
    for visit in visits:
        rate(hub, visit, Level.DISSATISFIED)
    hub.clock.advance(DAY_MS / 1000)
    for kept in (True, False):
        *_, total = reported(hub, "day", day_of(0), day_of(0), kept=kept)
        assert (total["rated"], total["levels"]["dissatisfied"]) == (10, 5)  # type: ignore[index]


def late_raters(hub: TownHub) -> list[str]:
    """Ten visits, five rated on their day; the next day is open. Those without a rating."""
    hub.open_day()
    hub.done(c.OpenCounter(counter="c1"))
    visits = []
    for place in range(10):
        hub.take_ticket("pension")
        visits.append(hub.serve("c1", 2, Level.SATISFIED if place < 5 else None))
    hub.clock.advance((DAY_MS - 3_600_000) / 1000)
    begins_ms = hub.clock.now_ms()
    session = c.SessionTimes("day", begins_ms, begins_ms + 3_600_000, begins_ms + 3_000_000)
    hub.done(c.OpenDay(day=day_of(1), sessions=(session,)))
    return visits[5:]


def rate(hub: TownHub, visit: str, level: Level) -> None:
    at_ms = hub.clock.now_ms()
    rating = c.RecordEvaluation(evaluation=f"r-{visit}", visit=visit, level=level, device="phone", pressed_at_ms=at_ms)
    hub.done(rating)


@pytest.mark.parametrize("harm", [b"", b"nonsense", None])
def test_a_damaged_file_is_made_again_and_never_believed(tmp_path: Path, harm: bytes | None) -> None:
    town = long_town(tmp_path, 3)
    reader(town).keep()
    before = reported(town, "day", day_of(0), day_of(2))
    path = town.path.parent / FOLDER_NAME / f"{day_of(1)}.facts"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20] if harm is None else harm)
    with pytest.raises(Damaged):
        decoded(path.read_bytes())
    assert reported(town, "day", day_of(0), day_of(2)) == before
    assert reader(town).keep()[0] == 1
    assert decoded(path.read_bytes()) == decoded(whole)


def test_the_file_of_a_day_that_went_on_is_not_believed(tmp_path: Path) -> None:
    town = long_town(tmp_path, 3)
    reader(town).keep()
    folder = town.path.parent / FOLDER_NAME
    other = long_town(tmp_path / "other", 2)
    other.path.parent.joinpath(FOLDER_NAME).mkdir()
    (folder / f"{day_of(1)}.facts").rename(other.path.parent / FOLDER_NAME / f"{day_of(1)}.facts")
    with other as hub:
        hub.take_ticket("pension")
    *_, total = reported(other, "hall", day_of(1), day_of(1))
    assert total["issued"] == 5


def test_days_in_the_archive_are_reported_as_before(tmp_path: Path) -> None:
    town = long_town(tmp_path, 6)
    before = reported(town, "day", day_of(0), day_of(9), kept=False)
    archive_old_days(town.hall, town.path, 1, lambda: None)
    assert reported(town, "day", day_of(0), day_of(9), kept=False) == before
    assert reader(town).keep()[0] == 5
    assert reported(town, "day", day_of(0), day_of(9)) == before


def test_whoever_waits_is_told_what_to_do_instead_of_waiting_for_many_days(tmp_path: Path) -> None:
    town = long_town(tmp_path, UNKEPT_MOST + 3)
    with pytest.raises(TooManyDaysUnkept, match="--keep"):
        list(reader(town, patient=False).days(day_of(0), day_of(99)))
    assert len(list(reader(town, patient=False).days(day_of(3), day_of(99)))) == UNKEPT_MOST
    reader(town).keep()
    assert len(list(reader(town, patient=False).days(day_of(0), day_of(99)))) == UNKEPT_MOST + 3
