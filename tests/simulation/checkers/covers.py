"""L30, L31: pauses and counters without anybody, by our own arithmetic of the journal's times.

While the hall serves: after ``pause_warning_min`` of a pause its clerk is warned, over ``pause_limit_min`` the duty
leader gets one task, and ``cover_within_min`` after that (or after the first substitute was sent) it is one incident
(空窗), unless the counter was attended, excused or not needed any more. So it is with a clerk's counter that nobody
logged in to, once somebody has waited for it for over ``nobody_limit_min``. An emergency asks nothing new of anybody.
What became due must be seen soon, unless the server could not act. A telephone shown is an office line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import CounterStatus
from tests.simulation.checkers.excuses import SERVER, clock_set_between, disk_was_full, restarted_between
from tests.simulation.checkers.order import Policy
from tests.simulation.checkers.story import Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

MINUTE_MS = 60_000
LAG_MS = 20_000
"""The server looks at its counters every few seconds."""
AWAY_MS = 400_000
"""So long a server may be gone after a misfortune."""
SETTLED = (e.CounterOpened, e.CounterResumed, e.CounterClosed, e.ClerkLoggedIn)
STEPS = (e.PauseRanLong, e.CoverWanted, e.CounterStoodEmpty, e.CoverLapsed)


@dataclass
class Want:
    """What is asked of people because of one counter."""

    kind: str
    stage: str
    task: str = ""
    due_ms: int = 0
    since_ms: int = 0


@dataclass
class Place:
    """What a counter's story means for those who must see to it."""

    paused_ms: int | None = None
    left_ms: int = 0
    excused: bool = False
    want: Want | None = None


