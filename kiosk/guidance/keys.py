"""The keys that can be felt and the contact of the plug, on pins or virtual. A plug that stays in is no stuck key."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from broker.contract.envelope import PanelPart
from broker.model.hall_address_checks import GUIDANCE_CONTACTS
from broker.model.hall_devices import Guidance
from broker.model.words import Names
from broker.runtime.gpio import ContactChange, parse_key_address
from kiosk.guidance.mind import Key
from kiosk.pads import Pads

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


class GuidanceKeys(Pads):
    """``plugged`` follows the contact; always False where there is none."""

    what = "keys of the voice guidance"

    def __init__(self, declared: Guidance, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(monotonic)
        addresses = {name: getattr(declared, name) for name in GUIDANCE_CONTACTS}
        self._addresses = {name: text for name, text in addresses.items() if text != "none"}
        self.plugged = False

    @property
    def has_plug(self) -> bool:
        """Whether a contact tells that somebody listens."""
        return PLUG in self._addresses

    def start(self) -> None:
        """Take the pins. Where that fails there is no guidance, and the kiosk's health says so."""
        keys = {name: parse_key_address(text) for name, text in self._addresses.items()}
        if PLUG in keys:
            keys[PLUG] = replace(keys[PLUG], stuck_ms=A_YEAR_MS)
        self.take(keys, {})

    def poll(self) -> list[Key]:
        """The keys pressed since the last call, in order."""
        pressed: list[Key] = []
        for move in self._moves():
            if move.key == PLUG:
                self.plugged = move.change in _CLOSED
            elif move.change is ContactChange.PRESSED:
                pressed += [key for key in KEYS if key == move.key]
        return pressed

    def stuck(self) -> tuple[str, ...]:
        """Keys that are down for so long that they count as broken; a plug may stay in."""
        return tuple(name for name in super().stuck() if name != PLUG)

    # -- virtual keys ------------------------------------------------

    def tap(self, part: str) -> bool:
        """Press a virtual key shortly, or put the virtual plug in or out; False when there is none of that name."""
        name = part.removeprefix(PART)
        pad = self._virtual(name)
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
        for _, name in self._virtual_keys():
            lamps = (PART + name,) if name == PLUG and self.plugged else ()
            parts.append(
                PanelPart(part=PART + name, kind="button", keys=(PART + name,), labels=(LABELS[name],), lamps=lamps)
            )
        return parts
