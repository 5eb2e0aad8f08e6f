"""What events change about the inspections. No decisions, no clock of its own."""

from collections.abc import Callable
from typing import Any

from broker.engine.case_state import Inspection
from broker.engine.state import State
from broker.model import events as e


def _drawn(state: State, event: e.InspectionDrawn) -> None:
    state.inspection = Inspection(event.week, event.visit_ms, event.until_ms)


def _made(state: State, event: e.InspectionMade) -> None:
    if event.week is not None and state.inspection is not None:
        state.inspection.made = True


def _missed(state: State, event: e.InspectionMissed) -> None:
    if state.inspection is not None:
        state.inspection.missed = True


INSPECTION_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.InspectionDrawn: _drawn,
    e.InspectionMade: _made,
    e.InspectionMissed: _missed,
}
"""Event -> what it changes."""
