"""Who may go first is for staff to say: a claim is confirmed, given or taken away; the arrival stays.

A claim made at a kiosk counts at once: nobody has to wait for a member of staff to be believed.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.ticket import FINAL


def confirm(desk: Desk, command: c.ConfirmPriority) -> Outcome:
    """Stand for the claim, or give the priority that is named. Said twice it is still true."""
    ticket = _live(desk, command.number)
    priority = command.priority or ticket.priority
    if priority is None:
        raise Refused(r.NoPriority(number=ticket.number))
    if priority not in desk.hall.priority:
        raise Refused(r.UnknownPriority(priority=priority))
    result = {"number": ticket.number, "priority": priority}
    if ticket.priority_confirmed and ticket.priority == priority:
        return Outcome(result=result)
    return Outcome((e.PriorityConfirmed(at_ms=desk.now_ms, ticket=ticket.ticket, priority=priority),), result)


def revoke(desk: Desk, command: c.RevokePriority) -> Outcome:
    """Take it away; why is kept in the journal."""
    ticket = _live(desk, command.number)
    if ticket.priority is None:
        raise Refused(r.NoPriority(number=ticket.number))
    event = e.PriorityRevoked(at_ms=desk.now_ms, ticket=ticket.ticket, priority=ticket.priority, reason=command.reason)
    return Outcome((event,), {"number": ticket.number})


def _live(desk: Desk, number: str) -> Ticket:
    ticket = desk.state.find(number)
    if ticket is None:
        raise Refused(r.UnknownTicket(ticket=number))
    if ticket.status in FINAL:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    return ticket
