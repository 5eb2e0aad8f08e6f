"""Whether a wall display can be read from where people sit. Pure.

The rule is that of Japan's Ministry of Land, Infrastructure, Transport and Tourism for signs, tried at acuity 0.5:
a hanzi is at least distance / 250 high, a Latin letter or digit distance / 333.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from broker.runtime.canvas import theme
from display.layout import Fitted

HANZI_PER_DISTANCE = 250
LATIN_PER_DISTANCE = 333
HANZI_EM = 0.92
DIGIT_EM = 0.74
LIST_PX = {"landscape": theme.T2_LIST, "portrait": 80}
WORDS_PX = {"landscape": 96, "portrait": 88}


@dataclass(frozen=True)
class TooSmall:
    """A kind of text that is `height_mm` high where `wanted_mm` would be needed."""

    what: str
    height_mm: float
    wanted_mm: float

    def __str__(self) -> str:
        return f"{self.what} are {self.height_mm:.0f} mm high, {self.wanted_mm:.0f} mm are needed at this distance"


def too_small(fitted: Fitted, size: tuple[int, int], inches: float, distance_m: float) -> list[TooSmall]:
    """Return which texts cannot be read: called numbers, counters, words of a call, recent numbers."""
    if fitted.shape == "sign":
        return []
    mm_per_px = inches * 25.4 / math.hypot(*size)
    distance_mm = distance_m * 1000
    digits, hanzi = distance_mm / LATIN_PER_DISTANCE, distance_mm / HANZI_PER_DISTANCE
    rows = (
        ("called numbers", theme.T1_HERO * 0.8, DIGIT_EM, digits),
        ("counters", theme.T1_COUNTER, DIGIT_EM, digits),
        ("words of a call", WORDS_PX[fitted.shape], HANZI_EM, hanzi),
        ("recent numbers", LIST_PX[fitted.shape], DIGIT_EM, digits),
    )
    heights = ((what, px * em * fitted.scale * mm_per_px, wanted) for what, px, em, wanted in rows)
    return [TooSmall(what, height, wanted) for what, height, wanted in heights if height < wanted]
