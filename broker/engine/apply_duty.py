"""What events change about who stands at a counter, and about one where nobody does.

No decisions, no clock of its own.
"""

from collections.abc import Callable
from typing import Any

from broker.engine.absence import WORK
from broker.engine.duty_state import Cover
from broker.engine.state import Counter, State
from broker.model import events as e


def came(state: State, counter: Counter, clerk: str | None, at_ms: int) -> None:
    """Somebody stands at the counter from now on; who stood there already is there since then."""
    if counter.clerk != clerk or counter.post_ms is None:
        counter.post_ms = at_ms if clerk is not None else None
    counter.clerk, counter.assumed, counter.opened_by = clerk, False, None
    if clerk is not None and state.absent.pop(clerk, None) is not None:
        state.came_late[clerk] = at_ms


def leave(state: State, counter: Counter, since_ms: int | None, at_ms: int) -> None:
    """Nobody serves there from now on, or still not since ``since_ms``."""
    fresh = since_ms is None or counter.counter in state.excused
    state.excused.discard(counter.counter)
    counter.away_ms = at_ms if fresh else since_ms
    _forget_warning(state, counter.counter)


def come_back(state: State, counter: Counter, owing: bool, at_ms: int) -> None:
    """The counter is open again, with or without somebody who is owed a call."""
    if counter.counter in state.excused:
        state.excused.discard(counter.counter)
        counter.away_ms = at_ms
    counter.back_ms = at_ms
    if owing:
        _forget_warning(state, counter.counter)
    else:
        end(state, counter)


def work(state: State, event: e.Event) -> None:
    """Somebody was called or served: no absence, no task."""
    if isinstance(event, WORK):
        counter = state.counters[event.counter]
        if counter.pause is None:
            end(state, counter)


def end(state: State, counter: Counter) -> None:
    """The counter works."""
    counter.away_ms = None
    state.covers.pop(counter.counter, None)
    state.excused.discard(counter.counter)


def left(counter: Counter, at_ms: int) -> None:
    """Nobody stands at the counter any more."""
    counter.clerk, counter.assumed, counter.post_ms, counter.since_ms = None, False, None, at_ms
    counter.opened_by = None


def forget_duties(state: State) -> None:
    """A new day: nobody is on post yet, nobody late."""
    state.covers, state.excused, state.rota_looked = {}, set(), set()
    state.attended, state.absent, state.came_late = set(), {}, {}
    state.tasks_made = 0


def _logged_in(state: State, event: e.ClerkLoggedIn) -> None:
    counter = state.counters.setdefault(event.counter, Counter(event.counter))
    came(state, counter, event.clerk, event.at_ms)
    if event.counter in state.excused:
        leave(state, counter, None, event.at_ms)


def _logged_out(state: State, event: e.ClerkLoggedOut) -> None:
    left(state.counters[event.counter], event.at_ms)


def _attendance(state: State, event: e.AttendanceTaken) -> None:
    state.attended.add(event.session)
    state.absent |= dict.fromkeys(event.absent, event.due_ms)


def _ran_long(state: State, event: e.PauseRanLong) -> None:
    clerk = state.counter(event.counter).clerk
    state.covers[event.counter] = Cover(event.counter, "pause", "long", event.since_ms, clerk=clerk)


def _wanted(state: State, event: e.CoverWanted) -> None:
    state.covers[event.counter] = Cover(
        event.counter, event.kind, "wanted", event.since_ms, event.task, event.due_ms, event.clerk
    )
    state.tasks_made += 1


def _appointed(state: State, event: e.SubstituteAppointed) -> None:
    pause = state.counter(event.counter).pause
    if pause is not None:
        pause.substitute, pause.contact, pause.phone = event.clerk, "", event.phone
    cover = state.covers.get(event.counter)
    if cover is not None:
        cover.substitute = event.clerk
        if cover.stage == "wanted":
            cover.stage, cover.due_ms = "appointed", event.due_ms


def _excused(state: State, event: e.CounterExcused) -> None:
    state.covers.pop(event.counter, None)
    state.excused.add(event.counter)


def _lapsed(state: State, event: e.CoverLapsed) -> None:
    state.covers.pop(event.counter, None)


def _stood_empty(state: State, event: e.CounterStoodEmpty) -> None:
    state.covers[event.counter].stage = "incident"


def _forget_warning(state: State, key: str) -> None:
    """A warning is about the pause that it was given in; a task stays."""
    cover = state.covers.get(key)
    if cover is not None and cover.stage == "long":
        del state.covers[key]


DUTY_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.ClerkLoggedIn: _logged_in,
    e.ClerkLoggedOut: _logged_out,
    e.AttendanceTaken: _attendance,
    e.PauseRanLong: _ran_long,
    e.CoverWanted: _wanted,
    e.SubstituteAppointed: _appointed,
    e.CounterExcused: _excused,
    e.CoverLapsed: _lapsed,
    e.CounterStoodEmpty: _stood_empty,
}
"""Event -> what it changes."""
