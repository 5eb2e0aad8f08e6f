"""The README's promise: a recorded day goes through a whole virtual hall, and the figures are those of the file."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
WITHIN_S = 60.0
SPEED = 60
"""Seconds of the hall's clock in a second: the day below lasts about 25 minutes."""

COLUMNS = "time_s,event,ticket,service,priority,queued,server"
# Two servers, two services; server two pauses for five minutes; t6 leaves before anybody calls.
DAY = """
32400,A,t1,card,0,0,
32400,S,t1,,,,one
32410,O,,,,,two
32430,A,t2,pension,0,0,
32460,S,t2,,,,two
32520,A,t3,card,0,1,
32580,E,t1,,,,one
32590,S,t3,,,,one
32640,E,t2,,,,two
32650,P,,,,,two
32660,A,t4,card,1,1,
32700,A,t5,pension,0,2,
32710,A,t6,pension,0,3,
32740,X,t6,,,,
32770,E,t3,,,,one
32780,S,t4,,,,one
32900,E,t4,,,,one
32950,O,,,,,two
32960,S,t5,,,,two
33020,A,t7,card,0,0,
33030,S,t7,,,,one
33080,A,t8,pension,0,1,
33140,E,t5,,,,two
33150,E,t7,,,,one
33160,S,t8,,,,two
33280,E,t8,,,,two
"""


def rows() -> list[list[str]]:
    return [line.split(",") for line in DAY.split()]


def demo(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what it said, what it complained of; ended with all its programs if it takes too long."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JIAOHAO_")}
    environment.pop("DISPLAY", None)
    child = subprocess.Popen(
        [sys.executable, "-m", "firmware_config", "demo", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said, complained = child.communicate(timeout=WITHIN_S)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGTERM)
        said, complained = child.communicate(timeout=60)
        pytest.fail(f"not over within {WITHIN_S:.0f} s:\n{said}\n{complained}")
    return child.returncode, said, complained


def figures(said: str, pattern: str) -> tuple[int, ...]:
    found = re.search(pattern, said)
    assert found is not None, f"no line like {pattern!r} in:\n{said}"
    return tuple(int(figure) for figure in found.groups())


def test_a_recorded_day_is_played_to_its_end_and_its_figures_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text(COLUMNS + DAY, encoding="utf-8")
    data = tmp_path / "data"
    code, said, complained = demo("--replay", str(file), "--speed", str(SPEED), "--data", str(data))
    assert code == 0, f"{said}\n{complained}"
    came = sum(row[1] == "A" for row in rows())
    left = sum(row[1] == "X" for row in rows())
    assert (came, left) == (8, 1)
    people = figures(said, r"people: (\d+) came, (\d+) took a ticket, (\d+) went away without one")
    assert people == (came, came, 0)
    issued, calls, served, missed = figures(
        said, r"tickets: (\d+) issued, (\d+) calls, (\d+) served, (\d+) left before their call"
    )
    assert (issued, served, missed) == (came, came - left, left)
    assert calls >= came, "everybody is called, also who has left"
    recorded, pressed = figures(said, r"ratings: (\d+) recorded, (\d+) keys were pressed")
    assert recorded == pressed > 0
    assert said.rstrip().endswith("== every law held")
    assert (data / "server").is_dir(), "the demo's own folder stays, for whoever wants to look"


def test_a_folder_with_somebody_elses_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text(COLUMNS + DAY, encoding="utf-8")
    foreign = tmp_path / "letters"
    (foreign / "2026").mkdir(parents=True)
    (foreign / "2026" / "letter.txt").write_text("keep me", encoding="utf-8")
    code, said, complained = demo("--replay", str(file), "--data", str(foreign))
    assert code != 0
    assert "not a demo's folder" in complained
    assert said == ""
    assert [path.relative_to(foreign).as_posix() for path in sorted(foreign.rglob("*"))] == ["2026", "2026/letter.txt"]
    assert (foreign / "2026" / "letter.txt").read_text(encoding="utf-8") == "keep me"
