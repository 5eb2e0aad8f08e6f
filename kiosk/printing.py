"""The printer as the kiosk's loop sees it: tickets go in, ends come out of a queue, and the state is always known."""

import logging
import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from broker.model.hall import Hall
from broker.runtime.errors import SettingError
from broker.runtime.languages.lexicon import TWO, Language
from kiosk.paper import paper_of, papers_of
from kiosk.papers_slip import compose as notice_lines
from kiosk.printer.connect import Printer, start_printer
from kiosk.printer.job import JobDone, Outcome, PrinterEvent, PrinterRefusal, PrintJob
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import Raster
from kiosk.printer.roll import Roll
from kiosk.printer.roll_file import RollFile
from kiosk.printer.simulator import PrinterSimulator
from kiosk.printer.status import PrinterState
from kiosk.printer.typesetting import Line
from kiosk.printout import printout
from kiosk.ticket import Order, PaperEnd, Slip
from kiosk.ticket_layout import compose as ticket_lines

logger = logging.getLogger(__name__)

EVENTS_BOUND = 64
FIRST_ANSWER_WITHIN_S = 8.0
"""After a start the printer may take a moment to be heard of; until then nobody is warned."""
STANDING_AFTER_S = 60.0


@dataclass(frozen=True)
class _Sent:
    """What was given to the printer's thread and has not ended yet."""

    size_bytes: int
    length_dots: int
    is_notice: bool


