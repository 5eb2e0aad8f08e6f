"""Events of tickets that are held on a phone."""

from broker.model.events.base import Event


class TicketPostponed(Event, tag=True, kw_only=True, frozen=True):
    """The holder let ``places`` people go first; ``clock_ms`` is what its waiting is counted from now."""

    ticket: str
    clock_ms: int
    places: int


class HolderArrived(Event, tag=True, kw_only=True, frozen=True):
    """Who took a number from afar is in the hall; from now on it may be called. ``clock_ms`` as above."""

    ticket: str
    clock_ms: int
