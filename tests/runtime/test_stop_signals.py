"""Asking a process to stop, once or a hundred times at once: it stops, and never stands still."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LOOP = """
import threading
from broker.runtime.stop_signals import set_on_signals
stopping = threading.Event()
set_on_signals(stopping)
print("up", flush=True)
while not stopping.is_set():
    stopping.wait(0.001)
for _ in range(200):
    stopping.set(); stopping.wait(0.001)
print("down", flush=True)
"""


def start() -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", LOOP], cwd=root, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": root}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_stop_signal_ends_it_in_order(number: signal.Signals) -> None:
    process = start()
    process.send_signal(number)
    assert process.communicate(timeout=60)[0] == "down\n"
    assert process.returncode == 0


def test_a_burst_of_signals_does_not_stop_it_from_stopping() -> None:
    for _ in range(5):
        process = start()
        deadline_s = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline_s:
            process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=25)[0] == "down\n"
