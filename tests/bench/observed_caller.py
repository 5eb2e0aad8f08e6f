"""``python -m tests.bench.observed_caller HALL CALLER``: the real caller, with a finger and a stop-watch added.

A line ``press KEYPAD FACE`` on its input is a finger on that face of an evaluator's screen, from a thread that the
caller's loop knows nothing of. It prints ``prompt KEYPAD VISIT`` once somebody is asked, and ``thanks KEYPAD VISIT
LEVEL SECONDS`` once the picture of the thanks is painted, which is after the rating's commit on the disk.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from broker.runtime.hall_source import load_hall
from broker.runtime.process import Process, run_process
from caller.evaluator.screen import ScreenEvaluator
from caller.node import CallerNode


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def watch(name: str, device: ScreenEvaluator, pressed: dict[str, float]) -> None:
    """Tell of prompts and of painted thanks."""
    prompt, thank, draw = device.prompt, device.thank, device._draw
    thanked: list[tuple[str, str]] = []
    asked: list[str] = []

    def visit() -> str:
        view = device._view
        return view.evaluation.visit if view is not None and view.evaluation is not None else asked[-1]

    def prompted() -> None:
        prompt()
        asked[:] = [visit()]

    def thanking(level: Any) -> None:
        thank(level)
        thanked.append((asked[-1] if asked else "?", level.value))

    told: list[str] = []

    def drawing() -> None:
        draw()
        if asked and told != asked and "face/satisfied" in device._screen.targets():
            told[:] = asked
            say(f"prompt {name} {asked[-1]}")
        for rated, level in thanked:
            seconds = time.monotonic() - pressed.pop(name, float("nan"))
            say(f"thanks {name} {rated} {level} {seconds:.6f}")
        thanked.clear()

    device.prompt, device.thank, device._draw = prompted, thanking, drawing  # type: ignore[method-assign]


def fingers(devices: dict[str, ScreenEvaluator], pressed: dict[str, float]) -> None:
    """Obey the lines of the input until it ends."""
    for line in sys.stdin:
        verb, name, face = line.split()
        place = devices[name]._screen.targets().get(f"face/{face}")
        if verb == "press" and place is not None:
            pressed[name] = time.monotonic()
            devices[name]._screen.press(*place)  # type: ignore[attr-defined]


def work(hall_file: Path, name: str, process: Process) -> None:
    node = CallerNode(load_hall(hall_file), name, process)
    pressed: dict[str, float] = {}
    devices = {key: one for key, one in node.equipment.keypads.items() if isinstance(one, ScreenEvaluator)}
    for key, device in devices.items():
        watch(key, device, pressed)
    try:
        node.start()
        threading.Thread(target=fingers, args=(devices, pressed), daemon=True).start()
        node.run()
    finally:
        node.stop()


if __name__ == "__main__":
    sys.exit(run_process(sys.argv[2], lambda process: work(Path(sys.argv[1]), sys.argv[2], process)))
