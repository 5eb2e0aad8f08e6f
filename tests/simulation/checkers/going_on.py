"""L33: a ticket that goes on to another service keeps what it waits since; at the counter it stays only if next there.

At the same counter it goes on at once when that counter serves, no emergency is shown, and nobody whom the counter
could call has a strictly better claim; after hours, when nobody else would be called, in any case. Otherwise it waits.
Whoever is served without a ticket comes to a counter that is open and free.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from broker.model import events as e
from broker.model.words import CounterStatus, TicketStatus
from tests.simulation.checkers.hours import Hours
from tests.simulation.checkers.order import NEARLY, Policy
from tests.simulation.checkers.story import Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    story, hours = Story(), Hours(trace.hall)
    policy = Policy(trace.hall, story)
    for entry in trace.journal:
        event = entry.event
        found: Iterator[str] = iter(())
        if isinstance(event, e.VisitPartFinished):
            found = _goes_on(story, policy, hours, event)
        elif isinstance(event, e.DirectServed):
            found = _direct(story, policy, event)
        yield from (Violation("L33", entry.at_ms, sentence) for sentence in found)
        hours.take(event)
        policy.take(entry.event)
        story.take(entry)


def _goes_on(story: Story, policy: Policy, hours: Hours, event: e.VisitPartFinished) -> Iterator[str]:
    told = story.tickets.get(event.ticket)
    if told is None:
        return
    clock_ms = told.begins_ms if policy.hall.rules.transfer_keeps_arrival else event.at_ms
    if event.clock_ms != clock_ms:
        yield f"{told.number} went on to {event.service} and lost its place"
    targets = policy.hall.counters if event.to_counter is None else [event.to_counter]
    if not any(event.service in policy.services(target) for target in targets):
        yield f"{told.number} went on to {event.service}, which is not served there"
    able = event.to_counter == event.counter and not story.emergency
    able = able and story.window(event.counter).status is CounterStatus.OPEN
    wish = _wish(story, policy, told, event) if able and not hours.over(event.counter, event.at_ms) else able
    if wish is not None and event.stays is not wish:
        yield f"{told.number} {'went on at once' if event.stays else 'had to wait'} at counter {event.counter}"


def _wish(story: Story, policy: Policy, told: Told, event: Any) -> bool | None:
    """Whether this counter would call the ticket next; None where two claims are as good as equal."""
    own = replace(
        told, service=event.service, to_counter=event.to_counter, clock_ms=event.clock_ms, status=TicketStatus.WAITING
    )
    (group, ours), clear = policy.rank(event.counter, own, event.at_ms), True
    for other in story.waiting():
        if not policy.may_call(story, event.counter, other):
            continue
        other_group, theirs = policy.rank(event.counter, other, event.at_ms)
        nearly = abs(ours) * NEARLY + NEARLY
        if other_group < group or (other_group == group and theirs > ours + nearly):
            return False
        clear = clear and (other_group > group or theirs < ours - nearly)
    return True if clear else None


def _direct(story: Story, policy: Policy, event: e.DirectServed) -> Iterator[str]:
    window = story.window(event.counter)
    if window.status is not CounterStatus.OPEN or window.ticket is not None:
        yield f"somebody was served without a ticket at counter {event.counter}, which is {window.status} or taken"
    if event.service not in policy.services(event.counter):
        yield f"{event.service} was given at counter {event.counter}, which does not serve it"
    if event.clerk != window.clerk:
        yield f"{event.clerk} is said to have served at counter {event.counter}, where {window.clerk} is"
