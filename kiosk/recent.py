"""The last tickets of a kiosk, for a copy: to whoever just took one and spoilt it, not to everybody for ever. Pure."""

from collections import deque
from dataclasses import replace

from kiosk.ticket import Order, Slip

RECENT_MOST = 4
COPY_WITHIN_S = 30 * 60.0
"""Later a copy would be of somebody who has gone, or of yesterday, under a number that is another's today."""
COPIES_EACH = 3
PAPERS_MOST, PAPERS_WITHIN_S = 20, 600.0
"""Copies and notices of one kiosk: more is no wish but a game, and the roll is for tickets."""


class Recent:
    """Newest first. Of an order only what a paper shows is kept: nothing of who took it. Times are machine seconds."""

    def __init__(self) -> None:
        self._given: deque[tuple[Order, Slip, float]] = deque(maxlen=RECENT_MOST)
        self._copied: dict[str, int] = {}

    def gave(self, order: Order, slip: Slip, now_s: float) -> None:
        """A ticket was given."""
        bare = replace(order, priority=None, person=None, principal=None, phone_tail=None, needs=(), code=None)
        self._given.appendleft((bare, slip, now_s))
        kept = {order.ticket for order, _, _ in self._given}
        self._copied = {ticket: count for ticket, count in self._copied.items() if ticket in kept}

    def offered(self, now_s: float) -> list[tuple[Order, Slip]]:
        """Those of which a copy can be had now."""
        return [
            (order, slip)
            for order, slip, at_s in self._given
            if now_s - at_s < COPY_WITHIN_S and self._copied.get(order.ticket, 0) < COPIES_EACH
        ]

    def copy_of(self, ticket: str, now_s: float) -> tuple[Order, Slip] | None:
        """What to print again, once more of a few times; None where it is not offered any more."""
        found = next((found for found in self.offered(now_s) if found[0].ticket == ticket), None)
        if found is not None:
            self._copied[ticket] = self._copied.get(ticket, 0) + 1
        return found


class Thrift:
    """How many papers that are no tickets may be printed at once."""

    def __init__(self) -> None:
        self._printed_s: deque[float] = deque(maxlen=PAPERS_MOST)

    def allows(self, now_s: float) -> bool:
        """Whether one more may be printed now; then it counts."""
        if len(self._printed_s) == PAPERS_MOST and now_s - self._printed_s[0] < PAPERS_WITHIN_S:
            return False
        self._printed_s.append(now_s)
        return True
