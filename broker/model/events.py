"""Everything that can happen in a hall. The journal is a list of these; every state, view and figure is a fold of it.

An event holds results, never rules: whatever the engine worked out (number, call id, place in line) is written down,
so that replaying an old journal under new rules gives the same past. ``at_ms`` is the hall's clock.
"""

from broker.model.commands import SessionTimes
from broker.model.days import DayKind
from broker.model.event_base import Event
from broker.model.events_lobby import (
    AppointmentBooked,
    AppointmentCancelled,
    EmergencyBegan,
    EmergencyEnded,
    HelpAnswered,
    HelpWanted,
    PriorityConfirmed,
    PriorityRevoked,
)
from broker.model.words import Holding, Level, Need


class TicketReserved(Event, tag=True, kw_only=True, frozen=True):
    """The engine handed out a number; whether anybody holds it is not yet known."""

    ticket: str
    number: str
    series: str
    value: int
    owner: str
    service: str
    arrived_at_ms: int
    priority: str | None = None
    language: str = "zh"
    kiosk: str | None = None
    person: str | None = None
    principal: str | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: str | None = None
    large: bool = False
    appointment: str | None = None


class TicketReported(Event, tag=True, kw_only=True, frozen=True):
    """A kiosk handed out a number of its own; ``holding`` MAYBE reserves it, anything else puts it in line.

    Right after ``DayOpened``: a ticket known before, whose visitor came on the day that was opened. ``doubtful``: a
    number far ahead of all that the engine gave today, so that its owner's count does not follow it.
    """

    ticket: str
    number: str
    series: str
    value: int
    owner: str
    service: str
    arrived_at_ms: int
    holding: Holding
    priority: str | None = None
    language: str = "zh"
    kiosk: str | None = None
    person: str | None = None
    principal: str | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: str | None = None
    large: bool = False
    appointment: str | None = None
    doubtful: bool = False


class TicketRenumbered(Event, tag=True, kw_only=True, frozen=True):
    """The paper wins: the number printed replaces the one reserved, which is void for the day.

    ``doubtful`` as of a ``TicketReported``.
    """

    ticket: str
    number: str
    series: str
    value: int
    owner: str
    voided: str
    holding: Holding
    doubtful: bool = False


class TicketReportedLate(Event, tag=True, kw_only=True, frozen=True):
    """A paper that no open day can take became known. It gets in line if its day opens (again), else it is expired.

    What is known of it is kept as of a ``TicketReported``; journals of earlier programs hold only the first four.
    """

    ticket: str
    number: str
    service: str
    day: str
    series: str = ""
    value: int = 0
    owner: str = ""
    arrived_at_ms: int = 0
    holding: Holding = Holding.MAYBE
    priority: str | None = None
    language: str = "zh"
    kiosk: str | None = None
    person: str | None = None
    principal: str | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: str | None = None
    large: bool = False


class TicketConfirmed(Event, tag=True, kw_only=True, frozen=True):
    """Somebody holds the number, or may hold it after long silence."""

    ticket: str
    holding: Holding


class TicketVoided(Event, tag=True, kw_only=True, frozen=True):
    """Nobody holds the number."""

    ticket: str
    reason: str = ""


class TicketCalled(Event, tag=True, kw_only=True, frozen=True):
    """A summons. ``why`` names the rule, its score and the runners-up, for the person who asks."""

    ticket: str
    counter: str
    call_id: str
    clerk: str | None = None
    chosen: bool = False
    reason: str = ""
    why: str = ""


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


class CounterOpened(Event, tag=True, kw_only=True, frozen=True):
    """A clerk serves here now."""

    counter: str
    clerk: str | None = None


class CounterPaused(Event, tag=True, kw_only=True, frozen=True):
    """暂停服务, with all that waiting people should read."""

    counter: str
    reason: str
    contact: str
    phone: str
    returns_at_ms: int | None = None
    substitute: str | None = None


class CounterResumed(Event, tag=True, kw_only=True, frozen=True):
    """The clerk is back."""

    counter: str


class CounterClosed(Event, tag=True, kw_only=True, frozen=True):
    """Nobody serves here."""

    counter: str


class IssuingWasPaused(Event, tag=True, kw_only=True, frozen=True):
    """No new tickets of a service, of a kiosk, or at all."""

    service: str | None = None
    kiosk: str | None = None
    reason: str = ""


class IssuingWasResumed(Event, tag=True, kw_only=True, frozen=True):
    """New tickets again."""

    service: str | None = None
    kiosk: str | None = None


class EvaluationRecorded(Event, tag=True, kw_only=True, frozen=True):
    """One visit has its one rating."""

    evaluation: str
    visit: str
    level: Level
    device: str
    raw_key: str
    counter: str
    service: str
    clerk: str | None
    pressed_at_ms: int


class NumberClashed(Event, tag=True, kw_only=True, frozen=True):
    """Two papers claim one number; a human must look. The later paper is on record here only."""

    number: str
    ticket: str
    kiosk: str | None


class NoticePosted(Event, tag=True, kw_only=True, frozen=True):
    """A line in the ticker."""

    notice: str
    zh: str
    en: str
    until_ms: int | None = None
    urgent: bool = False


class NoticeCleared(Event, tag=True, kw_only=True, frozen=True):
    """The line is gone."""

    notice: str


class DayOpened(Event, tag=True, kw_only=True, frozen=True):
    """A business day begins, or goes on after a premature close (``again``: numbers continue)."""

    day: str
    sessions: tuple[SessionTimes, ...]
    again: bool = False
    kind: DayKind | None = None


class JournalRestored(Event, tag=True, kw_only=True, frozen=True):
    """A backup was put back: papers that this journal does not know may carry numbers of days up to ``through``.

    ``through`` is the date of the restore, and UNKNOWN_DAY where the machine could not tell it. ``at_ms`` is the time
    of the event before: time goes on when the hall does.
    """

    through: str


UNKNOWN_DAY = "9999-12-31"
"""Later than every business day."""


class SessionBegan(Event, tag=True, kw_only=True, frozen=True):
    """A border between sessions was passed; None means between sessions."""

    session: str | None


class DayClosed(Event, tag=True, kw_only=True, frozen=True):
    """The business day is over."""

    day: str


AnyEvent = (
    TicketReserved
    | TicketReported
    | TicketRenumbered
    | TicketReportedLate
    | TicketConfirmed
    | TicketVoided
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | ServiceFinished
    | TicketMissed
    | TicketHeld
    | TicketTransferred
    | TicketReturned
    | TicketCancelled
    | TicketExpired
    | CounterOpened
    | CounterPaused
    | CounterResumed
    | CounterClosed
    | IssuingWasPaused
    | IssuingWasResumed
    | EvaluationRecorded
    | NumberClashed
    | NoticePosted
    | NoticeCleared
    | DayOpened
    | JournalRestored
    | SessionBegan
    | DayClosed
    | PriorityConfirmed
    | PriorityRevoked
    | EmergencyBegan
    | EmergencyEnded
    | HelpWanted
    | HelpAnswered
    | AppointmentBooked
    | AppointmentCancelled
)
