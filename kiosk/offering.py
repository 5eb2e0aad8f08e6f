"""Gathers what decides about the menu (view, ledger, clock, printer) and keeps it for a quarter of a second."""

from collections.abc import Callable, Iterable

from broker.model.hall import Hall
from broker.model.hours import NextOpening
from broker.runtime.next_opening import NextOpenings
from kiosk.engine_side import EngineSide
from kiosk.ledger import Ledger
from kiosk.local_time import LocalTime
from kiosk.menu import Circumstances, Given, Menu, ReaderState, menu_of
from kiosk.numbering import OwnPart
from kiosk.ticket import Order, Slip

KEPT_S = 0.25


def given_of(recent: Iterable[tuple[Order, Slip]], local: LocalTime) -> tuple[Given, ...]:
    """The last tickets as they are offered to be printed again."""
    return tuple(
        Given(order.ticket, slip.number, slip.names, local.text(slip.issued_at_ms)[-5:] if slip.issued_at_ms else "")
        for order, slip in recent
    )


class Offering:
    """``linked`` and ``printer_ok`` are asked anew each time; ``forget`` after anything that changes the ledger."""

    def __init__(
        self,
        hall: Hall,
        kiosk: str,
        parts: dict[str, OwnPart],
        engine: EngineSide,
        ledger: Ledger,
        local: LocalTime,
        *,
        linked: Callable[[], bool],
        printer_ok: Callable[[], bool],
        other_plan: Callable[[], bool],
        reader: Callable[[], ReaderState],
        scanner: Callable[[], ReaderState],
        given: Callable[[], tuple[Given, ...]],
    ) -> None:
        self._hall, self._kiosk, self._parts = hall, kiosk, parts
        self._engine, self._ledger, self._local = engine, ledger, local
        self._openings = NextOpenings(hall)
        self._sessions = {(), *(service.sessions for service in hall.services.values())}
        self._linked, self._printer_ok = linked, printer_ok
        self._other_plan, self._reader, self._scanner, self._given = other_plan, reader, scanner, given
        self._menu: Menu | None = None
        self._unreported: dict[str, int] | None = None
        self._due_s = float("-inf")

    def menu(self, now_s: float) -> Menu:
        """The menu of this moment."""
        if self._menu is None or now_s >= self._due_s:
            self._menu = menu_of(self._hall, self._kiosk, self._engine.view, self._circumstances(now_s))
            self._due_s = now_s + KEPT_S
        return self._menu

    def forget(self) -> None:
        """Something changed: gather everything anew."""
        self._menu, self._unreported = None, None

    def online(self, now_s: float) -> bool:
        """Whether a question to the engine can be answered now."""
        return self._linked() and self._engine.heard()

    def own_pause(self) -> bool | None:
        """The pause key's last wish until the engine's view shows it; then the view decides."""
        wish = self._ledger.pause.last()
        if wish is None:
            return None
        shown = wish.answered_as_of is not None and self._engine.as_of >= wish.answered_as_of
        return None if shown and self._engine.view is not None else wish.paused

    def _circumstances(self, now_s: float) -> Circumstances:
        if self._unreported is None:
            self._unreported = self._ledger.unreported(self._engine.as_of)
        heard = self.online(now_s)
        other_plan = self._other_plan()
        alone_on = [key for key, part in self._parts.items() if not heard or (part.sole and not other_plan)]
        return Circumstances(
            heard=heard,
            day=self._ledger.day,
            today=self._local.day(),
            minute=self._local.minute(),
            paused=self.own_pause(),
            printer_ok=self._printer_ok(),
            reader=self._reader(),
            scanner=self._scanner(),
            given=self._given(),
            unreported=self._unreported,
            used_up=frozenset(key for key in alone_on if other_plan or not self._ledger.left(key)),
            other_plan=other_plan,
            next_openings=self._next_openings(),
        )

    def _next_openings(self) -> dict[tuple[str, ...], NextOpening | None]:
        now_ms = self._local.now_ms()
        if now_ms is None:
            return {}
        return {sessions: self._openings.after(now_ms, wanted=sessions) for sessions in self._sessions}
