"""A kiosk with a third language: chosen with a finger, kept to the paper, gone for the next visitor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.model.commands import ReportTicket
from kiosk.gallery_languages import THREE
from kiosk.ticket import PaperEnd
from tests.kiosk.app_bench import Bench
from tests.kiosk.small_hall import parsed


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, parsed(), languages=THREE).goes_online()
    yield bench
    bench.close()


def test_a_visitor_chooses_a_language_and_the_ticket_follows(bench: Bench):
    bench.tap("language")
    assert {"language/zh", "language/en", "language/ko", "back", "help"} == set(bench.app.screen.targets())
    bench.tap("language/ko", "service/pension", "take")
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    assert [order.language for order, _ in bench.press.printed] == ["ko"]
    assert [report.language for report in bench.said(ReportTicket)] == ["en"]  # type: ignore[attr-defined]
    bench.tap("done")
    assert bench.app.visit.language == "zh"


def test_a_language_that_was_left_out_shows_in_the_kiosks_health(bench: Bench):
    assert "languages" not in bench.app.parts_health(bench.hand.machine_s())
    bench.app.languages_left_out = 1
    assert bench.app.parts_health(bench.hand.machine_s())["languages"] == "unavailable:1"
