"""Who is next, and why: the waiting visitor whose waiting is largest against the target for his kind.

Score = (now - clock) / T with T = 10 min x (mean service / 5 min)^g x factor, g from the hall file (usually 0.5),
factor 1 for a walk-in and smaller for a priority class. Every score grows with time, so nobody starves. A clerk's
skill divides the score a little, so that a counter prefers what it does best. Ties go to the earlier place in line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from broker.engine.state import Lane, State, Ticket
from broker.model.hall import Hall
from broker.model.words import CounterStatus

TARGET_MS = 600_000.0
REFERENCE_MINUTES = 5.0
SKILL_WEIGHT = 0.25
RUNNERS_UP = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """The head of a lane with its score."""

    ticket: Ticket
    score: float

    @property
    def key(self) -> tuple[float, int, int]:
        """Smallest is next."""
        return (-self.score, self.ticket.clock_ms, self.ticket.rank)


def target_ms(hall: Hall, lane: Lane) -> float:
    """The waiting time at which this kind of visitor scores 1."""
    service, priority, _ = lane
    factor = hall.priority[priority].factor if priority in hall.priority else 1.0
    minutes = hall.services[service].mean_minutes
    return float(TARGET_MS * (minutes / REFERENCE_MINUTES) ** hall.rules.skill_exponent * factor)


def score(hall: Hall, ticket: Ticket, skill: int, now_ms: int) -> float:
    """Waited over target, at a counter of this skill (1 is best)."""
    waited = max(0, now_ms - ticket.clock_ms)
    return waited / target_ms(hall, ticket.lane) / (1 + SKILL_WEIGHT * (skill - 1))


def serves(hall: Hall, state: State, counter: str, lane: Lane) -> bool:
    """Whether a counter may call from a lane. A wish for a counter that has closed since binds nobody any more."""
    service, _, wanted = lane
    if service not in hall.counters[counter].services:
        return False
    return wanted in (None, counter) or state.counter(wanted or "").status is CounterStatus.CLOSED


def candidates(hall: Hall, state: State, counter: str, now_ms: int) -> Iterator[Candidate]:
    """The heads of all lanes the counter serves; within a lane nobody scores higher than its head."""
    skills = hall.counters[counter].services
    for lane, places in state.lanes.items():
        if serves(hall, state, counter, lane):
            ticket = state.tickets[places[0][2]]
            yield Candidate(ticket, score(hall, ticket, skills[lane[0]], now_ms))


def next_for(hall: Hall, state: State, counter: str, now_ms: int) -> tuple[Ticket, str] | None:
    """The ticket to call and the sentence that says why; None when nobody waits for this counter."""
    ranked = sorted(candidates(hall, state, counter, now_ms), key=lambda candidate: candidate.key)
    if not ranked:
        return None
    best, *others = ranked[: RUNNERS_UP + 1]
    why = f"ratio {best.score:.3f}; next {', '.join(f'{o.ticket.number} {o.score:.3f}' for o in others) or 'nobody'}"
    return best.ticket, why


def would_be_next(hall: Hall, state: State, counter: str, ticket: Ticket, now_ms: int) -> bool:
    """Whether this counter would call the ticket next if it stood in line: nobody has a strictly better claim."""
    own = Candidate(ticket, score(hall, ticket, hall.counters[counter].services[ticket.service], now_ms))
    return all(own.key <= other.key for other in candidates(hall, state, counter, now_ms))


def eligible_count(hall: Hall, state: State, counter: str) -> int:
    """How many people this counter could call now."""
    return sum(len(places) for lane, places in state.lanes.items() if serves(hall, state, counter, lane))
