"""The events of ratings."""

from broker.model.events.base import Event
from broker.model.ratings import Unrated
from broker.model.words import Level


class EvaluationRecorded(Event, tag=True, kw_only=True, frozen=True):
    """One visit has its one rating. ``entered_by`` is the account that entered a paper form, never a visitor."""

    evaluation: str
    visit: str
    level: Level
    device: str
    raw_key: str
    counter: str
    service: str
    clerk: str | None
    pressed_at_ms: int
    reasons: tuple[str, ...] = ()
    reasons_version: int = 0
    contact: bool = False
    entered_by: str = ""


class EvaluationExplained(Event, tag=True, kw_only=True, frozen=True):
    """Whoever rated low said why, or wishes to be called."""

    evaluation: str
    visit: str
    device: str
    reasons: tuple[str, ...]
    reasons_version: int
    contact: bool


class VisitLeftUnrated(Event, tag=True, kw_only=True, frozen=True):
    """The visitor did not want to rate, or the device could not take it. Never counted as satisfied."""

    visit: str
    device: str
    why: Unrated
