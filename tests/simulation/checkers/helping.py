"""L28: a call for help stands until staff answer it, one a kiosk. L29: a telephone finds its own live tickets only."""

from collections.abc import Iterator

from broker.model import events as e
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import OVER, Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import LookedFor, Trace

TOLD_MOST = 5
OLD_MS = 2 * 3_600_000
"""A call of so long before a later day opens has nobody standing there any more."""


def check(trace: Trace) -> Iterator[Violation]:
    """The journal against itself, and what was told against the journal as it was then."""
    yield from _calls(trace)
    yield from _look_ups(trace)


def _calls(trace: Trace) -> Iterator[Violation]:
    standing: dict[str, e.HelpWanted] = {}
    last_day = None
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, e.DayOpened) and event.day != last_day:
            last_day = event.day
            standing = {key: call for key, call in standing.items() if call.at_ms > event.at_ms - OLD_MS}
        elif isinstance(event, e.HelpWanted):
            if any(call.kiosk == event.kiosk for call in standing.values()):
                yield Violation("L28", entry.at_ms, f"{event.kiosk} has two calls for help")
            standing[event.help] = event
        elif isinstance(event, e.HelpAnswered) and standing.pop(event.help, None) is None:
            yield Violation("L28", entry.at_ms, f"a call for help of {event.kiosk} was answered and did not stand")


def _look_ups(trace: Trace) -> Iterator[Violation]:
    """Each answer says as of which position it was given."""
    story = Story()
    entries = iter(trace.journal)
    for looked in sorted(trace.looked_for, key=lambda looked: looked.as_of):
        while story.position < looked.as_of:
            entry = next(entries, None)
            if entry is None:
                yield Violation("L29", looked.at_ms, "a look-up was answered from a future that did not survive")
                return
            story.take(entry)
        expected = _live(story, looked)
        if looked.numbers != expected:
            facts = {"told": looked.numbers, "expected": expected}
            yield Violation("L29", looked.at_ms, f"telephone {looked.phone_tail} was told other tickets", facts)


def _live(story: Story, looked: LookedFor) -> tuple[str, ...]:
    """Those that somebody holds: a number on its way to its paper may yet be declared void."""
    gone = {*OVER, TicketStatus.RESERVED}
    own = [told for told in story.tickets.values() if told.phone_tail == looked.phone_tail and told.status not in gone]
    return tuple(told.number for told in reversed(own))[:TOLD_MOST]
