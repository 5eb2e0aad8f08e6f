"""What is read of a business day: who came, how long services took, who waited how long and was there. Pure data.

No person, no number and no counter is in it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came for a service and holds a number."""

    service: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Took:
    """A visit that somebody ended, from its start to its end."""

    service: str
    took_ms: int


@dataclass(frozen=True, slots=True)
class Waited:
    """A first call. ``came``: whoever was called was there, at once or later; None while that is not known."""

    service: str
    at_ms: int
    waited_ms: int
    came: bool | None


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody gave a waiting number up, after so long."""

    service: str
    waited_ms: int


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One business day such as ``2026-03-02``, each list in the order of time."""

    day: str
    arrivals: tuple[Arrival, ...] = ()
    took: tuple[Took, ...] = ()
    waits: tuple[Waited, ...] = ()
    left: tuple[Left, ...] = ()
