"""One seed, run and judged: the unit of work of ``script/simulate`` and of the suite."""

from tests.simulation.checkers import check
from tests.simulation.tally import Tally, tally_of
from tests.simulation.world import simulate

HOURS_EACH = 1.0
Result = tuple[int, Tally, list[str]]
"""(seed, figures, sentences of what was broken)."""


def run(seed: int, hours: float = HOURS_EACH) -> Result:
    """One seed, judged."""
    trace = simulate(seed, hours)
    return seed, tally_of(trace), [str(violation) for violation in check(trace)]
