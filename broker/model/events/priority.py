"""Events about who may go first."""

from broker.model.events.base import Event


class PriorityConfirmed(Event, tag=True, kw_only=True, frozen=True):
    """Staff stand for the priority of a ticket; from now on it waits in the line of that class."""

    ticket: str
    priority: str


class PriorityRevoked(Event, tag=True, kw_only=True, frozen=True):
    """The ticket has no priority any more; ``priority`` is what was taken away."""

    ticket: str
    priority: str
    reason: str = ""
