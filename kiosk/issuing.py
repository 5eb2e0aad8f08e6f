"""The path of one ticket, from the first touch to paper or screen.

    this kiosk alone on the series, or no engine  -> own number -> paper   (a person with an ID card: asked first)
    several kiosks                                -> ask, at most 0.8 s -> engine's number, else own number -> paper
    the engine cuts the numbers otherwise         -> ask -> engine's number -> paper, else to the help desk

The ledger commits before anything can be seen. One ticket is on its way at a time, as one visitor stands here.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from broker.contract.envelope import Reply
from broker.model.hall import Hall
from broker.model.rating_keys import DeviceKeys
from broker.model.refusals import NumbersUsedUp, NumbersWithheld, Refusal, code_of
from broker.model.words import Names
from broker.runtime.canvas.qr import qr_rows_once
from broker.runtime.errors import DatabaseError, DiskFull, OutboxError, OutboxFull
from broker.runtime.whereabouts import public_url
from kiosk.answered import booked_of, facts_of, more_of, offer_of, order_of
from kiosk.errors import DayUnknown, KioskError, NumbersExhausted, TicketUnknown
from kiosk.events import AlreadyHere, Denied, Event, NotPrinted, Numbered, Printed
from kiosk.ledger import Ledger
from kiosk.menu import APPOINTMENT, Offer
from kiosk.numbering import OwnPart
from kiosk.paper import qr_text
from kiosk.real_names import objection
from kiosk.recent import Recent
from kiosk.refusal_words import check_in_words, refusal_words
from kiosk.ticket import PRINT_WITHIN_S, Booked, Order, PaperEnd, Slip, TicketState

logger = logging.getLogger(__name__)

REPLY_WITHIN_S = 0.75
"""With a turn of the loop before and after it, and the commit, the visitor has a number within 0.8 s."""
LAST_RESORT_S = 10.0
"""How long to wait for the engine when the own numbers are used up."""
OWN_INSTEAD = frozenset({code_of(NumbersUsedUp), code_of(NumbersWithheld)})
"""Refusals that say nothing against the visitor: the own part serves."""
CANNOT_KEEP = Names("取号机暂时不能取号，请到咨询台", "This kiosk cannot give numbers now. Please ask at the help desk")
NO_ANSWER = Names("系统没有回应，请到咨询台取号", "The system does not answer. Please ask at the help desk")
OTHER_PLAN = Names(
    "本机的号段设置与服务器不同，请到咨询台取号",
    "This kiosk is set up differently from the system. Please ask at the help desk",
)
NO_DAY = Names("正在连接系统，暂不能取号，请稍候", "Still connecting to the system: no tickets yet, one moment")
NO_OFFER = Offer("", NO_DAY, "", "", open=False)
BUSY = Names("上一张号票还在打印，请稍候", "The last ticket is still printing, one moment")


class Phase(StrEnum):
    """Where a ticket stands."""

    ASKING = "asking"
    PRINTING = "printing"


HELD = {
    PaperEnd.PRINTED: TicketState.PAPER,
    PaperEnd.FAILED: TicketState.SCREEN,
    PaperEnd.UNSAID: TicketState.UNCLEAR,
    PaperEnd.UNKNOWN: TicketState.UNCLEAR,
}
"""What the engine hears of a paper: on paper, on the screen only, or nobody knows."""


class PaperMaker(Protocol):
    """Prints without waiting; the end of the job comes back through ``Issuing.paper_ended``."""

    def print_ticket(self, order: Order, slip: Slip) -> bool:
        """False when the job could not even be queued."""
        ...


@dataclass
class _Pending:
    order: Order
    offer: Offer
    """Of a check-in that was not answered yet: nobody's."""
    series: str
    phase: Phase
    since_s: float
    booked: Booked = ""
    booked_for: str = ""
    more: int = 0

    @property
    def purpose_unknown(self) -> bool:
        """Somebody checks in, and the engine has not said yet what for."""
        return self.order.code is not None and not self.order.service


