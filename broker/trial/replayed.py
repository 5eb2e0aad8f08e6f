"""A past day played again: the same people, services and pauses, and whom to call asked of the policy itself. Pure.

Chances are common to all runs: what a ticket took it takes again, whoever calls it and whenever. Whom nobody served
takes what somebody of the same service took, chosen by the ticket's own name.
"""

from bisect import insort
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from statistics import median
from zlib import crc32

from broker.engine.policy import eligible_count, next_for
from broker.engine.state import State, Ticket
from broker.model.hall import Hall
from broker.model.words import CounterStatus, TicketStatus
from broker.trial.past_day import Desk, PastDay, Stint

CIRCUMSTANCES, TURN, FREE, ENTER, GIVES_UP, READY = range(6)
"""What happens at one moment, in this order."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A first wait of the day. ``called_ms`` None: nobody called it before ``until_ms``, at which it left or what is
    known of the day ended."""

    ticket: str
    service: str
    priority: str | None
    from_ms: int
    called_ms: int | None
    until_ms: int


class Replayed:
    """One run. ``hall`` has the rule and the counters of this run, ``desks`` when each of them was open."""

    def __init__(self, hall: Hall, past: PastDay, desks: dict[str, Desk]) -> None:
        self._hall, self._past = hall, past
        self._desks = {key: desk for key, desk in desks.items() if key in hall.counters}
        self._state = State()
        self._agenda: list[tuple[int, int, int, object]] = []
        self._number = 0
        self._stint: dict[str, int] = {}
        self._called: dict[str, int] = {}
        self._gone: dict[str, int] = {}
        self._busy: set[str] = set()
        self._asked = dict.fromkeys(self._desks, 0)
        self._came_idle = dict.fromkeys(self._desks, 0)
        self._known: dict[str, list[int]] = {}
        for stints in past.stints.values():
            for one in stints:
                if one.took_ms is not None:
                    self._known.setdefault(one.ticket.service, []).append(one.took_ms)

    def run(self) -> list[Wait]:
        """First waits of all who came, in order of their coming."""
        for turn in self._past.turns:
            self._at(turn[0], CIRCUMSTANCES, turn[1:])
        for key, desk in self._desks.items():
            for at_ms, takes in desk.turns:
                self._at(at_ms, TURN, (key, takes))
        for ticket, stints in self._past.stints.items():
            self._at(stints[0].entered_ms, ENTER, ticket)
        while self._agenda:
            now_ms, kind, _, what = heappop(self._agenda)
            if now_ms > self._past.ends_ms:
                break
            self._happens(now_ms, kind, what)
        return sorted(map(self._wait, self._past.stints.values()), key=lambda one: (one.from_ms, one.ticket))

    def _wait(self, stints: list[Stint]) -> Wait:
        ticket = stints[0].ticket
        from_ms = max(stints[0].entered_ms, ticket.clock_ms)
        called_ms = self._called.get(ticket.ticket)
        until_ms = self._gone.get(ticket.ticket, self._past.ends_ms) if called_ms is None else called_ms
        return Wait(ticket.ticket, ticket.service, ticket.priority, from_ms, called_ms, until_ms)

    def _at(self, at_ms: int, kind: int, what: object) -> None:
        self._number += 1
        heappush(self._agenda, (at_ms, kind, self._number, what))

    def _happens(self, now_ms: int, kind: int, what: object) -> None:
        state = self._state
        state.now_ms = now_ms
        if kind == CIRCUMSTANCES:
            state.session, state.raised, state.reassigned = what  # type: ignore[misc]
        elif kind == TURN:
            key, takes = what  # type: ignore[misc]
            state.counters[key] = replace(
                state.counter(key), status=CounterStatus.OPEN if takes else CounterStatus.PAUSED
            )
            if takes and key not in self._busy:
                self._ready_soon(key, now_ms, idle=not eligible_count(self._hall, state, key))
        elif kind == FREE:
            key, ticket = what  # type: ignore[misc]
            self._busy.discard(key)
            self._goes_on(ticket, now_ms)
            self._ready_soon(key, now_ms, idle=not eligible_count(self._hall, state, key))
        elif kind == ENTER:
            self._enter(str(what), now_ms)
        elif kind == GIVES_UP:
            ticket, place = what  # type: ignore[misc]
            if self._stint.get(ticket) == place and ticket in state.tickets:
                self._leave_line(state.tickets[ticket])
                self._gone.setdefault(ticket, now_ms)
        else:
            self._call(str(what), now_ms)

    def _ready_soon(self, key: str, now_ms: int, *, idle: bool) -> None:
        """The counter calls after as long as it took there; one that finds nobody waits until somebody comes."""
        if idle or self._state.counter(key).status is not CounterStatus.OPEN:
            return
        self._busy.add(key)
        self._at(now_ms + _next(self._desks[key].waited_for_ms, self._asked, key), READY, key)

    def _enter(self, ticket: str, now_ms: int) -> None:
        place = self._stint[ticket] = self._stint.get(ticket, -1) + 1
        stint = self._past.stints[ticket][place]
        own = replace(stint.ticket, status=TicketStatus.WAITING)
        self._state.tickets[ticket] = own
        insort(self._state.lanes.setdefault(own.lane, []), own.place)
        if stint.gave_up_ms is not None:
            self._at(now_ms + stint.gave_up_ms, GIVES_UP, (ticket, place))
        idle = [
            key
            for key in self._desks
            if key not in self._busy
            and self._state.counter(key).status is CounterStatus.OPEN
            and eligible_count(self._hall, self._state, key)
        ]
        if idle:
            key = min(idle, key=lambda one: len(self._hall.counters[one].services))
            self._busy.add(key)
            self._at(now_ms + _next(self._desks[key].idle_ms, self._came_idle, key), READY, key)

    def _call(self, key: str, now_ms: int) -> None:
        self._busy.discard(key)
        counter = self._state.counter(key)
        choice = None
        if counter.status is CounterStatus.OPEN:
            choice = next_for(self._hall, self._state, key, now_ms)
        if choice is None:
            return
        ticket = choice.ticket
        self._leave_line(ticket)
        self._called.setdefault(ticket.ticket, now_ms)
        favoured = 0 if ticket.priority is None else counter.favoured + 1
        self._state.counters[key] = replace(counter, favoured=favoured)
        self._busy.add(key)
        took_ms = self._past.stints[ticket.ticket][self._stint[ticket.ticket]].took_ms
        self._at(now_ms + (self._lent(ticket) if took_ms is None else took_ms), FREE, (key, ticket.ticket))

    def _goes_on(self, ticket: str, now_ms: int) -> None:
        """To its next wait, as long after as it was: sent on to another service, or back after it was missed."""
        stints, place = self._past.stints[ticket], self._stint[ticket] + 1
        if place < len(stints):
            self._at(now_ms + stints[place].delay_ms, ENTER, ticket)

    def _leave_line(self, ticket: Ticket) -> None:
        line = self._state.lanes[ticket.lane]
        line.remove(ticket.place)
        if not line:
            del self._state.lanes[ticket.lane]
        del self._state.tickets[ticket.ticket]

    def _lent(self, ticket: Ticket) -> int:
        known = self._known.get(ticket.service)
        if not known:
            return int(self._hall.services[ticket.service].mean_minutes * 60_000)
        return known[crc32(ticket.ticket.encode()) % len(known)]


def _next(known: list[int], asked: dict[str, int], key: str) -> int:
    """The next of those in their order; after the last one the middle of them."""
    place, asked[key] = asked[key], asked[key] + 1
    return known[place] if place < len(known) else int(median(known)) if known else 0
