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
ACTS = (
    *("TicketCalled", "ServiceStarted", "ServiceFinished", "TicketMissed", "TicketHeld", "TicketTransferred"),
    *("VisitPartFinished", "DirectServed"),
)
"""What a counter may take back for a few seconds."""
UNDO_MS = 10_000


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
class Act:
    """What a counter did, and what its ticket was before."""

    kind: str
    at_ms: int
    ticket: str
    status: str
    service: str


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
        self.taken_back: set[str] = set()
        """Calls that boards list no more."""
        self._at: dict[str, str] = {}
        self._acts: dict[str, list[Act]] = {}
        self._goes_on: set[str] = set()
        """Visits whose end was taken back."""
        self._missed: tuple[int, str] = (0, "")
        """Who came back from a missed call last, and the position of that."""
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
    def last_call(self) -> Call | None:
        """The newest one that was not taken back."""
        return next((call for call in reversed(self.calls) if call.call_id not in self.taken_back), None)

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
            if call.call_id in self.taken_back:
                continue
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
        if kind in ACTS:
            self._acts.setdefault(body["counter"], []).append(self._act(kind, body))
        step: Callable[[dict[str, Any]], None] | None = getattr(self, _step_of(kind), None)
        if step is not None:
            step(body)

    def _act(self, kind: str, body: dict[str, Any]) -> Act:
        """Who is called by number out of a missed call comes back for that alone."""
        if kind == "DirectServed":
            return Act(kind, body.get("at_ms", 0), "", "", "")
        ticket = self._known(body)
        chosen = kind == "TicketCalled" and body.get("chosen", False)
        missed = chosen and self._missed == (self._position - 1, ticket.id)
        return Act(kind, body.get("at_ms", 0), ticket.id, "no_show" if missed else ticket.status, ticket.service)

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
        self._ends(body["visit"])

    def _ends(self, visit: str) -> None:
        if visit in self.visits and visit not in self._goes_on:
            self._odd(f"visit {visit} ends twice")
        self._goes_on.discard(visit)
        self.visits[visit] = self._position

    def _on_visit_part_finished(self, body: dict[str, Any]) -> None:
        """The ticket goes on here, or is in line for what comes next."""
        self._ends(body["visit"])
        if body["stays"]:
            self._move(body, ("called", "serving"), "serving")
            if self._at.get(body["counter"]) != body["ticket"]:
                self._odd(f"{self._known(body).number} goes on at {body['counter']} and is not there")
        else:
            self._leave(body, ("called", "serving"), "waiting")
        self.tickets[body["ticket"]].service = body["service"]

    def _on_direct_served(self, body: dict[str, Any]) -> None:
        counter = body["counter"]
        if self.counter_status.get(counter) != "open" or counter in self._at:
            self._odd(f"{counter} serves somebody without a ticket and is not open and free")
        self._ends(body["visit"])

    def _on_action_undone(self, body: dict[str, Any]) -> None:
        """The last thing this counter did is taken back, soon after it; the ticket is what it was."""
        counter, acts = body["counter"], self._acts.get(body["counter"], [])
        act = acts.pop() if acts else Act("nothing", 0, "", "", "")
        if (act.kind, act.ticket, act.status) != (body["undone"], body.get("ticket", ""), body.get("status") or ""):
            self._odd(f"{counter} takes {body['undone']} of {body.get('ticket')} back and did {act.kind} last")
        if body.get("at_ms", 0) - act.at_ms > UNDO_MS:
            self._odd(f"{counter} takes {body['undone']} of {body.get('ticket')} back too late")
        self._goes_on |= {body["visit"]} if body.get("visit") else set()
        if body["undone"] == "DirectServed":
            return
        ticket = self._known(body)
        if self._at.get(counter, ticket.id) != ticket.id:
            self._odd(f"{counter} takes {body['undone']} of {ticket.number} back while somebody else is there")
        ticket.status, ticket.service = body["status"], act.service or ticket.service
        self._at.pop(counter, None)
        ticket.counter = counter if ticket.status in ("called", "serving") else None
        if ticket.counter is not None:
            self._at[counter] = ticket.id
        self.taken_back |= {body["call_id"]} if body.get("call_id") else set()

    def _on_ticket_missed(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called",), "no_show")

    def _on_ticket_held(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called", "serving"), "held")

    def _on_ticket_transferred(self, body: dict[str, Any]) -> None:
        self._leave(body, ("called", "serving"), "waiting")
        self.tickets[body["ticket"]].service = body["service"]

    def _on_ticket_returned(self, body: dict[str, Any]) -> None:
        if self._known(body).status == "no_show":
            self._missed = self._position, body["ticket"]
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
