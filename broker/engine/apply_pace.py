"""What events teach about waits: time in which people wait, services that end, waits that end. No hall, no forecast.

A forecast is made once, by whoever gives the ticket, and rides in its event; here it is only compared with what came.
"""

from broker.engine.calling_hours import calls_end_ms
from broker.engine.pace.predictor import Pace
from broker.engine.state import ON_THE_WAY, State, Ticket
from broker.model import events as e
from broker.model.words import CounterStatus

DAYS_KEPT = 31
"""Days of which it is known how often what was foretold came true."""
KEPT, SOONER, LATER = range(3)


def begin_pace(state: State, event: e.DayOpened) -> None:
    """The first day that says how long a service usually takes begins it; it goes on for ever."""
    if state.pace is None and event.usual_s:
        state.pace = Pace.begun(event.usual_s)


def time_passes(state: State, at_ms: int) -> None:
    """Call it before each event. The counters' pace is over the time in which somebody waits in the hall for them.

    While no counter is open at all, as at noon, nobody is slow; nor while nobody may be called.
    """
    if state.pace is None or state.day is None or not state.lanes or state.emergency is not None:
        return
    to_ms = min(at_ms, calls_end_ms(state))
    if to_ms <= state.now_ms:
        return
    if any(counter.status is CounterStatus.OPEN for counter in state.counters.values()):
        waiting = dict.fromkeys(service for service, _, wanted in state.lanes if wanted != ON_THE_WAY)
        state.pace.passed((to_ms - state.now_ms) / 1000, waiting)


def service_took(state: State, ticket: Ticket, took_ms: int) -> None:
    """A visit ended; one whose end was taken back has been counted."""
    if state.pace is not None and not ticket.reopened:
        state.pace.served(took_ms / 1000, ticket.service)


def keep_again(state: State, event: e.TicketReserved | e.TicketReported) -> None:
    """All that was drawn is kept: were only the newest, the ranges of long waits would be those that are forgotten."""
    again = event.again
    if again is not None and again.ticket in state.tickets:
        state.tickets[again.ticket].again.append((event.at_ms, again))


def call_ends_wait(state: State, ticket: Ticket, at_ms: int) -> None:
    """Call it before the ticket changes. What was foretold is learned from once, also if the call is taken back.

    A wait through an emergency is one that did not come true, as whoever was told it would say; but it teaches nothing
    of the hall on other days.
    """
    pace, foretold = state.pace, ticket.forecast
    if pace is None:
        return
    if foretold is not None:
        waited_s = max(0, at_ms - ticket.foretold_ms) / 1000
        if ticket.foretold_ms >= state.calm_since_ms:
            pace.learn(ticket.service, ticket.priority or "", foretold, waited_s)
        if foretold.told_min is not None:
            _count(state, ticket.service, _outcome(foretold.told_min, waited_s), state.foretold)
        ticket.forecast = None
    for shown_ms, again in ticket.again:
        left_s = (at_ms - shown_ms) / 1000
        if shown_ms >= state.calm_since_ms:
            pace.again.learn(left_s < again.shown_s[0], left_s > again.shown_s[1])
        _count(state, ticket.service, _outcome(again.said_min, left_s), state.foretold_again)
    ticket.again.clear()
    pace.called(ticket.service)


def _outcome(told_min: tuple[int, int], waited_s: float) -> int:
    low_min, high_min = told_min
    return SOONER if waited_s < low_min * 60 else LATER if waited_s > high_min * 60 else KEPT


def _count(state: State, service: str, outcome: int, table: dict[str, dict[str, list[int]]]) -> None:
    day = state.day or state.last_day or ""
    if day not in table:
        table[day] = {}
        for oldest in sorted(table)[:-DAYS_KEPT]:
            del table[oldest]
    table[day].setdefault(service, [0, 0, 0])[outcome] += 1
