"""How the lines have grown or shrunk lately, of what was heard: one figure a minute. Memory only, bounded. Pure."""

from collections import deque

MINUTES_KEPT = 30
LATELY_MIN = 10


class Trend:
    """People waiting by service and minute of the hall's clock."""

    def __init__(self) -> None:
        self._minutes: dict[str, deque[tuple[int, int]]] = {}

    def take(self, service: str, at_ms: int, waiting: int) -> None:
        """What a view says now; of a minute the last word counts."""
        kept = self._minutes.setdefault(service, deque(maxlen=MINUTES_KEPT))
        minute = at_ms // 60_000
        if kept and kept[-1][0] >= minute:
            kept.pop()
        kept.append((minute, waiting))

    def change(self, service: str, now_ms: int) -> int:
        """How many more wait than ``LATELY_MIN`` ago, or than when this was first heard since; fewer is negative."""
        kept = tuple(self._minutes.get(service, ()))
        if not kept:
            return 0
        since = now_ms // 60_000 - LATELY_MIN
        before = [waiting for minute, waiting in kept if minute <= since]
        return kept[-1][1] - (before[-1] if before else kept[0][1])
