"""Levels of clips that nobody waits for yet, made by a process of the lowest priority.

A new folder takes thousands of clips. To level them is nine tenths of the work, and a thread that did it would take
turns with painting and with the chime of a call. The kernel gives a process of the lowest priority what is left over.
It is started by the first clip and ended when there has been none for a while: a small board has better use for its
memory. Without it, whatever the reason, clips are levelled in the thread that asks.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from broker.runtime.speech.level_worker import ANSWER, REQUEST
from broker.runtime.speech.levels import RATE_HZ, mastered16

log = logging.getLogger(__name__)

ANSWER_S = 60.0
"""What is left over of a busy machine may be little."""
IDLE_S = 30.0
REST_S = 60.0
"""After a failure of the process the next one is started so much later."""
LONGEST_S = 300.0
ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-P", "-m", "broker.runtime.speech.level_worker")


class BackgroundLevels:
    """To be used from any thread; one clip at a time."""

    def __init__(
        self,
        *,
        command: Sequence[str] = COMMAND,
        answer_s: float = ANSWER_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = tuple(command)
        self._answer_s = answer_s
        self._now_s = now_s
        self._child: subprocess.Popen[bytes] | None = None
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._stopped = False
        self._used_s = 0.0
        self._rests_until_s = float("-inf")

    @property
    def pid(self) -> int | None:
        """The process while there is one."""
        with self._lock:
            return None if self._child is None else self._child.pid

    def mastered16(self, recorded: np.ndarray, rate_hz: int) -> np.ndarray:
        """As ``levels.mastered16``, which stands in where there is no process to do it."""
        with self._turn:
            if not self._stopped and self._now_s() >= self._rests_until_s:
                try:
                    clip = self._asked(recorded, rate_hz)
                    self._used_s = self._now_s()
                    return clip
                except (OSError, EOFError, ValueError) as error:
                    self._end()
                    self._rests_until_s = self._now_s() + REST_S
                    if not self._stopped:
                        log.warning("clips are levelled without a process of their own for %.0f s: %s", REST_S, error)
        return mastered16(recorded, rate_hz)

    def rest(self) -> None:
        """To be called now and then while nothing is asked: ends a process that nobody has needed for a while."""
        if self._child is None or not self._turn.acquire(blocking=False):
            return
        try:
            if self._now_s() - self._used_s > IDLE_S:
                self._end()
        finally:
            self._turn.release()

    def stop(self) -> None:
        """End the process; none is started again."""
        self._stopped = True
        self._end()

    def _asked(self, recorded: np.ndarray, rate_hz: int) -> np.ndarray:
        """Whatever hangs is killed by the clock, and its pipes end."""
        child = self._started()
        clock = threading.Timer(self._answer_s, child.kill)
        clock.daemon = True
        clock.start()
        try:
            assert child.stdin is not None and child.stdout is not None
            child.stdin.write(REQUEST.pack(rate_hz, len(recorded)) + recorded.astype("<i2").tobytes())
            child.stdin.flush()
            (count,) = ANSWER.unpack(_exactly(child.stdout.read(ANSWER.size), ANSWER.size))
            if count > LONGEST_S * RATE_HZ:
                raise ValueError(f"{count} samples are no clip")
            return np.frombuffer(_exactly(child.stdout.read(2 * count), 2 * count), "<i2").astype(np.int16)
        finally:
            clock.cancel()

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._stopped:
                raise EOFError("the program ends")
            if self._child is None:
                self._child = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=surroundings()
                )
            return self._child

    def _end(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what could not be sent any more
                        pipe.close()


def surroundings() -> dict[str, str]:
    """Environment of the process: it finds this project wherever it was started, installed or not."""
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise EOFError("it ended without an answer")
    return data
