"""``python -m tests.bench.observed_kiosk HALL NAME``: a kiosk with a finger on its virtual screen and a stop-watch.

It is the kiosk program, its own ``KioskNode``; only the events that its printer's thread reports are listened to. The
finger comes from a thread of its own, at a moment that the kiosk's loop does not know, as a finger does. A line
``SERVICE`` on standard input has it take one ticket; the answer is one line, seconds on the monotonic clock that all
processes share:

    ticket SERVICE TOUCHED FIRST_BYTE BYTES OUTCOME

Touched is when the finger is lifted from the last button, first byte when the first byte of the ticket was written to
the printer's port.
"""

import os
import queue
import random
import sys
import threading
import time
from pathlib import Path

from broker.model.hall import Hall
from broker.runtime.canvas.window import Screen
from broker.runtime.hall_source import load_hall
from broker.runtime.process import Process, run_process
from kiosk.flow import SAME_PLACE_PX, SETTLE_S
from kiosk.node import KioskNode
from kiosk.printer.job import JobDone, PrinterEvent

GIVE_UP_S = 12.0
LOOK_S = 0.03
BEFORE_TOUCH_S = (0.1, 0.2)
"""A person needs a moment; and no two touches fall into the same part of the loop's turn."""


def main() -> int:
    path, name = sys.argv[1:]
    hall = load_hall(Path(path))
    return run_process(name, lambda process: run(hall, name, process, Path(path).parent))


def run(hall: Hall, name: str, process: Process, hall_folder: Path) -> None:
    """As ``kiosk.node.run_kiosk``, observed."""
    node = KioskNode(hall, name, process, os.environ, hall_folder=hall_folder)
    done: queue.Queue[JobDone] = queue.Queue()
    printing = node.app.printing
    notify = printing._notify

    def observed(event: PrinterEvent) -> None:
        if isinstance(event, JobDone):
            done.put(event)
        notify(event)

    printing._notify = observed  # type: ignore[method-assign]
    try:
        node.start()
        threading.Thread(target=Finger(hall, node.app.screen, done).run, name="finger", daemon=True).start()
        node.run()
    finally:
        node.stop()


class Finger:
    """Takes tickets as told."""

    def __init__(self, hall: Hall, screen: Screen, done: "queue.Queue[JobDone]") -> None:
        self._hall, self._screen, self._done = hall, screen, done
        self._chance = random.Random(7)
        self._last = (0, 0)

    def run(self) -> None:
        for line in sys.stdin:
            sys.stdout.write(self._take(line.strip()) + "\n")
            sys.stdout.flush()

    def _take(self, service: str) -> str:
        for target in (f"category/{self._hall.services[service].category}", f"service/{service}"):
            if self._touch(target) is None:
                return f"lost {service} no {target}"
        touched_s = self._touch("take")
        if touched_s is None:
            return f"lost {service} no take"
        try:
            job = self._done.get(timeout=GIVE_UP_S)
        except queue.Empty:
            return f"lost {service} no paper"
        self._touch("done")
        first_s = -1.0 if job.first_byte_at is None else job.first_byte_at
        return f"ticket {service} {touched_s:.6f} {first_s:.6f} {job.bytes_sent} {job.outcome}"

    def _touch(self, target: str) -> float | None:
        """When the finger was lifted; None when the target never came."""
        until_s = time.monotonic() + GIVE_UP_S
        while target not in self._screen.targets():
            if time.monotonic() > until_s:
                return None
            time.sleep(LOOK_S)
        time.sleep(self._chance.uniform(*BEFORE_TOUCH_S))
        place = self._screen.targets().get(target)
        if place is None:
            return None
        if max(abs(place[0] - self._last[0]), abs(place[1] - self._last[1])) <= SAME_PLACE_PX:
            time.sleep(SETTLE_S)  # the kiosk takes a second touch there this soon for a trembling finger
        self._last = place
        touched_s = time.monotonic()
        self._screen.press(*place)
        return touched_s


if __name__ == "__main__":
    sys.exit(main())
