"""Who speaks on a line, how often and how badly. Pure; seconds are monotonic."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from broker.runtime.bus.events import AddressHealth

ADDRESS_LIMIT = 512


class RateLimit:
    """At most ``rate_per_s`` frames of one address in any second, so that a stuck device cannot flood the hall."""

    def __init__(self, rate_per_s: int) -> None:
        self._rate_per_s = rate_per_s
        self._recent: dict[int, deque[float]] = {}

    def allows(self, address: int, now_s: float) -> bool:
        recent = self._recent.setdefault(address, deque(maxlen=self._rate_per_s))
        if len(recent) == self._rate_per_s and now_s - recent[0] < 1.0:
            return False
        recent.append(now_s)
        return True


class AddressBook:
    """Counts for each address that was heard, known or not."""

    def __init__(self) -> None:
        self._heard: dict[int, AddressHealth] = {}

    def count(self, address: int, frames: int = 0, limited: int = 0) -> None:
        known = self._heard.get(address)
        if known is None and len(self._heard) >= ADDRESS_LIMIT:
            return
        known = known or AddressHealth()
        self._heard[address] = replace(known, frames=known.frames + frames, limited=known.limited + limited)

    def summary(self, damaged: Mapping[int, int]) -> dict[int, AddressHealth]:
        """Everything, in order of the addresses; ``damaged`` are the decoder's counts."""
        heard, spoilt = dict(self._heard), dict(damaged)
        return {
            address: replace(heard.get(address, AddressHealth()), damaged=spoilt.get(address, 0))
            for address in sorted({*heard, *spoilt})
        }
