"""Whose turn it is at a counter, as the policy says it: of two claims the smaller one is called first. Pure."""

from broker.model.ratios import ratio


def claim(now_ms: int, clock_ms: int, rank: int, target_ms: float, skill: int) -> tuple[float, int, int]:
    """Of somebody at the head of a line, at a counter of this skill for it."""
    return (-ratio(now_ms - clock_ms, target_ms, skill), clock_ms, rank)
