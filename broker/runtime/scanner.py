"""Serial code scanners and card readers as a loop sees them: ``serial:///dev/...``; a line of text for each thing held.

The simulator is a hand with a code at the far end of a pseudo-terminal; the driver cannot tell.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from broker.runtime.cable import Cable
from broker.runtime.code_lines import Lines, Once, Patience, ScanEvent, Scanned
from broker.runtime.serial_port import SerialAddress, SerialPort, SerialPortError

logger = logging.getLogger(__name__)

DEFAULT_BAUD = 9_600


class Scanner:
    """One scanner. Owned by one loop, which polls it every turn; nothing here waits."""

    def __init__(self, port: SerialPort, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._clock = clock
        self._lines, self._once, self._patience = Lines(), Once(), Patience()

    def start(self) -> None:
        """Open the line if it is there; that it is not is no error."""
        self._port.try_open()

    def stop(self) -> None:
        """Close the line."""
        self._port.close()

    def health(self) -> str:
        """``ok``, ``offline`` while there is no such device, ``noisy`` while it talks without end."""
        if not self._port.is_open:
            return "offline"
        return "noisy" if self._patience.over(self._clock()) else "ok"

    def poll(self) -> list[ScanEvent]:
        """The codes read since the last call, each once; none of a scanner that talks without end."""
        now_s = self._clock()
        received = b""
        if self._port.try_open():
            try:
                received = self._port.read_available(0)
            except SerialPortError as error:
                logger.warning("scanner: %s", error)
        new = [text for text in self._lines.feed(received, now_s) if self._once.new(text, now_s)]
        return [Scanned(text) for text in new if self._patience.lets(now_s)]


class ScannerSimulator:
    """A person who holds codes before a scanner."""

    def __init__(self) -> None:
        self._cable = Cable("scanner")

    @property
    def serial_address(self) -> SerialAddress:
        """Where the driver finds it; valid from `start` to `stop`."""
        return SerialAddress(self._cable.path, DEFAULT_BAUD)

    def start(self) -> None:
        self._cable.start()

    def stop(self) -> None:
        self._cable.stop()

    def scan(self, text: str, end: bytes = b"\r") -> bool:
        """Hold a code before it; False when it is unplugged."""
        return self._cable.is_plugged and self._cable.write(text.encode() + end)

    def send(self, data: bytes) -> None:
        """Bytes as they come from a scanner that is broken or wrongly set up."""
        self._cable.write(data)

    def unplug(self, unplugged: bool = True) -> None:
        """Pull the plug, or put it back."""
        self._cable.follow(unplugged)

    @property
    def state(self) -> str:
        """``"ok"`` or ``"unplugged"``, for a panel."""
        return "ok" if self._cable.is_plugged else "unplugged"


class SimulatedScanner:
    """Driver and simulator as one scanner: what a virtual address gives."""

    def __init__(self) -> None:
        self.simulator = ScannerSimulator()

    def start(self) -> None:
        self.simulator.start()
        self._driver = Scanner(SerialPort(self.simulator.serial_address))
        self._driver.start()

    def stop(self) -> None:
        self._driver.stop()
        self.simulator.stop()

    def poll(self) -> list[ScanEvent]:
        return self._driver.poll()

    def health(self) -> str:
        return self._driver.health()
