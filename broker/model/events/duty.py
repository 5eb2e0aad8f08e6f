"""Events of who stands at a counter, and of a counter without anybody."""

from typing import Literal

from broker.model.events.base import Event

CoverKind = Literal["pause", "nobody"]
"""Why nobody serves: the counter pauses for too long, or people wait and nobody opened it, or calls anybody there."""


class ClerkLoggedIn(Event, tag=True, kw_only=True, frozen=True):
    """A clerk is at the counter, which is not open yet for that."""

    counter: str
    clerk: str


class ClerkLoggedOut(Event, tag=True, kw_only=True, frozen=True):
    """The clerk has left a counter that was not open, or another took over; closing a counter logs out too."""

    counter: str
    clerk: str


class AttendanceTaken(Event, tag=True, kw_only=True, frozen=True):
    """Before a session: ``absent`` are the clerks who were not on post at ``due_ms``, by counter in hall order.

    ``unseen``: after a session that nobody looked at, those of whom nothing is known.
    """

    session: str
    due_ms: int
    absent: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


class PauseRanLong(Event, tag=True, kw_only=True, frozen=True):
    """The clerk is warned: the pause is near the limit of the hall's rules."""

    counter: str
    since_ms: int


class CoverWanted(Event, tag=True, kw_only=True, frozen=True):
    """A task for the duty leader: appoint a substitute before ``due_ms``.

    ``waiting`` is how many people stood there for nobody but this counter.
    """

    task: str
    counter: str
    kind: CoverKind
    since_ms: int
    due_ms: int
    clerk: str | None = None
    waiting: int = 0


class SubstituteAppointed(Event, tag=True, kw_only=True, frozen=True):
    """Somebody is sent; ``task`` is None before there was one. ``phone`` is an office line of the hall file."""

    task: str | None
    counter: str
    clerk: str
    phone: str = ""
    due_ms: int | None = None


class CounterExcused(Event, tag=True, kw_only=True, frozen=True):
    """The duty leader said why nobody has to stand there; the task is settled."""

    task: str | None
    counter: str
    reason: str


class CoverLapsed(Event, tag=True, kw_only=True, frozen=True):
    """None of those waits any more whom nobody served there, so nobody has to come."""

    task: str
    counter: str


class CounterStoodEmpty(Event, tag=True, kw_only=True, frozen=True):
    """空窗: the task was not settled in time; an incident on record, with whose counter it was."""

    task: str
    counter: str
    kind: CoverKind
    since_ms: int
    clerk: str | None = None
    substitute: str | None = None
