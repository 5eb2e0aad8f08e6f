"""Who is next, and why: the waiting visitor whose waiting is largest against the target for his kind.

Score = (now - clock) / T with T = 10 min x (mean service / 5 min)^g x factor, g from the hall file (usually 0.5),
factor 1 for a walk-in and smaller for a priority class. Every score grows with time, so nobody starves. A clerk's
skill divides the score a little, so that a counter prefers what it does best. Ties go to the earlier place in line.
Whoever runs the hall may shrink the target of a service or class for a while (``raised``). What was compared for a call
goes into the journal with it (``compared``), so that nobody has to guess afterwards why one was first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broker.engine.assigned import services_of
from broker.engine.state import ON_THE_WAY, Lane, State, Ticket
from broker.model import ratios
from broker.model.hall import Hall
from broker.model.ratios import COMPARED_MOST, Compared
from broker.model.words import CounterStatus

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
    minutes = hall.services[service].mean_minutes
    return ratios.target_ms(minutes, hall.rules.skill_exponent, class_factor(hall, priority))


def class_factor(hall: Hall, priority: str | None) -> float:
    """How much of the usual target a priority class has."""
    return hall.priority[priority].factor if priority in hall.priority else 1.0


def raised_factor(state: State, lane: Lane, now_ms: int) -> float:
    """How much of its target a lane has now, 1 unless its service or its class was raised; of both, the smaller."""
    found = (state.raised.get((lane[0], None)), state.raised.get((None, lane[1])) if lane[1] else None)
    return min((one.factor for one in found if one is not None and one.until_ms > now_ms), default=1.0)


def score(hall: Hall, ticket: Ticket, skill: int, now_ms: int, raised: float = 1.0) -> float:
    """Waited over target, at a counter of this skill (1 is best)."""
    return ratios.ratio(now_ms - ticket.clock_ms, target_ms(hall, ticket.lane) * raised, skill)


def serves(hall: Hall, state: State, counter: str, lane: Lane) -> bool:
    """Whether a counter may call from a lane.

    From those on the way none does. A wish for a counter that has closed since, or does not serve this today, binds
    nobody any more.
    """
    service, _, wanted = lane
    if service not in services_of(hall, state, counter) or wanted == ON_THE_WAY:
        return False
    if wanted in (None, counter) or state.counter(wanted or "").status is CounterStatus.CLOSED:
        return True
    return wanted not in hall.counters or service not in services_of(hall, state, wanted or "")


def candidates(hall: Hall, state: State, counter: str, now_ms: int) -> Iterator[Candidate]:
    """The heads of all lanes the counter serves; within a lane nobody scores higher than its head."""
    skills = services_of(hall, state, counter)
    for lane, places in state.lanes.items():
        if serves(hall, state, counter, lane):
            ticket = state.tickets[places[0][2]]
            yield Candidate(ticket, score(hall, ticket, skills[lane[0]], now_ms, raised_factor(state, lane, now_ms)))


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to call, the sentence that says why, and what was compared: the called one first."""

    ticket: Ticket
    why: str
    compared: tuple[Compared, ...]


def next_for(hall: Hall, state: State, counter: str, now_ms: int) -> Choice | None:
    """Whom to call; None when nobody waits for this counter."""
    ranked = sorted(candidates(hall, state, counter, now_ms), key=lambda candidate: candidate.key)
    if not ranked:
        return None
    best, *others = ranked[: RUNNERS_UP + 1]
    why = f"ratio {best.score:.3f}; next {', '.join(f'{o.ticket.number} {o.score:.3f}' for o in others) or 'nobody'}"
    skills = services_of(hall, state, counter)
    kept = tuple(_compared(hall, state, one.ticket, skills, now_ms) for one in ranked[:COMPARED_MOST])
    return Choice(best.ticket, why, kept)


def _compared(hall: Hall, state: State, ticket: Ticket, skills: Mapping[str, int], now_ms: int) -> Compared:
    raised = raised_factor(state, ticket.lane, now_ms)
    return Compared(
        number=ticket.number,
        clock_ms=ticket.clock_ms,
        target_ms=target_ms(hall, ticket.lane) * raised,
        skill=skills[ticket.service],
        priority=class_factor(hall, ticket.priority),
        raised=raised,
    )


def would_be_next(hall: Hall, state: State, counter: str, ticket: Ticket, now_ms: int) -> bool:
    """Whether this counter would call the ticket next if it stood in line: nobody has a strictly better claim."""
    skill, raised = services_of(hall, state, counter).get(ticket.service), raised_factor(state, ticket.lane, now_ms)
    if skill is None:
        return False
    own = Candidate(ticket, score(hall, ticket, skill, now_ms, raised))
    return all(own.key <= other.key for other in candidates(hall, state, counter, now_ms))


def eligible_count(hall: Hall, state: State, counter: str) -> int:
    """How many people this counter could call now."""
    return sum(len(places) for lane, places in state.lanes.items() if serves(hall, state, counter, lane))
