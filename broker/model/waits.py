"""How an expected wait is told: a range in whole minutes, rounded outwards, in steps of no false precision."""

from math import ceil, floor

from broker.model.views import WaitRange

FINE_STEP_MIN, COARSE_STEP_MIN, FINE_BELOW_MIN = 2, 5, 10
SHORT_MIN = FINE_STEP_MIN
"""A wait that nobody needs to see in figures: *under 2 min*, on screens, papers and pages alike."""
LONGEST_MIN = 480


def rounded_outwards(low_min: float, high_min: float) -> WaitRange:
    """The range to show of a range as computed (minutes): never narrower, never empty, ``LONGEST_MIN`` at most."""
    low_step, high_step = _step(low_min), _step(high_min)
    low = floor(low_min / low_step) * low_step
    high = max(ceil(high_min / high_step) * high_step, low + FINE_STEP_MIN)
    return WaitRange(low_min=min(low, LONGEST_MIN), high_min=min(high, LONGEST_MIN))


def _step(minutes: float) -> int:
    return FINE_STEP_MIN if minutes < FINE_BELOW_MIN else COARSE_STEP_MIN
