"""Runs a plan on this machine: starts programs by stages, starts a fallen one again, ends all of them.

What systemd does on a device, for a laptop. Logs go to one file a program, kept short also while it runs.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from broker.runtime.parent_death import die_with_parent
from broker.runtime.process import ExitCode
from firmware_config.plan import Program

logger = logging.getLogger(__name__)

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 6.0
LOG_LIMIT_BYTES = 2_000_000
LOG_KEPT_BYTES = 200_000
LOG_LOOK_EVERY_S = 2.0
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
SETTLED_S = 20.0
POLL_S = 0.05
LAST_WORDS = 4
FINAL = (ExitCode.DONE, ExitCode.CONFIGURATION)
"""After these a program is not started again: it has done its work, or would end the same way."""


class StartFailed(Exception):
    """A program did not become ready; ``last_words`` is how its ``log`` ends."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.log = name, log
        self.last_words = last_lines(log, LAST_WORDS)
        said = [f"{name} 没有启动，请看 {log}", f"{name} did not start; read {log}"]
        super().__init__("\n".join([*said, *(f"  {line}" for line in self.last_words)]))


class Running:
    """One program and its process. Its threads copy what it prints and notice its end."""

    def __init__(self, program: Program, environment: Mapping[str, str], log: Path) -> None:
        self.program = program
        self.log = log
        self.restarts = 0
        self.ready_s: float | None = None
        self.ready = threading.Event()
        self.failed = threading.Event()
        self._environment = dict(environment)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name=f"run-{program.name}", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Begin to run it, again and again until ``stop``."""
        self._thread.start()

    def wait_ready(self, deadline_s: float) -> bool:
        """Whether it said that it is ready; False at the deadline (monotonic seconds) or when it cannot run at all."""
        while not self.ready.wait(POLL_S):
            if self.failed.is_set() or time.monotonic() > deadline_s:
                return False
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM; ``join`` waits."""
        self._stopping.set()
        self._signal(signal.SIGTERM)

    def join(self, timeout_s: float) -> None:
        """Wait for the end, then force it; nothing to wait for where an earlier stage never let it begin."""
        if self._thread.ident is None:
            return
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            self._signal(signal.SIGKILL)
            self._thread.join(2.0)

    def _signal(self, number: int) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(number)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            started_s = time.monotonic()
            code = self._run_once()
            if self._stopping.is_set():
                return
            if code in FINAL:
                logger.warning("%s ended with code %s and stays down; read %s", self.program.name, code, self.log)
                self.failed.set()
                return
            failures = 0 if time.monotonic() - started_s > SETTLED_S else failures + 1
            self.restarts += 1
            logger.warning("%s ended with code %s and is started again", self.program.name, code)
            self._stopping.wait(BACKOFF_S[min(failures, len(BACKOFF_S)) - 1] if failures else 0.0)

    def _run_once(self) -> int:
        with self.log.open("ab") as log:
            process = self._process = subprocess.Popen(
                [sys.executable, *self.program.arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # a Ctrl-C at the terminal is for the launcher, which ends all in order
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
            if self._stopping.is_set():
                process.terminate()
            assert process.stdout is not None
            self._copy(process.stdout, log)
            return process.wait()

    def _copy(self, stdout: IO[bytes], log: IO[bytes]) -> None:
        for line in stdout:
            log.write(line)
            log.flush()
            words = line.decode(errors="replace").split()
            if words[:1] == ["ready"] and len(words) >= 3:
                self.ready_s = float(words[2].rstrip("s"))
                self.ready.set()


def shorten(log: Path) -> None:
    """Cut a log over its limit down to its last whole lines.

    Whoever writes it appends, so it may go on meanwhile: the kept lines go to the front first, and only then is
    the file cut behind them. What comes in between those two steps may be lost; it never lands before them.
    """
    try:
        with log.open("r+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END) <= LOG_LIMIT_BYTES:
                return
            file.seek(-LOG_KEPT_BYTES, os.SEEK_END)
            kept = file.read(LOG_KEPT_BYTES).partition(b"\n")[2]
            kept = kept[: kept.rfind(b"\n") + 1]  # a line may come in pieces, and the rest of it is lost
            file.seek(0)
            file.write(kept)
            file.truncate(len(kept))
    except FileNotFoundError:
        return  # its program has not begun yet
    except OSError as error:
        logger.warning("%s cannot be kept short: %s", log, error.strerror)


def last_lines(log: Path, count: int) -> list[str]:
    """The last ``count`` lines of a log that say something, oldest first."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4_000))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]


class Launcher:
    """All programs of a plan. ``start`` returns when every one said that it is ready.

    ``environment`` is for all of them, ``own`` for one each, by name.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        own: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._folder = folder
        logs = folder / "log"
        logs.mkdir(parents=True, exist_ok=True)
        base = {**os.environ, **(environment or {}), "JIAOHAO_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
        told = own or {}
        self.running = {p.name: Running(p, {**base, **told.get(p.name, {})}, logs / f"{p.name}.log") for p in programs}
        self._stopping = threading.Event()
        self._log_keeper = threading.Thread(target=self._keep_logs_short, name="log-keeper", daemon=True)

    def start(self, ready_within_s: float = READY_WITHIN_S) -> None:
        """Stage after stage; StartFailed names the first program that is not ready in time."""
        self._log_keeper.start()
        for stage in sorted({running.program.stage for running in self.running.values()}):
            now = [running for running in self.running.values() if running.program.stage == stage]
            for running in now:
                running.start()
            deadline_s = time.monotonic() + ready_within_s
            for running in now:
                if not running.wait_ready(deadline_s):
                    raise StartFailed(running.program.name, running.log)

    def stop(self) -> None:
        """End devices first, the broker node last."""
        for stage in sorted({running.program.stage for running in self.running.values()}, reverse=True):
            now = [running for running in self.running.values() if running.program.stage == stage]
            for running in now:
                running.ask_to_stop()
            for running in now:
                running.join(STOP_WITHIN_S)
        self._stopping.set()

    def _keep_logs_short(self) -> None:
        while True:
            for running in self.running.values():
                shorten(running.log)
            if self._stopping.wait(LOG_LOOK_EVERY_S):
                return
