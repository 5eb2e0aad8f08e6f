"""What a day's sheets need beside its calls and visits: who stood where, pauses, tasks, ratings, entries. Pure.

A part of ``DayFold``, fed with the same events. Everything is kept by counter in the order in which it happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from broker.model import events as e
from broker.model.commands import SessionTimes
from broker.model.ratings import Unrated
from broker.model.sheet_touch import PAPER, all_touched, touched_counter
from broker.model.words import Level


@dataclass(slots=True)
class Post:
    """Somebody stood at the counter; ``until_ms`` None: still."""

    counter: str
    clerk: str
    from_ms: int
    until_ms: int | None = None


@dataclass(slots=True)
class SheetPause:
    """One pause. ``warned`` and ``asked``: its clerk was reminded, the duty leader was asked for a substitute.

    ``absent_ms``: since when nobody had served; earlier than ``from_ms`` if the clerk was back and called nobody.
    """

    counter: str
    clerk: str | None
    reason: str
    substitute: str | None
    from_ms: int
    absent_ms: int
    until_ms: int | None = None
    warned: bool = False
    asked: bool = False
    left_empty: bool = False
    excused: str = ""


@dataclass(slots=True)
class CoverTask:
    """One task of the duty leader and what became of it; ``outcome`` is empty while nothing has, and for ever when the
    session ended first. Who comes back has covered it, unless the absence turns out to go on."""

    wanted: e.CoverWanted
    substitute: str | None = None
    outcome: str = ""
    settled_ms: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Paper:
    """What was completed and signed. A signature holds while its position is behind ``touched``."""

    touched: int = 0
    filled: e.SheetFilled | None = None
    signed: dict[str, tuple[int, e.SheetSigned]] = field(default_factory=dict)
    reopened: list[e.SheetReopened] = field(default_factory=list)

    def touch(self, position: int) -> None:
        """Something of the sheet changed there."""
        self.touched = max(self.touched, position)

    def holds(self, who: str) -> bool:
        """Whether this part's signature covers what stands there now."""
        return who in self.signed and self.signed[who][0] > self.touched


