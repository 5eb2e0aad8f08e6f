"""The journal retold: a second, simple fold, written apart from the engine, so that neither believes the other.

It never refuses an event: what is impossible is for the checkers to say. Tickets of a business day are forgotten when
a later day opens, as people forget theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from broker.model import events as e
from broker.model.words import CounterStatus, Holding, TicketStatus
from tests.simulation.trace import Entry

S = TicketStatus
AFAR = "phone"
"""Who gave a ticket that was taken from afar."""
ORDER_KEPT_MS = 600_000
"""A paper that the guide desk asked for may be told of so long after its minute is over."""


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
    begins_ms: int = 0
    """From when its waiting counted as it was given: the booked time of who is early, and when all others came."""
    to_counter: str | None = None
    at_counter: str | None = None
    called_ms: int | None = None
    returns: int = 0
    person: str | None = None
    principal: str | None = None
    phone_tail: str | None = None
    appointment: str | None = None
    recalls: int = 0
    summoned_ms: int | None = None
    """When it was called or recalled last."""
    present: bool = True
    """False: taken from afar, and nobody said yet that its holder is in the hall."""
    postponed: int = 0

    @property
    def whose(self) -> str | None:
        """Whose business it is: of an agent's client, otherwise of whoever showed an ID."""
        return self.principal or self.person

    @property
    def line(self) -> tuple[str, str | None, str | None]:
        """With whom it stands in one line; those who are on their way stand in one of their own."""
        return self.service, self.priority, self.to_counter if self.present else AFAR


@dataclass(frozen=True)
class Act:
    """What was done at a counter, when, and the ticket as it was before; None of a service without a ticket."""

    what: str
    at_ms: int
    before: Told | None


@dataclass
class Window:
    """One counter, as far as the journal tells. ``acts`` may be taken back, the last first."""

    status: CounterStatus = CounterStatus.CLOSED
    ticket: str | None = None
    clerk: str | None = None
    acts: list[Act] = field(default_factory=list)


@dataclass
class Story:
    """Take entries in order; read between them."""

    tickets: dict[str, Told] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    day: str | None = None
    last_day: str | None = None
    emergency: bool = False
    position: int = 0
    command: str = ""
    """Whose event is told now."""
    services: dict[str, dict[str, int]] = field(default_factory=dict)
    """Counter -> what it serves today, service and skill, where that is not what the hall file says."""
    raised: dict[tuple[str | None, str | None], tuple[float, int]] = field(default_factory=dict)
    """(service, class) -> how much of its target it has, and until when."""
    back: tuple[str, Told] | None = None
    """Who came back into the line last: by which command, and the ticket as it was before."""

    orders: dict[str, e.TicketOrdered] = field(default_factory=dict)
    """What the guide desk asked for and no ticket is known of yet."""

    def window(self, counter: str) -> Window:
        return self.windows.setdefault(counter, Window())

    def waiting(self) -> list[Told]:
        """Everybody in line."""
        return [told for told in self.tickets.values() if told.status is S.WAITING]

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        self.command = entry.command
        teller = _TELLERS.get(type(entry.event))
        if teller is not None:
            teller(self, entry.event)
        self.position = entry.position


def status_after(event: e.Event) -> TicketStatus | None:
    """The status an event gives its ticket; None when it gives none."""
    if isinstance(event, e.TicketReported):
        return S.RESERVED if event.holding is Holding.MAYBE else S.WAITING
    if isinstance(event, e.VisitPartFinished):
        return S.SERVING if event.stays else S.WAITING
    if isinstance(event, e.ActionUndone):
        return event.status
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
_ACTS = (e.TicketCalled, e.ServiceStarted, *_LEAVES)
"""What a counter may take back."""


def _born(story: Story, event: Any) -> None:
    story.tickets[event.ticket] = Told(
        ticket=event.ticket,
        number=event.number,
        service=event.service,
        priority=event.priority,
        kiosk=event.kiosk,
        arrived_ms=event.arrived_at_ms,
        clock_ms=event.arrived_at_ms if event.clock_ms is None else event.clock_ms,
        begins_ms=max(event.arrived_at_ms, event.clock_ms or 0),
        status=status_after(event) or S.RESERVED,
        since_ms=event.at_ms,
        line_since=story.position,
        person=event.person,
        principal=event.principal,
        phone_tail=event.phone_tail,
        appointment=event.appointment,
        present=event.kiosk != AFAR,
    )
    order = story.orders.pop(event.ticket, None)
    if order is not None and order.priority is not None:
        story.tickets[event.ticket].priority = order.priority  # the guide saw it


def _ordered(story: Story, event: Any) -> None:
    story.orders = {key: one for key, one in story.orders.items() if one.until_ms + ORDER_KEPT_MS > event.at_ms}
    story.orders[event.ticket] = event


