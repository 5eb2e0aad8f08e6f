"""Events about what every screen shows: notices, and an emergency."""

from broker.model.events.base import Event


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


class EmergencyBegan(Event, tag=True, kw_only=True, frozen=True):
    """Every screen shows this and nothing else."""

    zh: str
    en: str


class EmergencyEnded(Event, tag=True, kw_only=True, frozen=True):
    """The hall goes on."""
