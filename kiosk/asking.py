"""Questions of whoever stands here, answered by the engine within seconds or handed to a person."""

import logging
from collections.abc import Callable

from broker.contract.envelope import Reply
from broker.model.commands import Command, FindTicket, RateVisit, ReturnTicket
from broker.model.phrases import phrase
from broker.model.ratings import REASONS_VERSION
from broker.model.words import Names
from broker.runtime.errors import DatabaseError, OutboxError
from broker.runtime.sender import Sender
from kiosk.events import Answered, Find, Found, Question, Rate, Rejoin
from kiosk.found import FoundTicket
from kiosk.refusal_words import refusal_words
from kiosk.ticket import WORDS_EACH

logger = logging.getLogger(__name__)

ANSWER_WITHIN_S = 5.0
TTL_MS = 10_000
"""Asked later than this, nobody stands at the kiosk any more."""
NO_ANSWER = Names("系统没有回应，请到咨询台", "The system does not answer. Please ask at the help desk")
NOT_FOUND = Names("没有找到号票，请到咨询台", "No ticket was found. Please ask at the help desk")
THANKS = Names("已收到您的评价，谢谢", "Your rating has been saved. Thank you")


class Asking:
    """One question at a time. ``take_events`` gives the answer for the flow; times are machine seconds."""

    def __init__(self, sender: Sender, make_id: Callable[[], str], kiosk: str, now_ms: Callable[[], int]) -> None:
        self._sender = sender
        self._make_id = make_id
        self._kiosk = kiosk
        self._now_ms = now_ms
        self._asked: tuple[str, Question, float] | None = None
        self._events: list[Answered | Found] = []

    def take_events(self) -> list[Answered | Found]:
        """What was answered since the last call."""
        events, self._events = self._events, []
        return events

    def ask(self, question: Question, online: bool, now_s: float) -> None:
        """Ask. Offline nothing is asked: nobody could say whether it came true."""
        if not online:
            self._events.append(Answered(NO_ANSWER, good=False))
            return
        id = self._make_id()
        try:
            self._sender.outbox.check_room(WORDS_EACH)  # a ticket under way must have its last word
            self._sender.put(self._command(question), id=id, ttl_ms=TTL_MS)
        except (OutboxError, DatabaseError) as error:
            logger.error("a %s cannot be asked: %s", type(question).__name__, error)
            self._events.append(Answered(NO_ANSWER, good=False))
            return
        self._asked = (id, question, now_s)

    def _command(self, question: Question) -> Command:
        match question:
            case Rejoin(number):
                return ReturnTicket(number=number)
            case Find(phone_tail):
                return FindTicket(phone_tail=phone_tail, kiosk=self._kiosk)
            case Rate(number, level, code, reasons, contact):
                return RateVisit(
                    evaluation=self._make_id(),
                    number=number,
                    level=level,
                    code=code,
                    device=self._kiosk,
                    pressed_at_ms=self._now_ms(),
                    reasons=reasons,
                    reasons_version=REASONS_VERSION if reasons else 0,
                    contact=contact,
                )

    def replied(self, id: str, reply: Reply) -> bool:
        """True when the answer was to this question."""
        if self._asked is None or self._asked[0] != id:
            return False
        question = self._asked[1]
        self._asked = None
        if reply.kind != "done":
            self._events.append(Answered(_why(question, reply), good=False))
        else:
            self._events.append(_answer(question, reply))
        return True

    def tick(self, now_s: float) -> None:
        """Let the patience end."""
        if self._asked is not None and now_s - self._asked[2] >= ANSWER_WITHIN_S:
            self._asked = None
            self._events.append(Answered(NO_ANSWER, good=False))


def _answer(question: Question, reply: Reply) -> Answered | Found:
    match question:
        case Rejoin(number) if (reply.result or {}).get("arrived") is True:
            return Answered(
                phrase(
                    "{number} 已报到，请等候叫号",
                    "{number} is checked in. Please wait for your call",
                    number=number,
                ),
                good=True,
            )
        case Rejoin(number):
            return Answered(
                phrase(
                    "{number} 已重新排队，请等候叫号",
                    "{number} is back in line. Please wait for your call",
                    number=number,
                ),
                good=True,
            )
        case Rate():
            return Answered(THANKS, good=True)
        case Find():
            tickets = _found(reply)
            return Found(tickets) if tickets else Answered(NOT_FOUND, good=False)


def _found(reply: Reply) -> tuple[FoundTicket, ...]:
    """The tickets of an answer; what does not look right is left out."""
    rows = (reply.result or {}).get("tickets")
    found = []
    for row in rows if isinstance(rows, list) else []:
        told = row if isinstance(row, dict) else {}
        number, service, ahead = told.get("number"), told.get("service"), told.get("ahead")
        if isinstance(number, str) and isinstance(service, str) and isinstance(ahead, int):
            found.append(FoundTicket(number, service, ahead))
    return tuple(found)


def _why(question: Question, reply: Reply) -> Names:
    code = reply.refusal.code if reply.refusal is not None else ""
    number = getattr(question, "number", "")
    if code == "unknown_ticket":
        return phrase(
            "今天没有号码 {number}，请核对号票", "There is no {number} today. Please check your ticket", number=number
        )
    if code == "ticket_is_settled" and isinstance(question, Rejoin):
        return phrase(
            "{number} 没有过号，请留意叫号",
            "{number} has not been missed. Please listen for your call",
            number=number,
        )
    return refusal_words(reply.refusal) if reply.refusal is not None else NO_ANSWER
