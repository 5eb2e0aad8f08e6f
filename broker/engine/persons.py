"""实名取号: who showed an ID, by salted hash only. One live ticket a person and service, and so many a day.

A missed number that may not return any more is no obstacle: its holder is told to take another. These rules bind the
engine's own numbers, and clerks who send a ticket on. A paper that a kiosk gave by itself wins, as always; the kiosk
keeps the same rules for its own part. With an agent the ticket counts for whoever's business it is, and apart for the
agent.
"""

from collections.abc import Iterator

from broker.engine.context import Desk, Refused
from broker.engine.returning import may_return
from broker.engine.state import Ticket
from broker.engine.telling import telling
from broker.model import refusals as r
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus


def check_person(desk: Desk, service: str, person: str | None, principal: str | None) -> None:
    """Refused when the person may not have another ticket."""
    if desk.hall.services[service].real_name and person is None:
        raise Refused(r.PersonRequired(service=service))
    if person is None:
        return
    beneficiary = principal or person
    check_no_ticket(desk, service, beneficiary)
    mine = sum(1 for ticket in _of_today(desk) if ticket.beneficiary == beneficiary)
    most = desk.hall.rules.person_tickets_a_day
    if mine >= most:
        raise Refused(r.PersonDayCap(most=most))
    most = desk.hall.rules.agent_tickets_a_day
    if principal and sum(1 for ticket in _of_today(desk) if ticket.principal and ticket.person == person) >= most:
        raise Refused(r.AgentDayCap(most=most))


def check_no_ticket(desk: Desk, service: str, beneficiary: str | None, but: str = "", *, always: bool = False) -> None:
    """Refused(PersonHasTicket) where the service is by real name and the person has a live ticket for it.

    ``but``: the id of a ticket that does not count. ``always``: also where no real name is asked for.
    """
    declared = desk.hall.services.get(service)
    if beneficiary is None or declared is None or not (declared.real_name or always):
        return
    for ticket in _of_today(desk):
        theirs = ticket.beneficiary == beneficiary and ticket.service == service and ticket.ticket != but
        if theirs and _is_live(desk, ticket):
            raise Refused(r.PersonHasTicket(number=ticket.number), telling(desk, ticket))


def check_no_other(desk: Desk, service: str, ticket: Ticket) -> None:
    """Refused(PersonHasTicket) when whoever holds this ticket has another live one for the service it shall be for."""
    check_no_ticket(desk, service, ticket.beneficiary, but=ticket.ticket)


def _is_live(desk: Desk, ticket: Ticket) -> bool:
    over = ticket.status is TicketStatus.NO_SHOW and not may_return(desk, ticket)
    return ticket.status not in FINAL and not over


def _of_today(desk: Desk) -> Iterator[Ticket]:
    """Every ticket that counts: what was declared void was nobody's."""
    return (ticket for ticket in desk.state.tickets.values() if ticket.status is not TicketStatus.VOID)
