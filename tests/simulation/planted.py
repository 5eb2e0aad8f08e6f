"""What the tests of planted bugs share: judges that find none of them would prove nothing by finding nothing.

They are a file for each table of bugs, so that several workers share them.
"""

from types import ModuleType

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.bugs.first_seeds import FIRST_SEEDS
from tests.simulation.bugs.search import caught, caught_at


def each_bug_of(table: ModuleType) -> pytest.MarkDecorator:
    """A test for each bug of a table."""
    bugs = [bug for bug in BUGS if bug.plant.__module__ == table.__name__]
    return pytest.mark.parametrize("bug", bugs, ids=lambda bug: bug.name)


def notice(bug: Bug) -> None:
    """A judge finds the bug at the seed last known to catch it.

    The product moves on, and what happens at a seed with it: then the other seeds of the fifty are asked, and only a
    bug that none of them shows is a hole.
    """
    known = FIRST_SEEDS.get(bug.name)
    assert (known and caught_at(bug, *known)) or caught(bug), f"{bug.name}: {bug.sentence} Nobody noticed."
