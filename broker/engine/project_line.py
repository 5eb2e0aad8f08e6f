"""One service's line as a view: who stands in it, in the order of calls, and how long those in front still wait."""

from broker.engine.assigned import services_of
from broker.engine.booked import booked_slots
from broker.engine.forecasting import TOLD_EACH, Outlook
from broker.engine.holding import Told, as_it_is
from broker.engine.line_order import in_call_order
from broker.engine.state import State
from broker.model import views as v
from broker.model.hall import Hall
from broker.model.words import CounterStatus


def line_view(hall: Hall, state: State, line: v.ServiceLine, outlook: Outlook, told: Told = as_it_is) -> v.ServiceView:
    """The line of a service with its people; ``told`` as in ``project``."""
    lanes = [(lane, places) for lane, places in state.lanes.items() if lane[0] == line.service]
    waiting = in_call_order(outlook.rule, lanes, state.shown_ms, _favoured(hall, state, line.service))
    tickets = [state.tickets[place[2]] for place in waiting]
    own = [(ticket.number, outlook.of_ticket(ticket, ahead)) for ahead, ticket in enumerate(tickets[:TOLD_EACH])]
    waits = [told(number, wait) for number, wait in own]
    return v.ServiceView(
        line=line,
        numbers=tuple(ticket.number for ticket in tickets),
        waits=() if line.wait is None else tuple(waits),
        longest_since_ms=min((place[0] for place in waiting), default=None),
        slots=booked_slots(hall, state, line.service),
    )


def _favoured(hall: Hall, state: State, service: str) -> int:
    """How many of priority classes in a row the counter has called that is nearest to owing the others a call."""
    able = (counter for key, counter in state.counters.items() if key in hall.counters)
    return max(
        (
            counter.favoured
            for counter in able
            if counter.status is CounterStatus.OPEN and service in services_of(hall, state, counter.counter)
        ),
        default=0,
    )
