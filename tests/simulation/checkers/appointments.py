"""L26: an appointment is good for one ticket, from shortly before its time on; in time first, late like others.

Who is early waits from the booked time on, not from when he came, and so does one whom a new day takes over.

L38: nobody is booked into a slot that is full already, nor into one that is over. A new day forgets whatever was a day
ago or longer; a ticket that it takes over may still be of one of those.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeGuard
from zoneinfo import ZoneInfo

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.from_home import capacity, places_of, slot
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

CLASS = "appointment"
MINUTE_MS = 60_000
DAY_MS = 86_400_000


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    story = Story()
    booked: dict[str, e.AppointmentBooked] = {}
    forgotten: dict[str, e.AppointmentBooked] = {}
    slips: set[str] = set()
    opened = ""
    for entry in trace.journal:
        event = entry.event
        opened = entry.command if isinstance(event, e.DayOpened) else opened
        if isinstance(event, e.DayOpened) and not event.again:
            forgotten = {key: known for key, known in booked.items() if known.time_ms <= event.at_ms - DAY_MS}
            booked = {key: known for key, known in booked.items() if key not in forgotten}
        elif isinstance(event, e.ReturnSlipGiven):
            slips.add(event.slip)  # kept like an appointment, by a law of its own
        elif isinstance(event, e.AppointmentBooked):
            before = booked.pop(event.appointment, None)
            if trace.hall is not None:
                for sentence in _no_room(trace.hall, before, list(booked.values()), event):
                    yield Violation("L38", entry.at_ms, f"{event.appointment}: {sentence} of {event.service}")
            booked[event.appointment] = event
        elif isinstance(event, e.AppointmentCancelled):
            booked.pop(event.appointment, None)
        elif trace.hall is not None and _for_a_booking(event, slips):
            taken_over = entry.command == opened
            known = forgotten | booked if taken_over else booked
            for sentence in _checked_in(trace.hall, story, known.get(event.appointment or ""), event, taken_over):
                yield Violation("L26", entry.at_ms, f"{event.number}: {sentence}")
        story.take(entry)


def _for_a_booking(event: e.Event, slips: set[str]) -> TypeGuard[e.TicketReserved | e.TicketReported]:
    born = isinstance(event, e.TicketReserved | e.TicketReported)
    return born and event.appointment is not None and event.appointment not in slips


def _no_room(
    hall: Hall, before: e.AppointmentBooked | None, others: list[e.AppointmentBooked], event: e.AppointmentBooked
) -> Iterator[str]:
    """Everybody who fits into the slot was booked already, or it is over; who stays in a slot takes no place anew."""
    begins = slot(hall, event.time_ms)
    if before is not None and (before.service, slot(hall, before.time_ms)) == (event.service, begins):
        return
    there = Tally[str]()
    for other in others:
        if slot(hall, other.time_ms) == begins:
            there.update(dict(places_of(hall, other)))
    if any(there[service] + places > capacity(hall, service) for service, places in places_of(hall, event)):
        yield "booked into a full slot"
    if begins + timedelta(minutes=hall.rules.appointment_slot_min) <= _local(hall, event.at_ms):
        yield "booked into a slot that is over"


def _local(hall: Hall, at_ms: int) -> datetime:
    """What a clock on the hall's wall shows."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone)).replace(tzinfo=None)


def _checked_in(
    hall: Hall,
    story: Story,
    booked: e.AppointmentBooked | None,
    event: e.TicketReserved | e.TicketReported,
    taken_over: bool,
) -> Iterator[str]:
    """``taken_over``: the ticket came into the day as it opened, perhaps sent on to another service by then."""
    if booked is None:
        yield "a check-in for an appointment that nobody has"
        return
    if booked.service != event.service and not taken_over:
        yield f"a check-in for {event.service}, and {booked.service} was booked"
    for told in story.tickets.values():
        if told.appointment == event.appointment and told.status is not TicketStatus.VOID:
            yield f"a second ticket for an appointment that gave {told.number}"
    early_ms = booked.time_ms - event.arrived_at_ms
    since_ms = booked.time_ms if 0 < early_ms <= hall.rules.appointment_early_min * MINUTE_MS else None
    if event.clock_ms != since_ms:
        yield f"the waiting counts from {event.clock_ms}, and it is {since_ms} (none: from when he came)"
    if isinstance(event, e.TicketReported):
        return  # the kiosk was told in time, and its report tells of the touch
    after_ms = event.arrived_at_ms - booked.time_ms
    if after_ms < -hall.rules.appointment_early_min * MINUTE_MS:
        yield "a check-in before the appointment's time has come"
    in_time = after_ms <= hall.rules.appointment_late_min * MINUTE_MS and CLASS in hall.priority
    if (event.priority == CLASS) is not in_time:
        yield f"a check-in {'in time' if in_time else 'too late'} goes as {event.priority}"
