"""The judge of a soak, by made-up days; and a short soak of real programs, one of which leaks and must be found."""

import io
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from broker.runtime.node_mosquitto import find_mosquitto
from tests.halls import OPENS_MS
from tests.soak.crowd import is_blank
from tests.soak.hall import KIOSK, LEAKY
from tests.soak.judge import (
    Pictures,
    Rule,
    Sample,
    drift_of,
    faults_of_log,
    faults_of_pictures,
    faults_of_process,
)
from tests.soak.soak import run_soak

SHORT_S = 9.0
SHORT = Rule(warm_up=0.2, growth_mb=24.0, step_mb=1.0, files=8, threads=2)
"""In seconds nothing is settled: words and pictures are still being made, so only a coarse leak can be told."""
SHORT_LEAK_KB = 6_000


def day(rss_mb: float, *, per_hour: float = 0.0, warms_up_mb: float = 30.0) -> list[Sample]:
    """Ten minutes of samples: memory as programs have it, uneven, after a start in which they fill their caches."""
    chance = random.Random(1)
    return [
        Sample(
            at_s, rss_mb + min(1.0, at_s / 90) * warms_up_mb + per_hour * at_s / 60 + chance.uniform(-0.3, 0.3), 9, 20
        )
        for at_s in range(600)
    ]


def faults(samples: list[Sample], rule: Rule | None = None) -> list[str]:
    rule = rule or Rule()
    return faults_of_process(drift_of(samples, rule), rule)


def test_a_flat_day_after_a_start_has_no_fault() -> None:
    assert faults(day(120.0)) == []


def test_a_megabyte_more_every_hour_is_found_although_each_step_is_small() -> None:
    found = faults(day(120.0, per_hour=1.2))
    assert any("from the second third to the last" in fault for fault in found)
    assert any("rose in every part" in fault for fault in found)


def test_a_slow_climb_under_the_growth_that_is_allowed_is_found_by_its_steadiness() -> None:
    found = faults(day(120.0, per_hour=0.6))
    assert [fault.split(":")[0] for fault in found] == ["memory rose in every part"]


def test_pages_of_fonts_that_come_in_all_day_are_no_climb_but_many_of_them_are_a_growth() -> None:
    def reads(per_hour: float) -> list[Sample]:
        return [replace(one, mapped_mb=40 + per_hour * one.at_s / 60) for one in day(120.0, per_hour=per_hour)]

    assert faults(day(120.0, per_hour=0.6)) != []
    assert faults(reads(0.6)) == []
    assert [fault.split(" from ")[1] for fault in faults(reads(1.6))] == ["the second third to the last"]


def test_a_cache_that_fills_within_its_bound_is_no_leak_and_hides_none() -> None:
    filling = [(float(at_s), at_s / 60) for at_s in range(600)]
    assert faults_of_process(drift_of(day(120.0, per_hour=1.0), Rule(), filling), Rule()) == []
    assert faults_of_process(drift_of(day(120.0, per_hour=2.2), Rule(), filling), Rule())


def test_threads_and_open_files_that_were_never_there_before_are_found() -> None:
    before = day(120.0)
    later = [Sample(one.at_s, one.rss_mb, 10, 23) if one.at_s > 550 else one for one in before]
    assert faults(later) == ["1 more threads", "3 more open files"]
    earlier = [Sample(one.at_s, one.rss_mb, 10, 23) if 100 < one.at_s < 120 else one for one in before]
    assert faults(earlier) == []


def test_too_few_looks_judge_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        drift_of(day(120.0)[:4], Rule())


def test_screens_that_stood_still_went_blank_failed_or_keep_too_much_are_found() -> None:
    good = Pictures(painted=3, caches={"bytes:48": (48, 48), "words": (7, None)}, unbounded_before={"words": 5})
    assert faults_of_pictures(good) == []
    bad = Pictures(
        failsafe=1, blank=2, caches={"bytes:48": (49, 48), "words": (11, None)}, unbounded_before={"words": 5}
    )
    assert [fault.split()[0] for fault in faults_of_pictures(bad)] == ["nothing", "the", "2", "bytes:48", "words"]


def test_an_error_in_a_log_is_a_fault_and_a_warning_is_none() -> None:
    assert faults_of_log('at=1 level=warning said="no paper"\n') == []
    assert len(faults_of_log('level=info\nat=1 level=error said="x"\nTraceback (most recent call last):\n')) == 1


def test_a_picture_of_one_colour_is_blank() -> None:
    picture = Image.new("RGB", (1920, 1080), (10, 22, 38))
    assert is_blank(as_png(picture))
    ImageDraw.Draw(picture).rectangle((200, 300, 900, 420), fill=(255, 255, 255))
    assert not is_blank(as_png(picture))


def as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.system
def test_a_short_soak_finds_the_leak_that_was_planted_and_nothing_else(tmp_path: Path) -> None:
    if find_mosquitto(dict(os.environ)) is None:
        pytest.skip("mosquitto is not installed")
    ten_o_clock_ms = OPENS_MS + 3_600_000
    report = run_soak(
        tmp_path,
        SHORT_S,
        60.0,
        3,
        control=True,
        rule=SHORT,
        leak_kb=SHORT_LEAK_KB,
        start_ms=ten_o_clock_ms,
        voices=False,
    )
    found = {name: what for name, what in report.faults.items() if what}
    assert list(found) == [LEAKY], found
    assert any(fault.startswith("memory") for fault in found[LEAKY])
    assert report.as_it_should_be
    assert report.told.touches > 5
    assert report.pictures[KIOSK].painted > 5
