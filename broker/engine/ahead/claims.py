"""Whose turn it is at a counter, as the policy says it, in a form that is quick to look at many thousand times. Pure.

By every rule a claim is a group and, in it, a score that grows evenly while somebody waits (as long as he counts as of
the same kind). So the policy is asked twice of each kind of people, and what lies between follows.
"""

from broker.engine.policy import claim_of, in_force
from broker.engine.policy_rules import EARLY, MINUTE_MS, rank_of
from broker.engine.queue_rule import Kind
from broker.engine.state import Counter, Lane, State, Ticket
from broker.model.hall import Hall
from broker.model.words import Holding, TicketStatus

APART_MS = MINUTE_MS
Key = tuple[int, float, int, int]
"""Group, less the score, what waiting counts from, rank: the smallest is called."""
Kinds = tuple[Kind, Kind, Kind, Kind]
"""As usual, who waited so long that he counts as priority, and both where the counter owes the others a call."""


class CounterRule:
    """The rule in force as a counter goes by it, with its skills and what it owes; asked once for each kind.

    ``in_a_row``: after so many of priority classes a counter owes the others a call; 0 where that is of no matter.
    """

    def __init__(self, hall: Hall, state: State, now_ms: int) -> None:
        self._hall, self._now_ms = hall, now_ms
        self._calling = in_force(hall, state)
        self._known: dict[tuple[Lane, int], Kinds] = {}
        self.cap_ms = self._calling.cap_min * MINUTE_MS if self._calling.cap_min else float("inf")
        self.in_a_row = self._calling.priority_in_a_row if self._calling.rule == "rotation" else 0
        self._states = {
            favoured: State(raised=state.raised, counters={"": Counter("", favoured=favoured)})
            for favoured in (0, self.in_a_row)
        }

    def kinds(self, lane: Lane, skill: int) -> Kinds:
        """Of a lane, at counters of this skill for it."""
        key = lane, skill
        if key not in self._known:
            usual = self._both(lane, skill, 0)
            owing = self._both(lane, skill, self.in_a_row) if self.in_a_row else usual
            self._known[key] = (*usual, *owing)
        return self._known[key]

    def _both(self, lane: Lane, skill: int, favoured: int) -> tuple[Kind, Kind]:
        usual = self._kind(lane, skill, favoured, 0)
        if self.cap_ms == float("inf"):
            return usual, usual
        return usual, self._kind(lane, skill, favoured, int(self.cap_ms) + 1)

    def _kind(self, lane: Lane, skill: int, favoured: int, from_ms: int) -> Kind:
        """Who waited ``from_ms``, and a little longer, though not until he is of another kind."""
        apart_ms = APART_MS if from_ms else int(min(APART_MS, self.cap_ms / 2))
        (tier, first), (_, later) = (
            self._rank(lane, skill, favoured, waited_ms) for waited_ms in (from_ms, from_ms + apart_ms)
        )
        each_ms = (later - first) / apart_ms
        return Kind(tier, first - each_ms * from_ms, each_ms)

    def _rank(self, lane: Lane, skill: int, favoured: int, waited_ms: int) -> tuple[int, float]:
        ticket = _somebody(lane, self._now_ms - waited_ms)
        claimed = claim_of(self._hall, self._states[favoured], "", self._calling, ticket, skill, self._now_ms)
        return rank_of(self._calling.rule, claimed)


def claim(now_ms: int, clock_ms: int, rank: int, kinds: Kinds, cap_ms: float, owes: bool) -> Key:
    """Of somebody at the head of a line."""
    waited_ms = now_ms - clock_ms
    if waited_ms < 0:
        return (EARLY[0], -EARLY[1], clock_ms, rank)
    tier, first, each_ms = kinds[(waited_ms >= cap_ms) + 2 * owes]
    return (tier, -(first + each_ms * waited_ms), clock_ms, rank)


def _somebody(lane: Lane, clock_ms: int) -> Ticket:
    """Who stands in a lane, as far as a rule looks at him."""
    service, priority, wanted = lane
    return Ticket(
        ticket="",
        number="",
        series="",
        service=service,
        priority=priority,
        language="",
        kiosk=None,
        status=TicketStatus.WAITING,
        holding=Holding.PAPER,
        arrived_at_ms=clock_ms,
        clock_ms=clock_ms,
        rank=0,
        since_ms=clock_ms,
        to_counter=wanted,
    )
