"""L35: a clerk is at one counter at most; where clerks log in, who is not on post in time is listed once a session.

The rule of the service standards: at the counter so many minutes before the session begins. Whose counter is staffed
then, with nobody there, and who is nowhere else, is on the list. A session that was over before anybody could look is
on record too, with the same people as unseen: nobody knows. A counter opens only for somebody who is there.
"""

from collections.abc import Iterator
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

MINUTE_MS = 60_000
LISTENED_MS, LAG_MS = 5 * MINUTE_MS, 30_000
"""A server says of nobody that he did not log in before it has been there for so long."""


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    story, sessions, taken = Story(), {}, set()  # type: ignore[var-annotated]
    assumed: set[str] = set()
    for entry in trace.journal:
        event: Any = entry.event
        found: Iterator[str] = iter(())
        if isinstance(event, e.DayOpened):
            sessions = {session.name: session for session in event.sessions}
            taken = set() if event.day != story.last_day else taken
        elif isinstance(event, e.AttendanceTaken):
            found = _attendance(trace.hall, story, event, sessions.get(event.session), taken)
        elif isinstance(event, e.CounterOpened | e.ClerkLoggedIn):
            found = _comes(trace.hall, story, event, assumed)
        yield from (Violation("L35", entry.at_ms, sentence) for sentence in found)
        if isinstance(event, e.AttendanceTaken):
            taken.add(event.session)
        if isinstance(event, e.CounterOpened | e.ClerkLoggedIn):
            (assumed.add if getattr(event, "assumed", False) else assumed.discard)(event.counter)
        story.take(entry)
    yield from _never_taken(trace, sessions, taken)


def _comes(hall: Hall, story: Story, event: e.CounterOpened | e.ClerkLoggedIn, assumed: set[str]) -> Iterator[str]:
    """Whoever is only taken for being there may still say so."""
    here = story.window(event.counter).clerk
    if event.clerk is None:
        if hall.rules.clerks_log_in:
            yield f"counter {event.counter} opened and nobody is logged in there"
        return
    if event.clerk not in hall.clerks:
        yield f"{event.clerk} is at counter {event.counter}, and the hall has no such clerk"
    for counter, window in story.windows.items():
        if counter != event.counter and window.clerk == event.clerk:
            yield f"{event.clerk} is at counter {counter} and at {event.counter}"
    says_so = here == event.clerk and event.counter in assumed
    if isinstance(event, e.ClerkLoggedIn) and here is not None and not says_so:
        yield f"{event.clerk} logged in at counter {event.counter}, where {here} still is"


def _attendance(hall: Hall, story: Story, event: e.AttendanceTaken, session: Any, taken: set[str]) -> Iterator[str]:
    if session is None or not hall.rules.clerks_log_in or not hall.rules.on_post_min:
        yield f"who is on post was looked at for {event.session}, and nobody asked"
        return
    due_ms = session.opens_ms - hall.rules.on_post_min * MINUTE_MS
    if event.session in taken:
        yield f"who is on post was looked at twice for {event.session}"
    if event.due_ms != due_ms or event.at_ms < due_ms:
        yield f"who is on post was looked at for {event.due_ms} at {event.at_ms}, and it is {due_ms}"
    expected = tuple(_absent(hall, story, event.session))
    over = event.at_ms >= session.closes_ms
    listed, other = (event.unseen, event.absent) if over else (event.absent, event.unseen)
    if listed != expected or other:
        yield f"absent are {', '.join(expected) or 'none'}, and the list says {', '.join(listed) or 'none'}"


def _absent(hall: Hall, story: Story, session: str) -> Iterator[str]:
    there = {window.clerk for window in story.windows.values()}
    for counter, declared in hall.counters.items():
        staffed = not declared.sessions or session in declared.sessions
        if declared.clerk is not None and staffed and story.window(counter).clerk is None:
            if declared.clerk not in there:
                yield declared.clerk
            there.add(declared.clerk)


def _never_taken(trace: Trace, sessions: dict[str, Any], taken: set[str]) -> Iterator[Violation]:
    """Only of a hall in which nothing ever went wrong with the server: otherwise it may not have listened enough."""
    hall, rest = trace.hall, trace.rest
    if hall is None or rest is None or not hall.rules.clerks_log_in or not hall.rules.on_post_min or trace.faults:
        return
    for name, session in sessions.items():
        late_ms = rest.at_ms - (session.opens_ms - hall.rules.on_post_min * MINUTE_MS)
        if name not in taken and min(late_ms, trace.hall_ms) > LISTENED_MS + LAG_MS:
            yield Violation("L35", rest.at_ms, f"nobody looked who is on post for {name}", {"late_ms": late_ms})
