"""What each counter serves today: what the hall file says, unless whoever runs the hall has changed it. Pure.

Nobody else in the engine reads a counter's ``services`` from the hall file.
"""

from collections.abc import Mapping

from broker.engine.state import State
from broker.model.hall import Hall


def services_of(hall: Hall, state: State, counter: str) -> Mapping[str, int]:
    """Service -> skill of a counter now. What the hall file has lost since is no service any more."""
    changed = state.reassigned.get(counter)
    if changed is None:
        return hall.counters[counter].services
    return {service: skill for service, skill in changed.services.items() if service in hall.services}


def counters_of_service(hall: Hall, state: State, service: str) -> tuple[str, ...]:
    """Counters that serve it today, open or not, in hall order."""
    return tuple(key for key in hall.counters if service in services_of(hall, state, key))