@dataclass(slots=True)
class SheetFold:
    """All of one day, by counter where it is a counter's. ``open``: ratings count for the day's sheets now."""

    open: bool = False
    sessions: tuple[SessionTimes, ...] = ()
    posts: list[Post] = field(default_factory=list)
    here: dict[str, str | None] = field(default_factory=dict)
    opened_ms: dict[str, int] = field(default_factory=dict)
    closed_ms: dict[str, int | None] = field(default_factory=dict)
    pauses: list[SheetPause] = field(default_factory=list)
    tasks: list[CoverTask] = field(default_factory=list)
    live: dict[str, CoverTask] = field(default_factory=dict)
    sent: list[e.SubstituteAppointed] = field(default_factory=list)
    slips: list[e.ReturnSlipGiven] = field(default_factory=list)
    visits: dict[str, str] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    on_paper: set[str] = field(default_factory=set)
    unrated: dict[str, Unrated] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    papers_position: int = 0

    def fold(self, position: int, event: e.Event) -> None:
        """Take one event of the day, in order; entries and signatures come by ``write_paper``."""
        counter = touched_counter(event)
        if isinstance(event, e.DayOpened) and all_touched(self.sessions, event):
            for paper in self.papers.values():
                paper.touch(position)
        if counter is not None:
            self.paper(counter).touch(position)
        write = _WRITERS.get(type(event))
        if write is not None:
            write(self, event)

    def write_paper(self, position: int, event: e.Event) -> None:
        """Take an entry or a signature, which may be of a later day."""
        self.papers_position = max(self.papers_position, position)
        if not isinstance(event, PAPER):
            return
        paper = self.paper(event.counter)
        if isinstance(event, e.SheetSigned):
            paper.signed[event.who] = (position, event)
            return
        paper.touch(position)
        if isinstance(event, e.SheetFilled):
            paper.filled = event
        else:
            paper.reopened.append(event)

    def paper(self, counter: str) -> Paper:
        """The counter's, made at its first use."""
        return self.papers.setdefault(counter, Paper())

    def came(self, counter: str, clerk: str | None, at_ms: int) -> None:
        """Somebody stands there from now on."""
        if self.here.get(counter) == clerk and clerk is not None:
            return
        self.left(counter, at_ms)
        self.here[counter] = clerk
        if clerk is not None:
            self.posts.append(Post(counter, clerk, at_ms))

    def left(self, counter: str, at_ms: int) -> None:
        """Nobody does any more."""
        self.here[counter] = None
        for post in self.posts:
            if post.counter == counter and post.until_ms is None:
                post.until_ms = at_ms

    def settle(self, counter: str, outcome: str, at_ms: int, reason: str = "") -> None:
        """What the duty leader was asked for is over, as far as one can see."""
        task = self.live.get(counter)
        if task is not None and task.settled_ms is None:
            task.outcome, task.settled_ms, task.reason = task.outcome or outcome, at_ms, reason

    def unsettle(self, counter: str, task: str | None) -> CoverTask | None:
        """It is not over: more is told of this very task."""
        live = self.live.get(counter)
        if live is None or live.wanted.task != task:
            return None
        live.settled_ms, live.reason = None, ""
        live.outcome = live.outcome if live.outcome == "left_empty" else ""
        return live

    def pause_at(self, counter: str) -> SheetPause | None:
        """The pause that goes on there."""
        return next((one for one in reversed(self.pauses) if one.counter == counter and one.until_ms is None), None)

    def served_ms(self, from_ms: int, until_ms: int) -> list[int]:
        """The pieces of a time that lie in sessions: a lunch break is no pause. All of it on a day without any."""
        sessions = [(session.opens_ms, session.closes_ms) for session in self.sessions] or [(from_ms, until_ms)]
        pieces = (min(until_ms, closes_ms) - max(from_ms, opens_ms) for opens_ms, closes_ms in sessions)
        return [piece_ms for piece_ms in pieces if piece_ms > 0]

    def end_pause(self, counter: str, at_ms: int) -> None:
        """Somebody serves there again, or it is closed."""
        pause = self.pause_at(counter)
        if pause is not None:
            pause.until_ms = at_ms


def _day_opened(fold: SheetFold, event: e.DayOpened) -> None:
    fold.open, fold.sessions = True, event.sessions


def _day_closed(fold: SheetFold, event: e.DayClosed) -> None:
    fold.open = False
    fold.live.clear()
    for counter in list(fold.here):
        fold.left(counter, event.at_ms)


def _session_began(fold: SheetFold, event: e.SessionBegan) -> None:
    """What was wanted in the session before is wanted no more."""
    fold.live.clear()


def _opened(fold: SheetFold, event: e.CounterOpened) -> None:
    fold.came(event.counter, event.clerk, event.at_ms)
    fold.opened_ms.setdefault(event.counter, event.at_ms)
    fold.closed_ms[event.counter] = None
    fold.settle(event.counter, "covered", event.at_ms)


def _closed(fold: SheetFold, event: e.CounterClosed) -> None:
    fold.end_pause(event.counter, event.at_ms)
    fold.left(event.counter, event.at_ms)
    fold.closed_ms[event.counter] = event.at_ms
    fold.settle(event.counter, "closed", event.at_ms)


def _paused(fold: SheetFold, event: e.CounterPaused) -> None:
    clerk, absent_ms = fold.here.get(event.counter), event.absent_since_ms
    pause = SheetPause(
        event.counter,
        clerk,
        event.reason,
        event.substitute,
        event.at_ms,
        event.at_ms if absent_ms is None else absent_ms,
    )
    fold.pauses.append(pause)
    task = fold.live.get(event.counter)
    if task is not None and absent_ms is not None and task.wanted.at_ms >= absent_ms:  # made in the same absence
        pause.asked = fold.unsettle(event.counter, task.wanted.task) is not None


