"""Keys of a kiosk on pins: real and virtual ones side by side, whatever they mean."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping

from broker.runtime.gpio import GpioError, KeyAddress, KeyEvent, LampAddress, Pad

logger = logging.getLogger(__name__)


class Pads:
    """Base of whoever gives such keys a meaning. Owned by the kiosk's loop. ``what`` names the keys in the log."""

    what = "keys"

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, state: str = "closed") -> None:
        self._monotonic = monotonic
        self._pads: list[Pad] = []
        self.wake: Callable[[], None] = lambda: None
        """Called at each edge of a key, from any thread; to be set before ``start``."""
        self.state = state

    def take(self, keys: Mapping[str, KeyAddress], lamps: Mapping[str, LampAddress]) -> None:
        """Take the pins. Where that fails the kiosk goes on without them, and its health says so."""
        for virtual in (False, True):
            own = {name: key for name, key in keys.items() if key.virtual is virtual}
            if own:
                lit = {name: lamp for name, lamp in lamps.items() if name in own}
                self._open(Pad(own, lit, monotonic=self._monotonic))

    def _open(self, pad: Pad) -> None:
        pad.wake = self.wake
        try:
            pad.start()
        except GpioError as error:
            logger.error("%s: %s", self.what, error)
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

    @property
    def settling(self) -> bool:
        """Whether a key is about to count as pressed."""
        return any(pad.settling for pad in self._pads)

    def stuck(self) -> tuple[str, ...]:
        """Keys that are down for so long that they count as broken."""
        return tuple(name for pad in self._pads for name in pad.stuck())

    def health(self) -> str:
        """``ok``, ``unavailable``, ``stuck:...`` or what the state was before."""
        stuck = self.stuck()
        return f"stuck:{','.join(stuck)}" if stuck else self.state

    def _moves(self) -> Iterator[KeyEvent]:
        """What the keys did since the last call, debounced, in order."""
        for pad in self._pads:
            yield from pad.poll()

    def _virtual(self, name: str) -> Pad | None:
        """The pad of a virtual key; None when there is none of that name."""
        return next((pad for pad in self._pads if pad.virtual and name in pad.names), None)

    def _virtual_keys(self) -> Iterator[tuple[Pad, str]]:
        """Each virtual key with its pad."""
        return ((pad, name) for pad in self._pads if pad.virtual for name in pad.names)
