"""A sign of life of one moving part (loop, network thread, disk): beaten by the part, read by the heart."""

import time
from collections.abc import Callable


class Pulse:
    """``name`` for reports; a beat promises the next one within ``limit_s`` real seconds."""

    def __init__(self, name: str, limit_s: float = 10.0, machine_s: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._limit_s = limit_s
        self._machine_s = machine_s
        self._due_s = machine_s() + limit_s

    def beat(self, promise_s: float | None = None) -> None:
        """I moved. Before something known to take long (a name look-up), promise a later beat with ``promise_s``."""
        self._due_s = self._machine_s() + (self._limit_s if promise_s is None else promise_s)

    def begin(self) -> None:
        """Somebody looks from now on: what was made long before has promised nothing for that time."""
        self._due_s = max(self._due_s, self._machine_s() + self._limit_s)

    def alive(self) -> bool:
        """Whether the promised beat is not overdue."""
        return self._machine_s() <= self._due_s
