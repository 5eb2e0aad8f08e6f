"""L30, L31: pauses and counters without anybody, by our own arithmetic of the journal's times.

While the hall serves: after ``pause_warning_min`` of a pause its clerk is warned, over ``pause_limit_min`` the duty
leader gets one task, and ``cover_within_min`` after that (or after the first substitute was sent) it is one incident
(空窗), unless the counter was attended, excused or not needed any more. So it is with a clerk's counter that nobody
opened, once somebody has waited for it for over ``nobody_limit_min``, and with one that was opened so long ago without
a call to those who stood there. Attended is a counter that calls or serves somebody, or that is open with none of those
left who stood there as it came back; until then the absence goes on with its beginning and its task, whatever keys are
pressed: a pause takes it up again, a closing or a log-in changes nothing. What was undone was no call. Whoever is back
at the visitor's side for a minute serves. An emergency asks nothing new of anybody, and nobody can be called in it.
What became due must be seen soon, unless the server could not act. A telephone shown is an office line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import CounterStatus
from tests.simulation.checkers.excuses import SERVER, clock_set_between, disk_was_full, restarted_between, slept_at
from tests.simulation.checkers.order import Policy
from tests.simulation.checkers.story import Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

MINUTE_MS = 60_000
LAG_MS = 20_000
"""The server looks at its counters every few seconds."""
AWAY_MS = 400_000
"""So long a server may be gone after a misfortune."""
BACK_MS = 60_000
"""Whoever is back for so long with somebody at the window serves."""
BACK = (e.CounterOpened, e.CounterResumed)
AT_WORK = (e.TicketCalled, e.ServiceFinished, e.VisitPartFinished, e.DirectServed)
TAKEN_BACK = {kind.__name__ for kind in AT_WORK}
MOVES = (*BACK, e.CounterPaused, e.CounterClosed, e.ClerkLoggedIn)
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

    paused: bool = False
    away_ms: int | None = 0
    """Since when nobody is attended; None: somebody is."""
    back_ms: int = 0
    excused: bool = False
    want: Want | None = None
    ended: list[tuple[int | None, Want | None]] = field(default_factory=list)
    """What acts at the counter ended, the last at the end: they may be taken back."""


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
        self.policy = Policy(self.hall, self.story)

    def place(self, counter: str) -> Place:
        return self.places.setdefault(counter, Place())

    def empty(self, counter: str, now_ms: int) -> tuple[str, int] | None:
        """Why nobody serves there and since when, as far as it counts; None while it does not."""
        place, window, declared = self.place(counter), self.story.window(counter), self.hall.counters[counter]
        opens_ms = self.opens.get(self.session or "")
        if self.story.day is None or opens_ms is None or place.excused:
            return None
        if place.away_ms is None:
            return None
        if place.paused:
            return "pause", max(opens_ms, place.away_ms)
        if window.status is CounterStatus.OPEN:
            return ("nobody", max(opens_ms, place.back_ms)) if self.still_away(counter, now_ms) else None
        if place.want is not None and place.want.kind == "pause":
            return "pause", place.want.since_ms
        staffed = declared.clerk is not None and not declared.emergency
        needed = staffed and (not declared.sessions or self.session in declared.sessions)
        if place.want is None and not needed:
            return None
        since = [told.clock_ms for told in self.in_line(counter)]
        return ("nobody", max(opens_ms, place.away_ms, min(since))) if since else None

    def still_away(self, counter: str, now_ms: int) -> bool:
        """Whether the counter, which is open, has done nothing yet for those who stood there as it came back."""
        place = self.place(counter)
        if place.away_ms is None or place.excused:
            return False
        if self.story.window(counter).ticket is not None:
            return now_ms - place.back_ms < BACK_MS
        return any(told.since_ms <= place.back_ms for told in self.in_line(counter))

    def owed(self, counter: str) -> bool:
        """Whether somebody stands there as the counter comes back."""
        return self.story.window(counter).ticket is not None or bool(self.in_line(counter))

    def in_line(self, counter: str) -> list[Told]:
        """Whom the counter could call."""
        return [told for told in self.waiting() if self.policy.may_call(self.story, counter, told)]

    def due(self, counter: str, now_ms: int) -> tuple[type[e.Event], int] | None:
        """The next step that is asked for, and from when on (included)."""
        want, rules, found = self.place(counter).want, self.hall.rules, self.empty(counter, now_ms)
        if found is None:
            return (e.CoverLapsed, self._over_ms(counter)) if want is not None and self._serves() else None
        kind, since_ms = found
        limit_min = rules.pause_limit_min if kind == "pause" else rules.nobody_limit_min
        if want is None and kind == "pause" and rules.pause_warning_min <= limit_min:
            return e.PauseRanLong, since_ms + rules.pause_warning_min * MINUTE_MS
        if want is None or want.stage == "long":
            return e.CoverWanted, since_ms + limit_min * MINUTE_MS + 1
        return (e.CounterStoodEmpty, want.due_ms) if want.stage in ("wanted", "appointed") else None

    def _over_ms(self, counter: str) -> int:
        return self.place(counter).back_ms + BACK_MS if self.story.window(counter).ticket is not None else 0

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
        elif isinstance(event, e.EmergencyEnded):
            for place in self.places.values():
                place.back_ms = event.at_ms
        elif isinstance(event, MOVES):
            self._moves(self.place(event.counter), event)
        elif isinstance(event, (e.CounterExcused, e.SubstituteAppointed, *STEPS)):
            self._at_place(self.place(event.counter), event)
        elif isinstance(event, AT_WORK):
            self._works(self.place(event.counter))
        elif isinstance(event, e.ActionUndone) and event.undone in TAKEN_BACK:
            self._taken_back(self.place(event.counter))
        self.story.take(entry)

    def _border(self, event: e.Event) -> None:
        for place in self.places.values():
            place.want = None
            place.excused = place.excused and isinstance(event, e.SessionBegan)
        if isinstance(event, e.DayOpened):
            self.opens = {session.name: session.opens_ms for session in event.sessions}
        self.session = event.session if isinstance(event, e.SessionBegan) else None

    def _moves(self, place: Place, event: Any) -> None:
        """A key of the counter itself. Before the story is told of it, so that its line is the one that it met."""
        if place.excused:
            place.excused, place.away_ms = False, event.at_ms
        if isinstance(event, e.ClerkLoggedIn):
            return
        place.ended = []
        attended = isinstance(event, BACK) and not self.owed(event.counter)
        if attended or self._begins(place, event):
            place.away_ms = place.want = None
        if not isinstance(event, BACK) and place.away_ms is None:
            place.away_ms = event.at_ms
        place.back_ms = event.at_ms if isinstance(event, BACK) else place.back_ms
        place.paused = isinstance(event, e.CounterPaused)
        if place.want is not None and place.want.stage == "long":
            place.want = None

    def _begins(self, place: Place, event: Any) -> bool:
        """Whether a new absence begins: a closing goes on with a pause, and the day's end asks nothing of anybody."""
        leaves = isinstance(event, e.CounterPaused) or (
            isinstance(event, e.CounterClosed) and event.absent_since_ms is not None and not place.paused
        )
        return leaves and not self.still_away(event.counter, event.at_ms)

    def _works(self, place: Place) -> None:
        place.ended.append((place.away_ms, place.want))
        if not place.paused:
            place.away_ms = place.want = None
            place.excused = False

    def _taken_back(self, place: Place) -> None:
        away_ms, want = place.ended.pop() if place.ended else (None, None)
        if away_ms is not None:
            place.away_ms, place.want = away_ms, want or place.want

    def _at_place(self, place: Place, event: Any) -> None:
        want = place.want
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
    ends = {entry.command for entry in trace.journal if isinstance(entry.event, e.DayClosed)}
    delays = Delays(trace)
    now_ms, true_ms = 0, 0
    for entry in trace.journal:
        event = entry.event
        now_ms, true_ms = max(now_ms, event.at_ms), entry.at_ms
        duties.begin(entry.command)
        yield from delays.seen(duties, now_ms, true_ms)
        yield from (Violation("L30", entry.at_ms, sentence) for sentence in _wrong(duties, event, entry, staff))
        sentences = _goes_on(duties, event, day_ends=entry.command in ends)
        yield from (Violation("L30", entry.at_ms, sentence) for sentence in sentences)
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


