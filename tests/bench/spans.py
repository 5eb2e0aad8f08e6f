"""Spans of time, and what is left of them without the moments at which the machine itself stood still. Pure."""

from tests.bench.figures import Figure, spread

Span = tuple[float, float]
"""From when to when, in seconds of the monotonic clock."""


class Stood:
    """When at least one processor stood still; overlapping spans count once."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans: list[Span] = []
        for begun_s, ended_s in sorted(spans):
            if self._spans and begun_s <= self._spans[-1][1]:
                self._spans[-1] = self._spans[-1][0], max(ended_s, self._spans[-1][1])
            else:
                self._spans.append((begun_s, ended_s))

    def within(self, span: Span) -> float:
        """For how many seconds of a span it stood."""
        return sum(max(0.0, min(span[1], ended_s) - max(span[0], begun_s)) for begun_s, ended_s in self._spans)


def spread_without_stalls(name: str, spans: list[Span], target_ms: float, stood: Stood) -> list[Figure]:
    """p50 and p99 as they were, and the p99 of what is left of each span without the time that the machine stood.

    Both are held against the target: the first says what somebody would have seen on this machine, the second what the
    programs took.
    """
    seconds = [ended_s - begun_s for begun_s, ended_s in spans]
    stalls_s = [stood.within(span) for span in spans]
    left = [whole_s - stall_s for whole_s, stall_s in zip(seconds, stalls_s, strict=True)]
    hit = sum(stall_s > 0 for stall_s in stalls_s)
    note = f"the machine stood in {hit}, {max(stalls_s) * 1000:.0f} ms at most"
    return [
        *spread(name, seconds, target_ms),
        spread(f"{name}, less where the machine stood", left, target_ms, note)[1],
    ]
