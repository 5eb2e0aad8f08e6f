"""Children end with the process that made them."""

import os
import signal
import subprocess
import sys

import pytest

from broker.runtime.parent_death import die_with_parent

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl(2) is Linux")
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_child_whose_parent_was_gone_already_never_becomes_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    hook = die_with_parent(signal.SIGTERM)
    monkeypatch.undo()
    child = subprocess.Popen(SLEEP, preexec_fn=hook)
    assert child.wait(50) == 1


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_parent_takes_its_child_along(by: signal.Signals) -> None:
    code = (
        "import signal, subprocess, time\n"
        "from broker.runtime.parent_death import die_with_parent\n"
        f"child = subprocess.Popen({SLEEP!r}, preexec_fn=die_with_parent(signal.{by.name}))\n"
        "print('made', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == b"made\n"
        parent.kill()
        assert parent.stdout.read() == b""  # ends when the child, which holds the pipe too, has ended
    parent.wait(50)
