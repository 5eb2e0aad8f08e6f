"""How loud, by the time of day and the zone of the lobby. Pure."""

import math
from dataclasses import dataclass

from broker.model.hall_speech import Speech, SpeechHours, SpeechZone
from broker.runtime.speech.levels import FLOOR_DB

MOST_DB = 6.0


@dataclass(frozen=True)
class VolumePeriod:
    """From ``from_minute`` until ``until_minute`` of the day (over midnight when it is the smaller), ``gain_db`` more.

    A ``gain_db`` of None is silence: only the screen calls.
    """

    from_minute: int
    until_minute: int
    gain_db: float | None

    @classmethod
    def of(cls, hours: SpeechHours) -> "VolumePeriod":
        """As the hall file has it."""
        return cls(_minute(hours.from_time), _minute(hours.until_time), None if hours.quiet else hours.gain_db)

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

    @classmethod
    def of(cls, speech: Speech, zone: str | None = None) -> "VolumePlan":
        """Of a hall file: a zone's gain comes on top, its hours (when it has any) instead of the hall's."""
        own = speech.zones.get(zone or "", SpeechZone())
        hours = own.hours or speech.hours
        return cls(speech.gain_db + own.gain_db, tuple(VolumePeriod.of(part) for part in hours))

    @property
    def always_db(self) -> float:
        """Gain in dB for what is said at any hour: an emergency, a sound test."""
        return _bounded(self.gain_db)

    def gain_at(self, minute: int) -> float | None:
        """Gain in dB at a minute of the day, between -30 and +6; None for silence."""
        for period in self.periods:
            if period.covers(minute):
                if period.gain_db is None:
                    return None
                return _bounded(self.gain_db + period.gain_db)
        return self.always_db


def volume_db(volume: int) -> float:
    """A volume of 1 to 100 in dB: 100 is as recorded, 50 is 6 dB less."""
    return 20 * math.log10(volume / 100)


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def _bounded(gain_db: float) -> float:
    return min(max(gain_db, FLOOR_DB), MOST_DB)
