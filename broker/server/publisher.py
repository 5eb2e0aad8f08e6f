"""Shows what is durable: projects the state, publishes the views whose bytes changed, urgent ones first.

Counters and boards go out at once; services, kiosks and the hall's summary behind them, and at most every ``calm_s``,
because a burst of a thousand commands a second must not become ten thousand messages. In a full hall, where what
everybody is told takes a tenth of a second to work out, they go out more seldom still, for a call waits for it. Views
are retained; after every (re)connect all are published again, because a broker may have forgotten everything. A wait
that rises is held for a minute (``engine.holding``).
"""

import hashlib
import logging
from collections.abc import Callable

from broker.contract.codec import encode, encode_view
from broker.contract.topics import Topics
from broker.engine.forecasting import TOLD_EACH
from broker.engine.project import project
from broker.engine.state import ON_THE_WAY, State
from broker.model.hall import Hall
from broker.model.views import Shown
from broker.runtime.errors import PayloadTooLarge, SendRefused
from broker.server.held_waits import NEVER_MS, HeldWaits
from broker.server.shown_waits import ShownWaits
from broker.store.shown_waits import ShownWait

logger = logging.getLogger(__name__)

Key = tuple[str, str]
Publish = Callable[[str, bytes], None]
Note = Callable[[list[ShownWait]], None]
URGENT = ("counter", "board")
CALM = ("service", "kiosk", "hall")
CALM_S_EACH = 20e-6
"""For each one who is told a range of his own and each line that he is compared with: ten times what that takes."""


class Publisher:
    """``publish(topic, payload)`` hands a retained QoS 1 message to the link and may raise SendRefused; ``note`` takes
    each wait that people read otherwise now than before, and neither raises nor waits."""

    def __init__(self, hall: Hall, epoch: int, publish: Publish, calm_s: float = 0.2, note: Note | None = None) -> None:
        self._hall = hall
        self._topics = Topics(hall.hall.id)
        self._epoch = epoch
        self._publish = publish
        self._calm_s = calm_s
        self._shown: dict[Key, bytes] = {}
        self._urgent_at = self._calm_at = -1
        self._calm_done_s = float("-inf")
        self._gap_s = calm_s
        self._held = HeldWaits()
        self._waits, self._note = ShownWaits(), note
        self.sent = 0

    def forget(self) -> None:
        """The broker may have lost everything: the next ``show`` publishes all views."""
        self._shown.clear()
        self._urgent_at = self._calm_at = -1
        self._calm_done_s = float("-inf")

    def show(self, state: State, now_ms: int, machine_s: float) -> None:
        """Publish what changed since the last time; what cannot be sent now is sent by a later call."""
        if now_ms >= self._held.due_ms:  # a wait has risen for a minute: nothing happened, and yet it is to be shown
            self._urgent_at = self._calm_at = -1
        calm = self._calm_at != state.position and machine_s - self._calm_done_s >= self._gap_s
        urgent = self._urgent_at != state.position
        self._held.look(now_ms)
        try:
            if urgent or calm:
                self._show_all(URGENT, state, now_ms)
                self._urgent_at = state.position
            if calm:
                self._show_all(CALM, state, now_ms)
                self._held.drop_others()
                self._calm_at, self._calm_done_s = state.position, machine_s
                self._gap_s = max(self._calm_s, _gap_s(state)) if self._calm_s else 0.0
        except SendRefused:
            return

    @property
    def holds_a_rise(self) -> bool:
        """Whether some wait is longer than what is shown of it."""
        return self._held.due_ms < NEVER_MS

    def wait_s(self, state: State, machine_s: float) -> float | None:
        """Real seconds until ``show`` has something to do without a further event; None when it has nothing."""
        if self._urgent_at != state.position:
            return 0.0
        if self._calm_at != state.position:
            return max(0.0, self._gap_s - (machine_s - self._calm_done_s))
        return None

    def _show_all(self, kinds: tuple[str, ...], state: State, now_ms: int) -> None:
        for key, view in project(self._hall, state, kinds, self._held.told).items():
            self._show_one(key, view, state, now_ms)

    def _show_one(self, key: Key, view: Shown, state: State, now_ms: int) -> None:
        body = encode(view)
        if self._shown.get(key) == body:
            return
        kind, name = key
        frame = encode_view(kind, name, self._epoch, state.position, now_ms, body)
        try:
            self._publish(self._topics.view(kind, name), frame)
        except PayloadTooLarge as error:
            # One view that grew too large must not take all others with it, now and after every restart.
            logger.error("view %s/%s is not shown: %s", kind, name, error)
        else:
            self.sent += 1
            if self._note is not None:
                self._note(self._waits.changed(view, state, now_ms))
        self._shown[key] = body


def _gap_s(state: State) -> float:
    lines = [places for lane, places in state.lanes.items() if lane[2] != ON_THE_WAY]
    return sum(min(len(places), TOLD_EACH) for places in lines) * len(lines) * CALM_S_EACH


def digest_of(hall: Hall, state: State) -> str:
    """SHA-256 over all views of a state, in order: what ``broker replay`` compares with what the live server stored."""
    total = hashlib.sha256()
    for (kind, name), view in sorted(project(hall, state).items()):
        total.update(f"{kind}/{name}\n".encode())
        total.update(encode(view))
        total.update(b"\n")
    return total.hexdigest()
