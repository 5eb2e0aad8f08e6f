"""The event of a rating."""

from broker.model.events.base import Event
from broker.model.words import Level


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
