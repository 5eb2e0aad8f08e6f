"""Events of a counter."""

from broker.model.events.base import Event


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
    reason_en: str = ""


class CounterResumed(Event, tag=True, kw_only=True, frozen=True):
    """The clerk is back."""

    counter: str


class CounterClosed(Event, tag=True, kw_only=True, frozen=True):
    """Nobody serves here."""

    counter: str
