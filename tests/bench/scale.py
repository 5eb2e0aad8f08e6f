"""Whether a call costs as much with 10,000 waiting as with ten, at 64 counters: processor time, and bytes taken."""

import time
import tracemalloc
from random import Random

from broker.engine.apply import apply
from broker.engine.context import Asked
from broker.engine.decide import decide
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Holding
from tests.bench.figures import Figure
from tests.halls import CLOSES_MS, DAY, OPENS_MS, SMALL

WAITING = (10, 100, 1_000, 10_000)
COUNTERS = 64
TIMES_MOST, REPLAY_WITHIN_MS = 2.0, 1_000.0


def scale_figures(calls: int) -> list[Figure]:
    """So many calls at each size; then the fold of the largest day, which a server that starts must go through."""
    hall = _hall()
    figures, costs = [], list[float]()
    for waiting in WAITING:
        events = _story(hall, waiting)
        state, folded_s = _folded(events)
        costs.append(_call_s(hall, state, calls))
        note = f"{len(state.lanes)} lines, {_bytes(hall, state)} bytes taken"
        figures.append(Figure(f"decide a call, {waiting} waiting", costs[-1] * 1000, "ms", note=note, n=calls))
    figures.append(Figure("  the dearest over the cheapest", max(costs) / min(costs), "times", TIMES_MOST))
    figures.append(Figure(f"replay of {waiting} tickets", folded_s * 1000, "ms", REPLAY_WITHIN_MS, n=len(events)))
    return figures


def _hall() -> Hall:
    more = (f'[counters.c{n}]\nname = "{n}"\nservices = {{ pension = 1, card = 2 }}\n' for n in range(4, COUNTERS + 1))
    return parse_hall(SMALL + "".join(more))


def _story(hall: Hall, waiting: int) -> list[e.Event]:
    """A morning in which all come and nobody is called."""
    chance = Random(waiting)
    sessions = (c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS),)
    events: list[e.Event] = [e.DayOpened(at_ms=OPENS_MS, day=DAY, sessions=sessions)]
    events += [e.CounterOpened(at_ms=OPENS_MS, counter=key) for key in hall.counters]
    for value in range(waiting):
        service, at_ms = chance.choice(("pension", "card")), OPENS_MS + value * 100
        ticket, series = f"ticket-{value}", hall.services[service].series
        given = e.TicketReserved(
            at_ms=at_ms,
            ticket=ticket,
            number=f"{series.upper()}{value:05d}",
            series=series,
            value=value + 1,
            owner="engine",
            service=service,
            arrived_at_ms=at_ms,
            priority=chance.choice((None, None, "elderly")),
            kiosk=None,
        )
        events += [given, e.TicketConfirmed(at_ms=at_ms, ticket=ticket, holding=Holding.PAPER)]
    return events


def _folded(events: list[e.Event]) -> tuple[State, float]:
    state, began_s = State(), time.process_time()
    for event in events:
        apply(state, event)
    return state, time.process_time() - began_s


def _call_s(hall: Hall, state: State, calls: int) -> float:
    """Mean of one; nothing of it is applied, so all are of the same state."""
    asked, counters = _asked(state), list(hall.counters)
    began_s = time.process_time()
    for turn in range(calls):
        decide(hall, state, c.CallNext(counter=counters[turn % COUNTERS]), asked)
    return (time.process_time() - began_s) / calls


def _bytes(hall: Hall, state: State) -> int:
    """The most that one call holds at once."""
    tracemalloc.start()
    try:
        decide(hall, state, c.CallNext(counter="c1"), _asked(state))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _asked(state: State) -> Asked:
    now_ms = state.now_ms + 60_000
    return Asked(now_ms, "collector", "collector", now_ms)
