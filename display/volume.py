"""How loud, by the time of day. Pure."""

from dataclasses import dataclass

from display.levels import FLOOR_DB

MOST_DB = 6.0


@dataclass(frozen=True)
class VolumePeriod:
    """From ``from_minute`` until ``until_minute`` of the day (over midnight when it is the smaller), ``gain_db`` more.

    A ``gain_db`` of None is silence: only the screen calls.
    """

    from_minute: int
    until_minute: int
    gain_db: float | None

    def covers(self, minute: int) -> bool:
        """Whether a minute of the day (0 to 1439) lies in it."""
        if self.from_minute <= self.until_minute:
            return self.from_minute <= minute < self.until_minute
        return minute >= self.from_minute or minute < self.until_minute


@dataclass(frozen=True)
class VolumePlan:
    """The hall's gain, and what is added to it in some periods; the first that covers a minute counts."""

    gain_db: float = 0.0
    periods: tuple[VolumePeriod, ...] = ()

    def gain_at(self, minute: int) -> float | None:
        """Gain in dB at a minute of the day, between -30 and +6; None for silence."""
        for period in self.periods:
            if period.covers(minute):
                if period.gain_db is None:
                    return None
                return _bounded(self.gain_db + period.gain_db)
        return _bounded(self.gain_db)


def _bounded(gain_db: float) -> float:
    return min(max(gain_db, FLOOR_DB), MOST_DB)
