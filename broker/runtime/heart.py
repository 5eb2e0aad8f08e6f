"""The watchdog's side of a process: fed only while loop, network thread and disk all move.

systemd's protocol is one datagram per message on the socket named by ``NOTIFY_SOCKET`` (sd_notify(3)): ``READY=1``,
``WATCHDOG=1``, ``STATUS=...``, ``STOPPING=1``. Nothing is fed when one part has stood still for longer than its
promise, so that systemd ends and restarts the process. Without systemd the heart only reports.
"""

import contextlib
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from broker.runtime.pulse import Pulse

logger = logging.getLogger(__name__)

_DEFAULT_PERIOD_S = 3.0


class Notifier:
    """Speaks to the service manager, if there is one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        name = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + name[1:] if name.startswith("@") else name
        self.watchdog_s = _watchdog_s(environment)

    def send(self, *lines: str) -> bool:
        """True when the message was handed over; never blocks, never raises."""
        if not self._address:
            return False
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            out.sendto("\n".join(lines).encode(), self._address)
            return True
        return False


class Heart:
    """Beats for the process ``name`` as long as every pulse is alive."""

    def __init__(
        self,
        name: str,
        pulses: Sequence[Pulse],
        *,
        environment: Mapping[str, str] | None = None,
        output: TextIO | None = None,
    ) -> None:
        self._name = name
        self._pulses = tuple(pulses)
        self._notifier = Notifier(os.environ if environment is None else environment)
        self._output = output or sys.stdout
        self._stopping = threading.Event()
        self._standing: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    @property
    def period_s(self) -> float:
        """Seconds between two beats: a third of what systemd allows."""
        allowed_s = self._notifier.watchdog_s
        return _DEFAULT_PERIOD_S if allowed_s is None else min(_DEFAULT_PERIOD_S, allowed_s / 3)

    def start(self) -> None:
        """Begin to beat. A slow start is no standing still: each part's time counts from here."""
        for pulse in self._pulses:
            pulse.begin()
        self._thread.start()

    def ready(self) -> None:
        """The process does its work now: tell systemd, and launchers through one line on stdout."""
        self._notifier.send("READY=1", f"STATUS={self._name} runs")
        # Launchers wait for exactly this line.
        print(f"ready {self._name} {process_age_s():.2f}s", file=self._output, flush=True)

    def beat(self) -> bool:
        """Feed the watchdog if everything moves; True when it was due to be fed."""
        standing = tuple(pulse.name for pulse in self._pulses if not pulse.alive())
        if standing != self._standing:
            self._report(standing)
        self._standing = standing
        if not standing:
            self._notifier.send("WATCHDOG=1")
        return not standing

    def stop(self) -> None:
        """An orderly end begins."""
        self._stopping.set()
        self._notifier.send("STOPPING=1")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.beat()
            self._stopping.wait(self.period_s)

    def _report(self, standing: tuple[str, ...]) -> None:
        if standing:
            logger.error("watchdog is not fed, standing still: %s", ",".join(standing))
            self._notifier.send(f"STATUS={self._name}: standing still: {','.join(standing)}")
        else:
            logger.info("everything moves again")
            self._notifier.send(f"STATUS={self._name} runs")


def process_age_s() -> float:
    """Seconds since this process was started, imports included."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of proc(5)
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started_s)
    except (OSError, AttributeError, ValueError, IndexError):
        return time.process_time()


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """What systemd allows between two beats, when it watches this very process."""
    text, for_pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not text.isdecimal() or int(text) == 0 or (for_pid and for_pid != str(os.getpid())):
        return None
    return int(text) / 1e6
