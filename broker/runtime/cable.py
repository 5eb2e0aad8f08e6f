"""The far end of a simulated serial cable: a pseudo-terminal under a fixed name that can be unplugged and plugged in.

A simulator holds the far end, its driver opens the near one with the code that opens a real cable. The name is a link,
as udev gives a device a fixed name, so that what is replugged is found again.
"""

from __future__ import annotations

import os
import select
import shutil
import tempfile
import tty
from pathlib import Path


class FarEnd:
    """A cable whose near end has the name ``link``. Not safe for two threads at once."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._far = self._near = -1

    @property
    def is_plugged(self) -> bool:
        return self._far >= 0

    @property
    def descriptor(self) -> int | None:
        """To be waited for beside others; None while nothing is plugged in."""
        return self._far if self.is_plugged else None

    def plug(self) -> None:
        """A fresh terminal under the old name; nothing if it is plugged in already."""
        if self.is_plugged:
            return
        self._far, self._near = os.openpty()
        tty.setraw(self._near)  # held open, so that the far end lives on while no driver has it open
        os.set_blocking(self._far, False)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._near))

    def unplug(self) -> None:
        """The driver's next read or write fails, as when a plug is pulled."""
        if not self.is_plugged:
            return
        self.link.unlink(missing_ok=True)
        for descriptor in (self._near, self._far):
            os.close(descriptor)
        self._far = self._near = -1

    def wait(self, timeout_s: float) -> None:
        """Until a first byte comes; plugged only."""
        select.select([self._far], [], [], timeout_s)

    def read(self, limit: int) -> bytes:
        """What the driver has sent; empty when nothing came or nothing is plugged in."""
        if not self.is_plugged or limit < 1:
            return b""
        try:
            return os.read(self._far, limit)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> bool:
        """Towards the driver; False when nobody reads and the terminal is full."""
        if not data or not self.is_plugged:
            return True
        try:
            os.write(self._far, data)
        except BlockingIOError:
            return False
        return True


class Cable:
    """A far end in a private folder of its own. Not safe for two threads: who plugs also reads and writes."""

    def __init__(self, device: str) -> None:
        """``device`` names the end that the driver opens."""
        self._device = device
        self._end: FarEnd | None = None

    @property
    def path(self) -> str:
        """What the driver opens; RuntimeError before `start` and after `stop`."""
        return str(self._started().link)

    @property
    def is_plugged(self) -> bool:
        return self._end is not None and self._end.is_plugged

    def start(self) -> None:
        """Make the folder and plug in."""
        self._end = FarEnd(Path(tempfile.mkdtemp(prefix=f"{self._device}-")) / self._device)
        self.plug()

    def stop(self) -> None:
        """Unplug and take the name away."""
        self.unplug()
        if self._end is not None:
            shutil.rmtree(self._end.link.parent, ignore_errors=True)

    def plug(self) -> None:
        """A fresh terminal under the old name."""
        self._started().plug()

    def unplug(self) -> None:
        """The driver's next read or write fails, as when a plug is pulled."""
        if self._end is not None:
            self._end.unplug()

    def follow(self, unplugged: bool) -> None:
        """Plug or unplug until it is so."""
        if unplugged and self.is_plugged:
            self.unplug()
        elif not unplugged and not self.is_plugged:
            self.plug()

    def wait(self, timeout_s: float) -> None:
        """Until a first byte comes; plugged only."""
        self._started().wait(timeout_s)

    def read(self, limit: int) -> bytes:
        """What the driver has sent; empty when nothing came or nothing is plugged in."""
        return b"" if self._end is None else self._end.read(limit)

    def write(self, data: bytes) -> bool:
        """Towards the driver; False when nobody reads and the terminal is full."""
        return self._end is None or self._end.write(data)

    def _started(self) -> FarEnd:
        if self._end is None:
            raise RuntimeError("the simulator was not started")
        return self._end
