"""What whoever runs the hall may change for a while: what a counter serves, who goes sooner, a counter more."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Milliseconds, Slug

RaiseMinutes = Annotated[int, msgspec.Meta(ge=0, le=240)]
RaiseFactor = Annotated[float, msgspec.Meta(ge=0.2, le=1)]
"""Nobody's target shrinks to less than a fifth: whoever else waits is overtaken for minutes, not for the day."""
CounterServices = Annotated[tuple[Slug, ...], msgspec.Meta(max_length=64)]


class ChangeServices(Command, tag=True, kw_only=True, frozen=True):
    """A counter serves these for the rest of the day, or until ``until_ms``; empty: what the hall file says."""

    counter: Slug
    services: CounterServices = ()
    until_ms: Milliseconds | None = None


class RaiseClass(Command, tag=True, kw_only=True, frozen=True):
    """For so many minutes (0: no longer) the waiting target of a service, or of a priority class, is ``factor`` of
    what it is: those people's turn comes sooner. Exactly one of the two is named.
    """

    service: Slug | None = None
    priority: Slug | None = None
    factor: RaiseFactor = 0.5
    minutes: RaiseMinutes = 30


class OpenEmergencyCounter(Command, tag=True, kw_only=True, frozen=True):
    """应急窗口: a closed counter opens at once, with these services for today (empty: its own); ``clerk`` as of an
    ``OpenCounter``.
    """

    counter: Slug
    clerk: Slug | None = None
    services: CounterServices = ()
