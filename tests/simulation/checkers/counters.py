"""L5, L16: a ticket is at one counter, a counter has one ticket, and a counter that does not serve is given nobody."""

from collections.abc import Iterator

from broker.model import events as e
from broker.model.words import CounterStatus
from tests.simulation.checkers.answer import refusal_of
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

_AT_THE_COUNTER = (
    e.TicketRecalled,
    e.ServiceStarted,
    e.ServiceFinished,
    e.TicketMissed,
    e.TicketHeld,
    e.TicketTransferred,
    e.VisitPartFinished,
)


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once; "the counter is busy" must be true at the position at which it was said."""
    story = Story()
    busy_said = _said_busy(trace)
    yield from _not_busy(story, 0, busy_said)
    for entry in trace.journal:
        yield from _of(story, entry)
        story.take(entry)
        yield from _not_busy(story, entry.position, busy_said)


def _of(story: Story, entry: Entry) -> Iterator[Violation]:
    event = entry.event
    if isinstance(event, e.TicketCalled):
        window, told = story.window(event.counter), story.tickets.get(event.ticket)
        if window.status is not CounterStatus.OPEN:
            yield Violation(
                "L16", entry.at_ms, f"a ticket was called to counter {event.counter}, which is {window.status}"
            )
        if window.ticket is not None:
            sentence = f"ticket {event.ticket} was called to counter {event.counter}, where {window.ticket} still is"
            yield Violation("L5", entry.at_ms, sentence)
        if told is not None and told.at_counter is not None:
            sentence = f"ticket {told.number} is at counter {told.at_counter} and was called to {event.counter}"
            yield Violation("L5", entry.at_ms, sentence)
    elif isinstance(event, _AT_THE_COUNTER) and story.window(event.counter).ticket != event.ticket:
        sentence = f"{type(event).__name__} of ticket {event.ticket} at counter {event.counter}, where it is not"
        yield Violation("L5", entry.at_ms, sentence)
    elif isinstance(event, e.ActionUndone) and story.window(event.counter).ticket not in (None, event.ticket):
        sentence = f"{event.undone} was taken back at counter {event.counter}, where somebody else is"
        yield Violation("L5", entry.at_ms, sentence)
    elif isinstance(event, e.CounterClosed) and story.window(event.counter).ticket is not None:
        yield Violation("L5", entry.at_ms, f"counter {event.counter} closed with a ticket at it")


def _said_busy(trace: Trace) -> dict[int, list[tuple[int, str, str]]]:
    """Position -> (time, number said to be in the way, command) of every answer "there is somebody at this counter"."""
    found: dict[int, list[tuple[int, str, str]]] = {}
    for answer in trace.answered:
        refusal = refusal_of(answer.reply)
        if refusal is not None and refusal["code"] == "counter_busy":
            found.setdefault(answer.as_of, []).append((answer.at_ms, refusal["facts"].get("number", ""), answer.id))
    return found


def _not_busy(story: Story, position: int, said: dict[int, list[tuple[int, str, str]]]) -> Iterator[Violation]:
    for at_ms, number, command in said.get(position, ()):
        at_counters = {told.number for told in story.tickets.values() if told.at_counter is not None}
        if number not in at_counters:
            sentence = f"{command} was refused because of {number}, which is at no counter"
            yield Violation("L5", at_ms, sentence, {"position": position})
