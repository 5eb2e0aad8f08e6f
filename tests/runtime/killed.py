"""A program that is killed in the middle of its work, and what it had told until then."""

import os
import signal
import subprocess
import sys
from pathlib import Path


def told_before_kill_9(code: str, database: Path, *, lines: int) -> list[int]:
    """Run ``code`` on a database (``sys.argv[1]``), kill it after so many lines, return every number it printed."""
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(database)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(lines)]
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    return told
