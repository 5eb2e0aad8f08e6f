"""L7 where whoever runs the hall changes the rule for a while, and L1 for papers that the guide desk asks for.

A raised class has a fifth of its target at least, for four hours at most, and one of service and class is named. What a
counter serves may be changed as long as some counter serves each service; with its time it goes back, unless that would
leave a service alone. Which calls follow from it is judged in ``order``.

What the guide desk orders is one ticket: one paper at most, however often it is asked for.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from tests.simulation.checkers.excuses import SERVER, clock_set_between, restarted_between
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

FACTOR_LEAST = 0.2
RAISED_MOST_MS = 240 * 60_000
LATE_MS = 30_000
"""What is over goes back within the server's turn."""


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once; then the papers."""
    yield from _papers(trace)
    if trace.hall is None:
        return
    story, ends = Story(), {}
    for entry in trace.journal:
        event: Any = entry.event
        if isinstance(event, e.ClassRaised):
            for sentence in _raised(event):
                yield Violation("L7", entry.at_ms, sentence)
        elif isinstance(event, e.ServicesChanged):
            for sentence in _changed(trace.hall, story, event):
                yield Violation("L7", entry.at_ms, sentence)
            ends.pop(event.counter, None)
            if event.services and event.until_ms is not None:
                ends[event.counter] = event.until_ms
        elif isinstance(event, e.DayClosed):
            ends = {}
        elif isinstance(event, e.TicketCalled):
            yield from _over(trace, story, entry, event, ends.get(event.counter))
        story.take(entry)


def _raised(event: e.ClassRaised) -> Iterator[str]:
    if (event.service is None) == (event.priority is None):
        yield "a service and a class were raised as one, or neither"
    if not FACTOR_LEAST <= event.factor <= 1:
        yield f"{event.service or event.priority} was raised to {event.factor} of its target"
    if event.until_ms - event.at_ms > RAISED_MOST_MS:
        yield f"{event.service or event.priority} was raised for too long"


def _left_alone(hall: Hall, story: Story, counter: str, wanted: dict[str, int]) -> list[str]:
    """What this counter serves now and nobody would once it serves something else."""
    served = {
        key: story.services.get(key, declared.services) for key, declared in hall.counters.items() if key != counter
    }  # fmt: skip
    now = story.services.get(counter, hall.counters[counter].services)
    return [one for one in now if one not in wanted and not any(one in others for others in served.values())]


def _changed(hall: Hall, story: Story, event: e.ServicesChanged) -> Iterator[str]:
    wanted = event.services or hall.counters[event.counter].services
    for service in _left_alone(hall, story, event.counter, dict(wanted)):
        yield f"nobody serves {service} since counter {event.counter} does not"
    own = hall.counters[event.counter].services
    for service, skill in event.services.items():
        if skill != own.get(service, 2):
            yield f"counter {event.counter} has skill {skill} of {service}"


def _over(trace: Trace, story: Story, entry: Entry, event: e.TicketCalled, until_ms: int | None) -> Iterator[Violation]:
    assert trace.hall is not None
    if until_ms is None or event.at_ms <= until_ms + LATE_MS:
        return
    began_ms = entry.at_ms - LATE_MS
    if restarted_between(trace, SERVER, began_ms, entry.at_ms) or clock_set_between(trace, SERVER, 0, entry.at_ms):
        return
    if not _left_alone(trace.hall, story, event.counter, dict(trace.hall.counters[event.counter].services)):
        yield Violation("L7", entry.at_ms, f"counter {event.counter} still serves what it did until {until_ms}")


def _papers(trace: Trace) -> Iterator[Violation]:
    given = Tally(paper.ticket for paper in trace.papers if paper.ticket in trace.ordered)
    for paper in trace.papers:
        if given[paper.ticket] > 1:
            yield Violation("L1", paper.at_ms, f"{paper.number}, ordered once, was printed again")
