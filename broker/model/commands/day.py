"""Commands about the business day and the passing of time."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.days import DayKind
from broker.model.words import BusinessDay, Milliseconds, Slug


class SessionTimes(msgspec.Struct, frozen=True):
    """One opening of the day, epoch milliseconds; ``last_ticket_ms`` is when issuing ends."""

    name: Slug
    opens_ms: Milliseconds
    closes_ms: Milliseconds
    last_ticket_ms: Milliseconds


class OpenDay(Command, tag=True, kw_only=True, frozen=True):
    """A business day begins; ``sessions`` and ``kind`` are the day's opening times and kind as the calendar has them.

    ``unsure_from`` is the journal position since which the server could not tell the date: who came after it, came on
    this day. Only the server's own word counts.
    """

    day: BusinessDay
    sessions: tuple[SessionTimes, ...] = ()
    unsure_from: Annotated[int, msgspec.Meta(ge=0)] | None = None
    kind: DayKind | None = None


class CloseDay(Command, tag=True, kw_only=True, frozen=True):
    """The day is over: waiting, held and missed tickets expire. Refused while someone is at a counter."""


class PassTime(Command, tag=True, kw_only=True, frozen=True):
    """From the server itself: let time-outs act (silent reservations, session borders).

    ``steady_ms``: for how long the server has been there and its clock has not leapt; a kiosk cannot have been silent
    for longer. None: for long enough.
    """

    steady_ms: Milliseconds | None = None
