"""The rules by which a hall may call, each as two figures of the head of a line: its group, and its score in it. Pure.

The smallest group goes first, in it the largest score. Every rule keeps two promises. A score never falls and a group
never rises while somebody waits, so within a line nobody is before its head, and a call looks at heads alone. And what
whoever runs the hall has raised for a while counts as having waited longer by as much.

How long services take is the hall file's ``mean_minutes``: it does not change within a day, so neither does the order.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from broker.model import ratios
from broker.model.hall_calling import RuleName

MINUTE_MS = 60_000
Rank = tuple[int, float]
"""Group (0 goes first), score (the largest goes first)."""


class Claim(NamedTuple):
    """What a rule may look at. ``target_ms`` has all factors in it, ``raised`` is one of them; ``place`` of its class
    among the declared ones (None: of no class). ``credit_ms``: its head start. ``turn``: this counter has called
    enough people of priority classes one after the other, and owes one of the others a call. ``capped``: of no class,
    and counts as priority for having waited so long; it is in turn either way, or its turn would go to a newcomer.
    """

    waited_ms: float
    target_ms: float
    skill: int
    raised: float = 1.0
    place: int | None = None
    credit_ms: float = 0.0
    turn: bool = False
    capped: bool = False

    @property
    def as_waited(self) -> float:
        """Minutes, and more of them for who was raised."""
        return max(0, self.waited_ms) / self.raised / MINUTE_MS


def _ratio(claim: Claim) -> Rank:
    return 0, ratios.ratio(claim.waited_ms, claim.target_ms, claim.skill)


def _fcfs(claim: Claim) -> Rank:
    return 0, claim.as_waited


def _strict(claim: Claim) -> Rank:
    return OTHERS if claim.place is None else claim.place, claim.as_waited


def _rotation(claim: Claim) -> Rank:
    return int(not claim.capped and (claim.place is None) != claim.turn), claim.as_waited


def _max_wait(claim: Claim) -> Rank:
    return 0, (claim.waited_ms - ratios.at_skill(claim.target_ms, claim.skill)) / MINUTE_MS


def _head_start(claim: Claim) -> Rank:
    return 0, claim.as_waited + claim.credit_ms / claim.raised / MINUTE_MS


OTHERS = 1_000_000
"""The group of those of no class under the strict rule: behind all classes there may be."""
RULES: Mapping[RuleName, Callable[[Claim], Rank]] = {
    "ratio": _ratio,
    "fcfs": _fcfs,
    "strict": _strict,
    "rotation": _rotation,
    "max_wait": _max_wait,
    "head_start": _head_start,
}
"""Every rule that a hall file may name."""
EARLY = (OTHERS + 1, 0.0)
"""Whose time has not come, by any rule: called where nobody else waits, the nearest first."""


def rank_of(rule: RuleName, claim: Claim) -> Rank:
    """Its group and score by this rule; before the time from which its waiting counts it stands behind everybody."""
    return EARLY if claim.waited_ms < 0 else RULES[rule](claim)
