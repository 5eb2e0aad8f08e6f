"""What a rating may add: fixed reasons in numbered versions, and the form of the code on the paper.

Reasons are never edited, only a new version is added: a figure of last year must mean what it meant last year.
"""

from typing import Annotated, Literal

import msgspec

from broker.model.words import Level, Names

RatingCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$(?!\n)")]
"""Printed on the ticket and nowhere else: the number stands on every screen, so it proves nothing. ``rating_keys``
makes it."""

Reason = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{1,15}$(?!\n)")]
"""The key of a reason."""

Unrated = Literal["declined", "device_fault"]
"""Why a visit was not rated at its counter, where that is known; otherwise its window just passed."""

PAPER_FORM = "paper"
"""The device of a paper form that staff entered; only their account's name is kept with it."""
PHONE, SIGN_CODE = "phone", "sign-code"
"""The devices of ratings on a visitor's own phone: by the QR code on the paper, and by the one at the counter."""
DESK = "given at a desk"
"""In whose name the engine proves who holds a number that it gave at a desk; no device of a hall can be called so."""

LOW_LEVELS = (Level.DISSATISFIED, Level.VERY_DISSATISFIED)
"""差评: the last two of the national scale, of which alone the reasons are asked."""

REASONS: dict[int, dict[str, Names]] = {
    1: {
        "attitude": Names("服务态度不好", "Unfriendly"),
        "waiting": Names("等候时间太长", "Waited too long"),
        "slow": Names("办理太慢", "Slow service"),
        "unclear": Names("没有一次讲清", "Not explained at once"),
        "not_done": Names("事情没有办成", "Not settled"),
        "surroundings": Names("环境或设备不好", "Place or equipment"),
    },
}
"""Version -> key -> words, in the order in which they are shown."""
REASONS_VERSION = 1
"""What is offered today."""
REASONS_MOST = 6


def reasons_kept(level: Level, reasons: tuple[str, ...], version: int) -> tuple[str, ...]:
    """Those of ``reasons`` that the version knows, each once and in its order; none of a level that is not low.

    What does not fit is left out, never the rating: somebody was thanked for it.
    """
    if level not in LOW_LEVELS:
        return ()
    return tuple(key for key in REASONS.get(version, {}) if key in reasons)
