"""Every bug planted in what visitors and staff are told and asked is found by the judges."""

from tests.simulation.bugs import Bug, people
from tests.simulation.planted import each_bug_of, notice


@each_bug_of(people)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    notice(bug)
