"""Events change the state: one small function each, no decisions, no clock but the event's own.

``apply`` is the only writer of ``State``; the same events always give the same state, live and in replay. The functions
stand in the modules whose names begin so.
"""

from broker.engine.apply_appointments import APPOINTMENT_WRITERS
from broker.engine.apply_duty import DUTY_WRITERS, work
from broker.engine.apply_floor import FLOOR_WRITERS
from broker.engine.apply_habits import notice
from broker.engine.apply_hall import HALL_WRITERS
from broker.engine.apply_pace import time_passes
from broker.engine.apply_sheets import SHEET_WRITERS, touch
from broker.engine.apply_tickets import TICKET_WRITERS
from broker.engine.apply_undo import before, remember, undone
from broker.engine.state import State
from broker.model.events import (
    ActionUndone,
    AuditHeadKept,
    EvaluationExplained,
    EvaluationRecorded,
    Event,
    VisitLeftUnrated,
)

WRITERS = TICKET_WRITERS | HALL_WRITERS | APPOINTMENT_WRITERS | FLOOR_WRITERS | DUTY_WRITERS | SHEET_WRITERS
WRITERS |= {ActionUndone: undone, AuditHeadKept: lambda state, event: None}

UNSHOWN = (EvaluationRecorded, EvaluationExplained, VisitLeftUnrated, AuditHeadKept)
"""No view but that of the counter's own evaluator shows them; the audit log's head stands in no view at all."""


def apply(state: State, event: Event) -> None:
    """Fold one event into the state."""
    time_passes(state, event.at_ms)
    state.now_ms = max(state.now_ms, event.at_ms)
    if not isinstance(event, UNSHOWN):
        state.shown_ms = state.now_ms
    notice(state, event)
    done = before(state, event)
    WRITERS[type(event)](state, event)
    work(state, event)
    remember(state, event, done)
    touch(state, event)
    state.position += 1
