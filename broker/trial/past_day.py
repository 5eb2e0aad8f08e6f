"""What happened on one day, as causes: who came when, how long each kept a counter, who left, when counters were open.

Pure. The engine's own fold says what each event meant; here is kept what would have happened under any rule as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from broker.engine.apply import apply
from broker.engine.policy import eligible_count
from broker.engine.state import State, Ticket
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import CounterStatus, TicketStatus

GONE = (TicketStatus.CANCELLED, TicketStatus.VOID, TicketStatus.EXPIRED)
"""Out of the line without a call."""


@dataclass(slots=True)
class Stint:
    """One wait of a ticket, and what came after. ``delay_ms`` after its previous stint ended, of the first after 0.

    ``took_ms`` from the call until the counter was free again; ``gave_up_ms`` after entering. None: it never came
    to that. ``called_ms``: when it really was called, by ``counter``.
    """

    ticket: Ticket
    delay_ms: int
    entered_ms: int
    took_ms: int | None = None
    gave_up_ms: int | None = None
    called_ms: int | None = None
    counter: str | None = None


@dataclass(slots=True)
class Desk:
    """A counter of the day. ``turns``: (at, whether it takes people from then on). ``waited_for_ms``: how long it took
    to call when somebody waited already, ``idle_ms`` when somebody came while it had nothing to do; in their order."""

    turns: list[tuple[int, bool]] = field(default_factory=list)
    waited_for_ms: list[int] = field(default_factory=list)
    idle_ms: list[int] = field(default_factory=list)


@dataclass(slots=True)
class PastDay:
    """``stints`` by ticket in order; ``turns`` (at, session, raised, reassigned) wherever one of these changed.

    ``manual``: calls by number, which no rule chose. ``ends_ms``: the last that is known of it; ``unfinished``: the
    day goes on after that.
    """

    day: str
    stints: dict[str, list[Stint]] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    turns: list[tuple[int, str | None, dict[Any, Any], dict[Any, Any]]] = field(default_factory=list)
    calls: int = 0
    manual: int = 0
    ends_ms: int = 0
    unfinished: bool = False


class Watcher:
    """Folds a journal from its beginning and keeps the causes of one day. KeyError and others where it does not fit."""

    def __init__(self, hall: Hall, day: str) -> None:
        self._hall, self._state = hall, State()
        self._free: dict[str, tuple[int, bool]] = {}
        """Counter -> since when it could call, and whether somebody waited for it already."""
        self._running: dict[str, Stint] = {}
        self._ended: dict[str, int] = {}
        self.past = PastDay(day)

    def fold_all(self, events: Iterable[tuple[int, e.Event]]) -> PastDay | None:
        """All events up to the next day, for one that was closed too early goes on; None if there is no such day."""
        seen = False
        for _, event in events:
            today = self._state.day == self.past.day
            before = self._before(event) if today else (None, {}, {})
            apply(self._state, event)
            if self._state.day == self.past.day:
                seen = True
                self._note(event, *before)
            elif today:
                self._close(event.at_ms)
            elif seen and self._state.day is not None:
                break
        self.past.unfinished = self._state.day == self.past.day
        return self.past if seen else None

    def _close(self, now_ms: int) -> None:
        """The day is over, for now: no counter takes anybody."""
        for desk in self.past.desks.values():
            if desk.turns and desk.turns[-1][1]:
                desk.turns.append((now_ms, False))
        self._free.clear()

    def _before(self, event: e.Event) -> tuple[TicketStatus | None, dict[str, str | None], dict[str, bool]]:
        ticket = self._state.tickets.get(getattr(event, "ticket", None) or "")
        counters = self._state.counters
        return (
            None if ticket is None else ticket.status,
            {key: one.ticket for key, one in counters.items()},
            {key: _takes(one.status) for key, one in counters.items()},
        )

    def _note(
        self, event: e.Event, status: TicketStatus | None, at_counter: dict[str, str | None], open_: dict[str, bool]
    ) -> None:
        state, now_ms, past = self._state, event.at_ms, self.past
        past.ends_ms = max(past.ends_ms, now_ms)
        circumstances = (state.session, dict(state.raised), dict(state.reassigned))
        if not past.turns or past.turns[-1][1:] != circumstances:
            past.turns.append((now_ms, *circumstances))
        ticket = state.tickets.get(getattr(event, "ticket", None) or "")
        waits = ticket is not None and ticket.status is TicketStatus.WAITING and ticket.present
        if ticket is not None and waits and self._open_stint(ticket.ticket) is None:
            self._enter(ticket, now_ms)
        if isinstance(event, e.TicketCalled) and ticket is not None:
            self._called(event, ticket)
        elif ticket is not None and ticket.status in GONE:
            stint = self._open_stint(ticket.ticket)
            if stint is not None:
                stint.gave_up_ms = now_ms - stint.entered_ms
        for key, counter in state.counters.items():
            desk = past.desks.setdefault(key, Desk())
            takes = _takes(counter.status)
            if takes != open_.get(key, False):
                desk.turns.append((now_ms, takes))
            left = at_counter.get(key) is not None and counter.ticket is None
            if left and (stint := self._running.pop(key, None)) is not None:
                stint.took_ms = now_ms - (stint.called_ms or now_ms)
                self._ended[stint.ticket.ticket] = now_ms
            if (left or not open_.get(key, False)) and takes and counter.ticket is None and key in self._hall.counters:
                self._free[key] = (now_ms, eligible_count(self._hall, state, key) > 0)

    def _open_stint(self, ticket: str) -> Stint | None:
        stints = self.past.stints.get(ticket)
        last = stints[-1] if stints else None
        return last if last is not None and last.called_ms is None and last.gave_up_ms is None else None

    def _enter(self, ticket: Ticket, now_ms: int) -> None:
        delay_ms = now_ms - self._ended[ticket.ticket] if ticket.ticket in self._ended else now_ms
        self.past.stints.setdefault(ticket.ticket, []).append(Stint(replace(ticket), max(0, delay_ms), now_ms))

    def _called(self, event: e.TicketCalled, ticket: Ticket) -> None:
        self.past.calls += 1
        self.past.manual += event.chosen
        stint = self._open_stint(ticket.ticket)
        if stint is None:
            return
        stint.called_ms, stint.counter = event.at_ms, event.counter
        before = self._running.get(event.counter)
        if before is not None and before.took_ms is None:
            before.took_ms = event.at_ms - (before.called_ms or event.at_ms)
            self._ended[before.ticket.ticket] = event.at_ms
        self._running[event.counter] = stint
        since_ms, waited = self._free.pop(event.counter, (event.at_ms, True))
        desk = self.past.desks.setdefault(event.counter, Desk())
        if waited:
            desk.waited_for_ms.append(event.at_ms - since_ms)
        else:
            desk.idle_ms.append(event.at_ms - max(since_ms, stint.entered_ms))


def _takes(status: CounterStatus) -> bool:
    return status is CounterStatus.OPEN
