"""Who asks, when, and how the answer is put together; shared by all deciders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from broker.engine.local_time import DAY_MS
from broker.engine.state import Counter, State, Ticket
from broker.model.case_life import Unit
from broker.model.events import Event
from broker.model.hall import Hall
from broker.model.rating_keys import RatingKeys
from broker.model.refusals import CounterNotOpen, NobodyAtCounter, Refusal, UnknownCounter
from broker.model.words import CounterStatus

NO_KEYS = RatingKeys()
ServiceDays = Callable[[str, int, int], int]
"""``(service, days, during_ms)``: when the last of so many days on which the service is open ends, after the day of a
moment. The hall's calendar knows; the engine has none."""


OpenThen = Callable[[str, int], bool]
"""``(service, at_ms)``: whether the service is open then, by the hall's calendar."""
FOR_EVER_MS = 2**53


class WorkCalendar(Protocol):
    """The days in which promises are counted; the hall's calendar with its holidays and make-up workdays."""

    def end_ms(self, days: int, unit: Unit, after_ms: int) -> int:
        """When the last of so many days ends, after the day of a moment; 0: that day itself."""

    def left(self, unit: Unit, from_ms: int, until_ms: int) -> int:
        """How many days come after the day of a moment, until one ends."""

    def year(self, at_ms: int) -> int:
        """The hall's year."""


class PlainDays:
    """Where nobody handed a calendar in: every day is a workday, and ends at midnight UTC."""

    def end_ms(self, days: int, unit: Unit, after_ms: int) -> int:
        """See ``WorkCalendar``."""
        return (after_ms // DAY_MS + days + 1) * DAY_MS

    def left(self, unit: Unit, from_ms: int, until_ms: int) -> int:
        """See ``WorkCalendar``."""
        return max(0, until_ms // DAY_MS - 1 - from_ms // DAY_MS)

    def year(self, at_ms: int) -> int:
        """See ``WorkCalendar``."""
        return datetime.fromtimestamp(at_ms / 1000, UTC).year


PLAIN_DAYS = PlainDays()


def always(service: str, at_ms: int) -> bool:
    """Where nobody handed a calendar in."""
    return True


def every_day(service: str, days: int, during_ms: int) -> int:
    """Where nobody handed a calendar in: so many times twenty-four hours."""
    return during_ms + days * DAY_MS


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of a command. ``acted_ms`` is when the person acted, by the hall's clock.

    ``run`` names this start of the server; it goes into the ids that displays and keypads remember. ``keys`` prove
    ratings; papers of visits that ended before ``rate_from_ms`` may no more be rated, by the hall's calendar, which
    also counts the ``service_days`` of a slip. From home nobody books for ``book_until_ms`` or later, nor when the
    service is not ``open_then``. ``ahead``: by (service, priority class or nothing) the seconds that whoever came now
    would wait, where the hall was rolled forward lately. ``calendar`` counts the days of the quality desk.
    """

    now_ms: int
    device: str
    role: str
    acted_ms: int
    sure: bool = True
    by: str = ""
    run: str = ""
    keys: RatingKeys = NO_KEYS
    rate_from_ms: int = 0
    service_days: ServiceDays = every_day
    book_until_ms: int = FOR_EVER_MS
    open_then: OpenThen = always
    ahead: Mapping[tuple[str, str], float] | None = None
    calendar: WorkCalendar = PLAIN_DAYS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens, and what the asker is told: a result, or a refusal (which may leave a trace in the journal)."""

    events: tuple[Event, ...] = ()
    result: dict[str, Any] | None = None
    refusal: Refusal | None = None


class Refused(Exception):
    """Leaves a decider early with its refusal, and the trace it leaves in the journal; never leaves ``decide``."""

    def __init__(self, refusal: Refusal, events: tuple[Event, ...] = ()) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.events = events


@dataclass(frozen=True, slots=True)
class Desk:
    """The hall, its state and the circumstances: what every decider looks at and none changes."""

    hall: Hall
    state: State
    asked: Asked

    @property
    def now_ms(self) -> int:
        return self.asked.now_ms

    def counter(self, name: str) -> Counter:
        """The counter, if the hall has it."""
        if name not in self.hall.counters:
            raise Refused(UnknownCounter(counter=name))
        return self.state.counter(name)

    def open_counter(self, name: str) -> Counter:
        """The counter, if it takes visitors now."""
        counter = self.counter(name)
        if counter.status is not CounterStatus.OPEN:
            raise Refused(CounterNotOpen(status=counter.status))
        return counter

    def ticket_at(self, name: str) -> Ticket:
        """The ticket at the counter."""
        counter = self.counter(name)
        if counter.ticket is None:
            raise Refused(NobodyAtCounter(counter=name))
        return self.state.tickets[counter.ticket]

    def next_call_id(self) -> str:
        """Unique for ever: the business day, a running count, and the server's start.

        A restored journal counts again from an earlier place; without the start's name its calls would bear ids that
        displays have spoken already.
        """
        return f"{self.state.day}-c{self.state.calls_made + 1}{self._mark}"

    def next_visit_id(self, index: int | None = None) -> str:
        """Unique for ever, as a call's id; ``index`` tells visits apart that end in one decision."""
        place = "" if index is None else f"-{index}"
        return f"{self.state.day}-v{self.state.visits_made + 1}{place}{self._mark}"

    def visit_id_of(self, ticket: Ticket) -> str:
        """The visit that ends now: a new one, or the same again if its end was taken back."""
        return ticket.visit if ticket.reopened and ticket.visit else self.next_visit_id()

    def is_of_day(self, visit: str, day: str) -> bool:
        """Whether a visit ended on that business day: its id begins with it."""
        return visit.startswith(f"{day}-v")

    def next_help_id(self) -> str:
        """Unique for ever, as a call's id; a kiosk may call for help while no day is open."""
        return f"{self.state.day or 'closed'}-h{self.state.helps_made + 1}{self._mark}"

    def next_task_id(self, index: int) -> str:
        """Unique for ever, as a call's id; ``index`` tells tasks apart that arise in one decision."""
        return f"{self.state.day}-t{self.state.tasks_made + 1 + index}{self._mark}"

    @property
    def _mark(self) -> str:
        return f".{self.asked.run}" if self.asked.run else ""
