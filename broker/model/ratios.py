"""Who is next, as a formula: waited against the target of that kind of visitor. Pure; every number is in the journal.

The policy of the engine compares with it, and whoever explains a call afterwards counts with it again.
"""

import msgspec

RATIO = "ratio"
"""The name of this rule, as a call says it."""
TARGET_MS = 600_000.0
REFERENCE_MINUTES = 5.0
SKILL_WEIGHT = 0.25
COMPARED_MOST = 32
"""So many lines are kept with a call; whoever heads one beyond had a smaller ratio than all of them."""


class Compared(msgspec.Struct, frozen=True, array_like=True):
    """The head of one line as it was compared for a call.

    ``clock_ms`` is what its waiting is counted from, ``target_ms`` the waiting time at which its kind scores 1 with
    all factors in it: ``priority`` of its class and ``raised`` of what was raised then (1: nothing). ``skill`` is the
    counter's for its service, 1 best. Under another rule than the ratio: ``tier`` is the group that it was in, of which
    0 goes first, and ``credit_ms`` the head start that it was given.
    """

    number: str
    clock_ms: int
    target_ms: float
    skill: int
    priority: float = 1.0
    raised: float = 1.0
    tier: int = 0
    credit_ms: float = 0.0

    def ratio(self, clock_ms: int, now_ms: int) -> float:
        """What somebody of this line scores whose waiting counts from then."""
        return ratio(now_ms - clock_ms, self.target_ms, self.skill)


def target_ms(mean_minutes: float, exponent: float, factor: float) -> float:
    """The waiting time at which visitors of a kind score 1: ten minutes where a service takes five.

    ``exponent`` 0 treats all services alike, 1 is the generalised c-mu rule; ``factor`` is below 1 for who goes sooner.
    """
    return float(TARGET_MS * (mean_minutes / REFERENCE_MINUTES) ** exponent * factor)


def ratio(waited_ms: float, target_ms: float, skill: int) -> float:
    """Waited over target, at a counter of this skill."""
    return max(0, waited_ms) / at_skill(target_ms, skill)


def at_skill(target_ms: float, skill: int) -> float:
    """A target as it counts at a counter that does this so well; 1 is best."""
    return target_ms * (1 + SKILL_WEIGHT * (skill - 1))