def _replaced(story: Story, event: Any) -> None:
    """Moved back, or arrived: behind who stands there with the same clock, unless it keeps its own."""
    told = story.tickets.get(event.ticket)
    if told is None:
        return
    arrives = isinstance(event, e.HolderArrived)
    if not arrives or event.clock_ms != told.clock_ms:
        told.clock_ms, told.line_since = event.clock_ms, story.position
    told.present, told.postponed = told.present or arrives, told.postponed + (not arrives)


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
    if isinstance(event, _ACTS):
        story.window(event.counter).acts.append(Act(type(event).__name__, event.at_ms, _before(story, event, told)))
    elif isinstance(event, e.TicketReturned):
        story.back = story.command, replace(told)
    was, told.status, told.since_ms = told.status, status_after(event) or told.status, event.at_ms
    if isinstance(event, e.TicketCalled):
        told.called_ms, told.at_counter, told.present = event.at_ms, event.counter, True
        told.summoned_ms, told.recalls = event.at_ms, 0
        story.window(event.counter).ticket = event.ticket
    if isinstance(event, e.TicketTransferred):
        told.service, told.to_counter, told.clock_ms = event.service, event.to_counter, event.clock_ms
    if isinstance(event, e.TicketReturned):
        told.returns += was is S.NO_SHOW
        told.clock_ms, told.line_since = event.clock_ms, story.position
    if isinstance(event, _LEAVES):
        story.window(event.counter).ticket = None
        told.at_counter = None


def _before(story: Story, event: Any, told: Told) -> Told:
    """Who is called by number out of a missed call comes back for that alone: before it the number was missed."""
    command, missed = story.back or ("", told)
    if isinstance(event, e.TicketCalled) and command == story.command and missed.ticket == event.ticket:
        return missed
    return replace(told)


def _recalled(story: Story, event: Any) -> None:
    told = story.tickets.get(event.ticket)
    if told is not None:
        told.recalls, told.summoned_ms = told.recalls + 1, event.at_ms
    story.window(event.counter).acts = []


def _went_on(story: Story, event: Any) -> None:
    """One visit of a ticket is over, the next one begins here or waits somewhere."""
    told, window = story.tickets.get(event.ticket), story.window(event.counter)
    if told is None:
        return
    window.acts.append(Act(type(event).__name__, event.at_ms, replace(told)))
    told.status, told.since_ms, told.service = status_after(event) or told.status, event.at_ms, event.service
    if event.stays:
        told.called_ms = event.at_ms
        return
    told.to_counter, told.clock_ms = event.to_counter, event.clock_ms
    window.ticket = told.at_counter = None


def _undone(story: Story, event: Any) -> None:
    """The ticket is as it was; who holds it and who goes first others may have changed since."""
    told, window = story.tickets.get(event.ticket), story.window(event.counter)
    act = window.acts.pop() if window.acts else None
    if told is None or act is None or act.before is None or act.before.ticket != event.ticket:
        return
    was = act.before
    told.service, told.to_counter, told.clock_ms, told.line_since = (
        was.service, was.to_counter, was.clock_ms, was.line_since,
    )  # fmt: skip
    told.called_ms, told.returns, told.recalls, told.summoned_ms = (
        was.called_ms, was.returns, was.recalls, was.summoned_ms,
    )  # fmt: skip
    told.status, told.since_ms, told.present = event.status, was.since_ms, was.present
    told.at_counter = event.counter if event.status in (S.CALLED, S.SERVING) else None
    window.ticket = event.ticket if told.at_counter is not None else None


def _served_direct(story: Story, event: Any) -> None:
    story.window(event.counter).acts.append(Act(type(event).__name__, event.at_ms, None))


def _forgets(story: Story, event: Any) -> None:
    """From now on nothing is taken back here."""
    story.window(event.counter).acts = []


def _window(status: CounterStatus) -> Callable[[Story, Any], None]:
    def tell(story: Story, event: Any) -> None:
        window = story.window(event.counter)
        window.status, window.acts = status, []
        if isinstance(event, e.CounterOpened):
            window.clerk = event.clerk
        elif isinstance(event, e.CounterClosed):
            window.clerk = None

    return tell


def _post(story: Story, event: Any) -> None:
    story.window(event.counter).clerk = event.clerk if isinstance(event, e.ClerkLoggedIn) else None


def _day_opened(story: Story, event: Any) -> None:
    if event.day != story.last_day:
        story.tickets = {}
    story.day = story.last_day = event.day
    _border(story)


def _services(story: Story, event: Any) -> None:
    story.services.pop(event.counter, None)
    if event.services:
        story.services[event.counter] = dict(event.services)


def _raised(story: Story, event: Any) -> None:
    story.raised[event.service, event.priority] = (event.factor, event.until_ms)


def _day_closed(story: Story, event: Any) -> None:
    story.day, story.services, story.raised, story.orders = None, {}, {}, {}
    _border(story)
    for window in story.windows.values():
        window.clerk = None


def _border(story: Story) -> None:
    """Nothing of the day before is taken back."""
    for window in story.windows.values():
        window.acts = []


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
    e.TicketRecalled: _recalled,
    e.VisitPartFinished: _went_on,
    e.ActionUndone: _undone,
    e.DirectServed: _served_direct,
    e.ReturnSlipGiven: _forgets,
    e.ClerkLoggedIn: _post,
    e.ClerkLoggedOut: _post,
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.ServicesChanged: _services,
    e.ClassRaised: _raised,
    e.TicketOrdered: _ordered,
    e.TicketPostponed: _replaced,
    e.HolderArrived: _replaced,
    e.PriorityConfirmed: _priority,
    e.PriorityRevoked: _priority,
    e.EmergencyBegan: _emergency,
    e.EmergencyEnded: _emergency,
}
_TELLERS.update({kind: _moved for kind in _AFTER if kind is not e.TicketReserved})
