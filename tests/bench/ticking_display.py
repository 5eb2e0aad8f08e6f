"""``python -m tests.bench.ticking_display FRAMES HALL NAME``: a wall display whose ticker moves FRAMES times a second.

The display program as it is, with another ``FRAME_S``. To every line on standard input it answers ``frames COUNT
SECONDS``, the frames shown so far and the monotonic time, so that what was paid for is known to have been shown.
"""

import sys
import threading
import time
from pathlib import Path

import display.app
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.hall_source import load_hall
from broker.runtime.process import Process, run_process
from display.node import make_station


def main() -> int:
    frames, path, name = sys.argv[1:]
    hall = load_hall(Path(path))
    display.app.FRAME_S = 1 / float(frames)

    def work(process: Process) -> None:
        fonts = Fonts()
        fonts.start()
        station = make_station(hall, name, process, fonts)
        animate, shown = station.screen.animate, [0]

        def counted():  # type: ignore[no-untyped-def]
            painted = animate()
            shown[0] += bool(painted.pixels)
            return painted

        station.screen.animate = counted  # type: ignore[method-assign]
        threading.Thread(target=answer, args=(shown,), name="answer", daemon=True).start()
        display.app.run_stations([station], name, process.stopping)

    return run_process(name, work)


def answer(shown: list[int]) -> None:
    for _ in sys.stdin:
        sys.stdout.write(f"frames {shown[0]} {time.monotonic():.6f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
