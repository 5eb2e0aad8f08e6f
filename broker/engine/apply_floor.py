"""What events change about what counters serve today and who goes sooner. No decisions, no clock of its own."""

from collections.abc import Callable
from typing import Any

from broker.engine.state import Raised, Reassigned, State
from broker.model import events as e


def reassigned_by(state: State, event: e.ServicesChanged) -> dict[str, Reassigned]:
    """What is changed at counters once this has happened; the state stays as it is."""
    others = {key: change for key, change in state.reassigned.items() if key != event.counter}
    return others | ({event.counter: Reassigned(dict(event.services), event.until_ms)} if event.services else {})


def _services_changed(state: State, event: e.ServicesChanged) -> None:
    state.reassigned = reassigned_by(state, event)


def _class_raised(state: State, event: e.ClassRaised) -> None:
    aim = event.service, event.priority
    if event.factor < 1:
        state.raised[aim] = Raised(event.factor, event.until_ms)
    else:
        state.raised.pop(aim, None)


FLOOR_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.ServicesChanged: _services_changed,
    e.ClassRaised: _class_raised,
}
"""Event -> what it changes."""
