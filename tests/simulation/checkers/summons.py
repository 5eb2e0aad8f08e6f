"""L36, L37: nobody is recalled too often or too fast, and what is out of turn has its reason on record.

Out of turn is a number that waits and is called by choice, somebody served without a ticket, hours that go on, a
counter where nobody has to stand, and a pause while somebody is at the window. What the hall file says where nobody
gives a reason is none.
"""

from collections.abc import Iterator
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    story = Story()
    for entry in trace.journal:
        event: Any = entry.event
        if trace.hall is not None and isinstance(event, e.TicketRecalled):
            for sentence in _recalled(trace.hall, story, event):
                yield Violation("L36", entry.at_ms, sentence)
        if _needs_reason(story, entry) and event.reason.strip() in _none(trace.hall):
            sentence = f"{type(event).__name__} at counter {event.counter or 'any'} without a reason"
            yield Violation("L37", entry.at_ms, sentence)
        story.take(entry)


def _none(hall: Hall | None) -> tuple[str, ...]:
    return ("",) if hall is None else ("", hall.rules.pause_reason_default)


def _recalled(hall: Hall, story: Story, event: e.TicketRecalled) -> Iterator[str]:
    told = story.tickets.get(event.ticket)
    if told is None:
        return
    if told.recalls >= hall.rules.recall_most:
        yield f"{told.number} was recalled {told.recalls + 1} times"
    gap_ms = event.at_ms - (told.summoned_ms or 0)
    if gap_ms < hall.rules.recall_gap_s * 1000:
        yield f"{told.number} was recalled {gap_ms} ms after the summons before"


def _needs_reason(story: Story, entry: Entry) -> bool:
    event = entry.event
    if isinstance(event, e.DirectServed | e.ExtensionApproved | e.CounterExcused):
        return True
    if isinstance(event, e.CounterPaused):
        return story.window(event.counter).ticket is not None
    told = story.tickets.get(event.ticket) if isinstance(event, e.TicketCalled) else None
    by_choice = isinstance(event, e.TicketCalled) and event.chosen
    missed = story.back is not None and story.back[0] == entry.command
    return by_choice and told is not None and told.status is TicketStatus.WAITING and not missed