@dataclass
class Duties:
    """The second half of the story: sessions and places. ``due`` is what the rules ask for at this position."""

    hall: Hall
    story: Story = field(default_factory=Story)
    places: dict[str, Place] = field(default_factory=dict)
    opens: dict[str, int] = field(default_factory=dict)
    session: str | None = None
    tasks: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    """Tickets that got into the line by the decision that is told now: it was made without them."""

    def __post_init__(self) -> None:
        self.policy = Policy(self.hall)

    def place(self, counter: str) -> Place:
        return self.places.setdefault(counter, Place())

    def empty(self, counter: str) -> tuple[str, int] | None:
        """Why nobody serves there and since when, as far as it counts; None while it does not."""
        place, window, declared = self.place(counter), self.story.window(counter), self.hall.counters[counter]
        opens_ms = self.opens.get(self.session or "")
        if self.story.day is None or opens_ms is None or place.excused:
            return None
        if place.paused_ms is not None:
            return "pause", max(opens_ms, place.paused_ms)
        needed = declared.clerk is not None and (not declared.sessions or self.session in declared.sessions)
        if not needed or window.status is not CounterStatus.CLOSED or window.clerk is not None:
            return None
        since = [told.clock_ms for told in self.waiting() if self.policy.may_call(self.story, counter, told)]
        return ("nobody", max(opens_ms, place.left_ms, min(since))) if since else None

    def due(self, counter: str) -> tuple[type[e.Event], int] | None:
        """The next step that is asked for, and from when on (included)."""
        want, rules, found = self.place(counter).want, self.hall.rules, self.empty(counter)
        if found is None:
            return (e.CoverLapsed, 0) if want is not None and want.kind == "nobody" and self._serves() else None
        kind, since_ms = found
        limit_min = rules.pause_limit_min if kind == "pause" else rules.nobody_limit_min
        if want is None and kind == "pause" and rules.pause_warning_min <= limit_min:
            return e.PauseRanLong, since_ms + rules.pause_warning_min * MINUTE_MS
        if want is None or want.stage == "long":
            return e.CoverWanted, since_ms + limit_min * MINUTE_MS + 1
        return (e.CounterStoodEmpty, want.due_ms) if want.stage in ("wanted", "appointed") else None

    def _serves(self) -> bool:
        return self.story.day is not None and self.session in self.opens

    def alone_here(self, counter: str) -> int:
        """How many wait for this counter whom no open one could call."""
        story, may_call = self.story, self.policy.may_call
        others = [
            key for key in self.hall.counters if key != counter and story.window(key).status is CounterStatus.OPEN
        ]
        return sum(
            may_call(story, counter, told) and not any(may_call(story, other, told) for other in others)
            for told in self.waiting()
        )

    def waiting(self) -> list[Told]:
        """Everybody in line as the decision saw it."""
        return [told for told in self.story.waiting() if told.ticket not in self.fresh]

    def begin(self, command: str) -> None:
        """The next entry is of this command."""
        if command != self.story.command:
            self.fresh.clear()

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        event: Any = entry.event
        if isinstance(event, e.TicketConfirmed):
            self.fresh.add(event.ticket)
        if isinstance(event, e.DayOpened | e.DayClosed | e.SessionBegan):
            self._border(event)
        elif isinstance(event, e.CounterPaused):
            self.place(event.counter).paused_ms = event.at_ms
        elif isinstance(event, (*SETTLED, e.ClerkLoggedOut, e.CounterExcused, e.SubstituteAppointed, *STEPS)):
            self._at_place(self.place(event.counter), event)
        self.story.take(entry)

    def _border(self, event: e.Event) -> None:
        for place in self.places.values():
            place.want = None
            place.excused = place.excused and isinstance(event, e.SessionBegan)
        if isinstance(event, e.DayOpened):
            self.opens = {session.name: session.opens_ms for session in event.sessions}
        self.session = event.session if isinstance(event, e.SessionBegan) else None

    def _at_place(self, place: Place, event: Any) -> None:
        want = place.want
        if isinstance(event, SETTLED):
            place.want, place.excused = None, False
            place.paused_ms = None if isinstance(event, e.CounterOpened | e.CounterResumed) else place.paused_ms
        if isinstance(event, e.CounterClosed | e.ClerkLoggedOut):
            place.left_ms = event.at_ms
            place.paused_ms = None if isinstance(event, e.CounterClosed) else place.paused_ms
        if isinstance(event, e.PauseRanLong):
            place.want = Want("pause", "long", since_ms=event.since_ms)
        elif isinstance(event, e.CoverWanted):
            place.want = Want(event.kind, "wanted", event.task, event.due_ms, event.since_ms)
            self.tasks.add(event.task)
        elif isinstance(event, e.CounterStoodEmpty) and want is not None:
            want.stage = "incident"
        elif isinstance(event, e.CoverLapsed | e.CounterExcused):
            place.want, place.excused = None, isinstance(event, e.CounterExcused)
        elif isinstance(event, e.SubstituteAppointed) and want is not None and want.stage == "wanted":
            want.stage, want.due_ms = "appointed", event.due_ms or 0


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    duties, staff = Duties(trace.hall), {sent.id: sent.command for sent in trace.sent}
    delays = Delays(trace)
    now_ms, true_ms = 0, 0
    for entry in trace.journal:
        event = entry.event
        now_ms, true_ms = max(now_ms, event.at_ms), entry.at_ms
        duties.begin(entry.command)
        yield from delays.seen(duties, now_ms, true_ms)
        yield from (Violation("L30", entry.at_ms, sentence) for sentence in _wrong(duties, event, entry, staff))
        yield from (Violation("L31", entry.at_ms, sentence) for sentence in _private(trace.hall, event))
        duties.take(entry)
        delays.rests(duties, now_ms, true_ms)
    if trace.rest is not None:
        duties.begin("")
        yield from delays.seen(duties, now_ms + trace.rest.at_ms - true_ms, trace.rest.at_ms)


def _wrong(duties: Duties, event: Any, entry: Entry, staff: dict[str, str]) -> Iterator[str]:
    """What our arithmetic has against an event."""
    if isinstance(event, STEPS):
        yield from _step(duties, event)
        if duties.story.emergency and not isinstance(event, e.CoverLapsed):
            yield f"{type(event).__name__} at counter {event.counter} while every screen shows an emergency"
    elif isinstance(event, e.SubstituteAppointed | e.CounterExcused):
        yield from _by_the_duty_leader(duties, event, staff.get(entry.command, ""))