def _resumed(fold: SheetFold, event: e.CounterResumed) -> None:
    fold.end_pause(event.counter, event.at_ms)
    fold.settle(event.counter, "covered", event.at_ms)


def _logged_in(fold: SheetFold, event: e.ClerkLoggedIn) -> None:
    fold.came(event.counter, event.clerk, event.at_ms)
    fold.settle(event.counter, "covered", event.at_ms)


def _logged_out(fold: SheetFold, event: e.ClerkLoggedOut) -> None:
    fold.left(event.counter, event.at_ms)


def _ran_long(fold: SheetFold, event: e.PauseRanLong) -> None:
    pause = fold.pause_at(event.counter)
    if pause is not None:
        pause.warned = True


def _wanted(fold: SheetFold, event: e.CoverWanted) -> None:
    task = fold.live[event.counter] = CoverTask(event)
    fold.tasks.append(task)
    pause = fold.pause_at(event.counter)
    if pause is not None:
        pause.asked = True


def _appointed(fold: SheetFold, event: e.SubstituteAppointed) -> None:
    fold.sent.append(event)
    pause, task = fold.pause_at(event.counter), fold.live.get(event.counter)
    if pause is not None:
        pause.substitute = event.clerk
    if task is not None and task.wanted.task == event.task:
        task.substitute = event.clerk


def _excused(fold: SheetFold, event: e.CounterExcused) -> None:
    pause = fold.pause_at(event.counter)
    if pause is not None:
        pause.excused = event.reason
    fold.unsettle(event.counter, event.task)
    fold.settle(event.counter, "excused", event.at_ms, event.reason)


def _lapsed(fold: SheetFold, event: e.CoverLapsed) -> None:
    fold.settle(event.counter, "lapsed", event.at_ms)


def _stood_empty(fold: SheetFold, event: e.CounterStoodEmpty) -> None:
    pause, task = fold.pause_at(event.counter), fold.unsettle(event.counter, event.task)
    if pause is not None:
        pause.left_empty = True
    if task is not None:
        task.outcome = "left_empty"


def _at_work(fold: SheetFold, event: e.TicketCalled | e.DirectServed) -> None:
    fold.settle(event.counter, "covered", event.at_ms)


def _slip(fold: SheetFold, event: e.ReturnSlipGiven) -> None:
    fold.slips.append(event)


def _visited(fold: SheetFold, event: e.ServiceFinished | e.VisitPartFinished | e.DirectServed) -> None:
    fold.visits[event.visit] = event.counter
    if isinstance(event, e.DirectServed):
        _at_work(fold, event)


def _rated(fold: SheetFold, event: e.EvaluationRecorded) -> None:
    if fold.open and event.visit in fold.visits:
        fold.levels[event.visit] = event.level
        if event.entered_by:
            fold.on_paper.add(event.visit)


def _unrated(fold: SheetFold, event: e.VisitLeftUnrated) -> None:
    if fold.open and event.visit in fold.visits:
        fold.unrated[event.visit] = event.why


_WRITERS: dict[type[e.Event], Callable[[SheetFold, Any], None]] = {
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.SessionBegan: _session_began,
    e.CounterOpened: _opened,
    e.CounterClosed: _closed,
    e.CounterPaused: _paused,
    e.CounterResumed: _resumed,
    e.ClerkLoggedIn: _logged_in,
    e.ClerkLoggedOut: _logged_out,
    e.PauseRanLong: _ran_long,
    e.CoverWanted: _wanted,
    e.SubstituteAppointed: _appointed,
    e.CounterExcused: _excused,
    e.CoverLapsed: _lapsed,
    e.CounterStoodEmpty: _stood_empty,
    e.TicketCalled: _at_work,
    e.ReturnSlipGiven: _slip,
    e.ServiceFinished: _visited,
    e.VisitPartFinished: _visited,
    e.DirectServed: _visited,
    e.EvaluationRecorded: _rated,
    e.VisitLeftUnrated: _unrated,
}
