"""Writes down what people were shown of their waits, beside the loop: it is never waited for, and may fail.

A bounded queue takes the rows, a thread of its own writes them every few seconds. What finds the queue full, or a disk
that refuses, or a day with too many rows already, is counted and logged once, until rows are kept again.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full, Queue

from broker.runtime.errors import DatabaseError
from broker.store.shown_waits import DAY_MOST, ShownFile, ShownWait

logger = logging.getLogger(__name__)

QUEUE_BOUND = 2000
"""So many changed views wait to be written, of at most eleven rows each, or a board's lines."""
BATCH_ROWS = 5000
REST_S = 3.0
LOOK_S = 0.5
STOP_S = 5.0


class ShownLog:
    """``offer`` rows from the loop; ``lost`` counts what was not kept. ``open_file`` is the disk."""

    def __init__(
        self,
        path: Path,
        *,
        open_file: Callable[[Path], ShownFile] = ShownFile,
        rest_s: float = REST_S,
        bound: int = QUEUE_BOUND,
    ) -> None:
        self._path, self._open_file, self._rest_s = path, open_file, rest_s
        self._queue: Queue[Sequence[ShownWait]] = Queue(maxsize=bound)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shown-waits", daemon=True)
        self._file: ShownFile | None = None
        self._turned_away = self._unkept = 0  # the loop counts in one of them, the thread in the other
        self._is_full = self._is_failing = self._is_long = False

    @property
    def lost(self) -> int:
        """Rows that were not kept since the start."""
        return self._turned_away + self._unkept

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what was offered, for a few seconds at most."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def offer(self, rows: Sequence[ShownWait]) -> None:
        """Hand rows over; returns at once and never raises."""
        if not rows:
            return
        try:
            self._queue.put_nowait(rows)
        except Full:
            self._turned_away += len(rows)
            if not self._is_full:
                self._is_full = True
                logger.warning("more waits are shown than can be written down: some are left out of %s", self._path)

    def _run(self) -> None:
        while True:
            is_last = self._stopping.is_set()
            rows = self._next()
            if rows:
                self._write(rows)
            elif is_last:
                break
            self._stopping.wait(self._rest_s if rows else 0)
        self._close()

    def _next(self) -> list[ShownWait]:
        rows: list[ShownWait] = []
        with suppress(Empty):
            rows += self._queue.get(block=not self._stopping.is_set(), timeout=LOOK_S)
            while len(rows) < BATCH_ROWS:
                rows += self._queue.get_nowait()
        return rows

    def _write(self, rows: list[ShownWait]) -> None:
        try:
            if self._file is None:
                self._file = self._open_file(self._path)
            left_out = self._file.keep(rows)
        except (DatabaseError, OSError) as error:  # a damaged file may simply be taken away
            self._unkept += len(rows)
            if not self._is_failing:
                self._is_failing = True
                logger.warning("what people are shown of their waits is not written down, all else goes on: %s", error)
            self._close()
            return
        self._unkept += left_out
        if left_out and not self._is_long:
            logger.warning("%s has %d rows of this day, and takes no more of it", self._path, DAY_MOST)
        self._is_long = left_out > 0
        if self._is_failing or self._is_full:
            logger.warning("what people are shown is written down again, %d rows were lost so far", self.lost)
        self._is_failing = self._is_full = False

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
