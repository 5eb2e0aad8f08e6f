"""Why something is paused, as staff typed it, in the words of whoever reads it; and whether it is over time. Pure."""

from broker.model.phrases import filled
from broker.model.words import PAUSE_REASONS, Names

MINUTE_MS = 60_000
PAUSED = Names("暂停服务", "Paused")
PAUSED_BECAUSE = Names("{reason}", "Paused: {reason}")
USUAL_REASONS = {names.zh: names for names in PAUSE_REASONS.values()}
"""The usual reasons by their Chinese text, which is what travels."""


def has_english(reason: str, english: str = "") -> bool:
    """Whether a reason was typed in English too or is one of the usual ones: else it would stand there twice."""
    return bool(english) or reason in USUAL_REASONS


def reason_said(reason: str, english: str = "") -> Names:
    """A reason in both languages: as typed, or by its usual name; without English, behind a neutral word."""
    if english:
        return Names(reason or PAUSED.zh, english)
    if not reason:
        return PAUSED
    return USUAL_REASONS.get(reason) or filled(PAUSED_BECAUSE, {"reason": reason})


def is_late(returns_at_ms: int | None, now_ms: int) -> bool:
    """Whether the minute is over at which somebody was expected back: that time is not shown any more."""
    return returns_at_ms is not None and now_ms // MINUTE_MS > returns_at_ms // MINUTE_MS
