"""A printer that takes its time: power can go before, in the middle of, and right after a paper; it may run out, or
say nothing."""

from collections.abc import Callable
from random import Random

from kiosk.ticket import Order, PaperEnd, Slip
from tests.simulation.agenda import Agenda

STAGES = ("before paper", "in the paper", "after paper")


class SimPrinter:
    """Stands in for ``kiosk.printing.Printing``. ``on_paper(order, slip, whole, began_ms)`` is what lies in the tray.

    ``on_job(order)`` is called with its first byte.

    ``cut_at`` is the stage of the next job at which ``cut`` is called.
    """

    def __init__(
        self,
        agenda: Agenda,
        chance: Random,
        ended: Callable[[], None],
        on_job: Callable[[Order], None],
        on_paper: Callable[[Order, Slip, bool, int], None],
        cut: Callable[[], None],
    ) -> None:
        self._agenda, self._chance = agenda, chance
        self._ended, self._on_job, self._on_paper, self._cut = ended, on_job, on_paper, cut
        self.has_paper, self.speaks = True, True
        self.cut_at = ""
        self._job = 0
        self._feeding: tuple[Order, Slip, int] | None = None
        self._ends: list[tuple[str, PaperEnd]] = []

    @property
    def usable(self) -> bool:
        return self.has_paper

    def health(self) -> str:
        return "ok" if self.has_paper else "paper_out"

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def take_notice_ends(self) -> list[tuple[str, PaperEnd]]:
        """Nobody here asks for a notice."""
        return []

    def take_ends(self) -> list[tuple[str, PaperEnd]]:
        ends, self._ends = self._ends, []
        return ends

    def print_ticket(self, order: Order, slip: Slip, *, copy: bool = False) -> bool:
        self._on_job(order)
        self._job += 1
        job, began_ms = self._job, self._agenda.now_ms
        self._agenda.after(self._chance.uniform(0.02, 0.3), lambda: self._feed(job, order, slip, began_ms))
        return True

    def lose_power(self) -> None:
        """A paper under way is torn."""
        self._job += 1
        self.cut_at = ""
        if self._feeding is not None:
            order, slip, began_ms = self._feeding
            self._feeding = None
            self._on_paper(order, slip, False, began_ms)
        self._ends.clear()

    def _feed(self, job: int, order: Order, slip: Slip, began_ms: int) -> None:
        if job != self._job:
            return
        if self.cut_at == "before paper":
            self._cut()
            return
        if not self.has_paper:
            self._agenda.after(1.0, lambda: self._end(job, order.ticket, PaperEnd.FAILED))
            return
        self._feeding = (order, slip, began_ms)
        lasts_s = self._chance.uniform(0.8, 2.0)
        if self.cut_at == "in the paper":
            self._agenda.after(lasts_s / 2, lambda: job == self._job and self._cut())
        else:
            self._agenda.after(lasts_s, lambda: self._out(job))

    def _out(self, job: int) -> None:
        if job != self._job or self._feeding is None:
            return
        order, slip, began_ms = self._feeding
        self._feeding = None
        self._on_paper(order, slip, True, began_ms)
        if self.cut_at == "after paper":
            self._cut()
        elif self.speaks:
            self._end(job, order.ticket, self._chance.choice((PaperEnd.PRINTED,) * 9 + (PaperEnd.UNSAID,)))

    def _end(self, job: int, ticket: str, how: PaperEnd) -> None:
        if job == self._job:
            self._ends.append((ticket, how))
            self._ended()
