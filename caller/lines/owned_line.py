"""What the lines of every kind share: one bus line of the caller, and the devices that are simulated at its far end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from broker.model.address import BadAddress, DeviceAddress, parse_address
from broker.runtime.bus.line import Line
from broker.runtime.frames.pty_line import PtyLine
from broker.runtime.serial_port import SerialAddress
from caller.devices import CallerSetupError

Played = TypeVar("Played", bound=PtyLine)


@dataclass(frozen=True)
class LineState:
    """The line went up or down."""

    online: bool


class OwnedLine(Generic[Played]):
    """Owned by the caller's loop; the line's own thread does the reading and writing. A subclass makes ``line``."""

    line: Line

    def __init__(self, name: str) -> None:
        self.name = name
        self.simulated: Played | None = None
        """What plays the devices of a virtual line."""
        self.ups = 0
        """How often the line came up: whatever was shown before may be forgotten by its devices."""

    def start(self) -> None:
        if self.simulated is not None:
            self.simulated.start()
        self.line.start()

    def stop(self) -> None:
        self.line.stop()
        if self.simulated is not None:
            self.simulated.stop()

    def alive(self) -> bool:
        return self.line.alive()

    @property
    def line_fault(self) -> str:
        """Empty, or a short word for health: nothing of the line can be heard."""
        return "" if self.line.health.online else "line_down"

    def _port_of(self, address: str, folder: Path) -> SerialAddress:
        """Where the line is; a virtual one is where its devices are simulated. Raises CallerSetupError."""
        try:
            parsed = parse_address(address)
            if not parsed.is_virtual:
                return SerialAddress.parse(address)
            return self._played(parsed, folder / f"line-{self.name}")
        except BadAddress as error:
            raise CallerSetupError(f"line {self.name}", str(error), error.zh) from error

    def _played(self, address: DeviceAddress, path: Path) -> SerialAddress:
        """Make ``simulated`` at ``path``. Raises BadAddress."""
        raise NotImplementedError

    def _came(self, online: bool) -> LineState:
        """The line came up or went down."""
        self.ups += online
        return LineState(online)
