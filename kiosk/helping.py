"""The help button: staff are told through the engine, and whoever pressed sees what became of it."""

import logging
from collections.abc import Callable

from broker.contract.envelope import Reply
from broker.model.commands import CallForHelp
from broker.runtime.errors import DatabaseError, OutboxError
from broker.runtime.sender import Sender
from kiosk.help_state import HelpState
from kiosk.ticket import WORDS_EACH

logger = logging.getLogger(__name__)

ANSWER_WITHIN_S = 5.0
TTL_MS = 180_000
"""Heard of later than this, whoever needed help has gone."""


class Helping:
    """One call at a time. Times are machine seconds; ``answered_ms`` is what the engine's view says of this kiosk."""

    def __init__(self, sender: Sender, make_id: Callable[[], str], kiosk: str) -> None:
        self._sender = sender
        self._make_id = make_id
        self._kiosk = kiosk
        self._asked: str | None = None
        self._asked_s = 0.0
        self._put_s = float("-inf")
        self._called = False
        self._answered_before: int | None = None

    def call(self, answered_ms: int | None, now_s: float) -> None:
        """Somebody pressed. Also without the engine: it may be back within the time that matters."""
        self._asked_s, self._called = now_s, False
        self._answered_before = answered_ms
        if self._asked is not None and now_s - self._put_s < TTL_MS / 1000:
            return  # it is on its way still: who presses all day while the engine is away must not fill the outbox
        self._asked = None
        id = self._make_id()
        try:
            self._sender.outbox.check_room(WORDS_EACH)  # a ticket under way must have its last word
            self._sender.put(CallForHelp(kiosk=self._kiosk), id=id, ttl_ms=TTL_MS)
        except (OutboxError, DatabaseError) as error:
            logger.error("help cannot be called for: %s", error)
            return
        self._asked, self._put_s = id, now_s

    def replied(self, id: str, reply: Reply) -> bool:
        """True when the answer was to the call."""
        if self._asked is None or id != self._asked:
            return False
        self._called = reply.kind == "done"
        self._asked = None
        if not self._called:
            logger.warning("the engine did not take a call for help")
        return True

    def state(self, answered_ms: int | None, online: bool, now_s: float) -> HelpState:
        """What to say to whoever pressed."""
        if answered_ms is not None and answered_ms != self._answered_before:
            return "coming"
        if self._called:
            return "called"
        waits = self._asked is not None and online and now_s - self._asked_s < ANSWER_WITHIN_S
        return "asking" if waits else "unheard"
