"""What the tests of planted bugs share: judges that find none of them would prove nothing by finding nothing.

They are a file for each table of bugs, so that several workers share them. The suite plants those that are found
soonest, and of each law one at least (``IN_THE_SUITE``); all of them are planted by ``script/simulate --bugs --known``.
"""

from types import ModuleType

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.bugs.first_seeds import FIRST_SEEDS
from tests.simulation.bugs.search import noticed

SOON_HOURS = 0.3
"""Of a hall's time: what is found within it is planted in the suite."""


def _run_hours(bug: Bug) -> float:
    return FIRST_SEEDS.get(bug.name, (0, bug.hours))[1]


def in_the_suite(bugs: tuple[Bug, ...]) -> frozenset[str]:
    """The names of those found soon, of new ones without a known seed, and of each law's soonest."""
    chosen = {bug.name for bug in bugs if bug.name not in FIRST_SEEDS or _run_hours(bug) <= SOON_HOURS}
    for law in {law for bug in bugs for law in bug.laws}:
        of_law = [bug for bug in bugs if law in bug.laws]
        if chosen.isdisjoint(bug.name for bug in of_law):
            chosen.add(min(of_law, key=_run_hours).name)
    return frozenset(chosen)


IN_THE_SUITE = in_the_suite(BUGS)


def each_bug_of(table: ModuleType) -> pytest.MarkDecorator:
    """A test for each bug of a table that the suite plants."""
    bugs = [bug for bug in BUGS if bug.plant.__module__ == table.__name__ and bug.name in IN_THE_SUITE]
    return pytest.mark.parametrize("bug", bugs, ids=lambda bug: bug.name)


def notice(bug: Bug) -> None:
    """A judge finds the bug at the seed last known to catch it.

    The product moves on, and what happens at a seed with it: then the other seeds of the fifty are asked, and only a
    bug that none of them shows is a hole.
    """
    assert noticed(bug), f"{bug.name}: {bug.sentence} Nobody noticed."
