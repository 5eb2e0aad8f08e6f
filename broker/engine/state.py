"""The hall's state: what the fold of the journal amounts to. Only ``broker.engine.apply`` writes to it.

Waiting tickets are kept in lanes, one per (service, priority, wanted counter), each sorted by the moment its waiting
is counted from. Within a lane the policy's order is that order, so whoever is next is always some lane's head.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field

from broker.engine.case_state import Case, Inspection, Survey
from broker.engine.duty_state import Cover, RotaDay
from broker.engine.habits import Habits
from broker.engine.pace.predictor import Pace
from broker.engine.sheet_state import Sheet
from broker.model.commands import SessionTimes
from broker.model.days import DayKind
from broker.model.events import NumberClashed, TicketOrdered, TicketReportedLate
from broker.model.forecasts import Again, Foretold
from broker.model.ratings import Unrated
from broker.model.slots import BookedItem
from broker.model.views import Emergency, HelpCall, Notice
from broker.model.words import CounterStatus, Holding, Level, Need, TicketStatus

Lane = tuple[str, str | None, str | None]
ON_THE_WAY = "~"
"""In place of a wanted counter: these people hold their places, and no counter calls them yet."""
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
    reopened: bool = False
    """Its finish was taken back: the next one is the end of the same visit."""
    priority_confirmed: bool = False
    person: str | None = None
    principal: str | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: str | None = None
    large: bool = False
    present: bool = True
    """False: a number from afar whose holder is not in the hall yet."""
    postponed: int = 0
    appointment: str | None = None
    """What it was given for."""
    forecast: Foretold | None = None
    """How long it was expected to take, until that is known or has become another question."""
    foretold_ms: int = 0
    """When that was said."""
    again: list[tuple[int, Again]] = field(default_factory=list)
    """When it was shown what, of the moments that were drawn, until it is known what came or it is another question."""

    @property
    def beneficiary(self) -> str | None:
        """Whose business it is, as a person key: the agent's client, else whoever came; None when nobody said."""
        return self.principal or self.person

    @property
    def lane(self) -> Lane:
        """Where it stands while it waits."""
        return (self.service, self.priority, self.to_counter if self.present else ON_THE_WAY)

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
class Done:
    """What was done last at a counter, and the ticket as it was before: all that an undo needs.

    ``what`` is the event's type, ``after`` the status it gave; ``visit`` that of the counter before. ``mean_ms`` is
    the service's mean before a finish, ``learned_ms`` after it. Of a service without a ticket ``before`` is None.
    """

    what: str
    at_ms: int
    after: TicketStatus
    before: Ticket | None
    visit: str | None = None
    mean_ms: float | None = None
    learned_ms: float | None = None
    away_ms: int | None = None
    cover: Cover | None = None
    """The absence that the action ended, with its task."""
    favoured: int | None = None
    """Of a call: ``Counter.favoured`` before."""


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
    """A window at work. ``visit`` is the last served visit, which may be rated until another service begins there.

    ``clerk`` is who is logged in there, since ``post_ms``; ``since_ms``: when it was opened or closed, or left.
    ``assumed``: who stands there did not say so and is taken for the usual clerk; ``opened_by``: whose account opened
    it for that clerk.
    ``away_ms`` and ``back_ms``: see ``absence``.
    """

    counter: str
    status: CounterStatus = CounterStatus.CLOSED
    clerk: str | None = None
    ticket: str | None = None
    pause: Pause | None = None
    since_ms: int = 0
    post_ms: int | None = None
    assumed: bool = False
    opened_by: str | None = None
    away_ms: int | None = 0
    back_ms: int = 0
    visit: str | None = None
    done: list[Done] = field(default_factory=list)
    """What may be undone, the last at the end."""
    favoured: int = 0
    """How many people of priority classes it has called in turn since it called anybody else."""


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What a counter serves in place of what the hall file says: service -> skill; until then or the day's end."""

    services: dict[str, int]
    until_ms: int | None


@dataclass(frozen=True, slots=True)
class Raised:
    """A waiting target is ``factor`` of what it is, until then."""

    factor: float
    until_ms: int


