"""What is done once a business day has ended, beside the server: old days archived, a backup made, facts kept.

Each chore is a program of its own (``python -m broker archive``, ``... backup``, ``... report --keep``), so that it
cannot hold up a call; the journal remembers for which day it was done. One at a time; one that fails is tried again
later and staff are told.
"""

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from broker.model.hall import Hall

logger = logging.getLogger(__name__)

AGAIN_S = 1800.0
"""Real seconds after which a chore that failed is tried again."""
LONGEST_S = 7200.0
"""A chore that takes longer is ended."""


class Running(Protocol):
    """A chore at work: as ``subprocess.Popen``."""

    def poll(self) -> int | None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Chore:
    """``name`` is its fact in the journal (the last day it was done for) and, with ``_failed``, what staff are told."""

    name: str
    command: tuple[str, ...]


Begin = Callable[[Sequence[str]], Running]


class Memory(Protocol):
    """Where the day is kept for which each chore was last done: the journal."""

    def fact(self, name: str) -> str | None: ...

    def note(self, name: str, value: str) -> None: ...


def chores_of(hall: Hall, hall_file: Path) -> tuple[Chore, ...]:
    """What the hall file asks for."""
    start = (sys.executable, "-m", "broker")
    chores = [Chore("archive", (*start, "archive", str(hall_file), "--gently"))]
    if hall.records.backup_folder:
        keep = str(hall.records.backups_kept)
        to = (str(hall_file), str(hall_file.parent / hall.records.backup_folder))
        chores.append(Chore("backup", (*start, "backup", *to, "--keep", keep, "--gently")))
    chores.append(Chore("report", (*start, "report", str(hall_file), "--keep", "--gently")))
    return tuple(chores)


def begin_program(command: Sequence[str]) -> Running:
    """Start a chore; what it says goes to the server's own log."""
    return subprocess.Popen(list(command), stdin=subprocess.DEVNULL)


class Upkeep:
    """``look`` twice a second or so; it never waits. Times are machine seconds."""

    def __init__(self, chores: Sequence[Chore], memory: Memory, begin: Begin = begin_program) -> None:
        self._chores = tuple(chores)
        self._memory = memory
        self._begin = begin
        self._ended: str | None = None
        self._done: dict[str, str | None] = {}
        self._not_before_s: dict[str, float] = {}
        self._failed: set[str] = set()
        self._now: tuple[Chore, Running, float, str] | None = None

    @property
    def trouble(self) -> str:
        """What staff should be told: ``backup_failed``, ``archive_failed``, ``report_failed`` or nothing."""
        return next((f"{chore.name}_failed" for chore in self._chores if chore.name in self._failed), "")

    def day_ended(self, day: str) -> None:
        """The latest business day that is over."""
        self._ended = day

    def look(self, now_s: float) -> None:
        """See after the chore at work, or begin the next one that is due. Raises DatabaseError, as any write."""
        if self._now is not None:
            self._see_after(now_s)
        elif self._ended is not None:
            for chore in self._chores:
                if self._is_due(chore, self._ended, now_s):
                    self._start(chore, self._ended, now_s)
                    return

    def stop(self) -> None:
        """End the chore at work; it goes on from where it was at the next start."""
        if self._now is not None:
            running = self._now[1]
            self._now = None
            running.terminate()
            try:
                running.wait(5.0)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()

    def _is_due(self, chore: Chore, ended: str, now_s: float) -> bool:
        if chore.name not in self._done:
            self._done[chore.name] = self._memory.fact(chore.name)
        done = self._done[chore.name]
        return (done is None or done < ended) and now_s >= self._not_before_s.get(chore.name, now_s)

    def _start(self, chore: Chore, ended: str, now_s: float) -> None:
        try:
            self._now = (chore, self._begin(chore.command), now_s, ended)
        except OSError as error:
            self._went_wrong(chore, now_s, str(error))

    def _see_after(self, now_s: float) -> None:
        assert self._now is not None
        chore, running, began_s, ended = self._now
        code = running.poll()
        if code is None and now_s - began_s < LONGEST_S:
            return
        self._now = None
        if code is None:
            running.kill()
            running.wait()
        if code != 0:
            self._went_wrong(chore, now_s, "it took too long" if code is None else f"exit code {code}")
            return
        logger.info("chore=%s done for day=%s", chore.name, ended)
        self._failed.discard(chore.name)
        self._done[chore.name] = ended
        self._memory.note(chore.name, ended)

    def _went_wrong(self, chore: Chore, now_s: float, why: str) -> None:
        logger.error("chore=%s failed (%s); it is tried again in %.0f minutes", chore.name, why, AGAIN_S / 60)
        self._failed.add(chore.name)
        self._not_before_s[chore.name] = now_s + AGAIN_S
