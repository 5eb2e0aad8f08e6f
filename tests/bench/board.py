"""What a wall display paints and what that costs; ``python -m tests.bench.board SHAPE`` prints one round as JSON."""

import json
import queue
import subprocess
import sys
import time
from dataclasses import asdict
from statistics import median

from broker.model.commands import PostNotice
from tests.bench.figures import Figure
from tests.bench.halls import WINDOW_BOARD
from tests.bench.program import Program
from tests.bench.town import Town

UNCHANGED_MOST, TICKER_MOST, CALL_MOST = 0.0, 6.0, 45.0
"""Shares of a screen's pixels in percent, the same gates as the display's own tests."""
FIRST_FRAME_MOST_MS = 600.0
TICKER_MOST_PROCESSOR = 3.0
"""Percent of one core, at the most of ``FRAMES``; a real display runs 30."""
FRAMES = (30, 60)
SHAPES = {"landscape": "1920x1080", "portrait": "1080x1920"}
SETTLED_S, ANSWER_WITHIN_S = 5.0, 10.0
"""Connected, painted, and the line has begun to move."""
LONG_ZH = (
    "因系统升级，本周五下午三点起暂停办理社会保障卡补换业务，请提前安排时间；"
    "养老待遇资格认证可以在手机上办理，不必到大厅来。"
)
LONG_EN = "Because of maintenance no social security cards are replaced from three on Friday afternoon."


def painting_costs(rounds: int) -> list[Figure]:
    """Each round in a fresh process, so that the first picture finds no font and no cache warm."""
    return [figure for shape in SHAPES for figure in _costs_of(shape, rounds)]


def _costs_of(shape: str, rounds: int) -> list[Figure]:
    costs = []
    for _ in range(rounds):
        command = [sys.executable, "-m", "tests.bench.board", shape]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        costs.append(json.loads(done.stdout.splitlines()[-1]))
    share = {name: 100 * max(cost[name] for cost in costs) for name in ("unchanged", "ticker", "new_call", "minute")}
    first_ms = 1000 * max(cost["open_s"] + cost["first_frame_s"] for cost in costs)
    taken_ms = {name: 1000 * median(cost[name] for cost in costs) for name in ("first_frame_s", "new_call_s", "view_s")}
    board = f"{shape} board"
    note = f"of {SHAPES[shape]}"
    return [
        Figure(f"{board} unchanged: pixels painted", share["unchanged"], "%", UNCHANGED_MOST, note=note, n=rounds),
        Figure(f"{board}'s ticker, one step: pixels painted", share["ticker"], "%", TICKER_MOST, note=note, n=rounds),
        Figure(f"{board}'s new call: pixels painted", share["new_call"], "%", CALL_MOST, note=note, n=rounds),
        Figure(f"{board}'s new minute: pixels painted", share["minute"], "%", note=note, n=rounds),
        Figure(f"{board}'s first frame, fonts and all, worst", first_ms, "ms", FIRST_FRAME_MOST_MS, n=rounds),
        Figure(f"{board}'s first frame, painting alone", taken_ms["first_frame_s"], "ms", note="median", n=rounds),
        Figure(f"{board}'s new call: decided and painted", taken_ms["new_call_s"], "ms", note="median", n=rounds),
        Figure(f"{board}'s picture as operations, unpainted", taken_ms["view_s"], "ms", note="median", n=rounds),
    ]


def ticker_figures(town: Town, seconds: float) -> list[Figure]:
    """Processor share of a board with a running ticker and nothing else: in memory, and in a window."""
    town.engine_side.ask(PostNotice(notice="bench", zh=LONG_ZH, en=LONG_EN))
    virtual = town.run(WINDOW_BOARD, ["-m", "display", str(town.halls.town), WINDOW_BOARD])
    time.sleep(SETTLED_S)
    used = _share(virtual, seconds)
    note = "of one core; virtual:// screen"
    figures = [Figure("board in memory, ticker 4 times a second: processor", used, "%", note=note)]
    for frames in FRAMES:
        figures += _window_figures(town, frames, seconds)
    return figures


def _window_figures(town: Town, frames: int, seconds: float) -> list[Figure]:
    told: queue.Queue[str] = queue.Queue()
    program = town.run(
        WINDOW_BOARD,
        ["-m", "tests.bench.ticking_display", str(frames), str(town.halls.windowed), WINDOW_BOARD],
        told.put,
        environment={"SDL_VIDEODRIVER": "dummy"},
    )
    time.sleep(SETTLED_S)
    before, began_s = _frames(program, told)
    used = _share(program, seconds)
    after, ended_s = _frames(program, told)
    shown = (after - before) / (ended_s - began_s)
    name = f"board in a window, ticker {frames} times a second"
    note = "of one core; SDL's dummy driver: all but the copy to a panel"
    least = 0.93 * frames
    return [
        Figure(f"{name}: processor", used, "%", TICKER_MOST_PROCESSOR if frames == max(FRAMES) else None, note=note),
        Figure(f"{name}: frames shown", shown, "/s", least, most=False, n=after - before),
    ]


def _frames(program: Program, told: "queue.Queue[str]") -> tuple[int, float]:
    program.tell("?")
    _, count, at_s = told.get(timeout=ANSWER_WITHIN_S).split()
    return int(count), float(at_s)


def _share(program: Program, seconds: float) -> float:
    before_s = program.cpu_s()
    time.sleep(seconds)
    return 100 * (program.cpu_s() - before_s) / seconds


if __name__ == "__main__":
    from display.measure import measure_board

    sys.stdout.write(json.dumps(asdict(measure_board(sys.argv[1]))) + "\n")  # type: ignore[arg-type]
