"""撤销: the last key pressed at a counter is taken back, for a few seconds.

A call, a start, a finish, a no-show, a hold, a transfer and the step to a next service may be undone: the ticket is
where it was, with the place in line it had. So may a service without a ticket, as long as nobody has rated it. A recall
cannot be unsaid, a slip of missing papers is in its holder's hand; a pause, an opening and a closing have keys of their
own. What was spoken stays spoken and what is in the journal stays there: boards show how it is now. During an emergency
nothing is undone by which somebody would be called again.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.emergency import check_calm
from broker.engine.persons import check_no_other
from broker.engine.state import Done, Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.ticket import AT_COUNTER
from broker.model.words import CounterStatus, TicketStatus

ENDS = (e.ServiceFinished.__name__, e.VisitPartFinished.__name__)


def undo(desk: Desk, command: c.UndoLast) -> Outcome:
    """The newest action of the counter, if nobody has gone on with its ticket."""
    counter = desk.counter(command.counter)
    within_s = desk.hall.rules.undo_s
    done = counter.done[-1] if counter.done else None
    if done is None or counter.status is CounterStatus.CLOSED or desk.now_ms - done.at_ms > within_s * 1000:
        in_time = command.until_ms is not None and command.until_ms >= desk.now_ms
        here = desk.state.tickets[counter.ticket] if counter.ticket else None
        if in_time and done is None and counter.status is CounterStatus.OPEN and not (here and here.recalls):
            raise Refused(r.DoneAlready())  # what was in view a moment ago was taken back by another console
        raise Refused(r.NothingToUndo(within_s=within_s))
    before = done.before
    until_ms = done.at_ms + within_s * 1000
    if command.until_ms is not None and (command.until_ms, command.what or done.what) != (until_ms, done.what):
        number = "" if before is None else desk.state.tickets[before.ticket].number
        raise Refused(r.ActionMovedOn(number=number) if until_ms > command.until_ms else r.DoneAlready())
    if before is None:
        return _undo_direct(desk, command.counter)
    if done.what == e.ReturnSlipGiven.__name__:
        raise Refused(r.SlipIsOut(number=before.number))
    _check_untouched(desk, command.counter, done, before)
    if before.status is TicketStatus.CALLED:
        check_calm(desk)
    ticket = desk.state.tickets[before.ticket]
    was_called, was_finished = done.what == e.TicketCalled.__name__, done.what in ENDS
    event = e.ActionUndone(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=command.counter,
        undone=done.what,
        status=before.status,
        call_id=ticket.call_id if was_called else "",
        visit=(ticket.visit or "") if was_finished else "",
    )
    return Outcome((event,), {"number": ticket.number, "undone": done.what, "status": event.status})


def _undo_direct(desk: Desk, name: str) -> Outcome:
    """Who was served without a ticket has not been: the visit counts no more, unless its visitor has rated it."""
    visit = desk.state.visits.get(desk.state.counter(name).visit or "")
    if visit is None or visit.rated:
        raise Refused(r.AlreadyRated(visit=visit.visit if visit else ""))
    what = e.DirectServed.__name__
    event = e.ActionUndone(at_ms=desk.now_ms, counter=name, undone=what, visit=visit.visit)
    return Outcome((event,), {"undone": what, "visit": visit.visit})


def _check_untouched(desk: Desk, counter: str, done: Done, before: Ticket) -> None:
    """The ticket must be as the action left it, and the counter free for it or still its own."""
    ticket = desk.state.tickets.get(before.ticket)
    here = desk.state.counter(counter).ticket
    if ticket is None:
        raise Refused(r.NothingToUndo(within_s=desk.hall.rules.undo_s))
    untouched = ticket.status is done.after and ticket.since_ms == done.at_ms
    expected = ticket.ticket if done.after in AT_COUNTER else None
    visit = desk.state.visits.get(ticket.visit or "") if done.what in ENDS else None
    if not untouched or here != expected or (visit is not None and visit.rated):
        raise Refused(r.ActionMovedOn(number=ticket.number))
    check_no_other(desk, before.service, ticket)
