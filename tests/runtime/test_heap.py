"""What a program drops goes back to the machine; without the setting it does not (or the test would prove nothing)."""

import gc
import os
import platform
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from broker.runtime.heap import settle

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, threading
from pathlib import Path
from broker.runtime.heap import give_memory_back
if sys.argv[1] == "told":
    assert give_memory_back()

def rss_mb():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024

def work():
    small = []
    for size in (1_500_000, *[400_000] * 60):  # the first, freed, teaches glibc to keep what is smaller
        large = [bytearray(size) for _ in range(3)]
        small.append(bytearray(3000))
        kept.append(large.pop())
        del large
    keepers.append(small)

kept, keepers = [], []
before = rss_mb()
for _ in range(4):
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    kept.clear()
print(round(rss_mb() - before, 1))
"""


def left_mb(told: str) -> float:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, told], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return float(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_what_several_threads_dropped_goes_back_to_the_machine() -> None:
    told, untold = left_mb("told"), left_mb("untold")
    assert told < 12
    assert untold > 2 * told


class Knot:
    """Refers to itself, so that only a search for garbage finds it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_lives_when_a_program_is_ready_is_searched_for_garbage_no_more_but_what_comes_later_is() -> None:
    kept, dropped = Knot(), weakref.ref(Knot())
    try:
        settle()
        assert dropped() is None, "what was garbage already is not kept for ever"
        assert not any(one is kept for one in gc.get_objects())
        assert len(gc.get_objects()) < 1_000
        later = weakref.ref(Knot())
        gc.collect()
        assert later() is None
    finally:
        gc.unfreeze()
