"""When to advise "open another counter", and when to fall silent again. Pure.

Raised when for three minutes running somebody who came now might wait longer than the target (the upper end of what
he is told, P85), or what is to come keeps the open counters busy all but wholly and half the target is to be waited
already. Nothing is advised of a group that is not short of counters. Ended when that upper end was below seven tenths
of the target for ten minutes, or when no counter was lacking for three. In between nothing changes.
"""

from dataclasses import dataclass, replace

RAISE_AFTER_MS = 3 * 60_000
CLEAR_AFTER_MS = 10 * 60_000
ENOUGH_AFTER_MS = 3 * 60_000
"""With enough counters open advice ends as slowly as it begins: a need that swings about what is open is no flicker."""
CLEAR_BELOW = 0.7
LOAD_MOST = 0.95
EXPECTED_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a group. ``late``: the upper end of the wait told to who comes now, as a part of the target, the
    worst of its services; ``expected``: the middle of that range likewise. Where nobody serves whom somebody waits
    for, both are infinite.

    ``load``: counters that what comes keeps busy, as a part of the open ones; infinite with none open and somebody
    coming or waiting. ``short``: more counters are needed than are open, of the group or for one of its services.
    """

    at_ms: int
    late: float
    expected: float
    load: float
    short: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised of a group. ``raised_ms``: since when; None: nothing. The rest is since when what speaks for
    the other has been so without a break."""

    raised_ms: int | None = None
    bad_since_ms: int | None = None
    good_since_ms: int | None = None
    enough_since_ms: int | None = None


def looked(advice: Advice, seen: Seen) -> Advice:
    """The advice after one more look; looks come in the order of time."""
    bad = seen.short and (seen.late > 1 or (seen.load > LOAD_MOST and seen.expected > EXPECTED_MOST))
    good = seen.late < CLEAR_BELOW
    after = replace(
        advice,
        bad_since_ms=_since(advice.bad_since_ms, bad, seen.at_ms),
        good_since_ms=_since(advice.good_since_ms, good, seen.at_ms),
        enough_since_ms=_since(advice.enough_since_ms, not seen.short, seen.at_ms),
    )
    if after.raised_ms is None and _lasts(after.bad_since_ms, seen.at_ms, RAISE_AFTER_MS):
        return replace(after, raised_ms=seen.at_ms)
    fine = _lasts(after.good_since_ms, seen.at_ms, CLEAR_AFTER_MS)
    enough = _lasts(after.enough_since_ms, seen.at_ms, ENOUGH_AFTER_MS)
    return replace(after, raised_ms=None) if after.raised_ms is not None and (fine or enough) else after


def _since(before_ms: int | None, now: bool, at_ms: int) -> int | None:
    return (at_ms if before_ms is None else before_ms) if now else None


def _lasts(since_ms: int | None, at_ms: int, long_ms: int) -> bool:
    return since_ms is not None and at_ms - since_ms >= long_ms
