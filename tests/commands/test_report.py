"""``report`` at a terminal: the same figures as another hand counts from the journal's JSON, in every format."""

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from broker.__main__ import main
from broker.oversight.report_text import said
from broker.runtime.process import ExitCode
from broker.store.facts import FOLDER_NAME
from tests.collector.town import SIGNS, TOWN, TownHub, town_clock, town_hall
from tests.store.many_days import day_of
from tests.store.recount import counted, facts_of, over_goal, ratings_of
from tests.store.report_stories import live_a_day

FIRST, LAST = day_of(0), day_of(3)
BY = ("hall", "counter", "clerk", "service", "class", "hour", "day", "month")
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a town that lived four days, and its hall file beside."""
    folder = tmp_path_factory.mktemp("lived")
    (folder / "server").mkdir()
    hub = TownHub(folder / "server", town_hall(), town_clock())
    for index in range(4):
        live_a_day(hub, index, Random(100 + index), people=50)
    (folder / "hall.toml").write_text(TOWN + SIGNS, encoding="utf-8")
    return folder


@pytest.fixture
def folder(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy for one test."""
    shutil.copytree(lived, tmp_path / "data")
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def reported(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    span = ("--from", FIRST, "--to", LAST)
    assert main(["report", str(folder / "hall.toml"), *span, "--format", "json", *more]) == ExitCode.DONE
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def figures(line: dict[str, Any]) -> dict[str, Any]:
    parts = ("n", "mean_s", "median_s", "p90_s", "max_s")
    times = {name: line[name] and tuple(line[name][part] for part in parts) for name in ("wait", "service")}
    names = ("issued", "called", "served", "no_shows", "held", "transferred", "cancelled", "expired")
    return {name: line[name] or 0 for name in names} | times


@pytest.mark.parametrize("by", BY)
def test_every_figure_is_counted_again_by_another_hand_from_the_journals_json(
    folder: Path, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    rows = facts_of(folder / "server" / "hall.db", ZONE)
    theirs = counted(rows, by)
    goals = {key: service.wait_goal_minutes for key, service in town_hall().services.items()}
    main(["report", str(folder / "hall.toml"), "--keep"])
    capsys.readouterr()
    for way in ((), ("--recount",)):
        report = reported(folder, capsys, "--by", by, *way)
        lines = {line["key"]: line for line in report["lines"]}
        assert set(lines) == set(theirs)
        for key, line in lines.items():
            assert figures(line) == theirs[key], (by, key)
            assert line["over_wait"] == over_goal([row for row in rows if row[by] == key], goals), (by, key)
        assert report["days"] == 4


@pytest.mark.parametrize("by", ["day", "hall"])
def test_ratings_of_the_hall_are_counted_again_by_another_hand(
    folder: Path, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    path = folder / "server" / "hall.db"
    now_ms = 4_000_000_000_000  # long after
    theirs = ratings_of(path, facts_of(path, ZONE), ZONE, now_ms)
    report = reported(folder, capsys, "--by", by)
    whole: Counter[str] = sum((one for one in theirs.values() if one is not None), Counter())
    assert sum(whole.values()) > 20, "too few to say anything"
    assert {key: n for key, n in report["total"]["levels"].items() if n} == dict(whole)
    if by == "day":
        for line in report["lines"]:
            assert {key: n for key, n in line["levels"].items() if n} == dict(theirs[line["key"]] or {})


def test_lines_never_tell_more_ratings_than_the_days_one_by_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for by in ("counter", "clerk", "service", "hour"):
        whole = reported(folder, capsys, "--by", by)
        told: Counter[tuple[str, str]] = Counter()
        for index in range(4):
            day = reported(folder, capsys, "--by", by, "--from", day_of(index), "--to", day_of(index))
            for line in day["lines"]:
                assert line["rated"] is None or line["rated"] >= 5
                told.update({(line["key"], level): n for level, n in line["levels"].items()})
        for line in whole["lines"]:
            assert line["levels"] == {level: told[line["key"], level] for level in line["levels"]}
        assert whole["withheld"]["told"] == sum(told.values()) <= whole["withheld"]["rated"]


def test_of_one_service_or_one_counter_and_by_class_no_rating_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for more in (("--service", "pension"), ("--counter", "c1"), ("--by", "class")):
        report = reported(folder, capsys, *more)
        assert all(line["rated"] is None and line["levels"] == {} for line in report["lines"])
        assert sum(line["served"] for line in report["lines"]) == report["total"]["served"] > 0
    of_one = reported(folder, capsys, "--service", "pension", "--by", "day")
    whole = reported(folder, capsys, "--by", "service")
    (line,) = (line for line in whole["lines"] if line["key"] == "pension")
    assert figures(of_one["total"]) == figures(line)


def test_table_csv_and_workbook_hold_the_same_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    total = reported(folder, capsys, "--by", "hour")["total"]
    for shape in ("table", "csv", "xlsx"):
        out = folder / f"report.{shape}"
        asked = ["report", str(folder / "hall.toml"), "--from", FIRST, "--to", LAST, "--by", "hour"]
        assert main([*asked, "--format", shape, "--out", str(out)]) == ExitCode.DONE
    assert said(total["wait"]["p90_s"], "seconds") in (folder / "report.table").read_text()
    rows = list(csv.reader(io.StringIO((folder / "report.csv").read_text(encoding="utf-8-sig"))))
    keys = next(row for row in rows if "wait_p90_s" in row)
    last = next(row for row in rows if row[:1] == ["hall"])
    assert dict(zip(keys, last, strict=True))["wait_p90_s"] == str(total["wait"]["p90_s"])
    sheet = openpyxl.load_workbook(folder / "report.xlsx").worksheets[0]
    cells = next(list(row) for row in sheet.iter_rows(values_only=True) if row[0] == "hall")
    assert cells[2:4] == [total["issued"], total["called"]]
    assert total["wait"]["p90_s"] in cells


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--from", "2030-01-01"), "no business day"),
        (("--from", LAST, "--to", FIRST), "before"),
        (("--from", "2000-01-01", "--to", LAST), "at most"),
        (("--service", "nothing"), "not in the hall file"),
        (("--counter", "c99"), "not in the hall file"),
    ],
)
def test_what_cannot_be_reported_is_said_in_both_languages(
    folder: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], sentence: str
) -> None:
    assert main(["report", str(folder / "hall.toml"), *asked]) == 1
    error = capsys.readouterr().err
    assert sentence in error and any("\u4e00" <= one <= "\u9fff" for one in error)


def test_keeping_facts_writes_a_file_a_day_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder / "hall.toml"), "--keep"]) == ExitCode.DONE
    assert "3 kept anew" in capsys.readouterr().out
    kept = sorted(path.name for path in (folder / "server" / FOLDER_NAME).iterdir())
    assert kept == [f"{day_of(index)}.facts" for index in range(3)]
