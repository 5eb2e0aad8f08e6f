"""``python -m tests.bench.observed_pause PROGRAM ARGUMENTS...``: any of our programs with screens, with a stop-watch.

It is the program itself, run as ``python -m PROGRAM``. Whenever one of its screens has shown a picture that says
暂停服务, or one that does not any more, a line tells so, on the machine's monotonic clock that all processes share:

    pause on SECONDS SCREEN
    pause off SECONDS SCREEN

When ``Screen.show`` has returned, the pixels are in the screen's memory, and on a real screen handed to the display.
"""

import runpy
import sys
import time

from broker.runtime.canvas.ops import Op, Text
from broker.runtime.canvas.window import Screen

PAUSED = "暂停服务"


def main() -> None:
    show, said = Screen.show, dict[int, bool]()

    def timed(screen: Screen, ops: tuple[Op, ...]):  # type: ignore[no-untyped-def]
        painted = show(screen, ops)
        paused = any(isinstance(op, Text) and PAUSED in op.plain for op in ops)
        if paused is not said.get(id(screen), False):
            said[id(screen)] = paused
            sys.stdout.write(
                f"pause {'on' if paused else 'off'} {time.monotonic():.6f} {list(said).index(id(screen))}\n"
            )
            sys.stdout.flush()
        return painted

    Screen.show = timed  # type: ignore[method-assign]
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
