"""``python -m tests.bench.stalls PROCESSOR``: how late the machine wakes a program that should run before all others.

It sleeps a few milliseconds again and again on one processor, with real-time priority where that is allowed, until its
input ends, and then prints one line: its priority (``first`` or ``usual``) and how late each wake-up was, in
microseconds, with ``@`` and the moment (microseconds of the monotonic clock) behind those that were very late. What
comes late here is late through nobody who is measured: a machine that others share stands still.
"""

import os
import sys
import threading
import time

EVERY_S = 0.004
STOOD_S = 0.002
"""Later than this, the processor stood still for so long, at least: the sleep may have ended in the midst of it."""
PRIORITY = 50


def main() -> None:
    os.sched_setaffinity(0, {int(sys.argv[1])})
    priority = before_all_others()
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    words = [word_of(slept_s() - EVERY_S) for _ in iter(ended.is_set, True)]
    sys.stdout.write(" ".join((priority, *words)) + "\n")


def word_of(late_s: float) -> str:
    late_us = str(max(0, round(1e6 * late_s)))
    return late_us if late_s < STOOD_S else f"{late_us}@{round(1e6 * time.monotonic())}"


def before_all_others() -> str:
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except OSError:
        return "usual"
    return "first"


def slept_s() -> float:
    begun_s = time.monotonic()
    time.sleep(EVERY_S)
    return time.monotonic() - begun_s


if __name__ == "__main__":
    main()