@dataclass(slots=True)
class Visit:
    """One served visit and whether it was rated. ``rated_at`` is the device of its rating.

    ``ticket`` and the ``kiosk`` that gave it: without a kiosk there is no paper, and nothing proves whose visit it was.
    """

    visit: str
    number: str
    service: str
    counter: str
    clerk: str | None
    finished_at_ms: int
    evaluation: str | None = None
    level: Level | None = None
    rated_at: str = ""
    explained: bool = False
    unrated: Unrated | None = None
    ticket: str = ""
    kiosk: str | None = None
    first_ms: int = 0
    """When it ended first, where its end was taken back and it ended once more; otherwise 0."""
    taken_back: bool = False
    """It goes on, or ended otherwise: only a key that was pressed at the counter before still counts."""

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
    until_ms: int | None = None
    """Of a return slip: it is good at any time until then."""
    note: str = ""
    source: str = "desk"
    unit: bool = False
    items: tuple[BookedItem, ...] = ()
    who: str | None = None
    """By which it is counted if nobody comes."""
    person_ms: int | None = None
    """Of whose day ``person`` is, where it was moved to another one without the number: no card of its day is that."""


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
    shown_ms: int = 0
    """When anything but a rating happened last: views are of that moment, or they would show with a rating that time
    has passed, and so that somebody has rated."""
    day: str | None = None
    last_day: str | None = None
    sessions: tuple[SessionTimes, ...] = ()
    session: str | None = None
    calls_go_on: bool = False
    """After the end of service counters call without a manager's word."""
    issuing_ended: str | None = None
    """The session that goes on and for which no more tickets are given."""
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
    """Clerk -> how many of the open day's visits have been rated while it is open, and their stars together."""
    rated_by: dict[tuple[str, str], int] = field(default_factory=dict)
    """(counter, clerk or nothing) -> how many of ``stars`` came of visits there."""
    stars_shown: dict[str, tuple[int, int]] = field(default_factory=dict)
    """``stars`` of the day before: what moved with a rating would say whose it was. Who was rated at a counter where
    anybody was rated by a few is left out, for the counter's sum is read beside the wall."""
    stars_today: dict[str, tuple[int, int]] = field(default_factory=dict)
    """``stars`` of today, for a hall that wants it: renewed by the handful and without the newest five."""
    stars_next: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What ``stars_today`` becomes with five more: the day's whole figures never differ from it by fewer than five."""
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
    calm_since_ms: int = 0
    """When the last emergency ended."""
    orders: dict[str, TicketOrdered] = field(default_factory=dict)
    """What the guide desk asked of kiosks and they have not given yet, by ticket id; some may be too old by now."""
    helps: dict[str, HelpCall] = field(default_factory=dict)
    """Calls for help that nobody has answered yet."""
    helps_made: int = 0
    help_answered: dict[str, int] = field(default_factory=dict)
    """Kiosk -> when staff last said today that they are on the way."""
    appointments: dict[str, Appointment] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """Code -> appointment or slip."""
    booked_at: dict[str, list[tuple[int, str, int]]] = field(default_factory=dict)
    """Service -> (time, appointment, places), in order of time."""
    booked_by: dict[str, list[str]] = field(default_factory=dict)
    """Person key (of a day) -> appointments."""
    no_shows: dict[str, list[int]] = field(default_factory=dict)
    """Who did not come for what was booked from home -> until when each of it counts."""
    restricted: dict[str, int] = field(default_factory=dict)
    """Who books none from home, until when."""
    extended: dict[str, int] = field(default_factory=dict)
    """Counter (empty: all) -> until when a manager lets it call people after the end of service."""
    came_back: tuple[int, Ticket] | None = None
    """The ticket that was put back in line last, as it was before, and the journal position of that."""
    doubtful: tuple[str, ...] = ()
    """Today's numbers far ahead of the engine's count: taken, but the count does not follow them."""
    reassigned: dict[str, Reassigned] = field(default_factory=dict)
    """Counter -> what it serves today, where that is not what the hall file says."""
    raised: dict[tuple[str | None, str | None], Raised] = field(default_factory=dict)
    """(service, nothing) or (nothing, priority class) -> how much sooner its people are called for a while."""
    covers: dict[str, Cover] = field(default_factory=dict)
    """Counter -> where it stands while nobody serves there."""
    excused: set[str] = field(default_factory=set)
    """Counters where nobody has to stand now, by the duty leader's word."""
    attended: set[str] = field(default_factory=set)
    """Sessions of today before which it was looked who is on post."""
    absent: dict[str, int] = field(default_factory=dict)
    """Clerk -> when he should have been on post today; nobody saw him since."""
    came_late: dict[str, int] = field(default_factory=dict)
    """Clerk who was absent -> when he came."""
    tasks_made: int = 0
    rota: dict[str, RotaDay] = field(default_factory=dict)
    """Day -> its rota, of today and later."""
    rota_looked: set[str] = field(default_factory=set)
    """Sessions of today whose openings were held against the rota."""
    sheets: dict[str, dict[str, Sheet]] = field(default_factory=dict)
    """Day -> counter -> how far its sheet is, of the newest days."""
    cases: dict[str, Case] = field(default_factory=dict)
    """Cases of the quality desk, as long as somebody may ask about them."""
    case_numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """(kind, year) -> how many there were."""
    inspection: Inspection | None = None
    """The unannounced visit of the newest week for which one was drawn."""
    survey: Survey | None = None
    """The newest round of the surveys."""
    pace: Pace | None = None
    """What the hall has taught about waits, since a day was opened by a program that learns from them."""
    habits: Habits = field(default_factory=Habits)
    """How the hall behaves, for whoever rolls it forward."""
    foretold: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """Day -> service -> of how many tickets the wait ended within the range told, sooner, later; see ``coverage``."""
    foretold_again: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """The same of what those were shown who waited already."""

    def counter(self, name: str) -> Counter:
        """The counter's state; a counter nobody opened yet is closed."""
        return self.counters.get(name) or Counter(name)

    def find(self, number: str) -> Ticket | None:
        """Today's ticket with this printed number."""
        ticket = self.by_number.get(number)
        return self.tickets[ticket] if ticket else None

    def enter_line(self, ticket: Ticket) -> None:
        """Put a waiting ticket into its lane."""
        insort(self.lanes.setdefault(ticket.lane, []), ticket.place)

    def leave_line(self, ticket: Ticket) -> None:
        """Take a ticket out of its lane before it changes."""
        lane = self.lanes[ticket.lane]
        index = bisect_left(lane, ticket.place)  # they are in order, and of 10,000 most are looked at in vain
        if lane[index : index + 1] != [ticket.place]:
            raise ValueError(f"ticket {ticket.ticket} does not stand in its line")
        del lane[index]
        if not lane:
            del self.lanes[ticket.lane]
