"""The two commands that anybody can judge the shipped code by: spoken to through pipes, as a judge does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.trial.orders import usual_orders
from broker.trial.pick import Picker
from broker.trial.predict import Stream
from tests.trial.made_up_days import lines_of
from tests.trial.test_pick import call, ticket

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def running(command: str) -> Iterator["subprocess.Popen[str]"]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(
        [sys.executable, "-m", "broker", command], cwd=ROOT, text=True, encoding="utf-8", bufsize=1, **pipes
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")


def hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_each_forecast_is_there_before_the_next_event_is_sent_and_is_the_streams_own() -> None:
    day = list(lines_of(3, usual_orders()["ratio"]))
    expected, heard = list(Stream().answers(day)), list[str]()
    with running("predict") as process:
        for line in day:
            tell(process, line)
            if ",A," in line and line.split(",")[5] == "1":
                heard.append(hear(process))
    assert len(heard) > 20
    assert heard == expected


def test_each_call_is_answered_before_the_next_one_and_as_the_rule_says() -> None:
    calls = [call(600 + turn, ticket(turn, taken=turn), ticket(900, kind="prio", taken=500)) for turn in range(20)]
    expected, heard = list(Picker().answers(calls)), list[str]()
    with running("pick") as process:
        tell(process, '{"day": 1}')
        for line in calls:
            tell(process, line)
            heard.append(hear(process))
    assert heard == expected


@pytest.mark.parametrize(("command", "line"), [("predict", "x,y"), ("pick", "{}"), ("predict", "1,Q,t,A,0,0,")])
def test_a_line_that_is_none_ends_with_a_sentence_that_names_it_and_no_traceback(command: str, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broker", command], input=line + "\n", cwd=ROOT, text=True, capture_output=True
    )
    assert done.returncode == 2
    assert "line 1" in done.stderr
    assert "不能读" in done.stderr
    assert "Traceback" not in done.stderr
