"""From the hall file's words to a running printer: the address decides between the cable and the simulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from broker.model.address import parse_address
from broker.runtime.serial_port import SerialAddress, SerialPort
from kiosk.printer.job import PrinterEvent
from kiosk.printer.link import PrinterLink
from kiosk.printer.profile import profile_of

if TYPE_CHECKING:
    from kiosk.printer.paper import Strip
    from kiosk.printer.simulator import PrinterSimulator


@dataclass(frozen=True)
class Printer:
    """A printer in use: `link` for tickets; `simulator` only behind a virtual address."""

    link: PrinterLink
    simulator: PrinterSimulator | None = None

    def stop(self) -> None:
        self.link.stop()
        if self.simulator is not None:
            self.simulator.stop()


def start_printer(
    address: str,
    notify: Callable[[PrinterEvent], None],
    *,
    make: str = "generic",
    paper: str = "80",
    flags: Mapping[str, Any] | None = None,
    on_paper: Callable[[Strip], None] | None = None,
) -> Printer:
    """Start the printer at `address` (``serial:///dev/...`` or ``virtual://printer?...``).

    A printer that is not there now is no error: the link goes on looking for it. Raise `BadSerialAddress`,
    `BadAddress` or `UnknownProfile` for a hall file that cannot be meant. `flags` of this one printer stand before its
    make's (None: the make's). `on_paper` sees simulated papers only.
    """
    flags = {name: value for name, value in (flags or {}).items() if value is not None}
    profile = profile_of(make, paper, flags)
    if parse_address(address).is_virtual:
        from kiosk.printer.simulator import PrinterSimulator  # a real printer needs neither Pillow nor segno

        simulator = PrinterSimulator(address, make, paper, on_paper, flags)
        simulator.start()
        place = simulator.serial_address
    else:
        simulator = None
        place = SerialAddress.parse(address)
    link = PrinterLink(SerialPort(place), profile, notify)
    link.start()
    return Printer(link, simulator)
