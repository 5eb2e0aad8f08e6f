"""L38 from home, and L44: nobody takes from home what is kept for who simply comes, books too often, or after missing.

Moved and cancelled from home is one's own alone, and early enough. Who booked from home, did not come by the end of
the day and was not in the hall with a number either has missed it, which is written down as the next day opens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import Story
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import FromAfar, Trace

DAY_MS = 86_400_000
HOUR_MS = 3_600_000


@dataclass
class Book:
    """What is booked, and who has missed something: key -> until when each counts, and until when nothing is booked."""

    hall: Hall
    story: Story = field(default_factory=Story)
    booked: dict[str, e.AppointmentBooked] = field(default_factory=dict)
    missed: dict[str, list[int]] = field(default_factory=dict)
    barred: dict[str, int] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def date(self, at_ms: int) -> str:
        return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.hall.hall.time_zone)):%Y-%m-%d}"

    def came(self, booked: e.AppointmentBooked) -> bool:
        """With a number for it, or with another one under the same card."""
        return any(
            (told.appointment == booked.appointment and told.status is not TicketStatus.VOID)
            or (booked.person is not None and told.whose == booked.person)
            for told in self.story.tickets.values()
        )

    def unkept(self) -> Iterator[e.AppointmentBooked]:
        """As a later day opens: what nobody came for on the last one."""
        for booked in self.booked.values():
            if booked.who is None or booked.person_ms is not None or self.date(booked.time_ms) != self.story.last_day:
                continue  # staff moved it without a number: nobody can tell whether its holder was there
            if not self.came(booked):
                yield booked

    def take(self, entry: Any) -> None:
        """Fold one entry."""
        event = entry.event
        if isinstance(event, e.AppointmentBooked):
            self.booked[event.appointment] = event
        elif isinstance(event, e.AppointmentCancelled):
            self.booked.pop(event.appointment, None)
        elif isinstance(event, e.AppointmentMissed):
            self._missed(event)
        elif isinstance(event, e.RestrictionLifted):
            for who in event.whose:
                self.missed.pop(who, None)
                self.barred.pop(who, None)
        elif isinstance(event, e.DayOpened) and not event.again:
            self.booked = {key: one for key, one in self.booked.items() if one.time_ms > event.at_ms - DAY_MS}
            self.settled = set()
        self.story.take(entry)

    def _missed(self, event: e.AppointmentMissed) -> None:
        booked = self.booked.get(event.appointment)
        self.settled.add(event.appointment)
        if booked is None or booked.who is None:
            return
        rules = self.hall.rules
        row = [until for until in self.missed.get(booked.who, []) if until > event.at_ms]
        row.append(event.at_ms + rules.appointment_no_show_days * DAY_MS)
        self.missed[booked.who] = row
        if rules.appointment_no_shows and len(row) >= rules.appointment_no_shows:
            self.barred[booked.who] = row[-1]


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    book, asked = Book(trace.hall), {wish.id: wish for wish in trace.from_afar}
    for entry in trace.journal:
        for law, sentence in _wrong(book, entry.event, asked.get(entry.command)):
            yield Violation(law, entry.at_ms, sentence)
        book.take(entry)


def _wrong(book: Book, event: Any, wish: FromAfar | None) -> Iterator[tuple[str, str]]:
    if isinstance(event, e.AppointmentMissed):
        booked = book.booked.get(event.appointment)
        if booked is None or booked not in list(book.unkept()):
            yield "L44", f"{event.appointment} counts as missed, and nobody missed it"
    elif isinstance(event, e.DayOpened) and not event.again:
        for booked in book.unkept():
            if booked.appointment not in book.settled:
                yield "L44", f"{booked.appointment} was missed, and nobody counts it"
    if wish is None or not isinstance(event, e.AppointmentBooked | e.AppointmentCancelled):
        return
    before = book.booked.get(event.appointment)
    if not wish.own:
        yield "L44", f"{event.appointment} was moved by somebody whose it is not"
    notice_ms = book.hall.rules.appointment_cancel_hours * HOUR_MS
    if before is not None and event.at_ms > before.time_ms - notice_ms:
        yield "L44", f"{event.appointment} was changed from home too late"
    if isinstance(event, e.AppointmentBooked):
        yield from _booked(book, before, event, wish)


def _booked(
    book: Book, before: e.AppointmentBooked | None, event: e.AppointmentBooked, wish: FromAfar
) -> Iterator[tuple[str, str]]:
    others = [one for one in book.booked.values() if one.appointment != event.appointment]
    mine = sum(one.person == event.person and one.person_ms is None for one in others)
    if event.person is None or mine >= book.hall.rules.appointments_a_day:
        yield "L44", f"{event.appointment} is appointment {mine + 1} of one person on a day"
    if wish.what == "BookAppointment" and book.barred.get(event.who or "", 0) > event.at_ms:
        yield "L44", f"{event.appointment} was booked by who has missed too many"
    if before is not None and slot(book.hall, before.time_ms) == slot(book.hall, event.time_ms):
        return
    for service, places in places_of(book.hall, event):
        most = capacity(book.hall, service)
        most -= floor(most * book.hall.rules.appointment_walk_in_share)
        taken = sum(
            count
            for other in others
            if slot(book.hall, other.time_ms) == slot(book.hall, event.time_ms)
            for wanted, count in places_of(book.hall, other)
            if wanted == service
        )
        if taken + places > most:
            yield "L38", f"{event.appointment} takes from home what is kept for who simply comes, of {service}"


def capacity(hall: Hall, service: str) -> int:
    """How many appointments of a service a slot holds."""
    own = hall.services[service].appointment_capacity
    return hall.rules.appointment_slot_capacity if own is None else own


def places_of(hall: Hall, booked: e.AppointmentBooked) -> list[tuple[str, int]]:
    """What a booking takes: for each service a place for each so many pieces begun; one where it names no pieces."""
    pieces = hall.rules.appointment_items_a_place
    return [(item.service, -(-item.count // pieces)) for item in booked.items] or [(booked.service, 1)]


def slot(hall: Hall, at_ms: int) -> datetime:
    """When the slot of a moment begins, by a clock on the hall's wall."""
    local = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone)).replace(tzinfo=None)
    minute = local.minute // hall.rules.appointment_slot_min * hall.rules.appointment_slot_min
    return local.replace(minute=minute, second=0, microsecond=0)
