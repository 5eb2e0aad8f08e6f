"""L40: who may fill in and sign a day's sheet, and that a signature covers what stood there.

Retold from the journal alone: what is signed on a counter's sheet changes by what happens at the counter while its day
is open, by entries, by a sheet that is opened again, and by a day that is opened again with other sessions; never by a
rating, which would tell staff that somebody has just rated. A clerk signs
where he stood that day; where nobody of the hall file did, nobody is named. The duty leader signs after the clerk, or
says why alone; one account never gives both. What both have signed nobody fills in before it is opened with a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from broker.model import events as e
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

AT_COUNTER = (
    *(e.TicketCalled, e.TicketRecalled, e.ServiceFinished, e.VisitPartFinished, e.DirectServed, e.TicketMissed),
    *(e.TicketHeld, e.TicketTransferred, e.ActionUndone, e.ReturnSlipGiven),
    *(e.CounterOpened, e.CounterPaused, e.CounterResumed, e.CounterClosed, e.ClerkLoggedIn, e.ClerkLoggedOut),
    *(e.PauseRanLong, e.CoverWanted, e.SubstituteAppointed, e.CounterExcused, e.CoverLapsed, e.CounterStoodEmpty),
)
"""What a sheet is counted from, beside ratings."""


@dataclass
class Page:
    """One counter's sheet of one day; ``signed`` holds who gave which signature of what stands there now."""

    stood: set[str] = field(default_factory=set)
    signed: dict[str, str] = field(default_factory=dict)
    alone: bool = False

    def changes(self) -> None:
        self.signed, self.alone = {}, False

    @property
    def finished(self) -> bool:
        return "leader" in self.signed and ("clerk" in self.signed or self.alone)


@dataclass
class Book:
    """All sheets, as far as the journal tells."""

    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    day: str = ""
    open: bool = False
    sessions: Any = ()

    def page(self, day: str, counter: str) -> Page:
        return self.pages.setdefault((day, counter), Page())

    def take(self, event: Any) -> None:
        """Fold one event."""
        if isinstance(event, e.DayOpened):
            if event.again and event.sessions != self.sessions:
                for (day, _), page in self.pages.items():
                    if day == event.day:
                        page.changes()
            self.day, self.open, self.sessions = event.day, True, event.sessions
        elif isinstance(event, e.DayClosed):
            self.open = False
        elif isinstance(event, AT_COUNTER) and self.open:
            self._at_counter(event)
        elif isinstance(event, e.SheetFilled | e.SheetReopened):
            self.page(event.day, event.counter).changes()
        elif isinstance(event, e.SheetSigned):
            page = self.page(event.day, event.counter)
            page.signed[event.who] = event.by
            page.alone = page.alone or (event.who == "leader" and bool(event.note.strip()))

    def _at_counter(self, event: Any) -> None:
        page = self.page(self.day, event.counter)
        page.changes()
        if isinstance(event, e.CounterOpened | e.ClerkLoggedIn) and event.clerk is not None:
            page.stood.add(event.clerk)


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    book = Book()
    for entry in trace.journal:
        yield from (Violation("L40", entry.at_ms, sentence) for sentence in _wrong(book, entry.event))
        book.take(entry.event)


def _wrong(book: Book, event: Any) -> Iterator[str]:
    if not isinstance(event, e.SheetFilled | e.SheetSigned | e.SheetReopened):
        return
    where, page = f"the sheet of counter {event.counter} of {event.day}", book.page(event.day, event.counter)
    if isinstance(event, e.SheetReopened):
        if not page.signed:
            yield f"{where} was opened again, and nobody had signed what stands there"
        if not event.reason.strip():
            yield f"{where} was opened again without a word"
        return
    if event.who == "clerk" and (event.clerk not in page.stood if event.clerk is not None else page.stood):
        yield f"{event.clerk or 'nobody'} wrote on {where} as its clerk and did not stand there"
    if isinstance(event, e.SheetFilled):
        if page.finished:
            yield f"{where} was filled in after both had signed it"
        return
    yield from _signature(page, event, where)


def _signature(page: Page, event: e.SheetSigned, where: str) -> Iterator[str]:
    if not event.by:
        yield f"{where} is signed by no account"
    if event.who in page.signed:
        yield f"{where} is signed twice by its {event.who}"
    if event.who == "leader" and "clerk" not in page.signed and not event.note.strip():
        yield f"{where} is signed by the duty leader before its clerk, and nobody says why"
    if event.by in [by for who, by in page.signed.items() if who != event.who]:
        yield f"{event.by} gave both signatures on {where}"
