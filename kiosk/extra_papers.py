"""Papers that are no new ticket: the written notice of what to bring."""

from collections.abc import Callable
from typing import Protocol

from kiosk.events import NoticeEnded
from kiosk.issuing import PRINT_WITHIN_S, PaperEnd

CAME = frozenset({PaperEnd.PRINTED, PaperEnd.UNSAID})


class NoticeMaker(Protocol):
    """Prints without waiting; ends come back through ``take_notice_ends``."""

    def print_papers(
        self, job: str, service: str, language: str = "zh", *, large: bool = False, at_ms: int | None = None
    ) -> bool: ...

    def take_notice_ends(self) -> list[tuple[str, PaperEnd]]: ...


class ExtraPapers:
    """One at a time, for the person who stands here. ``now_ms`` is None while the clock is unsure."""

    def __init__(self, printer: NoticeMaker, make_id: Callable[[], str], now_ms: Callable[[], int | None]) -> None:
        self._printer = printer
        self._make_id = make_id
        self._now_ms = now_ms
        self._job: tuple[str, float] | None = None
        self._events: list[NoticeEnded] = []

    def notice(self, service: str, language: str, large: bool, now_s: float) -> None:
        """Print what to bring for a service."""
        job = self._make_id()
        if self._printer.print_papers(job, service, language, large=large, at_ms=self._now_ms()):
            self._job = job, now_s
        else:
            self._events.append(NoticeEnded(printed=False))

    def tick(self, now_s: float) -> None:
        """Take what ended; a printer that never says so did not print."""
        for job, end in self._printer.take_notice_ends():
            if self._job is not None and job == self._job[0]:
                self._end(end in CAME)
        if self._job is not None and now_s - self._job[1] >= PRINT_WITHIN_S:
            self._end(printed=False)

    def _end(self, printed: bool) -> None:
        self._job = None
        self._events.append(NoticeEnded(printed))

    def take_events(self) -> list[NoticeEnded]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events
