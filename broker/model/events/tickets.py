"""Events of a ticket before it is called: a number is given, printed, held, told late, or belongs to nobody."""

from broker.model.events.base import Event
from broker.model.forecasts import Again, Foretold
from broker.model.words import Holding, Need


class TicketReserved(Event, tag=True, kw_only=True, frozen=True):
    """The engine handed out a number; whether anybody holds it is not yet known.

    ``clock_ms``: what its waiting is counted from, where that is not its arrival: of a return slip, and the booked
    time of who is early for it. ``forecast``: how long it was expected to take; None where no counter was open, or the
    holder is not in the hall.
    ``again``: what one who waited already was shown at that moment; None where nobody waited or nothing is learned.
    """

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
    clock_ms: int | None = None
    forecast: Foretold | None = None
    again: Again | None = None


class TicketReported(Event, tag=True, kw_only=True, frozen=True):
    """A kiosk handed out a number of its own; ``holding`` MAYBE reserves it, anything else puts it in line.

    Right after ``DayOpened``: a ticket known before, whose visitor came on the day that was opened. ``doubtful``: a
    number far ahead of all that the engine gave today, so that its owner's count does not follow it. ``clock_ms``,
    ``forecast`` and ``again`` as of a ``TicketReserved``; the forecast is of the moment of the report.
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
    clock_ms: int | None = None
    forecast: Foretold | None = None
    again: Again | None = None


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
    appointment: str | None = None


class TicketConfirmed(Event, tag=True, kw_only=True, frozen=True):
    """Somebody holds the number, or may hold it after long silence."""

    ticket: str
    holding: Holding


class TicketVoided(Event, tag=True, kw_only=True, frozen=True):
    """Nobody holds the number."""

    ticket: str
    reason: str = ""


class NumberClashed(Event, tag=True, kw_only=True, frozen=True):
    """Two papers claim one number; a human must look. The later paper is on record here only."""

    number: str
    ticket: str
    kiosk: str | None


class IssuingWasPaused(Event, tag=True, kw_only=True, frozen=True):
    """No new tickets of a service, of a kiosk, or at all."""

    service: str | None = None
    kiosk: str | None = None
    reason: str = ""
    reason_en: str = ""


class IssuingWasResumed(Event, tag=True, kw_only=True, frozen=True):
    """New tickets again."""

    service: str | None = None
    kiosk: str | None = None
