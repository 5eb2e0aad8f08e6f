"""Waiting for what another thread, process or browser does: for the thing itself, never for a time."""

import time
from collections.abc import Callable

STEP_S = 0.01


def until(condition: Callable[[], object], what: object = None, within_s: float = 60.0) -> None:
    """Return once ``condition`` is true; fail after ``within_s`` with ``what``: a sentence, or what makes one."""
    ends = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError((what() if callable(what) else what) or f"not true within {within_s:g} s")
        time.sleep(STEP_S)
