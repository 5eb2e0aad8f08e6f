"""One program of a hall as a child process: started, timed, listened to, looked at, ended."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broker.runtime.parent_death import die_with_parent
from tests.system.town import children_of

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 12.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class ProgramFailed(Exception):
    """A program ended, or said nothing, where it should have been ready."""

    def __init__(self, name: str, why: str, log: Path) -> None:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:] if log.exists() else []
        super().__init__(f"{name} {why}; it said last: {' / '.join(last)}")
        self.name, self.why, self.log = name, why, log


@dataclass(frozen=True)
class Weight:
    """What a process holds: resident memory (shared pages counted in full) now and at its highest, 10^6 bytes."""

    pid: int
    command: str
    rss_mb: float
    highest_mb: float


class Program:
    """``python ARGUMENTS``. Every line it prints goes to ``on_line`` in a thread of its own; errors go to ``log``.

    ``ready_s`` is what it says itself (from the start of the process), ``wall_s`` from the call here to that word.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.name = name
        self.log = log
        self.ready_s = self.wall_s = 0.0
        self._on_line = on_line
        self._ready = threading.Event()
        began_s = time.monotonic()
        with log.open("a") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        threading.Thread(target=self._listen, name=f"listen-{name}", daemon=True).start()
        if not self._ready.wait(READY_WITHIN_S) or not self.ready_s:
            self.stop()
            raise ProgramFailed(name, "did not become ready", log)
        self.wall_s = time.monotonic() - began_s

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            words = line.split()
            if words[:1] == ["ready"] and len(words) == 3:
                self.ready_s = float(words[2].rstrip("s"))
                self._ready.set()
            else:
                self._on_line(line.rstrip("\n"))
        self._ready.set()

    def tell(self, line: str) -> None:
        """One line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        """End it in order, by force if that takes too long."""
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def weights(self) -> list[Weight]:
        """The process and its children (voice workers, Mosquitto)."""
        return [weight_of(pid) for pid in (self.process.pid, *descendants_of(self.process.pid))]

    def cpu_s(self) -> float:
        """Processor seconds that the process and its children have used."""
        return sum(cpu_s_of(pid) for pid in (self.process.pid, *descendants_of(self.process.pid)))


def descendants_of(pid: int) -> list[int]:
    """Process ids of children and theirs."""
    return [found for child in children_of(pid) for found in (child, *descendants_of(child))]


def weight_of(pid: int) -> Weight:
    """From ``/proc/PID/status``: VmRSS and VmHWM are in units of 1024 bytes."""
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    kept = {name: int(facts[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM")}
    command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return Weight(pid, command, kept["VmRSS"], kept["VmHWM"])


def cpu_s_of(pid: int) -> float:
    """User and system time of a process, fields 14 and 15 of proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S
