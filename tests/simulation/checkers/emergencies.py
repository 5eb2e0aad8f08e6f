"""L22: while every screen shows an emergency, nobody is called and the engine gives no number."""

from collections.abc import Iterator

from broker.model import events as e
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

_NOT_NOW = (e.TicketCalled, e.TicketRecalled, e.TicketReserved)


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    story = Story()
    for entry in trace.journal:
        if story.emergency and isinstance(entry.event, _NOT_NOW):
            sentence = f"{type(entry.event).__name__} of ticket {entry.event.ticket} during an emergency"
            yield Violation("L22", entry.at_ms, sentence)
        story.take(entry)
