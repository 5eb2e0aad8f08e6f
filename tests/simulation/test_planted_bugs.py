"""Every planted bug is found: a judge that finds none of them would prove nothing by finding nothing.

Each runs at the seed last known to catch it. The product moves on, and what happens at a seed with it: then the other
seeds of the fifty are asked, and only a bug that none of them shows is a hole.
"""

import pytest

from tests.simulation.bugs import BUGS, HOLES, Bug
from tests.simulation.bugs.first_seeds import FIRST_SEEDS
from tests.simulation.bugs.search import caught, caught_at
from tests.simulation.checkers import JUDGES


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    known = FIRST_SEEDS.get(bug.name)
    assert (known and caught_at(bug, *known)) or caught(bug), f"{bug.name}: {bug.sentence} Nobody noticed."


def test_every_law_that_a_trace_can_show_finds_a_bug() -> None:
    named = {law for bug in BUGS for law in bug.laws}
    assert named >= {f"L{number}" for number in (*range(1, 19), 22, *range(25, 39))} | {"wait"}


def test_there_are_enough_bugs_and_each_is_described() -> None:
    assert len(BUGS) >= 126
    assert HOLES == (), "a bug that nobody finds is a hole in the world or in a judge"
    assert len(JUDGES) >= 9
    assert all(bug.sentence.endswith(".") and bug.laws for bug in BUGS)