def _step(duties: Duties, event: Any) -> Iterator[str]:
    counter, want, kind = event.counter, duties.place(event.counter).want, type(event)
    due = duties.due(counter)
    if due is not None and due[0] is e.PauseRanLong and kind is e.CoverWanted:  # nobody could warn in time
        found = duties.empty(counter)
        due = None if found is None else (kind, found[1] + duties.hall.rules.pause_limit_min * MINUTE_MS + 1)
    if due is None or due[0] is not kind:
        yield f"{kind.__name__} at counter {counter}, where nothing of that kind is due"
        return
    if event.at_ms < due[1]:
        yield f"{kind.__name__} at counter {counter} {due[1] - event.at_ms} ms too early"
    since_ms = duties.empty(counter) or ("", 0)
    if kind in (e.PauseRanLong, e.CoverWanted) and event.since_ms != since_ms[1]:
        yield f"{kind.__name__} at counter {counter} counts from {event.since_ms}, and it is {since_ms[1]}"
    if isinstance(event, e.CoverWanted):
        yield from _task(duties, event, since_ms[0])
    elif want is not None and getattr(event, "task", want.task) != want.task:
        yield f"{kind.__name__} at counter {counter} is about another task"


def _task(duties: Duties, event: e.CoverWanted, kind: str) -> Iterator[str]:
    hall, counter = duties.hall, event.counter
    expected = {
        "kind": kind,
        "due_ms": event.at_ms + hall.rules.cover_within_min * MINUTE_MS,
        "clerk": duties.story.window(counter).clerk or hall.counters[counter].clerk,
        "waiting": duties.alone_here(counter),
    }
    for name, value in expected.items():
        if getattr(event, name) != value:
            yield f"the task about counter {counter} says {name} {getattr(event, name)}, and it is {value}"
    if event.task in duties.tasks:
        yield f"two tasks share the id {event.task}"


def _by_the_duty_leader(duties: Duties, event: Any, command: str) -> Iterator[str]:
    place = duties.place(event.counter)
    if command not in ("AppointSubstitute", "ExcuseCounter", ""):
        yield f"{command} settled what was wanted at counter {event.counter}"
    if place.want is None and (isinstance(event, e.CounterExcused) or place.paused_ms is None):
        yield f"{type(event).__name__} at counter {event.counter}, where nobody is wanted"
    if isinstance(event, e.SubstituteAppointed):
        first = place.want is not None and place.want.stage == "wanted"
        due_ms = event.at_ms + duties.hall.rules.cover_within_min * MINUTE_MS if first else None
        if event.due_ms != due_ms:
            yield f"who was sent to counter {event.counter} is due at {event.due_ms}, and it is {due_ms}"


def _private(hall: Hall, event: Any) -> Iterator[str]:
    """Telephones that are shown and stand on no desk."""
    if not isinstance(event, e.CounterPaused | e.SubstituteAppointed) or not event.phone:
        return
    lines = (hall.hall.phone, *(clerk.phone for clerk in hall.clerks.values()))
    office = {digits for digits in map(_digits, lines) if digits}
    if _digits(event.phone) not in office:
        yield f"counter {event.counter} shows a telephone that is no office line"


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign in "0123456789")


class Delays:
    """What is overdue, and since when by the hall's clock and by the true one."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._since: dict[tuple[str, type[e.Event]], tuple[int, int]] = {}
        self._last = (0, 0)

    def seen(self, duties: Duties, now_ms: int, true_ms: int) -> Iterator[Violation]:
        """Nothing has changed since the entry before: is anything overdue for too long by now?"""
        if duties.story.emergency:
            self._since.clear()
            return
        overdue: dict[tuple[str, type[e.Event]], tuple[int, int]] = {}
        for counter in duties.hall.counters:
            due = duties.due(counter)
            if due is None or due[1] > now_ms:
                continue
            key = counter, due[0]
            then_ms = max(due[1], self._last[0])
            overdue[key] = self._since.get(key, (then_ms, true_ms - (now_ms - then_ms)))
            since_ms, true_since_ms = overdue[key]
            if now_ms - since_ms > LAG_MS and not self._excused(true_since_ms, true_ms):
                sentence = f"{due[0].__name__} at counter {counter} was due {now_ms - since_ms} ms ago"
                yield Violation("L30", true_ms, sentence)
                overdue[key] = now_ms, true_ms
        self._since = overdue

    def rests(self, duties: Duties, now_ms: int, true_ms: int) -> None:
        """After an entry: what stands there now stands there from now on."""
        self._last = now_ms, true_ms

    def _excused(self, from_ms: int, to_ms: int) -> bool:
        """The server was away, or did not know how late it is, or could write nothing down."""
        trace, since_ms = self._trace, from_ms - AWAY_MS
        away = restarted_between(trace, SERVER, since_ms, to_ms) or clock_set_between(trace, SERVER, since_ms, to_ms)
        return away or disk_was_full(trace, since_ms, to_ms)
