"""``python -m tests.bench.observed_pause PROGRAM ARGUMENTS...``: any of our programs with screens, with a stop-watch.

It is the program itself, run as ``python -m PROGRAM``. Whenever one of its screens has shown a picture that says
暂停服务, or one that does not any more, a line tells so, on the machine's monotonic clock that all processes share:

    pause on SECONDS SCREEN
    pause off SECONDS SCREEN

A kiosk says it on the page of a service, so somebody must have opened that. A line ``open TARGET TARGET ...`` on
standard input has a finger go home and touch these in turn; ``opened`` is printed when the last was touched, ``lost
TARGET`` when it never came.

When ``Screen.show`` has returned, the pixels are in the screen's memory, and on a real screen handed to the display.
"""

import runpy
import sys
import threading
import time

from broker.runtime.canvas.ops import Op, Text
from broker.runtime.canvas.window import Screen

PAUSED = "暂停服务"
GIVE_UP_S = 20.0
LOOK_S = 0.05
BETWEEN_TOUCHES_S = 1.0
"""Longer than what a kiosk takes for one trembling finger."""


def main() -> None:
    show, said = Screen.show, dict[int, bool]()
    screens: list[Screen] = []

    def timed(screen: Screen, ops: tuple[Op, ...]):  # type: ignore[no-untyped-def]
        painted = show(screen, ops)
        if not screens:
            screens.append(screen)
        paused = any(isinstance(op, Text) and PAUSED in op.plain for op in ops)
        if paused is not said.get(id(screen), False):
            said[id(screen)] = paused
            sys.stdout.write(
                f"pause {'on' if paused else 'off'} {time.monotonic():.6f} {list(said).index(id(screen))}\n"
            )
            sys.stdout.flush()
        return painted

    Screen.show = timed  # type: ignore[method-assign]
    threading.Thread(target=_finger, args=(screens,), name="finger", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _finger(screens: list[Screen]) -> None:
    for line in sys.stdin:
        match line.split():
            case ["open", *targets]:
                _home(screens)
                lost = next((target for target in targets if not _touch(screens, target)), "")
                sys.stdout.write(f"lost {lost}\n" if lost else "opened\n")
                sys.stdout.flush()


def _home(screens: list[Screen]) -> None:
    """To the first picture, however deep somebody is."""
    while screens and (back := next((one for one in ("home", "back") if one in screens[0].targets()), "")):
        _touch(screens, back)


def _touch(screens: list[Screen], target: str) -> bool:
    until_s = time.monotonic() + GIVE_UP_S
    while not screens or (place := screens[0].targets().get(target)) is None:
        if time.monotonic() > until_s:
            return False
        time.sleep(LOOK_S)
    screens[0].press(*place)
    time.sleep(BETWEEN_TOUCHES_S)
    return True


if __name__ == "__main__":
    main()
