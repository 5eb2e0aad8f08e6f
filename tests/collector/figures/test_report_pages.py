"""Reports on a page, as JSON, CSV and workbook: who reads them, what they say, what is said where there is none."""

import io
import re
from collections.abc import Callable
from random import Random

import openpyxl
import pytest

from broker.collector.figures.report_charts import Bars, hour_bars, level_shares, wait_curves
from broker.oversight.report import Reporter
from broker.store.facts import UNKEPT_MOST, FactsReader
from broker.store.reports import JournalReports
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.store.many_days import day_of
from tests.store.report_stories import live_a_day

FIRST, LAST = day_of(1), day_of(3)
SPAN = f"from={FIRST}&to={LAST}"


@pytest.fixture
def lived(hub: TownHub) -> TownHub:
    """Three days after the one that the town begins with."""
    for index in (1, 2, 3):
        live_a_day(hub, index, Random(index), people=40)
    return hub


@pytest.fixture
def manager(lived: TownHub, logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("manager")


def test_the_page_shows_what_the_api_says_in_both_languages(manager: Browser) -> None:
    for by in ("hall", "counter", "clerk", "service", "class", "hour", "day", "month"):
        found = manager.client.get(f"/api/report?{SPAN}&by={by}").get_json()
        assert (found["days"], found["by"]) == (3, by)
        for language in ("zh", "en"):
            page = manager.client.get(f"/reports?{SPAN}&by={by}&lang={language}").get_data(as_text=True)
            for line in found["lines"]:
                row = page[page.index(f'id="line-{line["key"]}"') :]
                assert line["label"][language] in row[: row.index("</tr>")]
                assert f">{line['served']}</td>" in row[: row.index("</tr>")]


def test_charts_are_drawn_by_us_and_a_table_is_always_there(manager: Browser) -> None:
    page = manager.client.get(f"/reports?{SPAN}").get_data(as_text=True)
    assert page.count('<svg class="chart') == 3 and page.count('role="img"') >= 3
    assert "<table" in page and "style=" not in page and "http" not in re.sub(r'"https?://[^"]*"', "", page)


def test_one_service_or_counter_is_shown_without_ratings(manager: Browser) -> None:
    for more in ("service=pension", "counter=c1"):
        found = manager.client.get(f"/api/report?{SPAN}&by=day&{more}").get_json()
        assert found["total"]["rated"] is None and found["total"]["served"] > 0
        page = manager.client.get(f"/reports?{SPAN}&by=day&{more}").get_data(as_text=True)
        assert "没有可以公布的评价" in page and "各级评价的比例" not in page


def test_files_are_downloaded_named_and_written_to_the_audit_log(manager: Browser) -> None:
    total = manager.client.get(f"/api/report?{SPAN}&by=hour").get_json()["total"]
    text = manager.client.get(f"/api/report?{SPAN}&by=hour&format=csv")
    assert text.headers["Content-Disposition"] == f'attachment; filename="report-{FIRST}-{LAST}-hour.csv"'
    assert text.get_data().decode("utf-8-sig").startswith("大厅 Hall,")
    book = manager.client.get(f"/api/report?{SPAN}&by=hour&format=xlsx")
    assert book.mimetype.endswith("spreadsheetml.sheet")
    sheets = openpyxl.load_workbook(io.BytesIO(book.get_data()))
    cells = [list(row) for row in sheets.worksheets[0].iter_rows(values_only=True)]
    assert next(row for row in cells if row[0] == "hall")[2] == total["issued"]
    assert len(sheets.worksheets) == 3


def test_the_audit_log_has_who_took_a_report_away(manager: Browser, logged_in: Callable[[str], Browser]) -> None:
    manager.client.get(f"/api/report?{SPAN}&format=csv")
    page = logged_in("auditor").client.get("/audit").get_data(as_text=True)
    assert "导出报表" in page and f"{FIRST} {LAST} counter csv" in page


@pytest.mark.parametrize(
    "query",
    ["from=nonsense", "from=2026-13-01", f"from={LAST}&to={FIRST}", "by=person", "service=nothing", "counter=c99",
     "from=2000-01-01&to=2026-03-01"],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_on_the_page_and_as_an_error(manager: Browser, query: str) -> None:
    answer = manager.client.get(f"/api/report?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")
    page = manager.client.get(f"/reports?{query}")
    assert page.status_code == 200 and 'class="note bad"' in page.get_data(as_text=True)
    assert 'name="from"' in page.get_data(as_text=True), "the form is there to ask better"


def test_a_format_that_nobody_makes_is_an_error(manager: Browser) -> None:
    assert manager.client.get("/api/report?format=pdf").status_code == 400


def test_a_span_without_business_days_leads_to_the_newest_one(manager: Browser) -> None:
    page = manager.client.get("/reports?from=2030-01-01").get_data(as_text=True)
    assert "没有营业日的记录" in page and f"from={day_of(3)}" in page
    assert manager.client.get("/api/report?from=2030-01-01").get_json()["days"] == 0


def test_days_whose_facts_are_not_kept_are_said_instead_of_being_waited_for(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    for index in range(1, UNKEPT_MOST + 3):
        live_a_day(hub, index, Random(index), people=2)
    manager, asked = logged_in("manager"), f"from={day_of(0)}&to={day_of(99)}"
    answer = manager.client.get(f"/api/report?{asked}")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "facts_not_kept")
    page = manager.client.get(f"/reports?{asked}&lang=en")
    assert page.status_code == 200 and "are not kept yet" in page.get_data(as_text=True)
    FactsReader(hub.hall, JournalReports(hub.path, hub.hall, hub.clock.now_ms), hub.clock.now_ms).keep()
    assert manager.client.get(f"/api/report?{asked}").get_json()["days"] == UNKEPT_MOST + 3


def test_a_bar_stands_as_high_as_its_figure_and_a_gap_interrupts_a_line(lived: TownHub) -> None:
    reports = JournalReports(lived.path, lived.hall, lived.clock.now_ms)
    reporter = Reporter(lived.hall, FactsReader(lived.hall, reports, lived.clock.now_ms).days(day_of(0), LAST))
    lines = reporter.lines("hour")
    drawn = hour_bars(lines)
    assert isinstance(drawn, Bars)
    for bar, line in zip(drawn.bars, lines, strict=True):
        assert bar.text == str(line.issued)
        assert bar.height == pytest.approx(drawn.bars[0].height * (line.issued or 0) / (lines[0].issued or 1), abs=0.2)
    days = reporter.lines("day")
    curves = wait_curves((*days[:1], reporter.lines("class")[0].__class__(**_without_wait(days[0])), *days[1:]))
    assert curves is not None and len(curves.mean) == 2 == len(curves.p90)
    shares = level_shares(reporter.lines("hall")[0])
    assert sum(share.n for share in shares) == reporter.lines("hall")[0].rated
    assert sum(share.width for share in shares) == pytest.approx(640, abs=0.5)
    assert hour_bars(()) is None and wait_curves(()) is None


def _without_wait(line: object) -> dict[str, object]:
    return {name: getattr(line, name) for name in line.__struct_fields__} | {"wait": None}  # type: ignore[attr-defined]
