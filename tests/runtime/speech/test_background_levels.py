"""The process that levels clips nobody waits for: the same clip, the lowest priority, and no clip lost without it."""

import os
import signal
import subprocess
import sys
from subprocess import PIPE

import numpy as np
import pytest

from broker.runtime.speech.background_levels import COMMAND, IDLE_S, REST_S, BackgroundLevels, surroundings
from broker.runtime.speech.level_worker import LEAST_NICE, REQUEST
from broker.runtime.speech.levels import mastered16

SPOKEN = (np.sin(np.arange(11_025) / 10) * 9_000).astype(np.int16)


class Clock:
    """A moment that the test sets."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_clip_of_the_process_is_the_clip_that_the_device_makes_itself_sample_for_sample() -> None:
    levels = BackgroundLevels()
    try:
        for rate_hz in (16_000, 22_050, 48_000):
            assert np.array_equal(levels.mastered16(SPOKEN, rate_hz), mastered16(SPOKEN, rate_hz))
        assert levels.pid is not None
    finally:
        levels.stop()


def test_the_process_has_the_lowest_priority_and_serves_many_clips() -> None:
    levels = BackgroundLevels()
    try:
        levels.mastered16(SPOKEN, 22_050)
        pid = levels.pid
        assert pid is not None
        assert os.getpriority(os.PRIO_PROCESS, pid) == LEAST_NICE
        levels.mastered16(SPOKEN, 22_050)
        assert levels.pid == pid
    finally:
        levels.stop()


def test_a_process_that_nobody_has_needed_for_a_while_is_ended_and_the_next_clip_starts_another() -> None:
    clock = Clock()
    levels = BackgroundLevels(now_s=clock)
    try:
        levels.mastered16(SPOKEN, 22_050)
        first = levels.pid
        clock.now_s += IDLE_S
        levels.rest()
        assert levels.pid == first
        clock.now_s += 1
        levels.rest()
        assert levels.pid is None
        levels.mastered16(SPOKEN, 22_050)
        assert levels.pid not in (None, first)
    finally:
        levels.stop()


def test_a_process_that_dies_costs_no_clip_and_is_started_again_after_a_rest() -> None:
    clock = Clock()
    levels = BackgroundLevels(now_s=clock)
    try:
        levels.mastered16(SPOKEN, 22_050)
        pid = levels.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert np.array_equal(levels.mastered16(SPOKEN, 22_050), mastered16(SPOKEN, 22_050))
        assert levels.pid is None
        levels.mastered16(SPOKEN, 22_050)
        assert levels.pid is None
        clock.now_s += REST_S
        levels.mastered16(SPOKEN, 22_050)
        assert levels.pid is not None
    finally:
        levels.stop()


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(60)",
        "print('no clip at all')",
        "import sys; sys.stdout.write('\\xff' * 4); sys.stdin.read()",
    ],
    ids=["hangs", "says something else", "promises four billion samples"],
)
def test_a_process_that_hangs_or_answers_nonsense_costs_no_clip(program: str) -> None:
    levels = BackgroundLevels(command=(sys.executable, "-c", program), answer_s=1.0)
    try:
        assert np.array_equal(levels.mastered16(SPOKEN, 22_050), mastered16(SPOKEN, 22_050))
        assert levels.pid is None
    finally:
        levels.stop()


def test_where_no_process_can_be_started_clips_are_made_all_the_same() -> None:
    levels = BackgroundLevels(command=("/nowhere/python",))
    assert np.array_equal(levels.mastered16(SPOKEN, 22_050), mastered16(SPOKEN, 22_050))
    levels.stop()


def test_after_the_end_no_process_is_started_any_more() -> None:
    levels = BackgroundLevels()
    levels.stop()
    assert np.array_equal(levels.mastered16(SPOKEN, 22_050), mastered16(SPOKEN, 22_050))
    assert levels.pid is None


@pytest.mark.parametrize("sent", ["whole", "half"])
def test_the_process_says_nothing_when_the_program_that_asked_is_killed(sent: str) -> None:
    """Whoever reads a device's log takes a traceback for a fault."""
    request = REQUEST.pack(22_050, len(SPOKEN)) + SPOKEN.tobytes()
    with subprocess.Popen(COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=surroundings()) as child:
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None
        child.stdout.close()
        child.stdin.write(request if sent == "whole" else request[:-101])
        child.stdin.close()
        said = child.stderr.read()
    assert (child.returncode, said) == (0, b"")
