"""One business day folded from its events once more: who stood in which line, and from when to when. Pure.

A third fold beside the engine's and the reports': with it "who waited when this one was called?" is answered for any
call of the day without going through the journal again. Tickets that are back in line after an undo stand there from
the undo on.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from broker.model import events as e
from broker.model.undoable import UNDOABLE, UNDONE_MOST
from broker.model.words import Holding, TicketStatus

S = TicketStatus
NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Stay:
    """A ticket stood in one line from the position ``first`` to before ``last``. ``here``: not still on the way."""

    first: int
    last: int
    service: str
    priority: str | None
    to_counter: str | None
    clock_ms: int
    here: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """What a ticket became, where and when."""

    position: int
    at_ms: int
    status: TicketStatus
    counter: str | None


@dataclass(slots=True)
class Holder:
    """One ticket of the day: where it stands now, where it stood (``stays``), what it went through (``steps``)."""

    ticket: str
    number: str
    arrived_at_ms: int
    status: TicketStatus
    service: str
    priority: str | None
    clock_ms: int
    to_counter: str | None = None
    here: bool = True
    stays: list[Stay] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def stay_at(self, position: int) -> Stay | None:
        """The line it stood in right before the event at ``position`` (of itself, too)."""
        return next((stay for stay in reversed(self.stays) if stay.first < position <= stay.last), None)

    def step_before(self, position: int) -> Step | None:
        """What it had become last before that position; None: it was not in the world yet."""
        return next((step for step in reversed(self.steps) if step.position < position), None)


@dataclass(frozen=True, slots=True)
class CallTold:
    """A call at its journal position."""

    position: int
    event: e.TicketCalled
    undone: bool = False


@dataclass(slots=True)
class LineFold:
    """Lines of one day. ``position`` is the last journal position folded in."""

    day: str
    position: int = 0
    holders: dict[str, Holder] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    """Every number of the day, also one that was replaced by the one on paper."""
    calls: list[CallTold] = field(default_factory=list)
    by_call: dict[str, int] = field(default_factory=dict)
    before: dict[str, list[Holder | None]] = field(default_factory=dict)
    """Counter -> tickets of its last actions as they were, in case one is undone."""
    missed: tuple[int, Holder] | None = None
    """Who came back last, as it was before, and at which position: called by number at once, both are undone as one."""

    def fold(self, position: int, event: e.Event) -> None:
        """Take one event of the day, in order."""
        if isinstance(event, UNDOABLE):
            self._remember(event)
        if isinstance(event, e.TicketReserved | e.TicketReported):
            self._comes(position, event)
        elif isinstance(event, e.TicketRenumbered):
            self.holders[event.ticket].number = event.number
            self.by_number[event.number] = event.ticket
        elif isinstance(event, e.ActionUndone):
            self._undone(position, event)
        else:
            holder = self.holders.get(getattr(event, "ticket", ""))
            if holder is not None:
                self._moves(position, holder, event)
        if isinstance(event, e.TicketCalled):
            self.by_call[event.call_id] = len(self.calls)
            self.calls.append(CallTold(position, event))
        self.position = position

    def waiting_at(self, position: int) -> list[tuple[Holder, Stay]]:
        """Everybody in line right before the event at this position."""
        found = ((holder, holder.stay_at(position)) for holder in self.holders.values())
        return [(holder, stay) for holder, stay in found if stay is not None]

    def _remember(self, event: Any) -> None:
        kept = self.before.setdefault(event.counter, [])
        if isinstance(event, e.DirectServed):
            kept.append(None)
        else:
            back, missed = self.missed or (-1, None)
            at_once = isinstance(event, e.TicketCalled) and event.chosen and back == self.position
            same = missed is not None and missed.ticket == event.ticket
            kept.append(missed if at_once and same else replace(self.holders[event.ticket]))
        del kept[:-UNDONE_MOST]

    def _comes(self, position: int, event: Any) -> None:
        waits = isinstance(event, e.TicketReported) and event.holding is not Holding.MAYBE
        clock_ms = event.arrived_at_ms if event.clock_ms is None else event.clock_ms
        holder = Holder(
            event.ticket, event.number, event.arrived_at_ms, S.RESERVED, event.service, event.priority, clock_ms
        )
        holder.here = event.kiosk != FROM_AFAR
        self.holders[event.ticket] = holder
        self.by_number[event.number] = event.ticket
        self._becomes(position, holder, event.at_ms, S.WAITING if waits else S.RESERVED, None)

    def _moves(self, position: int, holder: Holder, event: Any) -> None:
        after = _AFTER.get(type(event))
        if isinstance(event, e.TicketConfirmed):
            after = S.WAITING if holder.status is S.RESERVED else None
        elif isinstance(event, e.VisitPartFinished):
            holder.service, after = event.service, S.SERVING if event.stays else S.WAITING
            holder.to_counter, holder.clock_ms = (
                (holder.to_counter, holder.clock_ms) if event.stays else (event.to_counter, event.clock_ms)
            )
        elif isinstance(event, e.TicketTransferred):
            holder.service, holder.to_counter, holder.clock_ms = event.service, event.to_counter, event.clock_ms
        elif isinstance(event, e.TicketReturned):
            self.missed = position, replace(holder)
            holder.clock_ms = event.clock_ms
        elif isinstance(event, e.PriorityConfirmed | e.PriorityRevoked):
            holder.priority, after = getattr(event, "priority", None), holder.status
            holder.priority = holder.priority if isinstance(event, e.PriorityConfirmed) else None
        elif type(event).__name__ in ANOTHER_PLACE:
            holder.clock_ms, after = event.clock_ms, holder.status
            holder.here = holder.here or type(event).__name__ == "HolderArrived"
        if after is None:
            return
        if after is S.CALLED:
            holder.here = True
        self._becomes(position, holder, event.at_ms, after, getattr(event, "counter", None))

    def _becomes(self, position: int, holder: Holder, at_ms: int, after: TicketStatus, counter: str | None) -> None:
        if holder.stays and holder.stays[-1].last == NEVER:
            holder.stays[-1] = replace(holder.stays[-1], last=position)
        if after is S.WAITING:
            stay = Stay(
                position, NEVER, holder.service, holder.priority, holder.to_counter, holder.clock_ms, holder.here
            )
            holder.stays.append(stay)
        if after is not holder.status or not holder.steps:
            holder.steps.append(Step(position, at_ms, after, counter))
        holder.status = after

    def _undone(self, position: int, event: e.ActionUndone) -> None:
        was = self.before[event.counter].pop()
        if event.call_id in self.by_call:
            index = self.by_call[event.call_id]
            self.calls[index] = replace(self.calls[index], undone=True)
        if was is None or event.status is None:
            return
        holder = self.holders[event.ticket]
        holder.service, holder.to_counter, holder.clock_ms = was.service, was.to_counter, was.clock_ms
        self._becomes(position, holder, event.at_ms, event.status, event.counter)


FROM_AFAR = "phone"
"""What the journal calls the way of a number that was taken from afar: its holder is called once he is here."""
ANOTHER_PLACE = ("TicketPostponed", "HolderArrived")
"""Events by which a ticket that waits gets another place."""
_AFTER: dict[type[e.Event], TicketStatus] = {
    e.TicketVoided: S.VOID,
    e.TicketCalled: S.CALLED,
    e.ServiceStarted: S.SERVING,
    e.ServiceFinished: S.SERVED,
    e.TicketMissed: S.NO_SHOW,
    e.TicketHeld: S.HELD,
    e.TicketTransferred: S.WAITING,
    e.TicketReturned: S.WAITING,
    e.TicketCancelled: S.CANCELLED,
    e.TicketExpired: S.EXPIRED,
}
