"""The two commands that anybody can judge the shipped code by: spoken to through pipes, as a judge does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.runtime.process import ExitCode
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


def heard_of(command: str, fed: bytes, **how: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "broker", command], cwd=ROOT, input=fed, timeout=60, check=False,
        **({"capture_output": True} | how),
    )  # fmt: skip


def test_both_speak_utf8_wherever_they_run_and_a_mark_of_byte_order_is_no_part_of_the_first_line() -> None:
    asked = json.dumps({"now": 9, "counter": 1, "tickets": [ticket(1) | {"id": "号一"}]})
    told = heard_of("pick", asked.encode(), env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    assert (told.returncode, told.stdout.decode().strip()) == (0, "号一")
    told = heard_of("predict", b"\xef\xbb\xbf0,A,t1,s,0,1,\n")
    assert told.returncode == 0 and told.stdout.startswith(b"t1,")


def test_answers_that_cannot_be_written_are_said_to_be_and_nothing_is_thrown() -> None:
    with Path("/dev/full").open("wb") as full:
        told = heard_of("pick", call(9, ticket(1)).encode() + b"\n", capture_output=False, stdout=full, stderr=-1)
    assert told.returncode == ExitCode.DISK
    assert b"cannot be written" in told.stderr and b"Traceback" not in told.stderr and b"Exception" not in told.stderr
