"""Every bug planted in the server's keeping of time, answers and files is found by the judges."""

from tests.simulation.bugs import Bug, server
from tests.simulation.planted import each_bug_of, notice


@each_bug_of(server)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    notice(bug)
