"""What a webhook says of an event: the number on the screens, service, counter, time, and nothing else of a visitor.

Clerks, reasons of a call, notes, telephones and whatever proves who holds a ticket stay in the hall.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from broker.collector.outward.courier import Letter
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_outward import Webhook
from broker.model.words import Names
from broker.store.tail import JournalTail, Told, number_and_service

FORMAT = 1
"""Raised when what stands in a letter changes its meaning; new keys may come without."""
Facts = dict[str, Any]
KIND_OF: Mapping[type[e.Event], str] = {
    e.TicketReserved: "ticket.issued",
    e.TicketReported: "ticket.issued",
    e.TicketRenumbered: "ticket.renumbered",
    e.TicketCalled: "ticket.called",
    e.TicketRecalled: "ticket.recalled",
    e.ServiceStarted: "ticket.started",
    e.ServiceFinished: "ticket.finished",
    e.TicketMissed: "ticket.missed",
    e.TicketHeld: "ticket.held",
    e.TicketReturned: "ticket.returned",
    e.TicketTransferred: "ticket.transferred",
    e.TicketCancelled: "ticket.cancelled",
    e.TicketVoided: "ticket.voided",
    e.TicketPostponed: "ticket.postponed",
    e.VisitPartFinished: "ticket.sent_on",
    e.ActionUndone: "ticket.undone",
    e.TicketExpired: "ticket.expired",
    e.CounterOpened: "counter.opened",
    e.CounterPaused: "counter.paused",
    e.CounterResumed: "counter.resumed",
    e.CounterClosed: "counter.closed",
    e.DayOpened: "day.opened",
    e.DayClosed: "day.closed",
}


class HookLetters:
    """The letters of one receiver."""

    def __init__(self, hall: Hall, hook: Webhook, tail: JournalTail) -> None:
        self._hall, self._kinds, self._tail = hall, frozenset(hook.kinds), tail
        self._zone = ZoneInfo(hall.hall.time_zone)

    def __call__(self, told: Told, journal: str) -> Letter | None:
        """None of events that nobody outside is told of, or that this receiver does not want."""
        kind = KIND_OF.get(type(told.event))
        if kind is None or (self._kinds and kind not in self._kinds):
            return None
        id = letter_id(self._hall, journal, told)
        return Letter(id, kind, json.dumps(self._facts(told, kind, id), ensure_ascii=False).encode())

    def _facts(self, told: Told, kind: str, id: str) -> Facts:
        event = told.event
        moment = datetime.fromtimestamp(event.at_ms / 1000, self._zone)
        facts: Facts = {
            "format": FORMAT, "id": id, "position": told.position, "kind": kind, "hall": self._hall.hall.id,
            "day": told.day, "at": moment.isoformat(timespec="milliseconds"), "at_ms": event.at_ms,
        }  # fmt: skip
        ticket, counter = getattr(event, "ticket", None), getattr(event, "counter", None)
        if ticket:
            number, service = number_and_service(self._tail.of_ticket(ticket), told.position)
            facts["number"] = number
            facts["service"] = self._named(service, self._hall.services)
        if counter:
            facts["counter"] = self._counter(counter)
        return facts | _MORE.get(type(event), _nothing)(event)

    @staticmethod
    def _named(key: str, table: Mapping[str, Any]) -> Facts | None:
        """A thing of the hall file by its key; one that left the file since has its key alone."""
        if not key:
            return None
        names: Names = table[key].names if key in table else Names(key, key)
        return {"key": key, "zh": names.zh, "en": names.en}

    def _counter(self, key: str) -> Facts:
        found = self._hall.counters.get(key)
        return {"key": key, "name": key if found is None else found.name}


def letter_id(hall: Hall, journal: str, told: Told) -> str:
    """Of one event, for ever the same: hall, journal, position. After a backup was put back what comes is another's."""
    return f"{hall.hall.id}-{journal[:8]}-{told.position}"


def _nothing(event: Any) -> Facts:
    return {}


def _issued(event: e.TicketReserved | e.TicketReported) -> Facts:
    return {
        "arrived_at_ms": event.arrived_at_ms,
        "kiosk": event.kiosk,
        "booked": event.appointment is not None,
    }


_MORE: Mapping[type[e.Event], Callable[[Any], Facts]] = {
    e.TicketReserved: _issued,
    e.TicketReported: _issued,
    e.TicketRenumbered: lambda event: {"voided": event.voided},
    e.ServiceFinished: lambda event: {"outcome": event.outcome, "items": event.items},
    e.VisitPartFinished: lambda event: {"outcome": event.outcome, "items": event.items, "stays": event.stays},
    e.ActionUndone: lambda event: {
        "undone": KIND_OF.get(getattr(e, event.undone, e.Event), event.undone),
        "status": event.status,
    },
    e.TicketTransferred: lambda event: {"to_counter": event.to_counter},
    e.CounterPaused: lambda event: {
        "reason": event.reason,
        "reason_en": event.reason_en,
        "returns_at_ms": event.returns_at_ms,
    },
    e.DayOpened: lambda event: {"day": event.day},
}
