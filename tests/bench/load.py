"""How much of the machine others used while something was measured, and how its disk and processors answered meanwhile.

A figure is only as good as the machine was free: every touch and every key is kept on disk before it is acted on, so a
disk that stands still for 300 ms because somebody else writes is seen as a p99 of 300 ms. A virtual machine stands
still when its host has others to serve, and no program in it sees why.
"""

import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.bench.figures import Figure, spread
from tests.bench.program import cpu_s_of, descendants_of
from tests.bench.spans import Stood

FSYNC_EVERY_S = 0.2
BLOCK = b"jiaohao bench\n".ljust(4096, b".")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class OtherLoad:
    """From its making on. Counted in processor seconds, of all processors together."""

    def __init__(self) -> None:
        self._all_s, self._busy_s = _machine_s()
        self._own_s = _own_s()

    def share(self) -> float:
        """What programs that are not ours used, 0 to 1 of the whole machine."""
        all_s, busy_s = _machine_s()
        others_s = busy_s - self._busy_s - (_own_s() - self._own_s)
        return max(0.0, others_s / max(0.01, all_s - self._all_s))


def _machine_s() -> tuple[float, float]:
    """(elapsed on all processors, not idle of it), from the first line of ``/proc/stat``."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) / TICKS_PER_S, (sum(ticks) - idle) / TICKS_PER_S


def _own_s() -> float:
    """This process, what it has started, and what of that is over."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    alive_s = 0.0
    for pid in descendants_of(os.getpid()):
        try:
            alive_s += cpu_s_of(pid)
        except OSError:
            continue
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + alive_s


class DiskBeside(threading.Thread):
    """Writes and syncs one block now and then, from ``start`` to ``figures``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="disk-beside", daemon=True)
        self._file = folder / "fsync"
        self._seconds: list[float] = []
        self._ended = threading.Event()

    def run(self) -> None:
        handle = os.open(self._file, os.O_CREAT | os.O_WRONLY, 0o600)
        while not self._ended.wait(FSYNC_EVERY_S):
            begun_s = time.perf_counter()
            os.pwrite(handle, BLOCK, 0)
            os.fsync(handle)
            self._seconds.append(time.perf_counter() - begun_s)
        os.close(handle)

    def figures(self, when: str) -> list[Figure]:
        """What the disk alone took meanwhile; ``when`` ends each name."""
        self._ended.set()
        self.join()
        return spread(f"raw: fsync of 4 kB, {when}", self._seconds) if self._seconds else []


class ProcessorsBeside:
    """A program on each processor that should run before all others, from ``start`` to ``stop`` (``stalls``)."""

    def __init__(self) -> None:
        self._programs: list[subprocess.Popen[str]] = []
        self._told: list[list[str]] = []

    def start(self) -> None:
        for processor in sorted(os.sched_getaffinity(0)):
            command = [sys.executable, "-m", "tests.bench.stalls", str(processor)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._programs.append(subprocess.Popen(command, text=True, **pipes))  # type: ignore[call-overload]

    def stop(self) -> None:
        """Hear what they saw."""
        self._told = [program.communicate()[0].split() for program in self._programs]

    def figures(self, when: str) -> list[Figure]:
        """How late each wake-up was; ``when`` ends each name."""
        late_s = [int(word.partition("@")[0]) / 1e6 for words in self._told for word in words[1:]]
        if not late_s:
            return []
        note = "" if self._first else "without real-time priority"
        figures = spread(f"raw: a sleeper wakes late, {when}", late_s, note=note)
        worst = Figure(f"raw: a sleeper wakes late, {when}, worst", max(late_s) * 1000, "ms", note=note, n=len(late_s))
        return [*figures, worst]

    def stood(self) -> Stood:
        """When a processor stood still, through nobody who is measured; never, without real-time priority."""
        if not self._first:
            return Stood([])
        pairs = [word.split("@") for words in self._told for word in words[1:] if "@" in word]
        return Stood([(int(at_us) / 1e6 - int(late_us) / 1e6, int(at_us) / 1e6) for late_us, at_us in pairs])

    @property
    def _first(self) -> bool:
        return bool(self._told) and all(words[:1] == ["first"] for words in self._told)
