"""The journal retold: a second, simple fold, written apart from the engine, so that neither believes the other.

It never refuses an event: what is impossible is for the checkers to say. Tickets of a business day are forgotten when
a later day opens, as people forget theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from broker.model import events as e
from broker.model.words import CounterStatus, Holding, TicketStatus
from tests.simulation.trace import Entry

S = TicketStatus


@dataclass
class Told:
    """One ticket, as far as the journal tells. ``line_since`` breaks ties: the position at which it joined the line."""

    ticket: str
    number: str
    service: str
    priority: str | None
    kiosk: str | None
    arrived_ms: int
    clock_ms: int
    status: TicketStatus
    since_ms: int
    line_since: int
    to_counter: str | None = None
    at_counter: str | None = None
    called_ms: int | None = None
    returns: int = 0
    person: str | None = None
    principal: str | None = None
    phone_tail: str | None = None
    appointment: str | None = None

    @property
    def whose(self) -> str | None:
        """Whose business it is: of an agent's client, otherwise of whoever showed an ID."""
        return self.principal or self.person


@dataclass
class Window:
    """One counter, as far as the journal tells."""

    status: CounterStatus = CounterStatus.CLOSED
    ticket: str | None = None


@dataclass
class Story:
    """Take entries in order; read between them."""

    tickets: dict[str, Told] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    day: str | None = None
    last_day: str | None = None
    emergency: bool = False
    position: int = 0

    def window(self, counter: str) -> Window:
        return self.windows.setdefault(counter, Window())

    def waiting(self) -> list[Told]:
        """Everybody in line."""
        return [told for told in self.tickets.values() if told.status is S.WAITING]

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        teller = _TELLERS.get(type(entry.event))
        if teller is not None:
            teller(self, entry.event)
        self.position = entry.position


def status_after(event: e.Event) -> TicketStatus | None:
    """The status an event gives its ticket; None when it gives none."""
    if isinstance(event, e.TicketReported):
        return S.RESERVED if event.holding is Holding.MAYBE else S.WAITING
    return _AFTER.get(type(event))


OVER = (S.SERVED, S.VOID, S.CANCELLED, S.EXPIRED)
"""What has happened to a ticket of which nothing more can become."""
_AFTER: dict[type[e.Event], TicketStatus] = {
    e.TicketReserved: S.RESERVED,
    e.TicketVoided: S.VOID,
    e.TicketCalled: S.CALLED,
    e.ServiceStarted: S.SERVING,
    e.ServiceFinished: S.SERVED,
    e.TicketMissed: S.NO_SHOW,
    e.TicketHeld: S.HELD,
    e.TicketTransferred: S.WAITING,
    e.TicketReturned: S.WAITING,
    e.TicketCancelled: S.CANCELLED,
    e.TicketExpired: S.EXPIRED,
}
_LEAVES = (e.ServiceFinished, e.TicketMissed, e.TicketHeld, e.TicketTransferred)


def _born(story: Story, event: Any) -> None:
    story.tickets[event.ticket] = Told(
        ticket=event.ticket,
        number=event.number,
        service=event.service,
        priority=event.priority,
        kiosk=event.kiosk,
        arrived_ms=event.arrived_at_ms,
        clock_ms=event.arrived_at_ms,
        status=status_after(event) or S.RESERVED,
        since_ms=event.at_ms,
        line_since=story.position,
        person=event.person,
        principal=event.principal,
        phone_tail=event.phone_tail,
        appointment=event.appointment,
    )


def _renumbered(story: Story, event: Any) -> None:
    told = story.tickets.get(event.ticket)
    if told is not None:
        told.number = event.number


def _confirmed(story: Story, event: Any) -> None:
    told = story.tickets.get(event.ticket)
    if told is not None and told.status is S.RESERVED:
        told.status, told.since_ms = S.WAITING, event.at_ms


def _moved(story: Story, event: Any) -> None:
    told = story.tickets.get(event.ticket)
    if told is None:
        return
    was, told.status, told.since_ms = told.status, status_after(event) or told.status, event.at_ms
    if isinstance(event, e.TicketCalled):
        told.called_ms, told.at_counter = event.at_ms, event.counter
        story.window(event.counter).ticket = event.ticket
    if isinstance(event, e.TicketTransferred):
        told.service, told.to_counter, told.clock_ms = event.service, event.to_counter, event.clock_ms
    if isinstance(event, e.TicketReturned):
        told.returns += was is S.NO_SHOW
        told.clock_ms, told.line_since = event.clock_ms, story.position
    if isinstance(event, _LEAVES):
        story.window(event.counter).ticket = None
        told.at_counter = None


def _window(status: CounterStatus) -> Callable[[Story, Any], None]:
    def tell(story: Story, event: Any) -> None:
        story.window(event.counter).status = status

    return tell


def _day_opened(story: Story, event: Any) -> None:
    if event.day != story.last_day:
        story.tickets = {}
    story.day = story.last_day = event.day


def _day_closed(story: Story, event: Any) -> None:
    story.day = None


def _priority(story: Story, event: Any) -> None:
    told = story.tickets.get(event.ticket)
    if told is not None:
        told.priority = event.priority if isinstance(event, e.PriorityConfirmed) else None


def _emergency(story: Story, event: Any) -> None:
    story.emergency = isinstance(event, e.EmergencyBegan)


_TELLERS: dict[type[e.Event], Callable[[Story, Any], None]] = {
    e.TicketReserved: _born,
    e.TicketReported: _born,
    e.TicketRenumbered: _renumbered,
    e.TicketConfirmed: _confirmed,
    e.CounterOpened: _window(CounterStatus.OPEN),
    e.CounterResumed: _window(CounterStatus.OPEN),
    e.CounterPaused: _window(CounterStatus.PAUSED),
    e.CounterClosed: _window(CounterStatus.CLOSED),
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.PriorityConfirmed: _priority,
    e.PriorityRevoked: _priority,
    e.EmergencyBegan: _emergency,
    e.EmergencyEnded: _emergency,
}
_TELLERS.update({kind: _moved for kind in _AFTER if kind is not e.TicketReserved})
