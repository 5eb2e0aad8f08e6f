"""What the kiosk knows of the engine: whether it lives, and the last view of what may be issued."""

import logging
from collections.abc import Callable

from broker.contract.codec import CodecError, decode, decode_view
from broker.contract.envelope import EngineState
from broker.model.views import KioskView
from broker.runtime.engine_time import EngineTime
from broker.runtime.engine_watch import EngineWatch
from broker.runtime.newest import Newest, Position
from kiosk.standing import UNTOLD, Standing

logger = logging.getLogger(__name__)

NOT_OURS = "none"
"""The cut of an engine that does not know this kiosk."""


class EngineSide:
    """Feed it messages; ask it whether the engine was ``heard``. Raises CodecError for what cannot be read."""

    def __init__(self, kiosk: str, clock: EngineTime) -> None:
        self._kiosk = kiosk
        self._clock = clock
        self._watch = EngineWatch(clock)
        self._newest = Newest()
        self.view: KioskView | None = None
        self.as_of = 0
        self.on_standing: Callable[[Standing], None] = lambda standing: None
        """Called with each heartbeat, at its place among the answers."""
        self.on_numbering: Callable[[str], None] = lambda numbering: None
        """Called with the name of the engine's cut of the numbers; empty for a live server that does not say."""

    def heard(self) -> bool:
        """Whether the engine gave a sign of life lately."""
        return self._watch.alive()

    @property
    def help_answered_ms(self) -> int | None:
        """When staff last said that they are on the way to this kiosk."""
        return None if self.view is None else self.view.help_answered_ms

    def take_state(self, payload: bytes, retained: bool) -> None:
        """Heartbeat, or the broker's word that the engine is gone."""
        state = decode(payload, EngineState)
        if state.online and not retained:
            self._clock.heard(state.at_ms, retained=False)
            self._newest.engine_at(Position(state.epoch, state.as_of, state.at_ms))
        self._watch.take(state, retained=retained)
        if state.numbering:
            self.on_numbering(state.numbering.get(self._kiosk, NOT_OURS))
        elif state.online and not retained:  # a server that does not say may be back on our file
            self.on_numbering("")
        if state.online:  # what the broker kept names the journal too; its position is of some time ago
            self.on_standing(Standing(state.journal, UNTOLD if retained else state.as_of))

    def take_view(self, name: str, payload: bytes, retained: bool) -> bool:
        """True when the view is this kiosk's and not older than the one shown."""
        outer, body = decode_view(payload)
        if name != self._kiosk or not isinstance(body, KioskView) or body.kiosk != name:
            return False
        if not self._newest.take(name, Position(outer.epoch, outer.as_of, outer.at_ms)):
            return False
        self.view, self.as_of = body, outer.as_of
        if not retained:
            self._watch.spoke()
        return True

    def answered(self) -> None:
        """The engine answered something: it lives."""
        self._watch.spoke()


def decoded(payload: bytes, kind):  # type: ignore[no-untyped-def]
    """A message of that kind, or None when it cannot be read; bad input is logged and dropped."""
    try:
        return decode(payload, kind)
    except CodecError as error:
        logger.warning("a %s cannot be read: %s", kind.__name__, error.detail)
        return None
