"""How far media go down while the voice speaks, and when they come back. Pure; seconds are monotonic and passed in.

Down within a tenth of a second, before the words begin (the chime comes first); up again slowly and only when the voice
has been silent for a while, or music would surge between two calls of a chain.
"""

from dataclasses import dataclass

FALL_S, HOLD_S, RISE_S = 0.1, 1.5, 0.8


@dataclass(frozen=True)
class _Move:
    """From a gain, after a moment, evenly to another."""

    from_db: float
    to_db: float
    begins_s: float
    lasts_s: float

    def at(self, now_s: float) -> float:
        share = (now_s - self.begins_s) / self.lasts_s
        return self.from_db + (self.to_db - self.from_db) * min(max(share, 0.0), 1.0)


class Ducking:
    """``speaks`` is told by the voice's thread, ``gain_db`` asked by any other."""

    def __init__(self, depth_db: float = -18.0) -> None:
        self._depth_db = depth_db
        self._move = _Move(0.0, 0.0, 0.0, FALL_S)

    def speaks(self, speaking: bool, now_s: float) -> None:
        """The voice begins, or has ended."""
        gain_db = self.gain_db(now_s)
        if speaking:
            self._move = _Move(gain_db, self._depth_db, now_s, FALL_S)
        else:
            self._move = _Move(gain_db, 0.0, now_s + HOLD_S, RISE_S)

    def gain_db(self, now_s: float) -> float:
        """What a player of media adds to its own volume now, in dB: 0 or less."""
        return round(self._move.at(now_s), 2)
