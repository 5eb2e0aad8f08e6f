"""Runs a planted bug seed by seed until a judge names one of its laws."""

from dataclasses import dataclass, replace
from math import ceil

from tests.simulation.bugs import afar
from tests.simulation.bugs.bug import Bug
from tests.simulation.bugs.first_seeds import FIRST_SEEDS
from tests.simulation.checkers import Violation, check
from tests.simulation.plan import plan_of
from tests.simulation.world import begins_ms, simulate

SEEDS = 50
SHORTER = (0.08, 0.16, 0.32)
"""Hours tried for a quicker run of a seed that is known to find a bug."""
AFTERWARDS = (0.01, 0.04, 0.1)
"""And how long it may go on after the violation: some judges need to see what did not follow."""
WORTH = 0.85
"""What saves less than the rest of this share of a run is not worth being cut so near."""


@dataclass(frozen=True)
class Caught:
    """The first seed at which a bug was found, and what the judge said."""

    seed: int
    violation: Violation


def caught_at(bug: Bug, seed: int, hours: float | None = None) -> Violation | None:
    """What one run with the bug shows of its laws; None when no judge noticed.

    Only the bugs of what is asked from afar need those who ask so: the others keep their stories, and their seeds.
    """
    plan = replace(plan_of(seed), afar=bug.plant.__module__ == afar.__name__)
    with bug.plant():
        trace = simulate(seed, hours=hours or bug.hours, plan=plan)
    return next((violation for violation in check(trace) if violation.law in bug.laws), None)


def eventful_first(seeds: int) -> list[int]:
    """The same seeds, those in which more happens first: most bugs are found sooner so."""

    def events(seed: int) -> float:
        plan = plan_of(seed)
        return -sum(plan.rates.values()) * plan.visitors_an_hour / (4 if plan.hall == "one" else 1)

    return sorted(range(seeds), key=events)


def caught(bug: Bug, seeds: int = SEEDS, hours: float | None = None) -> Caught | None:
    """The first of the seeds that finds the bug."""
    for seed in eventful_first(seeds):
        violation = caught_at(bug, seed, hours)
        if violation is not None:
            return Caught(seed, violation)
    return None


def noticed(bug: Bug) -> bool:
    """Whether a judge finds the bug at the seed last known to show it, or at any of the fifty."""
    known = FIRST_SEEDS.get(bug.name)
    return bool((known and caught_at(bug, *known)) or caught(bug))


def shortest(bug: Bug, found: Caught, hours: float) -> float:
    """The shortest run of that seed that still finds the bug."""
    seen_h = ceil((found.violation.at_ms - begins_ms(plan_of(found.seed))) / 36_000) / 100
    ladder = sorted({*SHORTER, *(round(seen_h + more, 2) for more in AFTERWARDS)})
    return next((less for less in ladder if less < hours * WORTH and caught_at(bug, found.seed, less)), hours)
