"""Who is next, and why: usually the waiting visitor whose waiting is largest against the target for his kind.

Score = (now - clock) / T with T = 10 min x (mean service / 5 min)^g x factor, g from the hall file (usually 0.5),
factor 1 for a walk-in and smaller for a priority class. Every score grows with time, so nobody starves. A clerk's
skill divides the score a little, so that a counter prefers what it does best. Ties go to the earlier place in line.
Whoever runs the hall may shrink the target of a service or class for a while (``raised``). A hall may go by another
rule, and by another one in a session (``policy_rules``). What was compared for a call goes into the journal with it
(``compared``), so that nobody has to guess afterwards why one was first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broker.engine.assigned import services_of
from broker.engine.policy_rules import MINUTE_MS, Claim, rank_of
from broker.engine.state import ON_THE_WAY, Lane, State, Ticket
from broker.model import ratios
from broker.model.hall import Hall
from broker.model.hall_calling import Calling
from broker.model.ratios import COMPARED_MOST, RATIO, Compared
from broker.model.words import CounterStatus

RUNNERS_UP = 3
NOBODY: Mapping[Lane, int] = {}
APPOINTMENT = "appointment"
"""Nobody counts as having one for having waited long."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """The head of a lane with its group and its score in it."""

    ticket: Ticket
    score: float
    tier: int = 0
    raised: float = 1.0

    @property
    def key(self) -> tuple[int, float, int, int]:
        """Smallest is next."""
        return (self.tier, -self.score, self.ticket.clock_ms, self.ticket.rank)


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


def candidates(
    hall: Hall, state: State, counter: str, now_ms: int, passed: Mapping[Lane, int] = NOBODY
) -> Iterator[Candidate]:
    """The heads of all lanes the counter serves; within a lane nobody scores higher than its head.

    ``passed``: so many of a lane are left out, as if they had been called.
    """
    skills, calling = services_of(hall, state, counter), in_force(hall, state)
    for lane, places in state.lanes.items():
        behind = passed.get(lane, 0)
        if behind < len(places) and serves(hall, state, counter, lane):
            ticket = state.tickets[places[behind][2]]
            yield _candidate(hall, state, counter, calling, ticket, skills[lane[0]], now_ms)


def in_force(hall: Hall, state: State) -> Calling:
    """By which rule is called now."""
    return hall.calling.during(state.session)


def _candidate(
    hall: Hall, state: State, counter: str, calling: Calling, ticket: Ticket, skill: int, now_ms: int
) -> Candidate:
    claim = claim_of(hall, state, counter, calling, ticket, skill, now_ms)
    tier, score = rank_of(calling.rule, claim)
    return Candidate(ticket, score, tier, claim.raised)


def claim_of(
    hall: Hall, state: State, counter: str, calling: Calling, ticket: Ticket, skill: int, now_ms: int
) -> Claim:
    """All that a rule may look at of somebody in line, at a counter of this skill."""
    service, priority, wanted = ticket.lane
    raised = raised_factor(state, ticket.lane, now_ms)
    counted = counts_as(hall, calling, ticket, now_ms)
    place, credit_ms = None, 0.0
    if counted is not None and counted == priority:
        place, credit_ms = list(hall.priority).index(counted), calling.credit_ms(counted)
    elif counted is not None:
        place, credit_ms = 0, max(calling.credit_ms(one) for one in hall.priority)
    return Claim(
        now_ms - ticket.clock_ms,
        target_ms(hall, (service, counted, wanted)) * raised,
        skill,
        raised,
        place,
        credit_ms if calling.rule == "head_start" else 0.0,
        state.counter(counter).favoured >= calling.priority_in_a_row,
        counted != priority and counted is not None,
    )


def counts_as(hall: Hall, calling: Calling, ticket: Ticket, now_ms: int) -> str | None:
    """Its class; whoever is of none and has waited too long counts as of another (``stand_in``)."""
    if ticket.priority in hall.priority:
        return ticket.priority
    if not hall.priority or not calling.cap_min or now_ms - ticket.clock_ms < calling.cap_min * MINUTE_MS:
        return None
    return stand_in(hall)


def stand_in(hall: Hall) -> str:
    """The class as which people of none count who have waited too long: the one with the least factor, not appointments
    unless there is nothing else."""
    names = [name for name in hall.priority if name != APPOINTMENT] or list(hall.priority)
    return min(names, key=lambda name: hall.priority[name].factor)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to call, the sentence that says why, what was compared, the called one first, and by which rule."""

    ticket: Ticket
    why: str
    compared: tuple[Compared, ...]
    rule: str = RATIO


def next_for(hall: Hall, state: State, counter: str, now_ms: int) -> Choice | None:
    """Whom to call; None when nobody waits for this counter."""
    ranked = sorted(candidates(hall, state, counter, now_ms), key=lambda candidate: candidate.key)
    if not ranked:
        return None
    best, *others = ranked[: RUNNERS_UP + 1]
    calling = in_force(hall, state)
    runners_up = ", ".join(f"{one.ticket.number} {_said(calling, one)}" for one in others) or "nobody"
    why = f"{calling.rule} {_said(calling, best)}; next {runners_up}"
    skills = services_of(hall, state, counter)
    kept = tuple(_compared(hall, state, counter, calling, one, skills, now_ms) for one in ranked[:COMPARED_MOST])
    return Choice(best.ticket, why, kept, calling.rule)


def _said(calling: Calling, one: Candidate) -> str:
    """A share of the target; by every other rule minutes, in a group where it has several. Of who was raised they are
    minutes as they count, not as they passed."""
    if calling.rule == RATIO:
        return f"{one.score:.3f}"
    raised = f" (raised x {one.raised:g})" if one.raised != 1 else ""
    return f"{one.score:.1f} min{raised}" + (f" in group {one.tier + 1}" if one.tier else "")


def _compared(
    hall: Hall,
    state: State,
    counter: str,
    calling: Calling,
    one: Candidate,
    skills: Mapping[str, int],
    now_ms: int,
) -> Compared:
    ticket = one.ticket
    claim = claim_of(hall, state, counter, calling, ticket, skills[ticket.service], now_ms)
    return Compared(
        number=ticket.number,
        clock_ms=ticket.clock_ms,
        target_ms=claim.target_ms,
        skill=claim.skill,
        priority=class_factor(hall, counts_as(hall, calling, ticket, now_ms)),
        raised=claim.raised,
        tier=one.tier,
        credit_ms=claim.credit_ms,
    )


def would_be_next(hall: Hall, state: State, counter: str, ticket: Ticket, now_ms: int) -> bool:
    """Whether this counter would call the ticket next if it stood in line: nobody has a strictly better claim."""
    skill = services_of(hall, state, counter).get(ticket.service)
    if skill is None:
        return False
    own = _candidate(hall, state, counter, in_force(hall, state), ticket, skill, now_ms)
    return all(own.key <= other.key for other in candidates(hall, state, counter, now_ms))


def eligible_count(hall: Hall, state: State, counter: str) -> int:
    """How many people this counter could call now."""
    return sum(len(places) for lane, places in state.lanes.items() if serves(hall, state, counter, lane))
