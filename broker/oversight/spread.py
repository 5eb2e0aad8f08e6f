"""How long something took, over many cases. Pure."""

from collections.abc import Sequence
from math import ceil
from statistics import fmean, median

import msgspec


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of ``n`` cases; ``p90_s`` by nearest rank."""

    n: int
    mean_s: int
    median_s: int
    p90_s: int
    max_s: int


def spread(milliseconds: Sequence[int]) -> Spread | None:
    """Of times in milliseconds; None where there is none."""
    if not milliseconds:
        return None
    seconds = sorted(value / 1000 for value in milliseconds)
    return Spread(
        n=len(seconds),
        mean_s=round(fmean(seconds)),
        median_s=round(median(seconds)),
        p90_s=round(seconds[rank_of_p90(len(seconds))]),
        max_s=round(seconds[-1]),
    )


def rank_of_p90(n: int) -> int:
    """Which of ``n`` sorted cases nine of ten do not pass, from 0."""
    return ceil(0.9 * n) - 1
