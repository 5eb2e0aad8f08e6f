"""The table of planted bugs as a whole; which of them the suite plants is said by planted.py."""

from dataclasses import replace

from tests.simulation.bugs import BUGS, HOLES, afar, counter_day, devices, people, rules, server
from tests.simulation.checkers import JUDGES
from tests.simulation.planted import IN_THE_SUITE, in_the_suite


def test_every_bug_is_of_a_table_that_has_its_tests() -> None:
    tested = {table.__name__ for table in (afar, counter_day, devices, people, rules, server)}
    assert {bug.plant.__module__ for bug in BUGS} == tested


def test_every_law_that_a_trace_can_show_finds_a_bug() -> None:
    named = {law for bug in BUGS for law in bug.laws}
    assert named >= {f"L{number}" for number in (*range(1, 19), 22, *range(25, 39), 40, 42, 43, 44)} | {"wait"}


def test_the_suite_plants_bugs_of_every_law_and_more_than_half_of_all() -> None:
    planted = [bug for bug in BUGS if bug.name in IN_THE_SUITE]
    assert {law for bug in planted for law in bug.laws} == {law for bug in BUGS for law in bug.laws}
    assert len(planted) > len(BUGS) / 2


def test_a_bug_without_a_known_seed_is_planted_in_the_suite() -> None:
    stranger = replace(BUGS[0], name="nobody_has_looked_for_it_yet")
    assert stranger.name in in_the_suite((stranger, *BUGS))


def test_there_are_enough_bugs_and_each_is_described() -> None:
    assert len(BUGS) >= 145
    assert HOLES == (), "a bug that nobody finds is a hole in the world or in a judge"
    assert len(JUDGES) >= 9
    assert all(bug.sentence.endswith(".") and bug.laws for bug in BUGS)
