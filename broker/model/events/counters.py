"""Events of a counter."""

from broker.model.events.base import Event


class CounterOpened(Event, tag=True, kw_only=True, frozen=True):
    """A clerk serves here now. ``owes``: somebody stood there, so until a call nobody has served yet.

    ``assumed``: nobody said who it is, so it is taken for the counter's usual clerk. ``by``: whose account opened it
    for the clerk, who did not do so in person; None: that is not known, or the clerk did.
    """

    counter: str
    clerk: str | None = None
    owes: bool = False
    assumed: bool = False
    by: str | None = None


class CounterPaused(Event, tag=True, kw_only=True, frozen=True):
    """暂停服务, with all that waiting people should read.

    ``absent_since_ms``: it goes on with an absence that a return without a call did not end; None: it begins now.
    """

    counter: str
    reason: str
    contact: str
    phone: str
    returns_at_ms: int | None = None
    substitute: str | None = None
    reason_en: str = ""
    absent_since_ms: int | None = None


class CounterResumed(Event, tag=True, kw_only=True, frozen=True):
    """The clerk is back. ``owes``: as of an opening."""

    counter: str
    owes: bool = False


class CounterClosed(Event, tag=True, kw_only=True, frozen=True):
    """Nobody serves here.

    ``absent_since_ms``: since when; earlier than now if it closes out of a pause, or before somebody was called who had
    stood there as it came back. None at the day's end and in journals of earlier programs: an absence that was known
    goes on, also one that nobody waited in any more.
    """

    counter: str
    absent_since_ms: int | None = None
