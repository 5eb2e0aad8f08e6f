"""A still picture of the hall: all that rolling it forward needs, copied so that the hall may change meanwhile. Pure.

Taking it costs the writer's thread well under a millisecond; whatever can be worked out elsewhere is (``stage``).
"""

from bisect import bisect_left
from dataclasses import dataclass, replace

from broker.engine.habits import ARRIVALS_MS
from broker.engine.issuing import APPOINTMENT
from broker.engine.local_time import MINUTE_MS
from broker.engine.state import State
from broker.model.hall import Hall
from broker.model.words import CounterStatus

HORIZON_MS = 4 * 3_600_000
"""Nobody is dated beyond."""
WINDOW_LEAST_MS = 5 * MINUTE_MS
"""Of a shorter time since the hall began nothing is said of how many come."""
Kind = tuple[str, str | None]
"""(service, priority class)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """``state`` holds what the policy looks at, and no ticket. Times are epoch milliseconds, durations seconds.

    ``at_counter``: counter -> service and since when; ``free``: counter -> since when it has nobody. ``bookings``: the
    kind of ticket each will get, and its time. ``arrivals``: how many of a kind came within ``window_s``; ``coming``
    from when until when people still may. ``show``: the share of those booked who come.
    """

    hall: Hall
    state: State
    now_ms: int
    at_counter: dict[str, tuple[str, int]]
    free: dict[str, int]
    bookings: tuple[tuple[int, Kind], ...]
    arrivals: dict[Kind, int]
    window_s: float
    coming: tuple[tuple[int, int], ...]
    show: float
    services: dict[str, tuple[float, ...]]
    gaps: tuple[float, ...]
    pauses: tuple[float, ...]


def freeze(hall: Hall, state: State, now_ms: int) -> Scene | None:
    """The hall as it is; None while nobody is called: no day is open, or an emergency is shown."""
    if state.day is None or state.emergency is not None:
        return None
    habits = state.habits
    began_ms = max((one.opens_ms for one in state.sessions if one.opens_ms <= now_ms), default=now_ms - ARRIVALS_MS)
    from_ms = max(began_ms, now_ms - ARRIVALS_MS)
    return Scene(
        hall,
        _looked_at(state),
        now_ms,
        {
            key: (ticket.service, ticket.called_at_ms or ticket.since_ms)
            for key, counter in state.counters.items()
            if counter.ticket is not None and (ticket := state.tickets[counter.ticket]).service in hall.services
        },
        dict(habits.free),
        tuple(_bookings(hall, state, now_ms)),
        _arrivals(hall, state, from_ms),
        max(now_ms - from_ms, WINDOW_LEAST_MS) / 1000,
        _coming(state, now_ms),
        habits.show_share,
        {key: tuple(known) for key, known in habits.services.items()},
        tuple(habits.gaps),
        tuple(habits.pauses),
    )


def _looked_at(state: State) -> State:
    """What the policy and the hours of service look at."""
    return State(
        now_ms=state.now_ms,
        day=state.day,
        sessions=state.sessions,
        session=state.session,
        lanes={lane: list(places) for lane, places in state.lanes.items()},
        counters={key: replace(counter, done=[]) for key, counter in state.counters.items()},
        extended=dict(state.extended),
        reassigned=dict(state.reassigned),
        raised=dict(state.raised),
    )


def _arrivals(hall: Hall, state: State, from_ms: int) -> dict[Kind, int]:
    """How many of each kind came since; nobody comes for what no ticket is given for."""
    if ("hall", "") in state.no_issuing:
        return {}
    return {
        (service, group or None): count
        for service, groups in state.habits.arrivals.items()
        if service in hall.services and ("service", service) not in state.no_issuing
        for group, known in groups.items()
        if (count := sum(1 for at_ms in known if at_ms >= from_ms))
    }


def _coming(state: State, now_ms: int) -> tuple[tuple[int, int], ...]:
    """When tickets are given from now on; without hours, always."""
    if not state.sessions:
        return ((now_ms, now_ms + HORIZON_MS),)
    return tuple(
        (max(one.opens_ms, now_ms), one.last_ticket_ms)
        for one in sorted(state.sessions, key=lambda session: session.opens_ms)
        if one.last_ticket_ms > now_ms and one.name != state.issuing_ended
    )


def _bookings(hall: Hall, state: State, now_ms: int) -> list[tuple[int, Kind]]:
    """Who is booked for the time to come, or is late within the tolerance, and has not checked in."""
    first_ms = now_ms - hall.rules.appointment_late_min * MINUTE_MS
    priority = APPOINTMENT if APPOINTMENT in hall.priority else None
    found = []
    for service, rows in state.booked_at.items():
        if service not in hall.services:
            continue
        for time_ms, appointment, _ in rows[bisect_left(rows, (first_ms, "", 0)) :]:
            if time_ms > now_ms + HORIZON_MS:
                break
            booked = state.appointments[appointment]
            if booked.ticket is None and booked.service == service:
                found.append((time_ms, (service, priority)))
    return sorted(found, key=lambda one: (one[0], one[1][0]))


def is_at_work(state: State, counter: str) -> bool:
    """Whether a counter calls people, now or once its pause is over."""
    return state.counter(counter).status is not CounterStatus.CLOSED
