"""Tickets that the guide desk asks this kiosk to give: which one to begin next. Pure.

They go the way of every ticket: an id that never changes, the ledger before the paper. A kiosk at which somebody stands
finishes with that visitor first; what nobody gave in time is not given later, for nobody waits for it any more.
"""

from collections import deque
from collections.abc import Callable, Iterable

from broker.model.views import DeskOrder
from kiosk.ticket import Order

REMEMBERED = 64


class DeskOrders:
    """Remembers what was begun here, so that a refusal is not asked for again and again."""

    def __init__(self) -> None:
        self._begun: deque[str] = deque(maxlen=REMEMBERED)

    def next(self, orders: Iterable[DeskOrder], now_ms: int, given: Callable[[str], bool]) -> Order | None:
        """The oldest still wanted that was neither begun nor, before a restart, ``given``; it counts as begun."""
        for wanted in orders:
            if wanted.until_ms <= now_ms or wanted.ticket in self._begun:
                continue
            self._begun.append(wanted.ticket)
            if not given(wanted.ticket):
                return Order(
                    ticket=wanted.ticket,
                    service=wanted.service,
                    language=wanted.language,
                    large=wanted.large,
                    needs=wanted.needs,
                )
        return None
