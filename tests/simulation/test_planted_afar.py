"""Every bug planted in what is asked from afar, by the hall's leader or at the guide desk is found by the judges."""

from tests.simulation.bugs import Bug, afar
from tests.simulation.planted import each_bug_of, notice


@each_bug_of(afar)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    notice(bug)
