"""Real names while nobody can be asked: what this kiosk itself gave a person today. Pure.

The engine's rules bind its own answers. Without it a kiosk cannot know whether a ticket was served since, so it rather
sends somebody to the desk than gives a second number for the same service.
"""

from broker.model.hall import Hall
from broker.model.refusals import AgentDayCap, PersonDayCap, PersonHasTicket, Refusal
from kiosk.ticket import Order

Taken = list[tuple[str, str, bool]]
"""(service, number, whether as an agent)."""


def objection(hall: Hall, order: Order, of_beneficiary: Taken, of_agent: Taken) -> Refusal | None:
    """Why this person may have no other ticket now; None for who may."""
    mine = [(service, number) for service, number, as_agent in of_beneficiary if not as_agent]
    if hall.services[order.service].real_name:
        for service, number in mine:
            if service == order.service:
                return PersonHasTicket(number=number)
    if len(mine) >= hall.rules.person_tickets_a_day:
        return PersonDayCap(most=hall.rules.person_tickets_a_day)
    as_agent = sum(1 for _, _, agent in of_agent if agent)
    if order.principal and as_agent >= hall.rules.agent_tickets_a_day:
        return AgentDayCap(most=hall.rules.agent_tickets_a_day)
    return None
