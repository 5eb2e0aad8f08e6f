"""Events of a ticket from its call to its end."""

from broker.model.events.base import Event
from broker.model.ratios import Compared

DAY_END = "day_end"
"""The outcome of a visit that nobody ended: how long it took is not known."""


class TicketCalled(Event, tag=True, kw_only=True, frozen=True):
    """A summons. ``why`` names the rule, its score and the runners-up, for the person who asks; ``compared`` is all
    that was compared, best first: the called one, then the head of each other line that the counter could call from.
    ``rule`` is the name of the rule in force; nothing of a call by number, and of programs that knew the ratio alone.
    """

    ticket: str
    counter: str
    call_id: str
    clerk: str | None = None
    chosen: bool = False
    reason: str = ""
    why: str = ""
    compared: tuple[Compared, ...] = ()
    rule: str = ""


class TicketRecalled(Event, tag=True, kw_only=True, frozen=True):
    """The same visitor is summoned again."""

    ticket: str
    counter: str
    call_id: str


class ServiceStarted(Event, tag=True, kw_only=True, frozen=True):
    """The visitor is at the window."""

    ticket: str
    counter: str


class ServiceFinished(Event, tag=True, kw_only=True, frozen=True):
    """The visit is over and may be rated."""

    ticket: str
    counter: str
    visit: str
    outcome: str = "done"
    items: int = 1


class TicketMissed(Event, tag=True, kw_only=True, frozen=True):
    """过号: called, did not come."""

    ticket: str
    counter: str


class TicketHeld(Event, tag=True, kw_only=True, frozen=True):
    """Set aside by a clerk."""

    ticket: str
    counter: str
    note: str = ""


class TicketTransferred(Event, tag=True, kw_only=True, frozen=True):
    """Back in line for another service or one counter; ``clock_ms`` is what its waiting is counted from."""

    ticket: str
    counter: str
    service: str
    to_counter: str | None
    clock_ms: int
    note: str = ""
    clerk: str | None = None


class TicketReturned(Event, tag=True, kw_only=True, frozen=True):
    """A missed or held ticket is back in line at the place that ``clock_ms`` gives it."""

    ticket: str
    clock_ms: int


class TicketCancelled(Event, tag=True, kw_only=True, frozen=True):
    """The visitor gave the number up."""

    ticket: str
    reason: str = ""


class TicketExpired(Event, tag=True, kw_only=True, frozen=True):
    """The day ended before anybody served it."""

    ticket: str
