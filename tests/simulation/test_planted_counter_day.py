"""Every bug planted in the day at a counter is found by the judges."""

from tests.simulation.bugs import Bug, counter_day
from tests.simulation.planted import each_bug_of, notice


@each_bug_of(counter_day)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    notice(bug)
