"""``python -m tests.bench.walking_kiosk HALL NAME``: a kiosk with a curious finger, and a stop-watch on its screen.

It is the kiosk program, its own ``KioskNode``. The finger tries what it has tried least, from a thread of its own, at
moments that the kiosk's loop does not know. A line ``COUNT`` on standard input lets it touch so many times; for each
touch that led to another picture it prints

    step FROM TO VERB first|again SECONDS PAINTING MADE

from the finger lifted to ``Screen.show`` returned with the new picture in the screen's memory; first when this process
never showed that picture before. PAINTING is that part of the time in which ``Screen.show`` ran, MADE how many words
and shapes had to be drawn for it because the caches did not hold them. ``walked`` ends the answer.
"""

import queue
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from broker.model.hall import Hall
from broker.runtime.hall_source import load_hall
from broker.runtime.process import Process, run_process
from kiosk.flow import SAME_PLACE_PX, SETTLE_S
from kiosk.node import KioskNode
from kiosk.visit import Visit

NO_CHANGE_S, GIVE_UP_S, LOOK_S = 0.6, 20.0, 0.02
BEFORE_TOUCH_S = (0.06, 0.14)


@dataclass(frozen=True)
class Shown:
    """A picture on the screen: when it was there, of which visit, how long it was painted, what was made for it."""

    at_s: float
    visit: Visit
    painting_s: float
    made: int


def main() -> int:
    path, name = sys.argv[1:]
    hall = load_hall(Path(path))
    return run_process(name, lambda process: run(hall, name, process, Path(path).parent))


def run(hall: Hall, name: str, process: Process, hall_folder: Path) -> None:
    """As ``kiosk.node.run_kiosk``, observed."""
    node = KioskNode(hall, name, process, hall_folder=hall_folder)
    walker = Walker(node)
    try:
        node.start()
        threading.Thread(target=walker.run, name="finger", daemon=True).start()
        node.run()
    finally:
        node.stop()


class Walker:
    """Touches as told."""

    def __init__(self, node: KioskNode) -> None:
        self._node, self._screen = node, node.app.screen
        self._shown: queue.Queue[Shown] = queue.Queue()
        self._chance = random.Random(11)
        self._tried: Counter[tuple[object, ...]] = Counter()
        self._seen: set[Visit] = set()
        self._last = (0, 0)
        self._show = self._screen.show
        self._screen.show = self._timed  # type: ignore[method-assign]

    def _timed(self, ops):  # type: ignore[no-untyped-def]
        began_s, made = time.monotonic(), self._made()
        painted = self._show(ops)
        if painted.pixels:
            now_s = time.monotonic()
            self._shown.put(Shown(now_s, self._node.app.visit, now_s - began_s, self._made() - made))
        return painted

    def _made(self) -> int:
        return 0 if self._screen.brush is None else self._screen.brush.made

    def run(self) -> None:
        for line in sys.stdin:
            for _ in range(int(line)):
                self._touch()
            _say("walked")

    def _touch(self) -> None:
        before = self._node.app.visit
        targets = self._await_targets()
        target = min(targets, key=lambda name: (self._tried[_kind(before, name)], self._chance.random()))
        self._tried[_kind(before, target)] += 1
        place = targets[target]
        time.sleep(self._chance.uniform(*BEFORE_TOUCH_S))
        if max(abs(place[0] - self._last[0]), abs(place[1] - self._last[1])) <= SAME_PLACE_PX:
            time.sleep(SETTLE_S)  # the kiosk takes a second touch there this soon for a trembling finger
        self._last = place
        while not self._shown.empty():
            self._shown.get_nowait()
        before = self._node.app.visit
        touched_s = time.monotonic()
        self._screen.press(*place)
        self._tell(before, target.partition("/")[0], touched_s)

    def _tell(self, before: Visit, verb: str, touched_s: float) -> None:
        """The first picture of another visit than before; what only the clock or the queue changed is none."""
        until_s = touched_s + NO_CHANGE_S
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                shown = self._shown.get(timeout=left_s)
            except queue.Empty:
                return
            after = _bare(shown.visit)
            if after != _bare(before):
                when = "again" if after in self._seen else "first"
                self._seen.add(after)
                seconds = f"{shown.at_s - touched_s:.6f} {shown.painting_s:.6f}"
                _say(f"step {before.step} {after.step} {verb} {when} {seconds} {shown.made}")
                return

    def _await_targets(self) -> dict[str, tuple[int, int]]:
        until_s = time.monotonic() + GIVE_UP_S
        while not (targets := self._screen.targets()):
            if time.monotonic() > until_s:
                raise RuntimeError(f"nothing can be touched at {self._node.app.visit.step}")
            time.sleep(LOOK_S)
        return targets


def _kind(visit: Visit, target: str) -> tuple[object, ...]:
    verb = target.partition("/")[0]
    return visit.step, verb, visit.language, visit.larger, visit.lower


def _bare(visit: Visit) -> Visit:
    """A visit as far as its picture goes: without times, places and what is new for every ticket."""
    return replace(visit, touched_at=None, touched_s=0.0, entered_s=0.0, ticket=None, slip=None)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