class Issuing:
    """``take_events`` gives what happened, for the flow. Times are machine seconds: network and paper know no other."""

    def __init__(
        self,
        hall: Hall,
        parts: dict[str, OwnPart],
        ledger: Ledger,
        printer: PaperMaker,
        now_ms: Callable[[], int | None],
        other_plan: Callable[[], bool] = lambda: False,
        keys: Callable[[], DeviceKeys] = DeviceKeys,
    ) -> None:
        self._hall = hall
        self._parts = parts
        self._ledger = ledger
        self._printer = printer
        self._now_ms = now_ms
        self._other_plan = other_plan
        """Whether the own numbers may be somebody else's by the engine's hall file."""
        self._keys = keys
        """With which what rates a visit is signed, here, so that papers given alone bear it too."""
        self._pending: _Pending | None = None
        self._events: list[Event] = []
        self.ledger_state = "ok"
        self.recent = Recent()

    @property
    def busy(self) -> bool:
        """Whether a ticket is on its way."""
        return self._pending is not None

    def take_events(self) -> list[Event]:
        """What happened since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def begin(self, order: Order, offer: Offer, online: bool, now_s: float) -> None:
        """Start a ticket. ``online``: the engine was heard lately and can be asked."""
        if self._pending is not None:
            self._events.append(Denied(order.ticket, BUSY))
            return
        series = self._hall.services[order.service].series
        self._pending = _Pending(order, offer, series, Phase.ASKING, now_s)
        other_plan = self._other_plan()
        if other_plan and not online:
            self._deny(OTHER_PLAN)
            return
        if not online or (self._parts[series].sole and order.person is None and not other_plan):
            self._give_own(now_s)
            return
        try:
            self._ledger.ask(order, series)
        except (OutboxError, DatabaseError) as error:
            self._cannot_keep(error)

    def check_in(self, order: Order, now_s: float) -> None:
        """Ask for the ticket of a code: only the engine knows what it is for, so nothing is given without it."""
        if self._pending is not None:
            self._events.append(Denied(order.ticket, BUSY))
            return
        self._pending = _Pending(order, NO_OFFER, "", Phase.ASKING, now_s)
        try:
            self._ledger.ask(order, "")
        except (OutboxError, DatabaseError) as error:
            self._cannot_keep(error)

    def replied(self, ticket: str, reply: Reply, now_s: float) -> None:
        """The engine answered the request for a number; too late, it changes nothing: the paper wins."""
        pending = self._pending
        if pending is None or pending.order.ticket != ticket or pending.phase is not Phase.ASKING:
            logger.info("late answer to ticket %s is ignored", ticket)
            return
        if reply.kind == "done" and pending.purpose_unknown:
            self._checked_in(pending, reply.result or {}, reply.as_of, now_s)
        elif reply.kind == "done":
            self._take_engine_number(pending, reply.result or {}, reply.as_of, now_s)
        elif reply.refusal is None:
            self._refused(pending, NO_ANSWER)
        elif pending.purpose_unknown:
            self._refused(pending, check_in_words(reply.refusal, APPOINTMENT in self._hall.priority))
        elif reply.refusal.code in OWN_INSTEAD and self._other_plan():
            self._refused(pending, OTHER_PLAN)
        elif reply.refusal.code in OWN_INSTEAD and self._ledger.left(pending.series):
            self._give_own(now_s, heard=True)
        else:
            self._refused(pending, refusal_words(reply.refusal))

    def paper_ended(self, ticket: str, end: PaperEnd) -> None:
        """The print job of a ticket is over."""
        pending = self._pending
        if pending is None or pending.order.ticket != ticket or pending.phase is not Phase.PRINTING:
            logger.info("the paper of ticket %s ended late: %s", ticket, end)
            if end is PaperEnd.PRINTED:
                self._events.append(Printed(ticket))
            return
        self._pending = None
        self._hold(ticket, HELD[end])
        came = end in (PaperEnd.PRINTED, PaperEnd.UNSAID)
        self._events.append(Printed(ticket) if came else NotPrinted(ticket, unsure=end is PaperEnd.UNKNOWN))

    def tick(self, now_s: float) -> None:
        """Let time-outs act."""
        pending = self._pending
        if pending is None:
            return
        waited_s = now_s - pending.since_s
        if pending.phase is Phase.PRINTING:
            if waited_s >= PRINT_WITHIN_S:
                logger.error("ticket %s: the printer never ended", pending.order.ticket)
                self.paper_ended(pending.order.ticket, PaperEnd.UNKNOWN)
        elif waited_s >= LAST_RESORT_S:
            self._give_up(pending)
        elif pending.purpose_unknown:
            pass
        elif waited_s >= REPLY_WITHIN_S and not self._other_plan() and self._ledger.left(pending.series):
            self._give_own(now_s)  # with none of its own left, the kiosk goes on waiting

    # -- appointments ------------------------------------------------

    def _checked_in(self, pending: _Pending, result: dict[str, Any], as_of: int, now_s: float) -> None:
        """The engine has found the appointment: its number, the word to give one, or the ticket there is already."""
        order = order_of(self._hall, pending.order, result)
        if order is None:
            logger.error("ticket %s: the answer to a check-in names no service", pending.order.ticket)
            self._refused(pending, NO_ANSWER)
            return
        pending.order, pending.offer = order, offer_of(self._hall, order.service)
        pending.series = self._hall.services[order.service].series
        pending.booked, pending.booked_for = booked_of(result)
        pending.more = more_of(result)
        if result.get("again") is True:
            self._here_already(pending, result)
            return
        try:
            self._ledger.learn_purpose(order, pending.series)
        except (DatabaseError, TicketUnknown) as error:
            self._cannot_keep(error)
            return
        if result.get("own") is not True:
            self._take_engine_number(pending, result, as_of, now_s)
        elif self._other_plan() or pending.series not in self._parts:
            self._refused(pending, OTHER_PLAN)
        else:
            self._give_own(now_s, heard=True)

    def _here_already(self, pending: _Pending, result: dict[str, Any]) -> None:
        number, ticket = result.get("number"), result.get("ticket")
        if not isinstance(number, str) or not isinstance(ticket, str):
            self._refused(pending, NO_ANSWER)
            return
        slip = self._slip(pending, number, *facts_of(result), of_ticket=ticket)
        self._close_request(pending)
        self._events.append(AlreadyHere(pending.order.ticket, slip))
        self._pending = None

    # -- numbers ------------------------------------------------

    def _take_engine_number(self, pending: _Pending, result: dict[str, Any], as_of: int, now_s: float) -> None:
        number = result.get("number")
        if not isinstance(number, str):
            logger.error("ticket %s: the answer holds no number", pending.order.ticket)
            if self._other_plan() or pending.order.appointment is not None:
                self._refused(pending, OTHER_PLAN if self._other_plan() else NO_ANSWER)
            else:
                self._give_own(now_s)
            return
        try:
            self._ledger.take_engine_number(pending.order.ticket, number, as_of)
        except (DatabaseError, TicketUnknown) as error:
            self._cannot_keep(error)
            return
        self._numbered(pending, self._slip(pending, number, *facts_of(result)), now_s)

    def _give_own(self, now_s: float, heard: bool = False) -> None:
        """``heard``: the engine has nothing against the person."""
        pending = self._pending
        assert pending is not None
        against = None if heard else self._objection(pending.order)
        if against is not None:
            self._object(pending, against.sentence)
            return
        try:
            number = self._ledger.take_own_number(pending.order, pending.series)
        except NumbersExhausted:
            self._deny(NumbersUsedUp(series=self._parts[pending.series].declared.letter).sentence)
        except DayUnknown:
            self._deny(NO_DAY)
        except (OutboxError, DatabaseError, KioskError) as error:
            self._cannot_keep(error)
        else:
            offer = pending.offer
            slip = self._slip(pending, number, offer.waiting, offer.wait_min, offer.counters)
            self._numbered(pending, slip, now_s)

    def _slip(
        self,
        pending: _Pending,
        number: str,
        ahead: int | None,
        wait_min: tuple[int, int] | None,
        counters: tuple[str, ...],
        of_ticket: str = "",
    ) -> Slip:
        ticket = of_ticket or pending.order.ticket
        # Only the kiosk that gave a ticket can sign for it; the paper that bears the code is with its holder.
        keys = DeviceKeys() if of_ticket and self._ledger.state_of(of_ticket) is None else self._keys()
        code = qr_text(public_url(self._hall), ticket, keys.ticket_proof(ticket))
        return Slip(
            number=number,
            service=pending.order.service,
            names=pending.offer.names,
            ahead=ahead,
            wait_min=wait_min,
            counters=counters,
            qr_text=code,
            qr_rows=qr_rows_once(code),
            issued_at_ms=self._now_ms(),
            booked=pending.booked,
            booked_for=pending.booked_for,
            more=pending.more,
            rating_code=keys.code(ticket),
        )

    def _numbered(self, pending: _Pending, slip: Slip, now_s: float) -> None:
        self.ledger_state = "ok"
        pending.phase, pending.since_s = Phase.PRINTING, now_s
        self._events.append(Numbered(pending.order.ticket, slip))
        self.recent.gave(pending.order, slip, now_s)
        if not self._printer.print_ticket(pending.order, slip):
            self.paper_ended(pending.order.ticket, PaperEnd.FAILED)

    # -- ends without a number ------------------------------------------------

    def _objection(self, order: Order) -> Refusal | None:
        if order.person is None or order.beneficiary is None:
            return None
        return objection(
            self._hall, order, self._ledger.taken_by(order.beneficiary), self._ledger.taken_by(order.person)
        )

    def _object(self, pending: _Pending, why: Names) -> None:
        """The engine may have been asked, and then nobody has seen a number of its own."""
        if self._ledger.state_of(pending.order.ticket) is None:
            self._deny(why)
            return
        try:
            self._ledger.void(pending.order.ticket, "by real name")
        except (OutboxError, DatabaseError, TicketUnknown) as error:
            logger.error("ticket %s cannot be declared void: %s", pending.order.ticket, error)
        self._deny(why)

    def _refused(self, pending: _Pending, why: Names) -> None:
        self._close_request(pending)
        self._deny(why)

    def _close_request(self, pending: _Pending) -> None:
        """It came to no number of its own."""
        try:
            self._ledger.refuse(pending.order.ticket)
        except (DatabaseError, TicketUnknown) as error:
            logger.error("refusal of %s is not kept: %s", pending.order.ticket, error)

    def _give_up(self, pending: _Pending) -> None:
        """Nobody answered and no own number is left: nobody has seen a number, so it may be declared void."""
        try:
            self._ledger.void(pending.order.ticket, "no answer")
        except (OutboxError, DatabaseError, TicketUnknown) as error:
            logger.error("ticket %s cannot be declared void: %s", pending.order.ticket, error)
        self._deny(NO_ANSWER)

    def _cannot_keep(self, error: Exception) -> None:
        """What cannot be kept is not given: a number that is forgotten would be given twice."""
        logger.error("no number is given: %s", error)
        self.ledger_state = state_word(error)
        self._deny(CANNOT_KEEP)

    def _deny(self, why: Names) -> None:
        assert self._pending is not None
        self._events.append(Denied(self._pending.order.ticket, why))
        self._pending = None

    def _hold(self, ticket: str, state: TicketState) -> None:
        try:
            self._ledger.hold(ticket, state)
        except (OutboxError, DatabaseError, TicketUnknown) as error:
            # The number is reported as "may be on paper" already, or will be after the next start.
            logger.error("ticket %s: %s is not kept: %s", ticket, state, error)
            self.ledger_state = state_word(error)


def state_word(error: Exception) -> str:
    """Why nothing can be kept, as a short word for the health report."""
    if isinstance(error, OutboxFull):
        return "outbox-full"
    return "full" if isinstance(error, DiskFull) else "failed"
