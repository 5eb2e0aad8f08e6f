"""L7: who is called, judged by the rule as it is published, stated here a second time.

The rule: of all who wait for this counter, the largest waited / target, where target = 10 min x (mean minutes of the
service / 5) ^ g x factor of the priority class (1 for everybody else), divided by 1 + (skill - 1) / 4 at a counter
whose best work this is not (skill 1 is best). Ties go to the earlier place in line. A wish for one counter binds while
that counter is not closed and serves this. What a counter serves may be changed for a day, and the target of a service
or class be shrunk for minutes, which the journal tells.

That is the usual rule. A hall file may name another, also for one session, and the call says which: arrival alone; the
classes as declared and then all others; so many of the classes in turn at a counter and then one other; minutes over
the target; arrival less a head start of the class. Raised is then divided into the minutes waited (or multiplied into
the target). Whoever is of no class and has waited for the hall's cap counts as priority. Whose moment to count from has
not come goes behind everybody.

Waiting is counted from arrival, of who is early for an appointment from its time; a transfer keeps that. A missed
number that returns stands behind the first few of its own line whose waiting counts by then, a held one where it was.
Who is still on the way is called by choice alone.

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
        self.session: str | None = None
        self.in_a_row: dict[str, list[int]] = {}
        """Counter -> how many of the classes it had called in turn after each of its calls that were not undone."""

    def take(self, event: Any) -> None:
        """What the rule in force depends on; before the story takes the event."""
        if isinstance(event, e.DayOpened):
            here = [one.name for one in event.sessions if one.opens_ms <= event.at_ms < one.closes_ms]
            self.session = here[0] if here else None
        elif isinstance(event, e.SessionBegan):
            self.session = event.session
        elif isinstance(event, e.TicketCalled) and event.ticket in self.story.tickets:
            row, told = self.in_a_row.setdefault(event.counter, [0]), self.story.tickets[event.ticket]
            row.append(row[-1] if event.chosen else 0 if told.priority is None else row[-1] + 1)
        elif isinstance(event, e.ActionUndone) and event.undone == "TicketCalled":
            self.in_a_row[event.counter].pop()

    def said(self, name: str) -> Any:
        """A value of the hall file's table, or of what it says of this session."""
        own = self.hall.calling.sessions.get(self.session or "")
        value = None if own is None else getattr(own, name)
        return getattr(self.hall.calling, name) if value is None else value

    def is_long(self, told: Told, now_ms: int) -> bool:
        """Whether somebody of no class has waited for the cap."""
        cap_ms = self.said("cap_min") * 60_000
        return bool(self.hall.priority) and told.priority is None and 0 < cap_ms <= now_ms - told.clock_ms

    def rank(self, counter: str, told: Told, now_ms: int) -> tuple[int, float]:
        """Group, of which the smallest goes first, and in it the score, of which the largest does."""
        rule, waited, long = self.said("rule"), now_ms - told.clock_ms, self.is_long(told, now_ms)
        if waited < 0:
            return 999, 0.0
        classes = list(self.hall.priority)
        kind = told.priority
        if long:
            people = [name for name in classes if name != "appointment"] or classes
            kind = sorted(people, key=lambda name: self.hall.priority[name].factor)[0]
        target = self.target_ms(counter, told.service, kind, now_ms)
        raised = self.raised(told.service, told.priority, now_ms)
        if long:  # of the class that it only counts as nothing is raised for it
            target *= raised / self.raised(told.service, kind, now_ms)
        if rule == "ratio":
            return 0, waited / target
        if rule == "max_wait":
            return 0, (waited - target) / 60_000
        group, credit = 0, 0.0
        if rule == "head_start" and kind is not None:
            starts = {name: self.said("head_start_min").get(name, 20) for name in classes}
            credit = 60_000 * (max(starts.values()) if long else starts[kind])
        elif rule == "strict":
            group = 0 if long else classes.index(kind) if kind in classes else 998
        elif rule == "rotation" and not long:
            others_turn = self.in_a_row.get(counter, [0])[-1] >= self.said("priority_in_a_row")
            group = int((kind is None) is not others_turn)
        return group, (waited + credit) / raised / 60_000

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
        policy.take(event)
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
    if event.rule and event.rule != policy.said("rule"):
        facts = {"said": event.rule, "in force": policy.said("rule")}
        yield Violation("L7", entry.at_ms, f"the call of {called.number} names another rule", facts)
    group, ours = policy.rank(event.counter, called, event.at_ms)
    waited = max(0, event.at_ms - called.clock_ms)
    for other in story.waiting():
        if other is called or not policy.may_call(story, event.counter, other):
            continue
        other_group, theirs = policy.rank(event.counter, other, event.at_ms)
        facts = {"called": ours, "passed": theirs, "counter": event.counter}
        better = other_group < group or (other_group == group and theirs > ours + abs(ours) * NEARLY + NEARLY)
        tie = other_group == group and _earlier_in_a_tie(policy, event, other, called, ours, theirs)
        if better or tie:
            yield Violation("L7", entry.at_ms, f"{called.number} was called before {other.number}", facts)
        if policy.said("rule") != "ratio" or policy.said("cap_min"):
            continue
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
    expected = told.begins_ms if hall.rules.transfer_keeps_arrival else event.at_ms
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
        line = sorted(min(event.at_ms, other.clock_ms) for other in story.waiting() if other.line == told.line)
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
