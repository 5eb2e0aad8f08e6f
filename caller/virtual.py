"""The virtual hall's hand on the simulated devices: panels out, taps and faults in. Only for ``virtual://`` devices."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from broker.contract.envelope import Panel, PanelPart, VirtualInput
from caller.devices import VirtualPart
from caller.wiring import Equipment

log = logging.getLogger(__name__)

FAULTS = ("unplug", "plug_in", "noise", "echo", "quiet")


class VirtualDesk:
    """Presses simulated keys and tells how the simulated devices look."""

    def __init__(self, caller: str, equipment: Equipment) -> None:
        self._caller = caller
        self._equipment = equipment
        self._last: Panel | None = None

    @property
    def any(self) -> bool:
        """Whether this caller has anything virtual."""
        return bool(self._equipment.virtual)

    def input(self, touched: VirtualInput) -> bool:
        """A person touched something. False when it is not there; that is logged, never raised."""
        try:
            if touched.kind == "fault":
                self._fault(touched.part, touched.key)
            elif touched.kind == "key":
                self._part(touched.part).tap(touched.key)
            else:
                return False
        except (KeyError, ValueError):
            # Neither key nor part: they are free text of whoever sent them, and might name a person.
            log.warning("no such virtual %s: key of %d letters", touched.kind, len(touched.key))
            return False
        return True

    def changed(self, parts: Iterable[PanelPart]) -> Panel | None:
        """The panel of all virtual devices if it looks different from the last one asked for."""
        shown = tuple(part for part in parts if part.part in self._equipment.virtual)
        panel = Panel(device=self._caller, parts=shown)
        if panel == self._last:
            return None
        self._last = panel
        return panel

    def forget(self) -> None:
        """The next panel counts as changed, e.g. after a reconnect."""
        self._last = None

    def _part(self, name: str) -> VirtualPart:
        if name not in self._equipment.virtual:
            raise KeyError(name)
        # every virtual device has the two methods
        own = self._equipment
        return own.readers.get(name) or own.consoles.get(name) or own.keypads[name]  # type: ignore[return-value]

    def _fault(self, name: str, fault: str) -> None:
        line = self._equipment.lines[name].simulated
        if line is None or fault not in FAULTS:
            raise KeyError(fault)
        match fault:
            case "unplug":
                line.unplug()
            case "plug_in":
                line.plug_in()
            case "noise":
                line.faults.noise_before = b"\xff\x68\x03\x55\x00"
            case "echo":
                line.faults.echo = True
            case "quiet":
                line.faults.noise_before, line.faults.echo = b"", False
