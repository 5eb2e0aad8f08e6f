"""Local times of the business day, worked out from the day's own sessions: the engine knows no time zone.

Every session of the day begins at a moment (in the event that opened the day) and at a time on the clock (in the hall
file); their difference is the day's midnight. A hall whose clocks go forward or back is an hour off on that day.
"""

from broker.engine.state import State
from broker.model.hall import Hall

MINUTE_MS = 60_000
DAY_MS = 86_400_000


def midnight_ms(hall: Hall, state: State) -> int | None:
    """When the business day began; None when no day is open or its sessions are not the hall's."""
    if state.day is None:
        return None
    known = (s.opens_ms - clock_ms(hall.sessions[s.name].opens) for s in state.sessions if s.name in hall.sessions)
    return next(known, None)


def clock_ms(clock: str) -> int:
    """Milliseconds since midnight of ``HH:MM``."""
    return (int(clock[:2]) * 60 + int(clock[3:])) * MINUTE_MS


def clock_of(midnight: int, at_ms: int) -> str:
    """``HH:MM`` of a moment of that day."""
    minutes = (at_ms - midnight) % DAY_MS // MINUTE_MS
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
