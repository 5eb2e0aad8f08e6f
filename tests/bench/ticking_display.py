"""``python -m tests.bench.ticking_display FRAMES HALL NAME``: a wall display whose ticker moves FRAMES times a second.

The display program as it is, with another ``FRAME_S``; at its end it prints ``frames COUNT SECONDS``, so that what was
paid for is known to have been shown.
"""

import sys
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
        animate, counted, began_s = station.screen.animate, [0], time.monotonic()

        def moved():  # type: ignore[no-untyped-def]
            painted = animate()
            counted[0] += bool(painted.pixels)
            return painted

        station.screen.animate = moved  # type: ignore[method-assign]
        try:
            display.app.run_stations([station], name, process.stopping)
        finally:
            sys.stdout.write(f"frames {counted[0]} {time.monotonic() - began_s:.3f}\n")
            sys.stdout.flush()

    return run_process(name, work)


if __name__ == "__main__":
    sys.exit(main())
