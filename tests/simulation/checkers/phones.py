"""L42 and L43: tickets moved back by their holders, and numbers taken from afar.

Moved back: once, by who proves to hold it, behind as many of its line as stand in front of it, the hall's least number
at least, or to the end of those whose waiting counts by then: nobody is put behind who is early for an appointment. It
takes the clock of the last whom it lets go first, so that everybody else keeps his place.

From afar: one of a service for a person, and so many on their way at most; called only once somebody said that its
holder is here, or by choice. Whose turn is over by then stands behind the first few of the line, as after a missed
call.
"""

from collections.abc import Iterator
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import AFAR, OVER, Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import FromAfar, Trace


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    story, asked = Story(), {wish.id: wish for wish in trace.from_afar}
    for entry in trace.journal:
        event: Any = entry.event
        found: Iterator[str] = iter(())
        law = "L43"
        told = story.tickets.get(getattr(event, "ticket", ""))
        if isinstance(event, e.TicketPostponed):
            law, found = "L42", _postponed(trace.hall, story, told, event, asked.get(entry.command))
        elif isinstance(event, e.TicketReserved) and event.kiosk == AFAR:
            found = _taken(trace.hall, story, event)
        elif isinstance(event, e.HolderArrived) and told is not None:
            found = _arrived(trace.hall, story, told, event)
        elif isinstance(event, e.TicketCalled) and told is not None and not told.present and not event.chosen:
            found = iter((f"{told.number} was called while its holder was on the way",))
        elif isinstance(event, e.TicketCancelled) and entry.command in asked and not asked[entry.command].own:
            law, found = "L42", iter(("a stranger gave a number up",))
        yield from (Violation(law, entry.at_ms, sentence) for sentence in found)
        story.take(entry)


def _line(story: Story, told: Told) -> list[Told]:
    """Everybody of one line, in order."""
    return sorted(
        (other for other in story.waiting() if other.line == told.line),
        key=lambda other: (other.clock_ms, other.line_since, other.ticket),
    )


def _postponed(hall: Hall, story: Story, told: Told | None, event: Any, wish: FromAfar | None) -> Iterator[str]:
    if told is None or told.status is not TicketStatus.WAITING:
        yield f"ticket {event.ticket} was moved back and does not wait"
        return
    if wish is None or wish.what != "PostponeTicket" or not wish.own:
        yield f"{told.number} was moved back, and not by its holder"
    if told.postponed >= hall.rules.postpone_times:
        yield f"{told.number} was moved back {told.postponed + 1} times"
    line = _line(story, told)
    here = line.index(told)
    behind = [other for other in line[here + 1 :] if other.clock_ms <= event.at_ms]
    places = min(max(here, hall.rules.postpone_places), len(behind))
    if not places:
        yield f"{told.number} was moved back, and nobody stands behind it"
        return
    last = line[here + places]
    if (event.places, event.clock_ms) != (places, last.clock_ms):
        yield f"{told.number} let {event.places} go first up to {event.clock_ms}: {places} up to {last.clock_ms}"


def _taken(hall: Hall, story: Story, event: e.TicketReserved) -> Iterator[str]:
    if event.service not in hall.remote.services:
        yield f"{event.number} was given from afar for {event.service}"
    if event.person is None:
        yield f"{event.number} was given from afar to nobody"
    live = [told for told in story.tickets.values() if told.service == event.service and told.status not in OVER]
    for told in live:
        missed_ms = event.at_ms - told.since_ms if told.status is TicketStatus.NO_SHOW else 0
        returns = missed_ms <= hall.rules.return_within_min * 60_000 and told.returns < hall.rules.return_times
        if told.whose == event.person and (told.status is not TicketStatus.NO_SHOW or returns):
            yield f"{event.number} was given from afar to who has {told.number}"
    on_way = [told for told in live if told.status is TicketStatus.WAITING and not told.present]
    if sum(not _passed(story, told) for told in on_way) >= hall.remote.waiting_most:
        yield f"{event.number} was given from afar, and {len(on_way)} are on their way already"


def _arrived(hall: Hall, story: Story, told: Told, event: e.HolderArrived) -> Iterator[str]:
    if told.present or told.status is not TicketStatus.WAITING:
        yield f"{told.number} arrived, and was not waited for"
    expected_ms = told.clock_ms
    if _passed(story, told):
        line = [
            other for other in story.waiting() if other.line == (told.service, told.priority, told.to_counter)
        ]  # fmt: skip
        first = sorted(min(other.clock_ms, event.at_ms) for other in line)[: hall.rules.return_places]
        expected_ms = max([expected_ms, *first])
    if event.clock_ms != expected_ms:
        yield f"{told.number} arrived to stand at {event.clock_ms}, and its place is {expected_ms}"


def _passed(story: Story, told: Told) -> bool:
    """Its turn is over: somebody whose waiting began after its own was called since it is there."""
    return any(
        (other.service, other.priority) == (told.service, told.priority)
        and other.called_ms is not None
        and other.called_ms >= told.arrived_ms
        and (other.begins_ms, other.line_since) > (told.clock_ms, told.line_since)
        for other in story.tickets.values()
    )
