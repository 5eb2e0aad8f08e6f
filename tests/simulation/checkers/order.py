"""L7: who is called, judged by the rule as it is published, stated here a second time.

The rule: of all who wait for this counter, the largest waited / target, where target = 10 min x (mean minutes of the
service / 5) ^ g x factor of the priority class (1 for everybody else), divided by 1 + (skill - 1) / 4 at a counter
whose best work this is not (skill 1 is best). Ties go to the earlier place in line. A wish for one counter binds while
that counter is not closed and serves this. What a counter serves may be changed for a day, and the target of a service
or class be shrunk for minutes, which the journal tells.

Waiting is counted from arrival; a transfer keeps it, a missed number that returns stands behind the first few of its
own line, a held one where it was. Who is still on the way is called by choice alone.

The bound on overtaking follows from the rule: somebody who came later goes first only after having waited at least
the share r of what the earlier one has waited, where r is the smallest quotient of two targets at one counter. So
after a wait w only those can pass who came within (1 - r) w of oneself, and nobody starves.
"""

from collections.abc import Iterator
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import CounterStatus, TicketStatus
from tests.simulation.checkers.answer import refusal_of
from tests.simulation.checkers.story import Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

NEARLY = 1e-9
"""Two scores nearer than this share are equal: fractions of a float."""


