"""Every bug planted in kiosks, displays and callers is found by the judges."""

from tests.simulation.bugs import Bug, devices
from tests.simulation.planted import each_bug_of, notice


@each_bug_of(devices)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    notice(bug)
