"""A missed number comes back: asked of the engine, answered within seconds or handed to a person."""

import logging
from collections.abc import Callable

from broker.contract.envelope import Reply
from broker.model.commands import ReturnTicket
from broker.model.words import Names
from broker.runtime.errors import DatabaseError, OutboxError
from broker.runtime.sender import Sender
from kiosk.events import Rejoined
from kiosk.ticket import WORDS_EACH

logger = logging.getLogger(__name__)

ANSWER_WITHIN_S = 5.0
TTL_MS = 10_000
"""Asked later than this, nobody stands at the kiosk any more."""
NO_ANSWER = Names("系统没有回应，请到咨询台", "The system does not answer. Please ask at the help desk")


class Rejoining:
    """One question at a time. ``take_events`` gives the answer for the flow; times are machine seconds."""

    def __init__(self, sender: Sender, make_id: Callable[[], str]) -> None:
        self._sender = sender
        self._make_id = make_id
        self._asked: tuple[str, str, float] | None = None
        self._events: list[Rejoined] = []

    def take_events(self) -> list[Rejoined]:
        events, self._events = self._events, []
        return events

    def ask(self, number: str, online: bool, now_s: float) -> None:
        """Ask for a number as typed. Offline nothing is asked: nobody could say whether it came true."""
        if not online:
            self._events.append(Rejoined(NO_ANSWER, good=False))
            return
        id = self._make_id()
        try:
            self._sender.outbox.check_room(WORDS_EACH)  # a ticket under way must have its last word
            self._sender.put(ReturnTicket(number=number), id=id, ttl_ms=TTL_MS)
        except (OutboxError, DatabaseError) as error:
            logger.error("a missed number cannot be asked for: %s", error)
            self._events.append(Rejoined(NO_ANSWER, good=False))
            return
        self._asked = (id, number, now_s)

    def replied(self, id: str, reply: Reply) -> bool:
        """True when the answer was to this question."""
        if self._asked is None or self._asked[0] != id:
            return False
        number = self._asked[1]
        self._asked = None
        if reply.kind == "done":
            message = Names(f"{number} 已重新排队，请等候叫号", f"{number} is back in line. Please wait for your call")
            self._events.append(Rejoined(message, good=True))
        else:
            self._events.append(Rejoined(_why(number, reply), good=False))
        return True

    def tick(self, now_s: float) -> None:
        """Let the patience end."""
        if self._asked is not None and now_s - self._asked[2] >= ANSWER_WITHIN_S:
            self._asked = None
            self._events.append(Rejoined(NO_ANSWER, good=False))


def _why(number: str, reply: Reply) -> Names:
    code = reply.refusal.code if reply.refusal is not None else ""
    if code == "unknown_ticket":
        return Names(f"今天没有号码 {number}，请核对号票", f"There is no {number} today. Please check your ticket")
    if code == "ticket_is_settled":
        return Names(f"{number} 没有过号，请留意叫号", f"{number} has not been missed. Please listen for your call")
    return reply.refusal.sentence if reply.refusal is not None else NO_ANSWER
