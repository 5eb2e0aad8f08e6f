"""The keys that can be felt and the contact of the plug, on pins or virtual. A plug that stays in is no stuck key."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from broker.contract.envelope import PanelPart
from broker.model.hall_address_checks import GUIDANCE_CONTACTS
from broker.model.hall_devices import Guidance
from broker.model.words import Names
from broker.runtime.gpio import ContactChange, GpioError, Pad, parse_key_address
from kiosk.guidance.mind import Key

logger = logging.getLogger(__name__)

PLUG = "plug"
KEYS: tuple[Key, ...] = get_args(Key)
PART = "earphone-"
A_YEAR_MS = 365 * 24 * 3_600_000
LABELS = {
    PLUG: Names("耳机插头", "Earphone plug"),
    "next": Names("引导：下一项", "Guidance: next"),
    "previous": Names("引导：上一项", "Guidance: previous"),
    "choose": Names("引导：确认", "Guidance: select"),
    "repeat": Names("引导：重复", "Guidance: repeat"),
    "louder": Names("引导：音量", "Guidance: volume"),
}
_CLOSED = frozenset({ContactChange.PRESSED, ContactChange.HELD, ContactChange.STUCK})


class GuidanceKeys:
    """Owned by the kiosk's loop. ``plugged`` follows the contact; always False where there is none."""

    def __init__(self, declared: Guidance, monotonic: Callable[[], float] = time.monotonic) -> None:
        addresses = {name: getattr(declared, name) for name in GUIDANCE_CONTACTS}
        self._addresses = {name: text for name, text in addresses.items() if text != "none"}
        self._monotonic = monotonic
        self._pads: list[Pad] = []
        self.wake: Callable[[], None] = lambda: None
        self.plugged = False
        self.state = "closed"

    @property
    def has_plug(self) -> bool:
        """Whether a contact tells that somebody listens."""
        return PLUG in self._addresses

    def start(self) -> None:
        """Take the pins. Where that fails there is no guidance, and the kiosk's health says so."""
        keys = {name: parse_key_address(text) for name, text in self._addresses.items()}
        if PLUG in keys:
            keys[PLUG] = replace(keys[PLUG], stuck_ms=A_YEAR_MS)
        for virtual in (False, True):
            own = {name: key for name, key in keys.items() if key.virtual is virtual}
            if own:
                self._open(Pad(own, monotonic=self._monotonic))

    def _open(self, pad: Pad) -> None:
        pad.wake = self.wake
        try:
            pad.start()
        except GpioError as error:
            logger.error("keys of the voice guidance: %s", error)
            self.state = "unavailable"
            return
        self._pads.append(pad)
        self.state = "ok" if self.state == "closed" else self.state

    def stop(self) -> None:
        """Give the pins back."""
        for pad in self._pads:
            pad.close()

    def poll(self) -> list[Key]:
        """The keys pressed since the last call, in order."""
        pressed: list[Key] = []
        for pad in self._pads:
            for event in pad.poll():
                if event.key == PLUG:
                    self.plugged = event.change in _CLOSED
                elif event.change is ContactChange.PRESSED:
                    pressed += [key for key in KEYS if key == event.key]
        return pressed

    @property
    def settling(self) -> bool:
        """Whether a key is about to count as pressed."""
        return any(pad.settling for pad in self._pads)

    def alive(self) -> bool:
        """Whether presses can still arrive."""
        return all(pad.alive() for pad in self._pads)

    def health(self) -> str:
        """``ok``, ``unavailable`` or ``stuck:...``."""
        stuck = [name for pad in self._pads for name in pad.stuck() if name != PLUG]
        return f"stuck:{','.join(stuck)}" if stuck else self.state

    # -- virtual keys ------------------------------------------------

    def tap(self, part: str) -> bool:
        """Press a virtual key shortly, or put the virtual plug in or out; False when there is none of that name."""
        name = part.removeprefix(PART)
        pad = next((pad for pad in self._pads if pad.virtual and name in pad.names), None)
        if pad is None or not part.startswith(PART):
            return False
        if name != PLUG:
            pad.tap(name)
        elif self.plugged:
            pad.finger_up(name)
        else:
            pad.finger_down(name)
        return True

    def panel(self) -> list[PanelPart]:
        """The virtual keys; the plug's lamp is lit while it is in."""
        parts = []
        for pad in self._pads:
            for name in pad.names if pad.virtual else ():
                lamps = (PART + name,) if name == PLUG and self.plugged else ()
                parts.append(
                    PanelPart(part=PART + name, kind="button", keys=(PART + name,), labels=(LABELS[name],), lamps=lamps)
                )
        return parts