class Policy:
    """The published rule for one hall, and what the story so far has changed of it."""

    def __init__(self, hall: Hall, story: Story) -> None:
        self.hall = hall
        self.story = story

    def services(self, counter: str) -> dict[str, int]:
        """What the counter serves now, with its skill."""
        return self.story.services.get(counter, self.hall.counters[counter].services)

    def raised(self, service: str, priority: str | None, now_ms: int) -> float:
        """How much of its target is left; of a service and a class that are both raised, the smaller."""
        rows = [self.story.raised.get((service, None)), self.story.raised.get((None, priority)) if priority else None]
        return min([row[0] for row in rows if row is not None and now_ms < row[1]], default=1.0)

    def target_ms(self, counter: str, service: str, priority: str | None, now_ms: int) -> float:
        """The wait that counts as 1 at this counter."""
        hall = self.hall
        by_length = (hall.services[service].mean_minutes / 5) ** hall.rules.skill_exponent
        declared = hall.priority.get(priority or "")
        factor = 1.0 if declared is None else declared.factor
        skill = 1 + (self.services(counter)[service] - 1) / 4
        return 600_000 * by_length * factor * skill * self.raised(service, priority, now_ms)

    def may_call(self, story: Story, counter: str, told: Told) -> bool:
        """Whether this ticket waits for this counter."""
        if told.status is not TicketStatus.WAITING or not told.present or told.service not in self.services(counter):
            return False
        wish = told.to_counter
        if wish in (None, counter) or story.window(str(wish)).status is CounterStatus.CLOSED:
            return True
        return told.service not in self.services(str(wish))

    def score(self, counter: str, told: Told, now_ms: int) -> float:
        return max(0, now_ms - told.clock_ms) / self.target_ms(counter, told.service, told.priority, now_ms)

    def share(self, counter: str, now_ms: int) -> float:
        """Smallest quotient of two targets at this counter now."""
        kinds = [None, *self.hall.priority]
        targets = [self.target_ms(counter, one, kind, now_ms) for one in self.services(counter) for kind in kinds]
        return min(targets) / max(targets)


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once, with what was answered at each position."""
    if trace.hall is None:
        return
    story = Story()
    policy = Policy(trace.hall, story)
    asked = {sent.id: sent.command for sent in trace.sent}
    nobody = _said_nobody(trace)
    yield from _nobody_was_there(policy, story, 0, nobody)
    for index, entry in enumerate(trace.journal):
        event = entry.event
        if isinstance(event, e.TicketCalled) and not event.chosen:
            if asked.get(entry.command, "CallNext") != "CallNext":
                yield Violation("L7", entry.at_ms, f"{asked[entry.command]} called the next in line")
            yield from _right_one(policy, story, entry, event)
        elif isinstance(event, e.TicketCalled) and asked.get(entry.command) == "CallNext":
            yield Violation("L7", entry.at_ms, f"the call key called {event.ticket} as if chosen by hand")
        elif isinstance(event, e.TicketTransferred):
            yield from _keeps_arrival(trace.hall, story, entry, event)
        elif isinstance(event, e.TicketReturned):
            following = trace.journal[index + 1] if index + 1 < len(trace.journal) else None
            yield from _right_place(trace.hall, story, entry, event, following)
        story.take(entry)
        yield from _nobody_was_there(policy, story, entry.position, nobody)


def _right_one(policy: Policy, story: Story, entry: Entry, event: e.TicketCalled) -> Iterator[Violation]:
    called = story.tickets.get(event.ticket)
    if called is None:
        return
    if not policy.may_call(story, event.counter, called):
        facts = {"status": called.status, "service": called.service, "wish": called.to_counter}
        yield Violation(
            "L7", entry.at_ms, f"counter {event.counter} called {called.number}, which is not its own", facts
        )
        return
    ours = policy.score(event.counter, called, event.at_ms)
    waited = max(0, event.at_ms - called.clock_ms)
    for other in story.waiting():
        if other is called or not policy.may_call(story, event.counter, other):
            continue
        theirs = policy.score(event.counter, other, event.at_ms)
        facts = {"called": ours, "passed": theirs, "counter": event.counter}
        if theirs > ours * (1 + NEARLY) + NEARLY or _earlier_in_a_tie(policy, event, other, called, ours, theirs):
            yield Violation("L7", entry.at_ms, f"{called.number} was called before {other.number}", facts)
        bound = policy.share(event.counter, event.at_ms) * max(0, event.at_ms - other.clock_ms)
        if called.clock_ms > other.clock_ms and waited < bound - 1:
            yield Violation("L7", entry.at_ms, f"{called.number} overtook {other.number} beyond the bound", facts)


def _earlier_in_a_tie(policy: Policy, event: Any, other: Told, called: Told, ours: float, theirs: float) -> bool:
    counter, now_ms = event.counter, event.at_ms
    same = policy.target_ms(counter, other.service, other.priority, now_ms) == policy.target_ms(
        counter, called.service, called.priority, now_ms
    )
    if not same or abs(ours - theirs) > NEARLY:
        return False
    return (other.clock_ms, other.line_since) < (called.clock_ms, called.line_since)


def _keeps_arrival(hall: Hall, story: Story, entry: Entry, event: e.TicketTransferred) -> Iterator[Violation]:
    told = story.tickets.get(event.ticket)
    if told is None:
        return
    expected = told.arrived_ms if hall.rules.transfer_keeps_arrival else event.at_ms
    if event.clock_ms != expected:
        facts = {"expected": expected, "found": event.clock_ms}
        yield Violation("L7", entry.at_ms, f"{told.number} was transferred and lost its place", facts)


def _right_place(
    hall: Hall, story: Story, entry: Entry, event: e.TicketReturned, following: Entry | None
) -> Iterator[Violation]:
    told = story.tickets.get(event.ticket)
    if told is None:
        return
    expected = told.clock_ms
    at_once = (
        following is not None and isinstance(following.event, e.TicketCalled) and following.command == entry.command
    )
    if told.status is TicketStatus.NO_SHOW and not at_once:
        line = sorted(other.clock_ms for other in story.waiting() if other.line == told.line)
        ahead = line[: hall.rules.return_places]
        expected = max([expected, *ahead])
    if event.clock_ms != expected:
        facts = {"expected": expected, "found": event.clock_ms}
        yield Violation("L7", entry.at_ms, f"{told.number} came back to the wrong place in line", facts)


def _said_nobody(trace: Trace) -> dict[int, list[tuple[int, str]]]:
    """Position -> (time, counter) of every answer "nobody is waiting for this counter"."""
    found: dict[int, list[tuple[int, str]]] = {}
    for answer in trace.answered:
        refusal = refusal_of(answer.reply)
        if refusal is not None and refusal["code"] == "nobody_waiting":
            found.setdefault(answer.as_of, []).append((answer.at_ms, refusal["facts"]["counter"]))
    return found


def _nobody_was_there(
    policy: Policy, story: Story, position: int, said: dict[int, list[tuple[int, str]]]
) -> Iterator[Violation]:
    for at_ms, counter in said.get(position, ()):
        waiting = [told.number for told in story.waiting() if policy.may_call(story, counter, told)]
        if waiting:
            facts = {"position": position, "waiting": waiting[:5]}
            yield Violation("L7", at_ms, f"counter {counter} was told that nobody waits", facts)
