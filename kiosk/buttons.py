"""Physical keys of a kiosk: one per service, one for the staff to pause issuing; lamps say what a press would do.

A lamp beside a service key: lit = a ticket can be taken, blinking = one is on its way, dark = not now. The lamp beside
the pause key: lit = paused, flashing = somebody of the staff is wanted (paper, help).
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from broker.contract.envelope import PanelPart
from broker.model.hall_devices import Button
from broker.model.words import Names
from broker.runtime.gpio import ContactChange, GpioError, Pad, UnknownKey, parse_key_address, parse_lamp_address
from kiosk.menu import Menu

logger = logging.getLogger(__name__)

PAUSE_NAMES = Names("暂停取号", "Pause issuing")


@dataclass(frozen=True)
class LampScene:
    """What the lamps show: the menu, the service whose ticket is on its way, whether staff are wanted."""

    menu: Menu
    issuing: str | None = None
    staff_wanted: bool = False


class Buttons:
    """The keys of one kiosk. Real and virtual keys may stand side by side. Owned by the kiosk's loop."""

    def __init__(
        self,
        declared: Mapping[str, Button],
        services: Mapping[str, Names],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._declared = dict(declared)
        self._services = services
        self._monotonic = monotonic
        self._pads: list[Pad] = []
        self.wake: Callable[[], None] = lambda: None
        """Called at each edge of a key, from any thread; to be set before ``start``."""
        self.state = "none" if not declared else "closed"

    def start(self) -> None:
        """Take the pins. Where that fails the kiosk goes on with its screen, and its health says so."""
        for virtual in (False, True):
            keys = {name: parse_key_address(button.address) for name, button in self._declared.items()}
            keys = {name: key for name, key in keys.items() if key.virtual is virtual}
            lamps = {
                name: parse_lamp_address(button.lamp)
                for name, button in self._declared.items()
                if button.lamp and name in keys
            }
            if keys:
                self._open(Pad(keys, lamps, monotonic=self._monotonic))

    def _open(self, pad: Pad) -> None:
        pad.wake = self.wake
        try:
            pad.start()
        except GpioError as error:
            logger.error("buttons: %s", error)
            self.state = "unavailable"
            return
        self._pads.append(pad)
        if self.state == "closed":
            self.state = "ok"

    def stop(self) -> None:
        """Give the pins back."""
        for pad in self._pads:
            pad.close()

    def alive(self) -> bool:
        """Whether presses can still arrive."""
        return all(pad.alive() for pad in self._pads)

    def poll(self) -> list[Button]:
        """The buttons pressed since the last call, debounced, in order."""
        pressed = []
        for pad in self._pads:
            for event in pad.poll():
                if event.change is ContactChange.PRESSED:
                    pressed.append(self._declared[event.key])
        return pressed

    @property
    def settling(self) -> bool:
        """Whether a key is about to count as pressed."""
        return any(pad.settling for pad in self._pads)

    def stuck(self) -> tuple[str, ...]:
        """Keys that are down for so long that they count as broken."""
        return tuple(name for pad in self._pads for name in pad.stuck())

    def health(self) -> str:
        """``ok``, ``none``, ``unavailable`` or ``stuck:...``."""
        stuck = self.stuck()
        return f"stuck:{','.join(stuck)}" if stuck else self.state

    def light(self, scene: LampScene) -> None:
        """Set every lamp."""
        for pad in self._pads:
            for name in pad.lamp_names:
                pad.lamp(name, lamp_of(self._declared[name], scene))

    # -- virtual keys ------------------------------------------------

    def tap(self, name: str) -> bool:
        """Press a virtual key shortly; False when there is none of that name."""
        for pad in self._pads:
            if pad.virtual and name in pad.names:
                try:
                    pad.tap(name)
                except UnknownKey:
                    return False
                return True
        return False

    def panel(self) -> list[PanelPart]:
        """The virtual keys with their lamps."""
        parts = []
        for pad in self._pads:
            for name in pad.names if pad.virtual else ():
                button = self._declared[name]
                names = self._services.get(button.service or "", PAUSE_NAMES)
                lamp = pad.lamp_state(name) if pad.has_lamp(name) else "off"
                lamps = () if lamp == "off" else (name,)
                parts.append(
                    PanelPart(part=name, kind="button", keys=(name,), labels=(names,), lamps=lamps, state=lamp)
                )
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
