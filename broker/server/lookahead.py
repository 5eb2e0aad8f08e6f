"""Rolls the hall forward beside the server's loop, so that whoever takes a ticket is told what is to come of the line.

The loop hands a still picture over between two commits, ten seconds apart; a thread of its own works on it and rests
after each future, so that a call waits a few thousandths of a second for the processor at most. What it says is used
for a minute. Should it fail, that is logged once, and the hall goes on without.
"""

import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, Queue
from random import Random

from broker.engine.ahead.roll import Ahead, Rolling
from broker.engine.ahead.scene import Scene, freeze
from broker.engine.state import State
from broker.model.hall import Hall

logger = logging.getLogger(__name__)

EVERY_S = 10.0
FRESH_MS = 60_000
REST_S = 0.005
"""After each future: about as long as it takes, and longer than an interpreter lets a thread wait for another."""
STOP_S = 5.0


class Lookahead:
    """``offer`` the state between commits; ``latest`` says what came of it. ``threaded=False``: at once, for whoever
    must know when things happen. Chances are drawn by the moment, so the same picture always says the same."""

    def __init__(self, hall: Hall, *, threaded: bool = True, every_s: float = EVERY_S) -> None:
        self._hall, self._every_s = hall, every_s
        self._next_s = 0.0
        self._scenes: Queue[Scene] = Queue(maxsize=1)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lookahead", daemon=True) if threaded else None
        self._ahead: Ahead | None = None
        self._failed = False

    def start(self) -> None:
        """Begin to work on what is offered."""
        if self._thread is not None:
            self._thread.start()

    def stop(self) -> None:
        """End within a future's time."""
        self._stopping.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(STOP_S)

    @property
    def is_working(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def has_failed(self) -> bool:
        """Whether the last picture could not be taken, or not be rolled forward."""
        return self._failed

    def offer(self, state: State, now_ms: int, now_s: float) -> None:
        """Take a picture if it is time for one; what is not worked on yet is replaced. ``now_s``: machine seconds."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + self._every_s
        try:
            scene = freeze(self._hall, state, now_ms)
            if scene is None:
                self._ahead = None
            elif self._thread is None:
                self._roll(scene)
            else:
                self._hand_over(scene)
        except Exception as error:
            self._fail(error)

    def latest(self, now_ms: int) -> Ahead | None:
        """What was found last, unless that is older than a minute."""
        found = self._ahead
        return found if found is not None and 0 <= now_ms - found.at_ms <= FRESH_MS else None

    def newcomers(self, now_ms: int) -> Mapping[tuple[str, str], float] | None:
        """By (service, class or "") how many seconds whoever came now would wait."""
        found = self.latest(now_ms)
        return None if found is None else found.newcomers

    def _hand_over(self, scene: Scene) -> None:
        with suppress(Empty):
            self._scenes.get_nowait()
        self._scenes.put_nowait(scene)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                scene = self._scenes.get(timeout=0.5)
            except Empty:
                continue
            try:
                self._roll(scene)
            except Exception as error:
                self._fail(error)

    def _roll(self, scene: Scene) -> None:
        rolling = Rolling(scene, Random(scene.now_ms).random)
        while rolling.step():
            if self._thread is not None and self._stopping.wait(REST_S):
                return
        self._ahead = rolling.ahead()
        self._failed = False

    def _fail(self, error: Exception) -> None:
        """Once, until it works again: it is tried every ten seconds."""
        if not self._failed:
            self._failed = True
            logger.error("the hall cannot be rolled forward, waits are told without", exc_info=error)
