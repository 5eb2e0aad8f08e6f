"""Who is told the number of a ticket holds it from then on, wherever it was asked for.

The kiosk that asked may have lost the answer or its power; it can declare the number void no more.
"""

from broker.engine.context import Desk
from broker.engine.state import Ticket
from broker.model import events as e
from broker.model.words import Holding, TicketStatus


def telling(desk: Desk, ticket: Ticket) -> tuple[e.Event, ...]:
    """What happens when somebody is told a number at another place than the one that asked for it."""
    if ticket.status is not TicketStatus.RESERVED:
        return ()
    return (e.TicketConfirmed(at_ms=desk.now_ms, ticket=ticket.ticket, holding=Holding.SCREEN),)
