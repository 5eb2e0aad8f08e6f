"""实名取号: who showed an ID, by salted hash only. One live ticket a person and service, and so many a day.

These rules bind the engine's own numbers. A paper that a kiosk gave by itself wins, as always; the kiosk keeps the same
rules for its own part. With an agent the ticket counts for whoever's business it is, and apart for the agent.
"""

from collections.abc import Iterator

from broker.engine.context import Desk, Refused
from broker.engine.state import Ticket
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
    mine = [ticket for ticket in _of_today(desk) if ticket.beneficiary == beneficiary]
    check_no_other(desk, service, beneficiary)
    most = desk.hall.rules.person_tickets_a_day
    if len(mine) >= most:
        raise Refused(r.PersonDayCap(most=most))
    most = desk.hall.rules.agent_tickets_a_day
    if principal and sum(1 for ticket in _of_today(desk) if ticket.principal and ticket.person == person) >= most:
        raise Refused(r.AgentDayCap(most=most))


def check_no_other(desk: Desk, service: str, beneficiary: str | None) -> None:
    """Refused(PersonHasTicket) where the service is by real name and the person has a live ticket for it."""
    if beneficiary is None or not desk.hall.services[service].real_name:
        return
    for ticket in _of_today(desk):
        if ticket.beneficiary == beneficiary and ticket.service == service and ticket.status not in FINAL:
            raise Refused(r.PersonHasTicket(number=ticket.number))


def _of_today(desk: Desk) -> Iterator[Ticket]:
    """Every ticket that counts: what was declared void was nobody's."""
    return (ticket for ticket in desk.state.tickets.values() if ticket.status is not TicketStatus.VOID)
