"""Events of what whoever runs the hall changes for a while."""

import msgspec

from broker.model.events.base import Event


class ServicesChanged(Event, tag=True, kw_only=True, frozen=True):
    """A counter serves ``services`` (with the skill, 1 best) for the rest of the day or until ``until_ms``.

    Empty: from now on it serves what the hall file says. ``by`` whom; nobody where the time was over.
    """

    counter: str
    services: dict[str, int] = msgspec.field(default_factory=dict)
    until_ms: int | None = None
    by: str = ""


class ClassRaised(Event, tag=True, kw_only=True, frozen=True):
    """Until ``until_ms`` the waiting target of a service or of a priority class is ``factor`` of what it is.

    A factor of 1: no longer. ``by`` whom; nobody where the time was over.
    """

    service: str | None = None
    priority: str | None = None
    factor: float = 1.0
    until_ms: int = 0
    by: str = ""
