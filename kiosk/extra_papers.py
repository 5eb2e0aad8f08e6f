"""Papers that are no new ticket: the written notice of what to bring, and copies of the last tickets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from kiosk.events import CopyEnded, NoticeEnded
from kiosk.recent import Thrift
from kiosk.ticket import PRINT_WITHIN_S, Order, PaperEnd, Slip

CAME = frozenset({PaperEnd.PRINTED, PaperEnd.UNSAID})


class ExtraMaker(Protocol):
    """Prints without waiting; ends of notices come back through ``take_notice_ends``, of copies with the tickets'."""

    def print_ticket(self, order: Order, slip: Slip, *, copy: bool = False) -> bool: ...

    def print_papers(
        self, job: str, service: str, language: str = "zh", *, large: bool = False, at_ms: int | None = None
    ) -> bool: ...

    def take_notice_ends(self) -> list[tuple[str, PaperEnd]]: ...


class ExtraPapers:
    """One at a time, for the person who stands here. ``now_ms`` is None while the clock is unsure."""

    def __init__(self, printer: ExtraMaker, make_id: Callable[[], str], now_ms: Callable[[], int | None]) -> None:
        self._printer = printer
        self._make_id = make_id
        self._now_ms = now_ms
        self._job: tuple[str, float] | None = None
        self._copy: tuple[str, float] | None = None
        self._events: list[NoticeEnded | CopyEnded] = []
        self._thrift = Thrift()

    def notice(self, service: str, language: str, large: bool, now_s: float) -> None:
        """Print what to bring for a service."""
        job = self._make_id()
        at_ms = self._now_ms()
        allowed = self._thrift.allows(now_s)
        if allowed and self._printer.print_papers(job, service, language, large=large, at_ms=at_ms):
            self._job = job, now_s
        else:
            self._events.append(NoticeEnded(printed=False))

    def copy(self, order: Order, slip: Slip, now_s: float) -> None:
        """Print a ticket once more. It has a job of its own: the first paper's end is another matter."""
        job = self._make_id()
        if self._thrift.allows(now_s) and self._printer.print_ticket(replace(order, ticket=job), slip, copy=True):
            self._copy = job, now_s
        else:
            self._events.append(CopyEnded(printed=False))

    def copy_of(self, found: tuple[Order, Slip] | None, now_s: float) -> None:
        """Print one of the last tickets once more; None for one that is not offered any more."""
        if found is None:
            self._events.append(CopyEnded(printed=False))
        else:
            self.copy(*found, now_s)

    def ended(self, job: str, end: PaperEnd) -> bool:
        """A paper ended; True when it was the copy."""
        if self._copy is None or job != self._copy[0]:
            return False
        self._copy = None
        self._events.append(CopyEnded(end in CAME))
        return True

    def tick(self, now_s: float) -> None:
        """Take what ended; a printer that never says so did not print."""
        for job, end in self._printer.take_notice_ends():
            if self._job is not None and job == self._job[0]:
                self._end(end in CAME)
        if self._job is not None and now_s - self._job[1] >= PRINT_WITHIN_S:
            self._end(printed=False)
        if self._copy is not None and now_s - self._copy[1] >= PRINT_WITHIN_S:
            self._copy = None
            self._events.append(CopyEnded(printed=False))

    def _end(self, printed: bool) -> None:
        self._job = None
        self._events.append(NoticeEnded(printed))

    def take_events(self) -> list[NoticeEnded | CopyEnded]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events
