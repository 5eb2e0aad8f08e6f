"""What the kiosk knows of the engine: whether it lives, and the last view of what may be issued."""

import logging

from broker.contract.codec import decode, decode_view
from broker.contract.envelope import EngineState
from broker.model.views import KioskView
from broker.runtime.engine_time import EngineTime
from broker.runtime.newest import Newest

logger = logging.getLogger(__name__)

HEARD_WITHIN_S = 15.0


class EngineSide:
    """Feed it messages; ask it whether the engine was ``heard``. Raises CodecError for what cannot be read."""

    def __init__(self, kiosk: str, clock: EngineTime) -> None:
        self._kiosk = kiosk
        self._clock = clock
        self._heard_s = float("-inf")
        self._newest = Newest()
        self.view: KioskView | None = None
        self.as_of = 0

    def heard(self, now_s: float) -> bool:
        """Whether the engine gave a sign of life in the last 15 s (``now_s`` machine seconds)."""
        return now_s - self._heard_s < HEARD_WITHIN_S

    def take_state(self, payload: bytes, retained: bool) -> None:
        """Heartbeat, or the broker's word that the engine is gone. A retained one counts only if it is young."""
        state = decode(payload, EngineState)
        if not state.online:
            self._heard_s = float("-inf")
            return
        self._clock.heard(state.at_ms, retained=retained)
        if not retained:
            self._newest.engine_at((state.epoch, state.as_of))
        if not retained or self._is_young(state.at_ms):
            self._heard_s = self._clock.machine_s()

    def take_view(self, name: str, payload: bytes, retained: bool) -> bool:
        """True when the view is this kiosk's and not older than the one shown."""
        outer, body = decode_view(payload)
        if name != self._kiosk or not isinstance(body, KioskView) or body.kiosk != name:
            return False
        if not self._newest.take(name, (outer.epoch, outer.as_of)):
            return False
        self.view, self.as_of = body, outer.as_of
        if not retained:
            self._heard_s = self._clock.machine_s()
        return True

    def answered(self) -> None:
        """The engine answered something: it lives."""
        self._heard_s = self._clock.machine_s()

    def _is_young(self, at_ms: int) -> bool:
        age_s = self._clock.real_s((self._clock.now_ms() - at_ms) / 1000)
        return self._clock.sure() and -HEARD_WITHIN_S < age_s < HEARD_WITHIN_S
