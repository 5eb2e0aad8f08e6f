"""L34: a slip of missing papers is good until its last day's end and for one visit that is served.

Its days are those after its own on which its service is open; the country's calendar is asked here once more.

It is given as a visit ends for missing papers, and for whose visit it was. Its number stands behind the first
``rules.return_places`` of its line, or where its arrival puts it if that is better; it goes before nobody by priority.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

DAYS_MOST = 30
WEEKEND = ("saturday", "sunday")


@dataclass
class Slips:
    """What was given so far; ``used`` holds those whose holder was served."""

    given: dict[str, e.ReturnSlipGiven] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    def take(self, story: Story, event: Any) -> None:
        """Fold one event, before the story does."""
        if isinstance(event, e.ReturnSlipGiven):
            self.given[event.slip] = event
        told = story.tickets.get(getattr(event, "ticket", None) or "")
        if told is None or told.appointment not in self.given:
            return
        if isinstance(event, e.ServiceFinished):
            self.used[str(told.appointment)] = told.ticket
        elif isinstance(event, e.ActionUndone) and told.status is TicketStatus.SERVED:
            self.used.pop(str(told.appointment), None)


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    story, slips = Story(), Slips()
    before: Entry | None = None
    opened = ""
    for entry in trace.journal:
        event = entry.event
        found: Iterator[str] = iter(())
        opened = entry.command if isinstance(event, e.DayOpened) else opened
        if isinstance(event, e.ReturnSlipGiven):
            found = _given(trace.hall, story, slips, entry, before)
        elif isinstance(event, e.TicketReserved | e.TicketReported) and event.appointment in slips.given:
            found = _shown(trace.hall, story, slips, event, entry.command == opened)
        yield from (Violation("L34", entry.at_ms, sentence) for sentence in found)
        slips.take(story, event)
        story.take(entry)
        before = entry


def _given(hall: Hall, story: Story, slips: Slips, entry: Entry, before: Entry | None) -> Iterator[str]:
    event: Any = entry.event
    told, ended = story.tickets.get(event.ticket), None if before is None else before.event
    if not isinstance(ended, e.ServiceFinished) or before is None or before.command != entry.command:
        yield f"slip {event.slip} was given and no visit ended with it"
        return
    if (ended.ticket, ended.counter, ended.outcome) != (event.ticket, event.counter, "papers_missing"):
        yield f"slip {event.slip} was given for another visit than the one that ended"
    if told is not None and (told.service, told.whose) != (event.service, event.person):
        yield f"slip {event.slip} is for {event.service} of somebody else than its visit"
    if event.slip in slips.given or any(event.code == other.code for other in slips.given.values()):
        yield f"slip {event.slip} or its code was given before"
    if not event.missing.strip():
        yield f"slip {event.slip} does not say what to bring"
    if not 1 <= event.days <= DAYS_MOST:
        yield f"slip {event.slip} is for {event.days} days"
    elif story.day is None or event.until_ms != _end_ms(hall, event.service, story.day, event.days):
        yield f"slip {event.slip} does not end with the last of its {event.days} days"


def _end_ms(hall: Hall, service: str, given: str, days: int) -> int:
    """The end of the last of so many open days after the one on which a slip is given."""
    day = date.fromisoformat(given)
    for _ in range(days):
        day += timedelta(days=1)
        while not _is_open(hall, service, day):
            day += timedelta(days=1)
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(hall.hall.time_zone))
    return int(end.timestamp() * 1000)


def _is_open(hall: Hall, service: str, day: date) -> bool:
    """Whether a session of the service lists the day; the simulated halls list no days of their own."""
    off, holiday = chinese_calendar.get_holiday_detail(day)
    if off:
        named = {"holiday"} if holiday else {WEEKEND[day.weekday() - 5]}
    else:
        named = {"workday"} if day.weekday() > 4 else {"workday", f"{day:%a}".lower()}
    wanted = hall.services[service].sessions or hall.sessions
    return any(named & set(hall.sessions[name].days) for name in wanted)


def _shown(hall: Hall, story: Story, slips: Slips, event: Any, taken_over: bool) -> Iterator[str]:
    """``taken_over``: the ticket came into the day as it opened, with all who stood there, by its arrival."""
    slip = slips.given[event.appointment]
    if event.service != slip.service and not taken_over:
        yield f"{event.number} is for {event.service}, and the slip was given for {slip.service}"
    if slip.slip in slips.used:
        yield f"{event.number} is for a slip whose holder was served already"
    for told in story.tickets.values():
        if told.appointment == slip.slip and told.status is not TicketStatus.VOID:
            yield f"{event.number} is a second number for the slip that gave {told.number}"
    if isinstance(event, e.TicketReserved) and event.at_ms >= slip.until_ms:
        yield f"{event.number} was given for a slip that is over"
    if isinstance(event, e.TicketReserved) and event.priority is not None:
        yield f"{event.number} of a slip goes first as {event.priority}"
    expected_ms = None if taken_over else _place(hall, story, event)
    if event.clock_ms != expected_ms:
        yield f"{event.number} of a slip waits since {event.clock_ms}, and it is {expected_ms}"


def _place(hall: Hall, story: Story, event: Any) -> int | None:
    """What its waiting is counted from; None: from its arrival."""
    line = sorted(told.clock_ms for told in story.waiting() if told.line == (event.service, None, None))
    places = hall.rules.return_places
    if len(line) <= places:
        return None
    clock_ms = line[places - 1] if places else line[0] - 1
    return clock_ms if clock_ms < event.arrived_at_ms else None
