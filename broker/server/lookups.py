"""How often a lost ticket may be looked for by telephone, or a rating code be wrong, at one kiosk. Pure; time is
handed in.

Four digits are 10,000 guesses. A hall loses a few papers a day, so that one look-up a minute is plenty; whoever tries
all of them would stand there for a week. Staff who look from their own pages are not counted.
"""

from math import ceil

from broker.server.gate import Bucket

AT_ONCE = 6
PER_S = 1 / 60


class Lookups:
    """One allowance for each kiosk, full again after a restart."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def wait_min(self, kiosk: str, now_ms: int) -> int:
        """Minutes until the next one; 0: now, and this one counts."""
        now_s = now_ms / 1000
        bucket = self._buckets.setdefault(kiosk, Bucket(AT_ONCE, PER_S, now_s))
        if bucket.left(now_s) < 1:
            return ceil(bucket.wait_s(1) / 60)
        bucket.spend(1)
        return 0


class WrongCodes:
    """Wrong rating codes, for each kiosk as many as look-ups; right ones are not counted."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def left_min(self, kiosk: str, now_ms: int) -> int:
        """Minutes until a code may be tried again; 0: now."""
        bucket = self._bucket(kiosk, now_ms)
        return ceil(bucket.wait_s(1) / 60) if bucket.left(now_ms / 1000) < 1 else 0

    def wrong(self, kiosk: str, now_ms: int) -> None:
        """One more."""
        self._bucket(kiosk, now_ms).spend(1)

    def _bucket(self, kiosk: str, now_ms: int) -> Bucket:
        return self._buckets.setdefault(kiosk, Bucket(AT_ONCE, PER_S, now_ms / 1000))