def _goes_on(duties: Duties, event: Any, day_ends: bool) -> Iterator[str]:
    """What a key of the counter itself says of the absence that it meets."""
    if isinstance(event, BACK) and event.owes != duties.owed(event.counter):
        yield f"counter {event.counter} comes back, and says wrongly that it owes {'a call' if event.owes else 'none'}"
    if isinstance(event, e.CounterPaused):
        place, still = duties.place(event.counter), duties.still_away(event.counter, event.at_ms)
        if event.absent_since_ms != (place.away_ms if still else None):
            yield f"a pause of counter {event.counter} goes on since {event.absent_since_ms}, and it is {place.away_ms}"
    if isinstance(event, e.CounterClosed):
        place = duties.place(event.counter)
        still = not place.excused if place.paused else duties.still_away(event.counter, event.at_ms)
        since_ms = None if day_ends else place.away_ms if still and place.away_ms is not None else event.at_ms
        if event.absent_since_ms != since_ms:
            yield f"counter {event.counter} closes and is left since {event.absent_since_ms}, and it is {since_ms}"


def _step(duties: Duties, event: Any) -> Iterator[str]:
    counter, want, kind = event.counter, duties.place(event.counter).want, type(event)
    due = duties.due(counter, event.at_ms)
    if due is not None and due[0] is e.PauseRanLong and kind is e.CoverWanted:  # nobody could warn in time
        found = duties.empty(counter, event.at_ms)
        due = None if found is None else (kind, found[1] + duties.hall.rules.pause_limit_min * MINUTE_MS + 1)
    if due is None or due[0] is not kind:
        yield f"{kind.__name__} at counter {counter}, where nothing of that kind is due"
        return
    if event.at_ms < due[1]:
        yield f"{kind.__name__} at counter {counter} {due[1] - event.at_ms} ms too early"
    since_ms = duties.empty(counter, event.at_ms) or ("", 0)
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
    if place.want is None and (isinstance(event, e.CounterExcused) or not place.paused):
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
            due = duties.due(counter, now_ms)
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
        """The server was away, if only for the night, or did not know how late it is, or could write nothing down."""
        trace, since_ms = self._trace, from_ms - AWAY_MS
        away = restarted_between(trace, SERVER, since_ms, to_ms) or clock_set_between(trace, SERVER, since_ms, to_ms)
        return away or slept_at(trace, from_ms, AWAY_MS) or disk_was_full(trace, since_ms, to_ms)