class Printing:
    """One kiosk's printer. ``local_text`` writes epoch ms as local time; ``wake`` is called when something ended;
    ``folder`` keeps the paper count (without one it lasts as long as the program); in ``hall_folder`` lies the hall
    file, and its logo."""

    def __init__(
        self,
        hall: Hall,
        kiosk: str,
        local_text: Callable[[int], str],
        wake: Callable[[], None] | None = None,
        folder: Path | None = None,
        languages: tuple[Language, ...] = TWO,
        hall_folder: Path = Path(),
    ) -> None:
        self._hall = hall
        self._hall_folder = hall_folder
        self._kiosk = kiosk
        self._declared = hall.kiosks[kiosk]
        self._local_text = local_text
        self._wake = wake
        self._events: queue.Queue[PrinterEvent] = queue.Queue(EVENTS_BOUND)
        self._printer: Printer | None = None
        self._sent: dict[str, _Sent] = {}
        self._ticket_ends: list[tuple[str, PaperEnd]] = []
        self._notice_ends: list[tuple[str, PaperEnd]] = []
        self._logo: Raster | None = None
        self._languages = languages
        self._roll_file = None if folder is None else RollFile(folder)
        self._roll = Roll(self._declared.roll_m)
        self._expected_until_s = float("-inf")

    def start(self) -> None:
        """Look for the printer; that it is not there now is no error. Raises SettingError for what cannot be meant."""
        declared = self._declared
        self._expected_until_s = time.monotonic() + FIRST_ANSWER_WITHIN_S
        _pictures()  # Pillow is loaded now, so that the day's first visitor does not wait for it
        if self._roll_file is not None:
            self._roll = self._roll_file.load(declared.roll_m)
        try:
            self._printer = start_printer(
                declared.printer,
                self._notify,
                make=declared.printer_profile,
                paper=declared.paper,
                flags=msgspec.structs.asdict(declared.printer_flags),
            )
        except ValueError as error:  # an address or a profile that does not exist
            raise SettingError(f"kiosks.{self._kiosk}.printer", str(error)) from error
        file = self._hall_folder / declared.logo if declared.logo else None
        self._logo = _logo(file, self._printer.link.profile)

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
        """The state in a word; a printer that should have answered by now and did not is ``silent``.

        Where the printer sees no end of its roll coming, our own count does.
        """
        unanswered = self.state is PrinterState.UNKNOWN and not self.usable
        if self._roll.near_end and self.state in (PrinterState.OK, PrinterState.UNKNOWN) and not unanswered:
            return PrinterState.NEAR_END.value
        return "silent" if unanswered else self.state.value

    @property
    def paper_left_m(self) -> float | None:
        """Metres left by our own count; None where the hall file does not say how long a roll is."""
        return self._roll.left_m

    @property
    def simulator(self) -> PrinterSimulator | None:
        """The simulated printer behind a virtual address."""
        return None if self._printer is None else self._printer.simulator

    def alive(self, now_s: float) -> bool:
        """Whether the printer's thread moves (``now_s`` monotonic)."""
        link = None if self._printer is None else self._printer.link
        return link is not None and link.is_alive and now_s - link.ticked_at < STANDING_AFTER_S

    def print_ticket(self, order: Order, slip: Slip, *, copy: bool = False) -> bool:
        """Queue the ticket, or a marked copy of one given before; False when that is not possible."""
        issued = "" if slip.issued_at_ms is None else self._local_text(slip.issued_at_ms)

        def lines(profile: PrinterProfile) -> Iterable[Line]:
            paper = paper_of(self._hall, order, slip, issued, copy=copy, logo=self._logo, languages=self._languages)
            return ticket_lines(paper, profile)

        return self._print(order.ticket, lines, is_notice=False)

    def print_papers(
        self, job: str, service: str, language: str = "zh", *, large: bool = False, at_ms: int | None = None
    ) -> bool:
        """Queue the written notice of what to bring for a service; False when that is not possible.

        ``job`` is a fresh id; its end comes through `take_notice_ends`. ``at_ms`` is None while the clock is unsure.
        """
        printed = "" if at_ms is None else self._local_text(at_ms)

        def lines(_: PrinterProfile) -> Iterable[Line]:
            return notice_lines(papers_of(self._hall, service, printed, language, large, languages=self._languages))

        return self._print(job, lines, is_notice=True)

    def _print(self, job: str, lines: Callable[[PrinterProfile], Iterable[Line]], *, is_notice: bool) -> bool:
        if self._printer is None:
            return False
        link = self._printer.link
        try:
            made = printout(lines(link.profile), link.profile, *_pictures())
            link.submit(PrintJob(job, made.data))
        except (PrinterRefusal, ValueError) as error:
            logger.error("%s %s cannot be printed: %s", "notice" if is_notice else "ticket", job, error)
            return False
        self._sent[job] = _Sent(len(made.data), made.length_dots, is_notice)
        return True

    def take_ends(self) -> list[tuple[str, PaperEnd]]:
        """(ticket, how its paper ended) since the last call."""
        self._take_events()
        ends, self._ticket_ends = self._ticket_ends, []
        return ends

    def take_notice_ends(self) -> list[tuple[str, PaperEnd]]:
        """(job, how a notice ended) since the last call."""
        self._take_events()
        ends, self._notice_ends = self._notice_ends, []
        return ends

    def _take_events(self) -> None:
        while True:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                return
            if isinstance(event, JobDone):
                self._job_done(event)
            else:
                self._count(self._roll.seen(event.before, event.state))

    def _job_done(self, event: JobDone) -> None:
        sent = self._sent.pop(event.job_id, None)
        if sent is None:
            return
        if event.may_be_on_paper:
            self._count(self._roll.fed(sent.length_dots))
        ends = self._notice_ends if sent.is_notice else self._ticket_ends
        ends.append((event.job_id, self._end_of(event, sent)))

    def _count(self, roll: Roll) -> None:
        """Keep the count where there is one; say once that the roll is near its end."""
        before, self._roll = self._roll, roll
        if roll == before or not roll.length_m:
            return
        if roll.near_end and not before.near_end:
            logger.warning("the paper is near its end: %.1f m left by our count", roll.left_m)
        if self._roll_file is not None:
            self._roll_file.keep(roll)

    def play(self, fault: str) -> bool:
        """Let a fault of the simulated printer happen, or end; False when there is no such printer or fault."""
        if self.simulator is None:
            return False
        try:
            self.simulator.play(fault)
        except ValueError:
            return False
        return True

    def _end_of(self, event: JobDone, sent: _Sent) -> PaperEnd:
        if event.outcome is Outcome.PRINTED:
            return PaperEnd.PRINTED
        if event.outcome is Outcome.FAILED:
            return PaperEnd.FAILED
        assert self._printer is not None
        all_sent = event.bytes_sent >= sent.size_bytes
        return PaperEnd.UNSAID if all_sent and not self._printer.link.profile.acknowledges else PaperEnd.UNKNOWN

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


def _logo(file: Path | None, profile: PrinterProfile) -> Raster | None:
    """The hall's mark; a file that cannot be printed is said, and tickets do without."""
    if file is None:
        return None
    try:
        from kiosk.printer.logo import LogoUnusable, load_logo
    except ImportError:
        logger.error("a mark on tickets needs Pillow")
        return None
    try:
        return load_logo(file, profile)
    except LogoUnusable as error:
        logger.error("tickets have no mark: %s", error)
        return None
