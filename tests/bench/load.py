"""How much of the machine others used while something was measured: a figure is only as good as that is low."""

import os
import resource
from pathlib import Path

from tests.bench.program import cpu_s_of, descendants_of

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
