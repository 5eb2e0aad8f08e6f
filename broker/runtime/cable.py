"""The far end of a simulated serial cable: a pseudo-terminal under a fixed name that can be unplugged and plugged in.

A simulator holds the far end, its driver opens the near one with the code that opens a real cable. The name is a link
in a private folder, as udev gives a device a fixed name, so that what is replugged is found again.
"""

from __future__ import annotations

import os
import select
import shutil
import tempfile
import tty
from pathlib import Path


class Cable:
    """One cable. Not safe for two threads: who plugs also reads and writes."""

    def __init__(self, device: str) -> None:
        """``device`` names the end that the driver opens."""
        self._device = device
        self._folder: Path | None = None
        self._far = self._near = -1

    @property
    def path(self) -> str:
        """What the driver opens; RuntimeError before `start` and after `stop`."""
        if self._folder is None:
            raise RuntimeError("the simulator was not started")
        return str(self._folder / self._device)

    @property
    def is_plugged(self) -> bool:
        return self._far >= 0

    def start(self) -> None:
        """Make the folder and plug in."""
        self._folder = Path(tempfile.mkdtemp(prefix=f"{self._device}-"))
        self.plug()

    def stop(self) -> None:
        """Unplug and take the name away."""
        self.unplug()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def plug(self) -> None:
        """A fresh terminal under the old name."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)  # held open, so that the far end lives on while no driver has it open
        os.set_blocking(self._far, False)
        Path(self.path).symlink_to(os.ttyname(self._near))

    def unplug(self) -> None:
        """The driver's next read or write fails, as when a plug is pulled."""
        if self._folder is not None:
            Path(self.path).unlink(missing_ok=True)
        for descriptor in (self._near, self._far):
            if descriptor >= 0:
                os.close(descriptor)
        self._far = self._near = -1

    def follow(self, unplugged: bool) -> None:
        """Plug or unplug until it is so."""
        if unplugged and self.is_plugged:
            self.unplug()
        elif not unplugged and not self.is_plugged:
            self.plug()

    def wait(self, timeout_s: float) -> None:
        """Until a first byte comes; plugged only."""
        select.select([self._far], [], [], timeout_s)

    def read(self, limit: int) -> bytes:
        """What the driver has sent; empty when nothing came or nothing is plugged in."""
        if self._far < 0 or limit < 1:
            return b""
        try:
            return os.read(self._far, limit)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> bool:
        """Towards the driver; False when nobody reads and the terminal is full."""
        if not data or self._far < 0:
            return True
        try:
            os.write(self._far, data)
        except BlockingIOError:
            return False
        return True
