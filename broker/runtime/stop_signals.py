"""Turns SIGTERM, SIGINT and SIGHUP into one event, without a lock inside a signal handler.

``Event.set`` takes a lock; called from a handler it can meet itself and stand still for ever. So the interpreter's own
wake-up descriptor writes the signal's number into a pipe, and a thread of ours reads it and sets the event.
"""

import os
import signal
import threading
from collections.abc import Callable

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def set_on_signals(stopping: threading.Event) -> Callable[[], None]:
    """From now on those signals set ``stopping``; call what is returned to undo it. Main thread only."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    before = {number: signal.signal(number, _nothing) for number in STOP_SIGNALS}
    wakeup_before = signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(readable, stopping), name="stop-signals", daemon=True).start()

    def undo() -> None:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        os.close(writable)  # the thread reads the end and goes

    return undo


def _nothing(number: int, frame: object) -> None:
    """The pipe has it already."""


def _watch(readable: int, stopping: threading.Event) -> None:
    with os.fdopen(readable, "rb", buffering=0) as pipe:
        while numbers := pipe.read(64):
            if any(number in STOP_SIGNALS for number in numbers):
                stopping.set()
