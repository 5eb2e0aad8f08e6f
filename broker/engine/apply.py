"""Events change the state: one small function each, no decisions, no clock but the event's own.

``apply`` is the only writer of ``State``; the same events always give the same state, live and in replay. The functions
stand in ``apply_tickets`` and ``apply_hall``.
"""

from broker.engine.apply_duty import DUTY_WRITERS
from broker.engine.apply_hall import HALL_WRITERS
from broker.engine.apply_tickets import TICKET_WRITERS
from broker.engine.state import State
from broker.model.events import Event

WRITERS = TICKET_WRITERS | HALL_WRITERS | DUTY_WRITERS


def apply(state: State, event: Event) -> None:
    """Fold one event into the state."""
    state.now_ms = max(state.now_ms, event.at_ms)
    WRITERS[type(event)](state, event)
    state.position += 1
