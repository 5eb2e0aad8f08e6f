"""Events of the business day, and of a journal that was put back."""

from broker.model.commands.day import SessionTimes
from broker.model.days import DayKind
from broker.model.events.base import Event


class DayOpened(Event, tag=True, kw_only=True, frozen=True):
    """A business day begins, or goes on after a premature close (``again``: numbers continue).

    ``usual_s``: how long a service takes by the hall file, on an average of all; forecasts begin with it.
    ``calls_go_on``: after the end of service counters call without a manager's word.
    """

    day: str
    sessions: tuple[SessionTimes, ...]
    again: bool = False
    kind: DayKind | None = None
    usual_s: float | None = None
    calls_go_on: bool = False


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


class IssuingEnded(Event, tag=True, kw_only=True, frozen=True):
    """From now on no more tickets are given for this session, which goes on."""

    session: str


class DayClosed(Event, tag=True, kw_only=True, frozen=True):
    """The business day is over."""

    day: str
