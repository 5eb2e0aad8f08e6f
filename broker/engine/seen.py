"""Several consoles at one counter: a key means the visitor who was in view when it was pressed. Pure.

A keypad, a page and a tablet show the same counter, each a moment later than the others know. Pressed on two of them
at once, a key is one press: the second is told that it was done. Pressed while another console did something else, it
does nothing: nobody else than the visitor in view is finished, called again or sent away.
"""

from broker.engine.context import Desk, Refused
from broker.engine.state import Counter, Done
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.commands.base import AtCounter
from broker.model.words import CounterStatus, TicketStatus

AT_ONCE_MS = 1_500
"""The same key within this time of what it asks for is the same wish, whichever console it came from."""
WISHES: dict[type[c.Command], type[e.Event]] = {
    c.CallNext: e.TicketCalled,
    c.CallNumber: e.TicketCalled,
    c.StartService: e.ServiceStarted,
    c.FinishService: e.ServiceFinished,
    c.MarkNoShow: e.TicketMissed,
    c.HoldTicket: e.TicketHeld,
    c.TransferTicket: e.TicketTransferred,
    c.NextService: e.VisitPartFinished,
    c.ServeDirect: e.DirectServed,
    c.GiveReturnSlip: e.ReturnSlipGiven,
}
"""What each key comes to."""


def check_seen(desk: Desk, command: c.Command) -> None:
    """Refused(DoneAlready, VisitorChanged or SomebodyCame) where another console was faster."""
    match command:
        case AtCounter(counter=counter, seen=str() as seen):
            _check_visitor(desk, command, desk.counter(counter), seen)
        case c.PauseCounter() | c.OpenCounter() | c.CloseCounter():
            _check_status(desk, command, desk.counter(command.counter))


def _check_visitor(desk: Desk, command: AtCounter, counter: Counter, seen: str) -> None:
    here = desk.state.tickets[counter.ticket] if counter.ticket else None
    if seen == (here.number if here is not None else ""):
        stays = isinstance(command, c.StartService | c.NextService | c.ServeDirect)  # after these it is as it was seen
        if stays:
            _check_done(desk, command, counter.done[-1:], seen)
        if isinstance(command, c.Recall) and here is not None and _at_once(desk, here.recalled_at_ms):
            raise Refused(r.DoneAlready())
        return
    _check_done(desk, command, counter.done, seen)
    if seen:
        raise Refused(r.VisitorChanged(number=seen))
    if here is not None:
        raise Refused(r.SomebodyCame(number=here.number))


def _check_done(desk: Desk, command: AtCounter, newest: list[Done], seen: str) -> None:
    wish = WISHES.get(type(command))
    if wish is not None and any(_is(desk, done, wish, seen) for done in newest):
        raise Refused(r.DoneAlready())


def _is(desk: Desk, done: Done, wish: type[e.Event], seen: str) -> bool:
    """Whether this was done a moment ago, to whoever was seen."""
    if done.what != wish.__name__ or not _at_once(desk, done.at_ms):
        return False
    if done.before is None or done.before.status not in (TicketStatus.CALLED, TicketStatus.SERVING):
        return not seen  # a call, or a service without a ticket: nobody was there
    return done.before.number == seen


def _check_status(desk: Desk, command: c.PauseCounter | c.OpenCounter | c.CloseCounter, counter: Counter) -> None:
    match command:
        case c.PauseCounter():
            since_ms = counter.pause.since_ms if counter.pause is not None else None
        case c.OpenCounter():
            since_ms = counter.since_ms if counter.status is CounterStatus.OPEN else None
        case _:
            since_ms = counter.since_ms if counter.status is CounterStatus.CLOSED and counter.since_ms else None
    if _at_once(desk, since_ms):
        raise Refused(r.DoneAlready())


def _at_once(desk: Desk, done_ms: int | None) -> bool:
    """``acted_ms`` is when the key was pressed: one from before it was done belongs to it however long it travelled."""
    return done_ms is not None and desk.asked.acted_ms - done_ms < AT_ONCE_MS
