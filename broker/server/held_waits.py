"""Remembers which waits are shown, so that a rise is held for a while (``engine.holding``). Pure but for this memory.

It is lost with a restart, and then everything is shown as it is.
"""

from broker.engine.holding import Held, held
from broker.model.views import WaitRange

NEVER_MS = 2**62


class HeldWaits:
    """The waits that are shown, by name: of services, and of numbers at the head of their lines."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._asked: set[str] = set()
        self._now_ms = 0

    @property
    def due_ms(self) -> int:
        """When the first of those that rose may be shown; NEVER_MS while none did."""
        return min((one.due_ms for one in self._held.values() if one.due_ms is not None), default=NEVER_MS)

    def look(self, now_ms: int) -> None:
        """The moment for which is asked from now on."""
        self._now_ms = now_ms
        self._asked = set()

    def told(self, name: str, wanted: WaitRange | None) -> WaitRange | None:
        """What is shown of this wait."""
        self._held[name] = held(self._held.get(name), wanted, self._now_ms)
        self._asked.add(name)
        return self._held[name].shown

    def drop_others(self) -> None:
        """Forget what nobody asked for since ``look``: a number that was called, a service that is gone."""
        self._held = {name: self._held[name] for name in self._asked}
