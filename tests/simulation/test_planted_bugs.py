"""The table of planted bugs as a whole; each of them has its test in the file of its table."""

from tests.simulation.bugs import BUGS, HOLES, afar, counter_day, devices, people, rules, server
from tests.simulation.checkers import JUDGES


def test_every_bug_is_of_a_table_that_has_its_tests() -> None:
    tested = {table.__name__ for table in (afar, counter_day, devices, people, rules, server)}
    assert {bug.plant.__module__ for bug in BUGS} == tested


def test_every_law_that_a_trace_can_show_finds_a_bug() -> None:
    named = {law for bug in BUGS for law in bug.laws}
    assert named >= {f"L{number}" for number in (*range(1, 19), 22, *range(25, 39), 40, 42, 43, 44)} | {"wait"}


def test_there_are_enough_bugs_and_each_is_described() -> None:
    assert len(BUGS) >= 145
    assert HOLES == (), "a bug that nobody finds is a hole in the world or in a judge"
    assert len(JUDGES) >= 9
    assert all(bug.sentence.endswith(".") and bug.laws for bug in BUGS)
