"""A range that people have read does not jump: what falls is shown at once, what rises once it has risen for a minute.

Ranges are told in steps (``model.waits``), so a change is a step at least. Whoever reads a longer wait than a moment
ago feels deceived, so a rise that is gone again within ``HOLD_MS`` is never shown. Words are not held: that no counter
is open, that nobody has to wait, or the first range after either, is shown as it comes. Pure; what was shown before is
remembered by whoever publishes (``server.held_waits``), and no fold knows of it.
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
    """What is shown of one wait; ``rising_since_ms`` is since when a longer one waits to be shown, None: none does."""

    shown: WaitRange | None
    rising_since_ms: int | None = None


def held(before: Held | None, wanted: WaitRange | None, now_ms: int) -> Held:
    """What to show now of a wait of which ``before`` was shown and that is ``wanted`` now."""
    if before is None or before.shown is None or wanted is None or before.shown.high_min == 0 or wanted.high_min == 0:
        return Held(wanted)
    shown = before.shown
    if wanted.low_min <= shown.low_min and wanted.high_min <= shown.high_min:
        return Held(wanted)
    since_ms = now_ms if before.rising_since_ms is None else min(before.rising_since_ms, now_ms)
    if now_ms - since_ms >= HOLD_MS:
        return Held(wanted)
    low_min, high_min = min(shown.low_min, wanted.low_min), min(shown.high_min, wanted.high_min)
    return Held(WaitRange(low_min=low_min, high_min=high_min), since_ms)
