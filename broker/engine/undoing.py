"""撤销: the last key pressed at a counter is taken back, for a few seconds.

A call, a start, a finish, a no-show, a hold and a transfer may be undone: the ticket is where it was, with the place in
line it had. A recall cannot be unsaid; a pause, an opening and a closing have keys of their own. What was spoken stays
spoken and what is in the journal stays there: boards show how it is now.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.persons import check_no_other
from broker.engine.state import Done
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.ticket import AT_COUNTER
from broker.model.words import CounterStatus


def undo(desk: Desk, command: c.UndoLast) -> Outcome:
    """The newest action of the counter, if nobody has gone on with its ticket."""
    counter = desk.counter(command.counter)
    within_s = desk.hall.rules.undo_s
    done = counter.done[-1] if counter.done else None
    if done is None or counter.status is CounterStatus.CLOSED or desk.now_ms - done.at_ms > within_s * 1000:
        raise Refused(r.NothingToUndo(within_s=within_s))
    _check_untouched(desk, command.counter, done)
    ticket = desk.state.tickets[done.before.ticket]
    was_called, was_finished = done.what == e.TicketCalled.__name__, done.what == e.ServiceFinished.__name__
    event = e.ActionUndone(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=command.counter,
        undone=done.what,
        status=done.before.status,
        call_id=ticket.call_id if was_called else "",
        visit=(ticket.visit or "") if was_finished else "",
    )
    return Outcome((event,), {"number": ticket.number, "undone": done.what, "status": event.status})


def _check_untouched(desk: Desk, counter: str, done: Done) -> None:
    """The ticket must be as the action left it, and the counter free for it or still its own."""
    ticket = desk.state.tickets.get(done.before.ticket)
    here = desk.state.counter(counter).ticket
    if ticket is None:
        raise Refused(r.NothingToUndo(within_s=desk.hall.rules.undo_s))
    untouched = ticket.status is done.after and ticket.since_ms == done.at_ms
    expected = ticket.ticket if done.after in AT_COUNTER else None
    visit = desk.state.visits.get(ticket.visit or "") if done.what == e.ServiceFinished.__name__ else None
    if not untouched or here != expected or (visit is not None and visit.rated):
        raise Refused(r.ActionMovedOn(number=ticket.number))
    check_no_other(desk, done.before.service, ticket)
