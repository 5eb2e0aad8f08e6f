"""Does a hall file still fit the day that is running? What is in use cannot be taken away under people."""

from broker.engine.state import State
from broker.model.hall import Hall
from broker.model.ticket import FINAL
from broker.model.words import CounterStatus


def misfits(hall: Hall, state: State) -> list[str]:
    """One sentence for each thing of today that the hall file has lost; empty when all is well."""
    if state.day is None:
        return []
    people: dict[str, int] = {}
    for ticket in state.tickets.values():
        if ticket.status not in FINAL and ticket.service not in hall.services:
            people[ticket.service] = people.get(ticket.service, 0) + 1
    services = [
        f"{count} tickets of today are for the service '{name}', which the hall file no longer has: put it back, "
        "paused if need be, until the day is over"
        for name, count in sorted(people.items())
    ]
    counters = [
        f"counter '{name}' is at work today and the hall file no longer has it: put it back until the day is over"
        for name, counter in sorted(state.counters.items())
        if name not in hall.counters and (counter.ticket is not None or counter.status is not CounterStatus.CLOSED)
    ]
    return services + counters
