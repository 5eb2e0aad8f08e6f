"""One day of people: who comes when for what, how long it takes, and when each counter is staffed. Pure nouns."""

from dataclasses import dataclass

from broker.model.words import Level


@dataclass(frozen=True)
class Visitor:
    """A person. ``comes_ms`` after the day's start; ``patience_ms`` None stays to the end; ``level`` None rates not."""

    name: str
    comes_ms: int
    service: str
    service_ms: int
    priority: str | None = None
    patience_ms: int | None = None
    level: Level | None = None


@dataclass(frozen=True)
class Shift:
    """A clerk's plan for a counter at a moment: ``open``, ``pause``, ``resume`` or ``close``."""

    at_ms: int
    counter: str
    action: str
    reason_digit: str = ""


@dataclass(frozen=True)
class Day:
    """Visitors and shifts, each sorted by time; milliseconds after the day's start."""

    visitors: tuple[Visitor, ...]
    shifts: tuple[Shift, ...]
    length_ms: int
