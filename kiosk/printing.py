"""The printer as the kiosk's loop sees it: tickets go in, ends come out of a queue, and the state is always known."""

import logging
import queue
import time
from collections.abc import Callable

from broker.model.hall import Hall
from broker.runtime.errors import SettingError
from kiosk.issuing import PaperEnd
from kiosk.paper import paper_of
from kiosk.printer.connect import Printer, start_printer
from kiosk.printer.job import JobDone, Outcome, PrinterEvent, PrinterRefusal, PrintJob
from kiosk.printer.simulator import PrinterSimulator
from kiosk.printer.status import PrinterState
from kiosk.ticket import Order, Slip
from kiosk.ticket_layout import ticket_bytes

logger = logging.getLogger(__name__)

EVENTS_BOUND = 64
FIRST_ANSWER_WITHIN_S = 8.0
"""After a start the printer may take a moment to be heard of; until then nobody is warned."""
STANDING_AFTER_S = 60.0


class Printing:
    """One kiosk's printer. ``local_text`` writes epoch ms as local time; ``wake`` is called when something ended."""

    def __init__(
        self, hall: Hall, kiosk: str, local_text: Callable[[int], str], wake: Callable[[], None] | None = None
    ) -> None:
        self._hall = hall
        self._kiosk = kiosk
        self._declared = hall.kiosks[kiosk]
        self._local_text = local_text
        self._wake = wake
        self._events: queue.Queue[PrinterEvent] = queue.Queue(EVENTS_BOUND)
        self._printer: Printer | None = None
        self._sizes: dict[str, int] = {}
        self._expected_until_s = float("-inf")

    def start(self) -> None:
        """Look for the printer; that it is not there now is no error. Raises SettingError for what cannot be meant."""
        declared = self._declared
        self._expected_until_s = time.monotonic() + FIRST_ANSWER_WITHIN_S
        _pictures()  # Pillow is loaded now, so that the day's first visitor does not wait for it
        try:
            self._printer = start_printer(
                declared.printer, self._notify, make=declared.printer_profile, paper=declared.paper
            )
        except ValueError as error:  # an address or a profile that does not exist
            raise SettingError(f"kiosks.{self._kiosk}.printer", str(error)) from error

    def stop(self) -> None:
        """End the printer's thread after the ticket in hand."""
        if self._printer is not None:
            self._printer.stop()

    @property
    def state(self) -> PrinterState:
        """UNKNOWN before the first answer."""
        return PrinterState.UNKNOWN if self._printer is None else self._printer.link.state

    @property
    def usable(self) -> bool:
        """Whether paper can be promised; a printer that never tells is taken at its word."""
        if self._printer is None:
            return False
        expected = self.state is PrinterState.UNKNOWN and time.monotonic() < self._expected_until_s
        return self.state.can_print or expected or not self._printer.link.profile.status_questions

    def health(self) -> str:
        """The state in a word; a printer that should have answered by now and did not is ``silent``."""
        unanswered = self.state is PrinterState.UNKNOWN and not self.usable
        return "silent" if unanswered else self.state.value

    @property
    def simulator(self) -> PrinterSimulator | None:
        """The simulated printer behind a virtual address."""
        return None if self._printer is None else self._printer.simulator

    def alive(self, now_s: float) -> bool:
        """Whether the printer's thread moves (``now_s`` monotonic)."""
        link = None if self._printer is None else self._printer.link
        return link is not None and link.is_alive and now_s - link.ticked_at < STANDING_AFTER_S

    def print_ticket(self, order: Order, slip: Slip) -> bool:
        """Queue the ticket; False when that is not possible."""
        if self._printer is None:
            return False
        link = self._printer.link
        issued = "" if slip.issued_at_ms is None else self._local_text(slip.issued_at_ms)
        try:
            data = ticket_bytes(paper_of(self._hall, order, slip, issued), link.profile, *_pictures())
            link.submit(PrintJob(order.ticket, data))
        except (PrinterRefusal, ValueError) as error:
            logger.error("ticket %s cannot be printed: %s", order.ticket, error)
            return False
        self._sizes = {order.ticket: len(data)}
        return True

    def take_ends(self) -> list[tuple[str, PaperEnd]]:
        """(ticket, how its paper ended) since the last call."""
        ends = []
        while True:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                return ends
            if isinstance(event, JobDone):
                ends.append((event.job_id, self._end_of(event)))

    def play(self, fault: str) -> bool:
        """Let a fault of the simulated printer happen, or end; False when there is no such printer or fault."""
        if self.simulator is None:
            return False
        try:
            self.simulator.play(fault)
        except ValueError:
            return False
        return True

    def _end_of(self, event: JobDone) -> PaperEnd:
        if event.outcome is Outcome.PRINTED:
            return PaperEnd.PRINTED
        assert self._printer is not None
        all_sent = event.bytes_sent >= self._sizes.get(event.job_id, 1)
        if event.outcome is Outcome.UNKNOWN and all_sent and not self._printer.link.profile.acknowledges:
            return PaperEnd.UNSAID
        return PaperEnd.FAILED

    def _notify(self, event: PrinterEvent) -> None:
        """In the printer's thread."""
        try:
            self._events.put_nowait(event)
        except queue.Full:
            logger.error("a printer event is lost: %s", type(event).__name__)
        if self._wake is not None:
            self._wake()


def _pictures():  # type: ignore[no-untyped-def]
    """Pillow draws what a printer's font cannot; without it such letters become the mark for a missing one."""
    try:
        from kiosk.printer.pictures import paint_line, paint_qr
    except ImportError:
        return None, None
    return paint_line, paint_qr
