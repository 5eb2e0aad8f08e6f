"""L2, L3, L18 and the promise about waiting: what became of every paper that a visitor may hold.

A paper that broke off in the middle counts like a whole one: nobody can say what can be read on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from broker.model import events as e
from broker.model.words import Holding, TicketStatus
from tests.simulation.checkers.excuses import (
    SERVER,
    clock_set_between,
    lost_papers,
    restarted_between,
)
from tests.simulation.checkers.ranges import owner_of, spans
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Paper, Trace

NUMBER_WITHIN_MS = 800
TURN_MS = 450
"""A kiosk's loop looks at the clock ten times a second, and a printer takes up to 0.3 s to begin."""
LAST_RESORT_MS = 10_000
EARLY_MS, LATE_MS = 3_000, 15_000
"""How far an age told by a sure clock may be off. It is the age at the sending: a connection that stalls may hold the
message until one end gives it up."""
LOST_DATE_MS = 12 * 3_600_000
"""A server that far from the true time woke up without a date."""
NO_ANSWER = "does not answer"


@dataclass
class _Known:
    """All that the journal says of one ticket."""

    number: str = ""
    numbers: list[str] = field(default_factory=list)
    void: bool = False
    late: bool = False
    clashed: bool = False
    waits: bool = False
    nobodys: bool = False
    """Its kiosk told, before anybody was said to hold the number, of a paper of an earlier day that its visitor has."""
    reserved_ms: int | None = None
    born_by: str = ""
    called: Entry | None = None
    born: Entry | None = None
    reported: dict[str, Entry] = field(default_factory=dict)
    """By the business day that took it: a day that opens late takes it over, and puts a wrong date right."""


def check(trace: Trace) -> Iterator[Violation]:
    """Every paper against the journal."""
    known: dict[str, _Known] = {}
    day = ""
    for entry in trace.journal:
        if isinstance(entry.event, e.DayOpened):
            day = entry.event.day
        yield from _tell(trace, known, entry, day)
    if trace.rest is not None:
        lost = lost_papers(trace)
        taken = {(paper.day, paper.number): lost_ms for paper, lost_ms in lost.items()}
        for paper in trace.papers:
            if paper not in lost:
                yield from _is_known(
                    paper, known.get(paper.ticket), taken.get((paper.day, paper.number), paper.at_ms) < paper.at_ms
                )
        for ticket in sorted(trace.rest.unprinted):
            told = known.get(ticket)
            if told is not None and told.called is not None:
                yield Violation("L3", told.called.at_ms, f"{told.number} was declared unprinted and was called")
    yield from _waits(trace)
    yield from _arrivals(trace, known)


def _tell(trace: Trace, known: dict[str, _Known], entry: Entry, day: str) -> Iterator[Violation]:
    event = entry.event
    ticket = getattr(event, "ticket", None)
    if ticket is None:
        return
    told = known.setdefault(ticket, _Known())
    if isinstance(event, e.TicketReserved | e.TicketReported | e.TicketRenumbered):
        told.number = event.number
        told.numbers.append(event.number)
        told.nobodys, told.waits = False, told.waits and isinstance(event, e.TicketRenumbered)
        if not isinstance(event, e.TicketRenumbered):
            told.reserved_ms, told.born_by = event.at_ms, entry.command
            told.born = told.born or entry
        if isinstance(event, e.TicketReported):
            told.reported[day] = entry
    told.void = told.void or isinstance(event, e.TicketVoided)
    if isinstance(event, e.TicketReportedLate):
        told.late = True
        told.nobodys = event.day < day and bool(told.number) and not told.waits and event.number != told.number
    told.clashed = told.clashed or isinstance(event, e.NumberClashed)
    if isinstance(event, e.TicketCalled) and told.called is None:
        told.called = entry
        if told.nobodys:
            yield Violation("L3", entry.at_ms, f"{told.number} was called, and its visitor has a paper of another day")
    if isinstance(event, e.TicketConfirmed):
        told.waits = True
        yield from _patience(trace, told, entry, event)


def _patience(trace: Trace, told: _Known, entry: Entry, event: e.TicketConfirmed) -> Iterator[Violation]:
    """The server may put a silent reservation into the line only after its time; a closing day ends it at once."""
    by_server = entry.command.startswith(SERVER) and event.holding is Holding.MAYBE
    if not by_server or told.reserved_ms is None or told.born_by == entry.command:  # taken over with an opened day
        return
    at = entry.position  # positions count from 1, so this is the entry after it
    following = trace.journal[at].event if at < len(trace.journal) else None
    if isinstance(following, e.TicketExpired) and following.ticket == event.ticket:
        return
    least_ms = 30_000 if trace.hall is None else trace.hall.rules.reservation_s * 1000
    silent_ms = event.at_ms - told.reserved_ms
    if silent_ms < least_ms:
        facts = {"silent_ms": silent_ms, "least_ms": least_ms}
        yield Violation("L3", entry.at_ms, f"{told.number} got into the line too early", facts)


