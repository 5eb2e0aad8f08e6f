"""L1, L17: a number is one ticket's in its day, a range has one owner, and its numbers rise by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from broker.model import events as e
from broker.model.hall import Hall
from tests.simulation.checkers.excuses import NEVER_MS, lost_card_before, lost_papers
from tests.simulation.checkers.ranges import ENGINE, owner_of, printed, spans
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Paper, Trace

_BIND = (e.TicketReserved, e.TicketReported, e.TicketRenumbered)


@dataclass
class _Numbers:
    """What was given out so far: by (day, number), and the last value of each (day, series, owner)."""

    holders: dict[tuple[str, str], str] = field(default_factory=dict)
    last: dict[tuple[str, str, str], int] = field(default_factory=dict)
    used: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    """(series, owner) -> values of all days."""
    begun: set[tuple[str, str, str]] = field(default_factory=set)
    """(day, series, owner) that counted in this day, beyond what the day took over when it opened."""
    opening: str = ""
    """The command that opened the day: what it takes over kept its number."""


def check(trace: Trace) -> Iterator[Violation]:
    """The journal's numbers, then the papers' own."""
    if trace.hall is not None:
        yield from _journal(trace, trace.hall)
    yield from _papers(trace)


def _journal(trace: Trace, hall: Hall) -> Iterator[Violation]:
    numbers, day = _Numbers(), ""
    for paper in trace.papers:
        found = owner_of(hall, paper.number)
        if found is not None:
            numbers.used.setdefault(found[:2], set())
    zone = ZoneInfo(hall.hall.time_zone)
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, e.DayOpened):
            yield from _day(entry, event, day, zone)
            day = max(day, event.day)
            numbers.opening = entry.command
        elif isinstance(event, _BIND):
            yield from _bound(hall, numbers, day, entry, event)
            yield from _next(trace, hall, numbers, day, entry, (event.series, event.owner, event.value))
        elif isinstance(event, e.NumberClashed | e.TicketReportedLate):
            found = owner_of(hall, event.number)
            if found is not None and found[1] != ENGINE:
                named = event.day if isinstance(event, e.TicketReportedLate) else day
                yield from _next(trace, hall, numbers, named, entry, found)


def _day(entry: Entry, event: e.DayOpened, day: str, zone: ZoneInfo) -> Iterator[Violation]:
    true = datetime.fromtimestamp(entry.at_ms / 1000, UTC).astimezone(zone).date().isoformat()
    if event.day != true:
        yield Violation("L17", entry.at_ms, f"day {event.day} was opened on {true}")
    if event.day < day or (event.day == day) != event.again:
        yield Violation("L17", entry.at_ms, f"day {event.day} was opened anew after {day}", {"again": event.again})


def _bound(
    hall: Hall,
    numbers: _Numbers,
    day: str,
    entry: Entry,
    event: e.TicketReserved | e.TicketReported | e.TicketRenumbered,
) -> Iterator[Violation]:
    holder = numbers.holders.setdefault((day, event.number), event.ticket)
    if holder != event.ticket:
        yield Violation("L1", entry.at_ms, f"{event.number} of {day} is bound to {holder} and {event.ticket}")
    if isinstance(event, e.TicketRenumbered):
        numbers.holders[day, event.voided] = f"void, once {event.ticket}"
    owner = owner_of(hall, event.number)
    if owner != (event.series, event.owner, event.value) or printed(hall, event.series, event.value) != event.number:
        facts = {"by the hall file": owner, "by the journal": (event.series, event.owner, event.value)}
        yield Violation("L17", entry.at_ms, f"{event.number} was given out by somebody who does not own it", facts)
    if isinstance(event, e.TicketReserved) and event.owner != ENGINE:
        yield Violation("L17", entry.at_ms, f"the engine handed out {event.number}, a number of {event.owner}")


def _next(
    trace: Trace, hall: Hall, numbers: _Numbers, day: str, entry: Entry, given: tuple[str, str, int]
) -> Iterator[Violation]:
    series, owner, value = given
    used = numbers.used.setdefault((series, owner), set())
    last = numbers.last.get((day, series, owner))
    first = spans(hall, series).get(owner, (value, value))[0]
    taken_over = entry.command == numbers.opening
    # Papers of the night before push the new day's beginning up.
    carried_over = (day, series, owner) not in numbers.begun and value - 1 in used and value > (last or 0)
    if not taken_over:
        numbers.begun.add((day, series, owner))
    expected = value if carried_over or taken_over else (first if last is None else last + 1)
    if value != expected and not (lost_card_before(trace, owner, entry.at_ms) and value > (last or 0)):
        facts = {"expected": expected, "found": value, "day": day}
        yield Violation("L17", entry.at_ms, f"the numbers of {owner} in series {series} do not rise by one", facts)
    numbers.last[day, series, owner] = max(value, last or 0)
    used.add(value)


def _papers(trace: Trace) -> Iterator[Violation]:
    opened = sorted((entry.at_ms, entry.event.day) for entry in trace.journal if isinstance(entry.event, e.DayOpened))
    lost = lost_papers(trace)
    holders: dict[tuple[str, str], Paper] = {}
    tickets: dict[str, Paper] = {}
    given = _days_given(trace)
    for paper in trace.papers:
        day = given.get((paper.ticket, paper.number), paper.day)
        other = holders.setdefault((day, paper.number), paper)
        if other.ticket != paper.ticket and lost.get(other, NEVER_MS) > paper.at_ms:
            facts = {"first": other.ticket, "then": paper.ticket, "kiosks": (other.kiosk, paper.kiosk)}
            yield Violation("L1", paper.at_ms, f"two papers of {day} carry {paper.number}", facts)
        earlier = tickets.setdefault(paper.ticket, paper)
        if earlier is not paper:
            yield Violation(
                "L1",
                paper.at_ms,
                f"ticket {paper.ticket} was printed twice",
                {"numbers": (earlier.number, paper.number)},
            )
        if not any(of_day == day and at_ms <= paper.at_ms for at_ms, of_day in opened):
            yield Violation("L17", paper.at_ms, f"{paper.kiosk} gave numbers of {day}, which nobody had opened")


def _days_given(trace: Trace) -> dict[tuple[str, str], str]:
    """(ticket, number) -> the business day on which the engine gave it: a kiosk may hear of a new day after it.

    A wish that reaches the engine a day late is given a number then; the paper has one of the kiosk's own by that time.
    """
    days: dict[tuple[str, str], str] = {}
    day = ""
    for entry in trace.journal:
        if isinstance(entry.event, e.DayOpened):
            day = entry.event.day
        elif isinstance(entry.event, e.TicketReserved):
            days[entry.event.ticket, entry.event.number] = day
    return days
