"""L22: while every screen shows an emergency, nobody is called and the engine gives no number; staff alone end it."""

from collections.abc import Iterator

from broker.model import events as e
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

_NOT_NOW = (e.TicketCalled, e.TicketRecalled, e.TicketReserved)
"""Nor is anything taken back by which somebody would be called again."""


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    story = Story()
    ended = {sent.id for sent in trace.sent if sent.command == "EndEmergency"}
    for entry in trace.journal:
        again = isinstance(entry.event, e.ActionUndone) and entry.event.status == TicketStatus.CALLED
        if story.emergency and (again or isinstance(entry.event, _NOT_NOW)):
            sentence = f"{type(entry.event).__name__} of ticket {entry.event.ticket} during an emergency"
            yield Violation("L22", entry.at_ms, sentence)
        if isinstance(entry.event, e.EmergencyEnded) and entry.command not in ended:
            yield Violation("L22", entry.at_ms, "an emergency was ended, and nobody said so")
        story.take(entry)
