"""What a wall display paints and what that costs; ``python -m tests.bench.board`` prints one round as JSON."""

import json
import subprocess
import sys
import time
from dataclasses import asdict
from statistics import median

from tests.bench.figures import Figure
from tests.bench.halls import WINDOW_BOARD
from tests.bench.program import Program
from tests.bench.town import Town

UNCHANGED_MOST, TICKER_MOST, CALL_MOST = 0.0, 6.0, 45.0
"""Shares of a screen's pixels in percent, the same gates as the display's own tests."""


def painting_costs(rounds: int) -> list[Figure]:
    """Each round in a fresh process, so that the first picture finds no font and no cache warm."""
    costs = []
    for _ in range(rounds):
        done = subprocess.run([sys.executable, "-m", "tests.bench.board"], capture_output=True, text=True, check=True)
        costs.append(json.loads(done.stdout.splitlines()[-1]))
    share = {name: 100 * max(cost[name] for cost in costs) for name in ("unchanged", "ticker", "new_call", "minute")}
    taken_ms = {name: 1000 * median(cost[name] for cost in costs) for name in ("first_frame_s", "new_call_s", "view_s")}
    note = "of 1920x1080"
    return [
        Figure("board unchanged: pixels painted", share["unchanged"], "%", UNCHANGED_MOST, note=note, n=rounds),
        Figure("board's ticker, one step: pixels painted", share["ticker"], "%", TICKER_MOST, note=note, n=rounds),
        Figure("board's new call: pixels painted", share["new_call"], "%", CALL_MOST, note=note, n=rounds),
        Figure("board's new minute: pixels painted", share["minute"], "%", note=note, n=rounds),
        Figure("board's first picture", taken_ms["first_frame_s"], "ms", note="median, fresh process", n=rounds),
        Figure("board's new call: decided and painted", taken_ms["new_call_s"], "ms", note="median", n=rounds),
        Figure("board's picture as operations, unpainted", taken_ms["view_s"], "ms", note="median", n=rounds),
    ]


def ticker_figures(town: Town, seconds: float) -> list[Figure]:
    """Processor share of a board with a running ticker and nothing else: in memory, and in a window at 30 a second."""
    virtual = town.run(WINDOW_BOARD, ["-m", "display", str(town.halls.town), WINDOW_BOARD])
    figures = [_share("board in memory, ticker 4 times a second", virtual, seconds, "virtual:// screen")]
    windowed = town.run(
        WINDOW_BOARD,
        ["-m", "display", str(town.halls.windowed), WINDOW_BOARD],
        environment={"SDL_VIDEODRIVER": "dummy"},
    )
    note = "window:// screen on SDL's dummy driver: all but the copy to a panel"
    return [*figures, _share("board in a window, ticker 30 times a second", windowed, seconds, note)]


def _share(name: str, program: Program, seconds: float, note: str) -> Figure:
    time.sleep(1.5)  # connected, painted
    before_s = program.cpu_s()
    time.sleep(seconds)
    used_s = program.cpu_s() - before_s
    return Figure(f"{name}: processor", 100 * used_s / seconds, "%", note=f"of one core; {note}")


if __name__ == "__main__":
    from display.measure import measure_board

    sys.stdout.write(json.dumps(asdict(measure_board())) + "\n")
