"""Events change the state: one small function each, no decisions, no clock but the event's own.

``apply`` is the only writer of ``State``; the same events always give the same state, live and in replay. The functions
stand in the modules whose names begin so.
"""

from broker.engine.apply_appointments import APPOINTMENT_WRITERS
from broker.engine.apply_cases import CASE_WRITERS, follow
from broker.engine.apply_duty import DUTY_WRITERS, work
from broker.engine.apply_floor import FLOOR_WRITERS
from broker.engine.apply_habits import notice
from broker.engine.apply_hall import HALL_WRITERS
from broker.engine.apply_inspections import INSPECTION_WRITERS
from broker.engine.apply_pace import time_passes
from broker.engine.apply_rota import ROTA_WRITERS
from broker.engine.apply_sheets import SHEET_WRITERS, touch
from broker.engine.apply_surveys import SURVEY_WRITERS
from broker.engine.apply_tickets import TICKET_WRITERS
from broker.engine.apply_undo import before, remember, undone
from broker.engine.state import State
from broker.model.events import (
    ActionUndone,
    AuditHeadKept,
    CaseGiven,
    CaseOpened,
    CaseOverdue,
    CaseStepped,
    EvaluationExplained,
    EvaluationRecorded,
    Event,
    InspectionDrawn,
    InspectionMade,
    InspectionMissed,
    RotaLooked,
    RotaMade,
    SurveyAnswered,
    VisitLeftUnrated,
)

WRITERS = TICKET_WRITERS | HALL_WRITERS | APPOINTMENT_WRITERS | FLOOR_WRITERS | DUTY_WRITERS | SHEET_WRITERS
WRITERS |= CASE_WRITERS | INSPECTION_WRITERS | ROTA_WRITERS | SURVEY_WRITERS
WRITERS |= {ActionUndone: undone, AuditHeadKept: lambda state, event: None}

CASE_EVENTS = (CaseOpened, CaseStepped, CaseGiven, CaseOverdue)
INSPECTION_EVENTS = (InspectionDrawn, InspectionMade, InspectionMissed)
DUTY_EVENTS = (RotaMade, RotaLooked)
DESK_EVENTS = (*CASE_EVENTS, *INSPECTION_EVENTS, *DUTY_EVENTS, SurveyAnswered)
UNSHOWN = (EvaluationRecorded, EvaluationExplained, VisitLeftUnrated, AuditHeadKept, *DESK_EVENTS)
"""No view but that of the counter's own evaluator shows ratings; the audit's head, cases, visits and rota have none."""


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
    follow(state, event)
    state.position += 1
