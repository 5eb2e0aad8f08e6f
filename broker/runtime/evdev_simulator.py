"""A USB keypad that is a pipe: the simulator beside ``evdev_keys``. Who writes records into it presses its keys."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from broker.runtime.evdev_events import pack

TAP_S = 0.1


class VirtualKeypad:
    """A named pipe of ``struct input_event``. ``path`` is there while it is plugged in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._lifts_s: dict[int, float | None] = {}

    @property
    def plugged_in(self) -> bool:
        return self._descriptor is not None

    def plug_in(self) -> None:
        if self._descriptor is not None:
            return
        self.path.unlink(missing_ok=True)
        os.mkfifo(self.path, 0o600)
        # Both directions: a reader that comes later finds the other end there already.
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def unplug(self) -> None:
        """Pulled out: the name is gone, and whoever reads is told so."""
        if self._descriptor is None:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
        self._lifts_s.clear()

    def move(self, code: int, down: bool) -> None:
        """A key goes down or up; with nobody reading for long the pipe is full and moves are lost."""
        self.write(pack(code, down))

    def write(self, records: bytes) -> None:
        """Records of any sort."""
        if self._descriptor is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._descriptor, records)

    def tap(self, code: int) -> None:
        """Down now, and up a tenth of a second later, at the poll after that."""
        self.move(code, True)
        self._lifts_s[code] = None

    def tick(self, now_s: float) -> None:
        """Fingers that tapped are lifted."""
        for code, at_s in list(self._lifts_s.items()):
            if at_s is None:
                self._lifts_s[code] = now_s + TAP_S
            elif now_s >= at_s:
                del self._lifts_s[code]
                self.move(code, False)
