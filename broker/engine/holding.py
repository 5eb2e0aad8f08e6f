"""A range that people have read does not jump: of each bound the least is shown that was wanted during the last minute.

Ranges are told in steps (``model.waits``), so a change is a step at least. Whoever reads a longer wait than a moment
ago feels deceived. So what falls is shown at once, and no bound is above what was wanted at any moment of the last
``HOLD_MS``. The price: a dip hides a rise for a minute more, and dips that come every minute hide it for good.
Words are not held: that no counter is open, that nobody has to wait, or the first range after either, is shown as it
comes. Pure; what was wanted before is remembered by whoever publishes (``server.held_waits``), and no fold knows of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from broker.model.views import WaitRange

HOLD_MS = 60_000
Told = Callable[[str, WaitRange | None], WaitRange | None]
"""(service or number, its range now) -> the range to show."""


def as_it_is(_: str, wanted: WaitRange | None) -> WaitRange | None:
    """Nothing is held: what the state alone says."""
    return wanted


@dataclass(frozen=True, slots=True)
class Held:
    """What is shown of one wait, what is ``wanted``, and the lesser ones of the last minute, each with its end in ms.

    ``lesser`` is ordered, and empty exactly where what is wanted is shown.
    """

    shown: WaitRange | None
    wanted: WaitRange | None
    lesser: tuple[tuple[int, WaitRange], ...] = ()

    @property
    def due_ms(self) -> int | None:
        """When more may be shown if nothing else happens; None: all is shown."""
        return self.lesser[0][0] + HOLD_MS if self.lesser else None


def held(before: Held | None, wanted: WaitRange | None, now_ms: int) -> Held:
    """What to show now of a wait that is ``wanted`` now; what was wanted before counts as wanted until now."""
    if before is None or before.wanted is None or wanted is None or before.wanted.high_min == 0 or wanted.high_min == 0:
        return Held(wanted, wanted)
    # A clock that was set back keeps nothing for longer than a minute.
    ended = [(min(end_ms, now_ms), one) for end_ms, one in before.lesser] + [(now_ms, before.wanted)]
    kept: list[tuple[int, WaitRange]] = []
    low_min, high_min = wanted.low_min, wanted.high_min
    for end_ms, one in reversed(ended):
        if end_ms > now_ms - HOLD_MS and (one.low_min < low_min or one.high_min < high_min):
            low_min, high_min = min(low_min, one.low_min), min(high_min, one.high_min)
            kept.append((end_ms, one))
    return Held(WaitRange(low_min=low_min, high_min=high_min), wanted, tuple(reversed(kept)))
