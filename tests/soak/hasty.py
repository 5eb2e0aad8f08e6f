"""``python -m tests.soak.hasty SPEED LEAK_KB HALL NAME``: a kiosk or wall display for people who hurry.

It is the product's own program. The hall's clock is given by ``JIAOHAO_CLOCK`` as to every program; people's patience,
which a fast clock leaves alone (a person before a kiosk is still a person), is divided by SPEED here, name by name.
Network, paper and voice keep their own time. Every second it prints a line, ``soak`` and JSON (``judge.Pictures``).

LEAK_KB is the control: so much is kept for ever with every picture, and the judge must find it. 0 in a true run.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.soak import caches  # of ours nothing else here: it must come before anything that makes a cache

if TYPE_CHECKING:
    from broker.model.hall import Hall
    from broker.runtime.canvas.window import Screen
    from broker.runtime.process import Process

PATIENCE = {
    "kiosk": {
        "kiosk.visit": ("IDLE_S", "IDLE_LARGER_S", "WARNING_S", "HELP_S", "NUMBER_ON_SCREEN_S"),
        "kiosk.flow": ("SETTLE_S", "REPEAT_S"),
        "kiosk.app": ("ALARM_LASTS_S",),
        "broker.runtime.canvas.press": ("DEBOUNCE_S",),
    },
    "display": {
        "display.board": (
            "HERO_LEAST_S", "LINGER_HERO_S", "PULSE_S", "RING_S", "LINGER_RING_S", "SLOT_FREE_S", "PAGE_S",
        ),
        "display.care": ("SHIFT_EVERY_S",),
    },
}  # fmt: skip
"""What passes while people look, think or walk away; all are seconds, read anew at every use."""
FRAMES = ("display.app", "VIRTUAL_FRAME_S", 1 / 30)
"""Tickers run as on a real display, 30 times a real second, and not four times as on a virtual screen."""
TELL_EVERY_S, CACHES_EVERY = 1.0, 8
GRID = 16


def main() -> int:
    from broker.runtime.hall_source import load_hall
    from broker.runtime.process import run_process

    speed, leak_kb, path, name = float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    caches.watch_byte_caches()
    hall = load_hall(path)
    role = "kiosk" if name in hall.kiosks else "display"
    hurry(role, speed)
    work = run_kiosk if role == "kiosk" else run_display
    return run_process(name, lambda process: work(hall, name, process, leak_kb, path.parent))


def hurry(role: str, speed: float) -> None:
    """Everybody's patience is shorter; AttributeError when a name is none any more."""
    for module_name, names in PATIENCE[role].items():
        module = importlib.import_module(module_name)
        for name in names:
            setattr(module, name, getattr(module, name) / speed)
    if role == "display":
        module = importlib.import_module(FRAMES[0])
        assert getattr(module, FRAMES[1]) > FRAMES[2]
        setattr(module, FRAMES[1], FRAMES[2])


def run_kiosk(hall: Hall, name: str, process: Process, leak_kb: int, hall_folder: Path) -> None:
    """As ``kiosk.node.run_kiosk``, observed."""
    from kiosk.node import KioskNode

    node = KioskNode(hall, name, process, os.environ, hall_folder=hall_folder)
    seen = Seen(node.app.screen, leak_kb, lambda: str(node.app.visit.step))
    try:
        node.start()
        seen.start(process.stopping)
        node.run()
    finally:
        node.stop()


def run_display(hall: Hall, name: str, process: Process, leak_kb: int, hall_folder: Path) -> None:
    """As ``display.node.run``, observed."""
    from broker.runtime.canvas.metrics import Fonts
    from display.app import run_stations
    from display.node import make_station

    fonts = Fonts()
    fonts.start()
    station = make_station(hall, name, process, fonts)
    Seen(station.screen, leak_kb).start(process.stopping)
    run_stations([station], name, process.stopping)


class Seen:
    """Counts what a screen shows and tells it every second."""

    def __init__(self, screen: Screen, leak_kb: int, step: Callable[[], str] = str) -> None:
        self._screen, self._leak_kb, self._step = screen, leak_kb, step
        self._counts = Counter({"painted": 0, "moved": 0, "failsafe": 0, "blank": 0})
        self._steps: Counter[str] = Counter()
        self._kept: list[bytes] = []
        self._show, self._animate = screen.show, screen.animate
        screen.show = self._shown  # type: ignore[method-assign]
        screen.animate = self._moved  # type: ignore[method-assign]

    def start(self, stopping: threading.Event) -> None:
        threading.Thread(target=self._tell, args=(stopping,), name="seen", daemon=True).start()

    def _shown(self, ops):  # type: ignore[no-untyped-def]
        painted = self._show(ops)
        if painted.pixels:
            self._counts["painted"] += 1
            self._steps[self._step()] += 1
            self._counts["blank"] += self._is_blank()
            if self._leak_kb:
                self._kept.append(os.urandom(self._leak_kb * 1024))
        self._counts["failsafe"] += self._screen.failed
        return painted

    def _moved(self):  # type: ignore[no-untyped-def]
        self._counts["moved"] += 1
        return self._animate()

    def _is_blank(self) -> bool:
        """Whether a grid of places all have one colour."""
        surface, (width, height) = self._screen.surface, self._screen.size
        places = ((width * (2 * x + 1) // (2 * GRID), height * (2 * y + 1) // (2 * GRID)) for x, y in _grid())
        return len({tuple(surface.get_at(place)) for place in places}) == 1

    def _tell(self, stopping: threading.Event) -> None:
        told = 0
        while not stopping.wait(TELL_EVERY_S):
            steps = {step: count for step, count in self._steps.items() if step}
            facts: dict[str, object] = {"at_s": time.monotonic(), **self._counts, "steps": steps}
            if told % CACHES_EVERY == 0:
                facts["caches"], facts["blocks"] = caches.held(), sys.getallocatedblocks()
            told += 1
            sys.stdout.write(f"soak {json.dumps(facts)}\n")
            sys.stdout.flush()


def _grid() -> list[tuple[int, int]]:
    return [(x, y) for x in range(GRID) for y in range(GRID)]


if __name__ == "__main__":
    sys.exit(main())