def _is_known(paper: Paper, told: _Known | None, was_lost: bool) -> Iterator[Violation]:
    """``was_lost``: an earlier paper of this number went down with its card, so that this one may clash."""
    facts = {"ticket": paper.ticket, "kiosk": paper.kiosk, "whole": paper.whole}
    if told is None:
        yield Violation("L2", paper.at_ms, f"nobody knows the paper {paper.number} of {paper.day}", facts)
    elif told.late or (told.clashed and was_lost):
        return
    elif told.clashed:
        yield Violation("L1", paper.at_ms, f"the paper {paper.number} clashes with another", facts)
    elif told.number != paper.number:
        facts["known as"] = told.numbers
        yield Violation("L2", paper.at_ms, f"the paper {paper.number} is known as {told.number}", facts)
    elif told.void:
        yield Violation("L2", paper.at_ms, f"the paper {paper.number} is {TicketStatus.VOID}", facts)


def _waits(trace: Trace) -> Iterator[Violation]:
    """An own number within 0.8 s, whatever the network does; longer only for a kiosk that has none left, and for an
    appointment, of which it must hear first."""
    hall = trace.hall
    if hall is None:
        return
    for paper in trace.papers:
        found = owner_of(hall, paper.number)
        own = found is not None and found[1] == paper.kiosk
        prompt = (own or paper.alone) and not paper.booked
        limit_ms = NUMBER_WITHIN_MS if prompt else LAST_RESORT_MS
        if paper.waited_ms > limit_ms + TURN_MS:
            facts = {"waited_ms": paper.waited_ms, "alone": paper.alone, "number": paper.number}
            yield Violation("wait", paper.at_ms, f"{paper.kiosk} let a visitor wait", facts)
    for away in trace.turned_away:
        if away.service and NO_ANSWER in away.reason and not _used_up(trace, away.kiosk, away.service, away.at_ms):
            facts = {"waited_ms": away.waited_ms, "alone": away.alone}
            yield Violation("wait", away.at_ms, f"{away.kiosk} had numbers and gave none", facts)


def _used_up(trace: Trace, kiosk: str, service: str, at_ms: int) -> bool:
    hall = trace.hall
    assert hall is not None
    series = hall.services[service].series
    span = spans(hall, series).get(kiosk)
    last = None if span is None else span[1]
    given = [owner_of(hall, paper.number) for paper in trace.papers if paper.kiosk == kiosk and paper.at_ms <= at_ms]
    return (series, kiosk, last) in given


def _arrivals(trace: Trace, known: dict[str, _Known]) -> Iterator[Violation]:
    """A reported arrival is the moment of the touch, and one kiosk's visitors stay in the order in which they came."""
    before: dict[tuple[str, str, str], e.TicketReported] = {}
    dragged = _dragged(trace)
    for paper in trace.papers:
        told = known.get(paper.ticket, _Known())
        for day, entry in told.reported.items():
            event = entry.event
            assert isinstance(event, e.TicketReported)
            if entry is told.born and paper.ticket not in dragged:
                yield from _came_when(trace, paper, entry, event)
            earlier = before.get((paper.kiosk, paper.day, day))
            if earlier is not None and event.arrived_at_ms < earlier.arrived_at_ms:
                facts = {"by_ms": earlier.arrived_at_ms - event.arrived_at_ms, "kiosk": paper.kiosk}
                yield Violation("L18", entry.at_ms, f"{event.number} was put before {earlier.number}", facts)
            before[paper.kiosk, paper.day, day] = event


def _came_when(trace: Trace, paper: Paper, entry: Entry, event: e.TicketReported) -> Iterator[Violation]:
    if abs(event.at_ms - entry.at_ms) > LOST_DATE_MS:
        return  # the server went on where it stood in the evening: this visitor stays behind those of that evening
    touched_ms = paper.at_ms - paper.waited_ms
    off_ms = event.arrived_at_ms - (touched_ms + event.at_ms - entry.at_ms)
    if _clock_was_sure(trace, paper.kiosk, touched_ms, entry.at_ms) and not -EARLY_MS <= off_ms <= LATE_MS:
        facts = {"off_ms": off_ms, "alone": paper.alone}
        yield Violation("L18", entry.at_ms, f"{event.number} did not arrive when its visitor came", facts)


def _dragged(trace: Trace) -> set[str]:
    """Tickets that were kept in their kiosk's order behind one whose own age nobody knew: they arrived "with" it."""
    last: dict[str | None, int] = {}
    dragged: set[str] = set()
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, e.TicketReported | e.TicketReserved):  # also a request that nobody got a paper for
            if last.get(event.kiosk) == event.arrived_at_ms:
                dragged.add(event.ticket)
            last[event.kiosk] = event.arrived_at_ms
    return dragged


def _clock_was_sure(trace: Trace, kiosk: str, from_ms: int, to_ms: int) -> bool:
    disturbed = restarted_between(trace, kiosk, from_ms, to_ms)
    return not disturbed and not clock_set_between(trace, SERVER, from_ms, to_ms)
