"""The hall's state: what the fold of the journal amounts to. Only ``broker.engine.apply`` writes to it.

Waiting tickets are kept in lanes, one per (service, priority, wanted counter), each sorted by the moment its waiting
is counted from. Within a lane the policy's order is that order, so whoever is next is always some lane's head.
"""

from bisect import insort
from collections import deque
from dataclasses import dataclass, field

from broker.model.commands import SessionTimes
from broker.model.days import DayKind
from broker.model.events import NumberClashed, TicketReportedLate
from broker.model.views import Emergency, HelpCall, Notice
from broker.model.words import CounterStatus, Holding, Need, TicketStatus

Lane = tuple[str, str | None, str | None]
RECENT_CALLS = 64
LATE_MOST = 5_000
CLASHES_MOST = 20
DOUBTFUL_MOST = 20


@dataclass(slots=True)
class Ticket:
    """One visitor's claim. ``clock_ms`` is what waiting is counted from; ``rank`` breaks ties in journal order."""

    ticket: str
    number: str
    series: str
    service: str
    priority: str | None
    language: str
    kiosk: str | None
    status: TicketStatus
    holding: Holding
    arrived_at_ms: int
    clock_ms: int
    rank: int
    since_ms: int
    to_counter: str | None = None
    counter: str | None = None
    call_id: str = ""
    called_at_ms: int | None = None
    started_at_ms: int | None = None
    recalled_at_ms: int | None = None
    recalls: int = 0
    returns: int = 0
    note: str = ""
    first_clerk: str | None = None
    visit: str | None = None
    priority_confirmed: bool = False
    person: str | None = None
    principal: str | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: str | None = None
    large: bool = False

    @property
    def beneficiary(self) -> str | None:
        """Whose business it is, as a person key: the agent's client, else whoever came; None when nobody said."""
        return self.principal or self.person

    @property
    def lane(self) -> Lane:
        """Where it stands while it waits."""
        return (self.service, self.priority, self.to_counter)

    @property
    def place(self) -> tuple[int, int, str]:
        """Its order within the lane."""
        return (self.clock_ms, self.rank, self.ticket)


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as typed; either language may be empty."""

    zh: str = ""
    en: str = ""


@dataclass(slots=True)
class Pause:
    """What a paused counter tells people."""

    reason: str
    contact: str
    phone: str
    since_ms: int
    returns_at_ms: int | None
    substitute: str | None
    reason_en: str = ""


@dataclass(slots=True)
class Counter:
    """A window at work. ``visit`` is the last served visit, which may be rated."""

    counter: str
    status: CounterStatus = CounterStatus.CLOSED
    clerk: str | None = None
    ticket: str | None = None
    pause: Pause | None = None
    visit: str | None = None


@dataclass(slots=True)
class Visit:
    """One served visit and whether it was rated."""

    visit: str
    number: str
    service: str
    counter: str
    clerk: str | None
    finished_at_ms: int
    evaluation: str | None = None

    @property
    def rated(self) -> bool:
        """Whether its one rating is in."""
        return self.evaluation is not None


@dataclass(slots=True)
class Appointment:
    """Somebody who will come at ``time_ms``; ``ticket`` once they checked in."""

    appointment: str
    code: str
    service: str
    time_ms: int
    person: str | None
    ticket: str | None = None


@dataclass(slots=True)
class CallRecord:
    """A summons as boards list it."""

    call_id: str
    ticket: str
    counter: str
    called_at_ms: int
    recall: int


@dataclass(slots=True)
class State:
    """Everything the engine knows. ``position`` is the number of events applied."""

    position: int = 0
    now_ms: int = 0
    day: str | None = None
    last_day: str | None = None
    sessions: tuple[SessionTimes, ...] = ()
    session: str | None = None
    day_kind: DayKind | None = None
    """What the calendar said of the day; None where an earlier program opened it."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    burned: set[str] = field(default_factory=set)
    highest: dict[tuple[str, str], int] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    counts: dict[TicketStatus, int] = field(default_factory=dict)
    lanes: dict[Lane, list[tuple[int, int, str]]] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    evaluations: dict[str, str] = field(default_factory=dict)
    stars: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Clerk -> how many ratings came today, and their stars together."""
    calls: deque[CallRecord] = field(default_factory=lambda: deque(maxlen=RECENT_CALLS))
    calls_made: int = 0
    visits_made: int = 0
    no_issuing: dict[tuple[str, str], Why] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    mean_ms: dict[str, float] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    """Kiosk -> when the latest visitor came that it told of today."""
    late: dict[str, tuple[int, TicketReportedLate]] = field(default_factory=dict)
    """Papers that no open day could take, by ticket id, each with its journal position."""
    withheld_through: str | None = None
    """A backup was put back: up to this day no number of the engine's part of a shared series is given."""
    clashes: tuple[NumberClashed, ...] = ()
    """Today's papers whose number was another's."""
    emergency: Emergency | None = None
    helps: dict[str, HelpCall] = field(default_factory=dict)
    """Calls for help that nobody has answered yet."""
    helps_made: int = 0
    help_answered: dict[str, int] = field(default_factory=dict)
    """Kiosk -> when staff last said today that they are on the way."""
    appointments: dict[str, Appointment] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()
    """Today's numbers far ahead of the engine's count: taken, but the count does not follow them."""

    def counter(self, name: str) -> Counter:
        """The counter's state; a counter nobody opened yet is closed."""
        return self.counters.get(name) or Counter(name)

    def find(self, number: str) -> Ticket | None:
        """Today's ticket with this printed number."""
        ticket = self.by_number.get(number)
        return self.tickets[ticket] if ticket else None

    def waiting_in(self, service: str) -> int:
        """How many people wait for a service."""
        return sum(len(lane) for key, lane in self.lanes.items() if key[0] == service)

    def enter_line(self, ticket: Ticket) -> None:
        """Put a waiting ticket into its lane."""
        insort(self.lanes.setdefault(ticket.lane, []), ticket.place)

    def leave_line(self, ticket: Ticket) -> None:
        """Take a ticket out of its lane before it changes."""
        lane = self.lanes[ticket.lane]
        lane.remove(ticket.place)
        if not lane:
            del self.lanes[ticket.lane]
