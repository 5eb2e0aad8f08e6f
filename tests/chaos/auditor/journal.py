"""The hall's day as its journal tells it: a second, smaller fold, written from the list of events and nothing else."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.auditor.evidence import rows_of

ALIVE = ("waiting", "called", "serving", "held", "no_show")
BEFORE_A_CALL = ("waiting", "held")


@dataclass
class Ticket:
    """One ticket. ``numbers`` are all it ever had, the last is the one that counts."""

    id: str
    numbers: list[str] = field(default_factory=list)
    status: str = "reserved"
    service: str = ""
    counter: str | None = None
    calls: int = 0

    @property
    def number(self) -> str:
        return self.numbers[-1]


@dataclass(frozen=True)
class Call:
    """One summons."""

    call_id: str
    ticket: str
    counter: str
    at_ms: int


@dataclass(frozen=True)
class Rated:
    """One rating in the journal."""

    position: int
    evaluation: str
    visit: str
    level: str
    raw_key: str
    keypad: str


class Story:
    """The fold. ``strange`` collects (position, sentence) of everything that may not happen in a hall."""

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.calls: list[Call] = []
        self.ratings: list[Rated] = []
        self.visits: dict[str, int] = {}
        self.counter_status: dict[str, str] = {}
        self.strange: list[tuple[int, str]] = []
        self.events = 0
        self._at: dict[str, str] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._day = ""
        self._position = 0

    # -- what is known at the end

    def known(self, number: str) -> Ticket | None:
        """The ticket that a paper with this number stands for."""
        return next((ticket for ticket in self.tickets.values() if ticket.number == number), None)

    def at(self, counter: str) -> Ticket | None:
        """Who is at a counter."""
        ticket = self._at.get(counter)
        return None if ticket is None else self.tickets[ticket]

    @property
    def waiting(self) -> int:
        return sum(ticket.status == "waiting" for ticket in self.tickets.values())

    def waiting_for(self, service: str) -> list[str]:
        """Numbers in line for a service, in the order of the alphabet."""
        return sorted(t.number for t in self.tickets.values() if t.status == "waiting" and t.service == service)

    def shown_calls(self, most: int) -> list[Call]:
        """Newest first, one a ticket; beyond ``most`` only those who are being called."""
        rows: dict[str, Call] = {}
        for call in reversed(self.calls):
            called = self.tickets[call.ticket].status == "called"
            if call.ticket not in rows and (len(rows) < most or called):
                rows[call.ticket] = call
        return list(rows.values())

    # -- the fold

    def tell(self, position: int, kind: str, body: dict[str, Any]) -> None:
        """The next event."""
        if position != self._position + 1:
            self._odd(f"position {position} follows {self._position}")
        self._position = position
        self.events += 1
        step: Callable[[dict[str, Any]], None] | None = getattr(self, _step_of(kind), None)
        if step is not None:
            step(body)

    def _odd(self, sentence: str) -> None:
        self.strange.append((self._position, sentence))

    def _on_day_opened(self, body: dict[str, Any]) -> None:
        self._day = body["day"]

    def _bind(self, id: str, number: str) -> None:
        other = self._numbers.setdefault((self._day, number), id)
        if other != id:
            self._odd(f"number {number} belongs to tickets {other} and {id}")

    def _born(self, body: dict[str, Any], status: str) -> None:
        if body["ticket"] in self.tickets:
            self._odd(f"ticket {body['ticket']} is born twice")
        self._bind(body["ticket"], body["number"])
        self.tickets[body["ticket"]] = Ticket(body["ticket"], [body["number"]], status, body["service"])

    def _on_ticket_reserved(self, body: dict[str, Any]) -> None:
        self._born(body, "reserved")

    def _on_ticket_reported(self, body: dict[str, Any]) -> None:
        self._born(body, "reserved" if body["holding"] == "maybe" else "waiting")

    def _on_ticket_renumbered(self, body: dict[str, Any]) -> None:
        ticket = self._known(body)
        self._bind(ticket.id, body["number"])
        ticket.numbers.append(body["number"])
        if body["holding"] != "maybe" and ticket.status in ("reserved", "void"):
            ticket.status = "waiting"
        elif ticket.status == "void":
            ticket.status = "reserved"

    def _on_ticket_confirmed(self, body: dict[str, Any]) -> None:
        """Somebody holds the number; said of a ticket in line or at a counter it only tells better on what."""
        if self._known(body).status not in ALIVE:
            self._move(body, ("reserved",), "waiting")

    def _on_ticket_voided(self, body: dict[str, Any]) -> None:
        self._move(body, ("reserved",), "void")

    def _on_ticket_called(self, body: dict[str, Any]) -> None:
        ticket, counter = self._known(body), body["counter"]
        if ticket.counter is not None:
            self._odd(f"{ticket.number} is called to {counter} while it is at {ticket.counter}")
        if counter in self._at:
            self._odd(f"{counter} calls {ticket.number} while {self.tickets[self._at[counter]].number} is there")
        if self.counter_status.get(counter) != "open":
            self._odd(f"{counter} is {self.counter_status.get(counter, 'closed')} and calls {ticket.number}")
        self._move(body, BEFORE_A_CALL, "called")
        ticket.counter, ticket.calls = counter, ticket.calls + 1
        self._at[counter] = ticket.id
        self._called(body)

    def _on_ticket_recalled(self, body: dict[str, Any]) -> None:
        if self._known(body).counter != body["counter"]:
            self._odd(f"{self._known(body).number} is recalled to {body['counter']} and is not there")
        self._called(body)

    def _called(self, body: dict[str, Any]) -> None:
        if any(call.call_id == body["call_id"] for call in self.calls):
            self._odd(f"call {body['call_id']} is made twice")
        self.calls.append(Call(body["call_id"], body["ticket"], body["counter"], body["at_ms"]))

    def _on_service_started(self, body: dict[str, Any]) -> None:
        self._move(body, ("called",), "serving")

    def _on_service_finished(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called", "serving"), "served")
        if body["visit"] in self.visits:
            self._odd(f"visit {body['visit']} ends twice")
        self.visits[body["visit"]] = self._position

    def _on_ticket_missed(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called",), "no_show")

    def _on_ticket_held(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called", "serving"), "held")

    def _on_ticket_transferred(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called", "serving"), "waiting")
        self.tickets[body["ticket"]].service = body["service"]

    def _on_ticket_returned(self, body: dict[str, Any]) -> None:
        self._move(body, ("no_show", "held"), "waiting")

    def _on_ticket_cancelled(self, body: dict[str, Any]) -> None:
        self._move(body, ("waiting",), "cancelled")

    def _on_ticket_expired(self, body: dict[str, Any]) -> None:
        self._known(body).status = "expired"

    def _on_counter_opened(self, body: dict[str, Any]) -> None:
        self.counter_status[body["counter"]] = "open"

    _on_counter_resumed = _on_counter_opened

    def _on_counter_paused(self, body: dict[str, Any]) -> None:
        self.counter_status[body["counter"]] = "paused"

    def _on_counter_closed(self, body: dict[str, Any]) -> None:
        self.counter_status[body["counter"]] = "closed"

    def _on_evaluation_recorded(self, body: dict[str, Any]) -> None:
        if body["visit"] not in self.visits:
            self._odd(f"rating {body['evaluation']} is of visit {body['visit']}, which nobody made")
        for other in self.ratings:
            if body["visit"] == other.visit or body["evaluation"] == other.evaluation:
                self._odd(f"visit {body['visit']} is rated twice")
        names = ("evaluation", "visit", "level", "raw_key", "device")
        self.ratings.append(Rated(self._position, *(str(body[name]) for name in names)))

    def _on_number_clashed(self, body: dict[str, Any]) -> None:
        self._odd(f"two papers claim {body['number']}")

    def _known(self, body: dict[str, Any]) -> Ticket:
        ticket = self.tickets.get(body["ticket"])
        if ticket is None:
            self._odd(f"nobody made ticket {body['ticket']}")
            ticket = self.tickets[body["ticket"]] = Ticket(body["ticket"], ["?"])
        return ticket

    def _move(self, body: dict[str, Any], before: tuple[str, ...], after: str) -> None:
        ticket = self._known(body)
        if ticket.status not in before:
            self._odd(f"{ticket.number} goes from {ticket.status} to {after}")
        ticket.status = after

    def _leave(self, body: dict[str, Any], before: tuple[str, ...], after: str) -> None:
        self._move(body, before, after)
        ticket = self.tickets[body["ticket"]]
        if ticket.counter != body["counter"]:
            self._odd(f"{ticket.number} leaves {body['counter']} and was at {ticket.counter}")
        self._at.pop(body["counter"], None)
        ticket.counter = None


def _step_of(kind: str) -> str:
    """TicketCalled -> _on_ticket_called"""
    return "_on" + re.sub("([A-Z])", lambda capital: f"_{capital[1].lower()}", kind)


def read_story(journal: Path) -> Story:
    """The whole journal."""
    story = Story()
    for position, kind, body in rows_of(journal, "SELECT position, type, body FROM events ORDER BY position"):
        story.tell(position, kind, json.loads(body))
    return story
