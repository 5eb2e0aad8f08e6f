"""One service's line as a view: who stands in it, in the order of calls, and how long those in front still wait."""

from broker.engine.booked import booked_slots
from broker.engine.forecasting import TOLD_EACH, Outlook
from broker.engine.holding import Told, as_it_is
from broker.engine.line_order import line_of
from broker.engine.state import State
from broker.model import views as v
from broker.model.hall import Hall


def line_view(hall: Hall, state: State, line: v.ServiceLine, outlook: Outlook, told: Told = as_it_is) -> v.ServiceView:
    """The line of a service with its people; ``told`` as in ``project``."""
    waiting = line_of(hall, state, outlook.rule, line.service, state.shown_ms)
    tickets = [state.tickets[place[2]] for place in waiting]
    own = [(ticket.number, outlook.of_ticket(ticket, ahead)) for ahead, ticket in enumerate(tickets[:TOLD_EACH])]
    waits = [told(number, wait) for number, wait in own]
    return v.ServiceView(
        line=line,
        numbers=tuple(ticket.number for ticket in tickets),
        waits=() if line.wait is None else tuple(waits),
        longest_since_ms=min(
            (places[0][0] for lane, places in state.lanes.items() if lane[0] == line.service), default=None
        ),
        slots=booked_slots(hall, state, line.service),
    )
