"""Every bug planted in the rules of the line is found by the judges."""

from tests.simulation.bugs import Bug, rules
from tests.simulation.planted import each_bug_of, notice


@each_bug_of(rules)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    notice(bug)
