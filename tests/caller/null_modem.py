"""Two serial ports tied together: what is written at one end is read at the other, as with a cable of three wires."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty


class NullModem:
    """``ends`` are two device files. Bytes are passed on by a thread; ``passed`` keeps them, (end, bytes)."""

    def __init__(self) -> None:
        self._pairs = [os.openpty() for _ in range(2)]
        for _, near in self._pairs:
            tty.setraw(near)
        self.ends = tuple(os.ttyname(near) for _, near in self._pairs)
        self.passed: list[tuple[int, bytes]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="null-modem", daemon=True)

    def __enter__(self) -> NullModem:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=5.0)
        for pair in self._pairs:
            for descriptor in pair:
                with contextlib.suppress(OSError):
                    os.close(descriptor)

    def _run(self) -> None:
        far = [pair[0] for pair in self._pairs]
        while not self._stopping.is_set():
            for descriptor in select.select(far, [], [], 0.05)[0]:
                end = far.index(descriptor)
                with contextlib.suppress(OSError):
                    data = os.read(descriptor, 4096)
                    self.passed.append((end, data))
                    os.write(far[1 - end], data)
