"""A scripted month yields exactly the expected alarms, cases, deadlines, records of accountability and figures.

Seven weeks of autumn 2026 with Mid-autumn, the national holiday and their make-up days; clerks who come late or not at
all, pauses of every length, people who wait for nobody, low ratings, complaints, promises kept and broken, inspections
made and missed. What must come of it is reckoned by the script alone (``tests/oversight/month``).
"""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from broker.__main__ import main
from broker.oversight.case_figures import case_figures
from broker.oversight.case_stories import CaseStories
from broker.runtime.process import ExitCode
from broker.store.journal import Journal
from tests.oversight.month.player import HALL_TEXT, Played
from tests.oversight.month.script import Expected, Script
from tests.oversight.month.wall import END, FIRST, at

WATCHED = (
    "AttendanceTaken", "RotaLooked", "PauseRanLong", "CoverWanted", "CounterStoodEmpty", "CoverLapsed", "CaseOverdue",
    "InspectionDrawn", "InspectionMade", "InspectionMissed",
)  # fmt: skip
OMITTED = {
    "light": "yellow",
    "late": False,
    "absent": [],
    "unseen": [],
    "closed": [],
    "clerk": None,
    "substitute": None,
}
"""What an event leaves out of the journal where it is as usual."""


@pytest.fixture(scope="module", params=(0, 1, 3))
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Script, Played]:
    folder = tmp_path_factory.mktemp("month") / "data" / "server"
    folder.mkdir(parents=True)
    script = Script(request.param)
    return script, Played(folder, script)


def told(rows: list[dict[str, Any]], script: Script) -> list[Expected]:
    """The alarms of the journal in the words of the script."""
    names = {case["number"]: case["name"] for case in script.cases}
    numbers = {row["case"]: row["number"] for row in rows if row["type"] == "CaseOpened"}
    shape = defaultdict(set)
    for name, _, what in script.alarms:
        shape[name] |= {key for key, _ in what}
    found: list[Expected] = []
    for row in rows:
        if row["type"] not in WATCHED:
            continue
        what = {key: row.get(key, OMITTED.get(key)) for key in shape[row["type"]]}
        if row["type"] == "CaseOverdue":
            what["case"] = names[numbers[row["case"]]]
        what = {key: tuple(value) if isinstance(value, list) else value for key, value in what.items()}
        found.append((row["type"], row["at_ms"], tuple(sorted(what.items()))))
    return found


def test_the_script_has_something_of_everything(month: tuple[Script, Played]) -> None:
    script, _ = month
    assert {name for name, _, _ in script.alarms} == set(WATCHED)
    assert {case["kind"] for case in script.cases} == {"rating", "complaint", "promise", "blame", "finding"}
    assert len(script.cases) > 40


def test_every_alarm_is_told_once_at_its_minute_and_no_other(month: tuple[Script, Played]) -> None:
    script, played = month
    assert sorted(told(played.rows(), script), key=repr) == sorted(script.alarms, key=repr)


def test_the_cases_are_those_of_the_script_with_their_numbers_and_days(month: tuple[Script, Played]) -> None:
    script, played = month
    names = {case["name"]: case["number"] for case in script.cases}
    expected = [
        (case["number"], case["at_ms"], case["due_ms"], case["red_ms"], names.get(case.get("of", ""), ""))
        for case in script.cases
    ]
    rows = [row for row in played.rows() if row["type"] == "CaseOpened"]
    numbers = {row["case"]: row["number"] for row in rows}
    found = [
        (row["number"], row["at_ms"], row["due_ms"], row.get("red_ms", 0), numbers.get(row.get("of", ""), ""))
        for row in rows
    ]
    assert sorted(found) == sorted(expected)


def test_the_figures_of_cases_are_those_of_the_script(month: tuple[Script, Played]) -> None:
    script, played = month
    stories = CaseStories()
    journal = Journal(played.path, played.hall.hall.id)
    journal.open()
    for _, event in journal.read():
        stories.fold(event)
    journal.close()
    figures = case_figures(stories.stories.values(), 0, at(END, "00:00") + 1)
    counts = script.counts
    assert (figures.promises.accepted, figures.promises.finished) == (counts["promise"], counts["finished"])
    on_time, in_time = figures.promises.on_time, figures.complaints.in_time
    assert (on_time.part, on_time.n) == (counts["promises in time"], counts["promises to judge"])
    assert figures.complaints.registered == counts["complaint"]
    assert (in_time.part, in_time.n) == (counts["complaints in time"], counts["complaints to judge"])
    assert (figures.ratings.opened, figures.ratings.founded) == (counts["rating"], counts["founded"])
    assert (figures.ratings.put_right.part, figures.ratings.put_right.n) == (counts["put right"], counts["founded"])
    assert (figures.blames.made, figures.findings.found) == (counts["blame"], counts["finding"])
    assert figures.findings.late == counts["late findings"]


@pytest.mark.parametrize("by", ["counter", "service", "day"])
def test_the_report_counts_and_times_what_the_script_planned(
    month: tuple[Script, Played],
    by: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script, played = month
    (tmp_path / "hall.toml").write_text(HALL_TEXT, encoding="utf-8")
    monkeypatch.setenv("JIAOHAO_DATA", str(played.path.parent.parent))
    span = ("--from", FIRST.isoformat(), "--to", END.isoformat())
    assert main(["report", str(tmp_path / "hall.toml"), *span, "--by", by, "--format", "json"]) == ExitCode.DONE
    lines = {line["key"]: line for line in json.loads(capsys.readouterr().out)["lines"]}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in script.served:
        groups[one[by]].append(one)
    assert groups.keys() <= lines.keys()
    for key, own in groups.items():
        line, waits = lines[key], [60 * one["wait"] for one in own]
        took = [60 * one["took"] for one in own if one["took"] is not None]
        assert (line["called"], line["served"] or 0, line["no_shows"] or 0) == (
            len(own),
            len(took),
            len(own) - len(took),
        )
        assert (line["wait"]["n"], line["wait"]["max_s"]) == (len(own), max(waits))
        assert line["wait"]["mean_s"] == pytest.approx(sum(waits) / len(waits), abs=0.51)
        if took:
            assert line["service"]["n"] == len(took)
            assert line["service"]["mean_s"] == pytest.approx(sum(took) / len(took), abs=0.51)
        if by == "day":
            assert line["issued"] == len(own) + script.counts[f"issued {key}"]


def test_sql_alone_counts_the_same_out_of_the_journal(month: tuple[Script, Played]) -> None:
    script, played = month
    found = Counter(row["type"] for row in played.rows())
    served = [one for one in script.served if one["took"] is not None]
    assert found["TicketCalled"] == len(script.served) and found["ServiceFinished"] == len(served)
    assert found["TicketMissed"] == len(script.served) - len(served)
    assert found["EvaluationRecorded"] == script.counts["rated"]
    assert found["TicketReserved"] == len(script.served) + script.counts["gave_up"]
