"""Runs ``whatif`` as a program of its own, one at a time: the collector does not know the engine, and nobody waits.

The program is behind everything else (niceness 19), is ended after a minute, and only reads. The last few answers are
kept in memory; they are gone with the collector, as anybody can ask again.
"""

import logging
import os
import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from broker.collector.errors import WhatIfAbsent, WhatIfBusy
from broker.collector.floor.what_if_answers import WhatIfBody, WhatIfRun, WhatIfTables
from broker.model.words import Names

LIMIT_S = 60.0
KEPT = 6
BEHIND = 19
SAID_MOST = 400
_CHINESE = re.compile("[\u4e00-\u9fff]")
_log = logging.getLogger(__name__)

CANCELLED = Names("已取消", "Cancelled.")
TOO_LONG = Names(
    "一分钟内没有算完，已停止。请换一个较短的日子，或等大厅空一些再试",
    "It was not done within a minute and was ended. Ask of a shorter day, or when the hall is quieter.",
)
BROKEN = Names(
    "没有算成。请在服务器上运行 check 检查记录，或查看日志",
    "It did not work out. Run 'check' on the server to look at the journal, or see the log.",
)


class Running(Protocol):
    """As ``subprocess.Popen`` with its output as bytes."""

    returncode: int | None

    def communicate(self, input: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]: ...

    def kill(self) -> None: ...


def begin_program(command: Sequence[str]) -> Running:
    """Start it, behind all others. OSError when it cannot be started."""
    program = subprocess.Popen(
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
    with suppress(OSError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, program.pid, BEHIND)
    return program


class WhatIfRuns:
    """Any thread may ask. ``command`` up to the file and hall (empty: there is none, and WhatIfAbsent is raised)."""

    def __init__(
        self,
        command: Sequence[str],
        now_ms: Callable[[], int],
        begin: Callable[[Sequence[str]], Running] = begin_program,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._command, self._now_ms, self._begin, self._limit_s = tuple(command), now_ms, begin, limit_s
        self._lock = threading.Lock()
        self._runs: list[WhatIfRun] = []
        self._number = 0
        self._busy = False
        self._program: Running | None = None
        self._thread: threading.Thread | None = None

    def latest(self) -> tuple[WhatIfRun, ...]:
        """Newest first."""
        with self._lock:
            return tuple(reversed(self._runs))

    def start(self, asked: WhatIfBody) -> WhatIfRun:
        """Begin; WhatIfBusy while another is at work, a cancelled one that has not ended yet included."""
        if not self._command:
            raise WhatIfAbsent
        with self._lock:
            if self._busy:
                raise WhatIfBusy
            self._busy = True
            self._number += 1
            run = WhatIfRun(run=self._number, at_ms=self._now_ms(), asked=asked)
            self._runs = [*self._runs, run][-KEPT:]
            self._thread = threading.Thread(target=self._work, args=(run,), name="what-if", daemon=True)
            self._thread.start()
        return run

    def cancel(self, number: int) -> WhatIfRun | None:
        """End that run if it is at work; what became of it, None for one that is not known."""
        with self._lock:
            found = next((one for one in self._runs if one.run == number), None)
            if found is None or found.state != "running":
                return found
            found = self._keep(msgspec.structs.replace(found, state="cancelled", zh=CANCELLED.zh, en=CANCELLED.en))
            if self._program is not None:
                self._program.kill()
            return found

    def stop(self) -> None:
        """End what is at work, and wait for it a moment."""
        for one in self.latest():
            if one.state == "running":
                self.cancel(one.run)
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    def _work(self, run: WhatIfRun) -> None:
        try:
            ended = self._ended(run)
        except Exception:
            _log.exception("a what-if failed")
            ended = _failed(run, BROKEN)
        with self._lock:
            if self._state(run) == "running":
                self._keep(ended)
            self._program, self._busy = None, False

    def _ended(self, run: WhatIfRun) -> WhatIfRun:
        program = self._begin((*self._command, *arguments(run.asked), "--json"))
        with self._lock:
            self._program = program
            if self._state(run) != "running":  # cancelled before there was anything to end
                program.kill()
        try:
            said, complained = program.communicate(timeout=self._limit_s)
        except subprocess.TimeoutExpired:
            program.kill()
            program.communicate()
            return msgspec.structs.replace(run, state="too_long", zh=TOO_LONG.zh, en=TOO_LONG.en)
        if program.returncode == 0:
            return msgspec.structs.replace(run, state="done", answer=msgspec.json.decode(said, type=WhatIfTables))
        _log.warning("what-if ended with %s", program.returncode)
        return _failed(run, self._sentence(complained.decode("utf-8", "replace")))

    def _state(self, run: WhatIfRun) -> str:
        return next((one.state for one in self._runs if one.run == run.run), "cancelled")

    def _keep(self, run: WhatIfRun) -> WhatIfRun:
        self._runs = [run if one.run == run.run else one for one in self._runs]
        return run

    def _sentence(self, text: str) -> Names:
        """What the program said, in both languages, without the folders of this machine; ours where it broke down."""
        for part in self._command:
            if part.startswith("/"):
                text = text.replace(part, Path(part).name)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        zh = [line for line in lines if _CHINESE.search(line)]
        en = [line for line in lines if not _CHINESE.search(line)]
        if not zh or "Traceback" in text:
            return BROKEN
        return Names(" ".join(zh)[:SAID_MOST], " ".join(en or zh)[:SAID_MOST])


def _failed(run: WhatIfRun, said: Names) -> WhatIfRun:
    return msgspec.structs.replace(run, state="failed", zh=said.zh, en=said.en)


def arguments(asked: WhatIfBody) -> tuple[str, ...]:
    """The question as the program takes it; a name never becomes an option, as each stands behind its own ``=``."""
    words = [f"--day={asked.day}"]
    if asked.rule is not None:
        words.append(f"--rule={asked.rule}")
    if asked.exponent is not None:
        words.append(f"--exponent={asked.exponent:g}")
    words += [f"--factor={name}={factor:g}" for name, factor in asked.factors.items()]
    if asked.cap_min is not None:
        words.append(f"--cap-min={asked.cap_min:g}")
    if asked.counters:
        words.append(f"--counters={asked.counters}")
    if asked.services:
        words.append(f"--services={','.join(asked.services)}")
    return tuple(words)
