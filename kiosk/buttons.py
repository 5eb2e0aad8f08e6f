"""Physical keys of a kiosk: one per service, one for the staff to pause issuing; lamps say what a press would do.

A lamp beside a service key: lit = a ticket can be taken, blinking = one is on its way, dark = not now. The lamp beside
the pause key: lit = paused, flashing = somebody of the staff is wanted (paper, help).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from broker.contract.envelope import PanelPart
from broker.model.hall_devices import Button
from broker.model.words import Names
from broker.runtime.gpio import ContactChange, parse_key_address, parse_lamp_address
from kiosk.menu import Menu
from kiosk.pads import Pads

PAUSE_NAMES = Names("暂停取号", "Pause issuing")


@dataclass(frozen=True)
class LampScene:
    """What the lamps show: the menu, the service whose ticket is on its way, whether staff are wanted."""

    menu: Menu
    issuing: str | None = None
    staff_wanted: bool = False


class Buttons(Pads):
    """The keys of one kiosk, each with a lamp if it has one."""

    what = "buttons"

    def __init__(
        self,
        declared: Mapping[str, Button],
        services: Mapping[str, Names],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(monotonic, "none" if not declared else "closed")
        self._declared = dict(declared)
        self._services = services

    def start(self) -> None:
        """Take the pins. Where that fails the kiosk goes on with its screen, and its health says so."""
        self.take(
            {name: parse_key_address(button.address) for name, button in self._declared.items()},
            {name: parse_lamp_address(button.lamp) for name, button in self._declared.items() if button.lamp},
        )

    def poll(self) -> list[Button]:
        """The buttons pressed since the last call, debounced, in order."""
        return [self._declared[move.key] for move in self._moves() if move.change is ContactChange.PRESSED]

    def light(self, scene: LampScene) -> None:
        """Set every lamp."""
        for pad in self._pads:
            for name in pad.lamp_names:
                pad.lamp(name, lamp_of(self._declared[name], scene))

    # -- virtual keys ------------------------------------------------

    def tap(self, name: str) -> bool:
        """Press a virtual key shortly; False when there is none of that name."""
        pad = self._virtual(name)
        if pad is not None:
            pad.tap(name)
        return pad is not None

    def panel(self) -> list[PanelPart]:
        """The virtual keys with their lamps."""
        parts = []
        for pad, name in self._virtual_keys():
            names = self._services.get(self._declared[name].service or "", PAUSE_NAMES)
            lamp = pad.lamp_state(name) if pad.has_lamp(name) else "off"
            lamps = () if lamp == "off" else (name,)
            parts.append(PanelPart(part=name, kind="button", keys=(name,), labels=(names,), lamps=lamps, state=lamp))
        return parts


def lamp_of(button: Button, scene: LampScene) -> str:
    """What the lamp of a button shows. Pure."""
    if button.action == "pause_issuing":
        if scene.staff_wanted:
            return "flash"
        return "on" if scene.menu.state == "paused" else "off"
    if scene.issuing is not None and scene.issuing == button.service:
        return "blink"
    offer = scene.menu.offer(button.service)
    return "on" if scene.menu.state == "ready" and offer is not None and offer.open else "off"
