"""Visitors see how long the line is before they come."""

from tests.caller.views import view
from tests.chaos.crowd import line_length


def test_the_longest_line_that_any_counter_shows_counts_and_other_views_do_not() -> None:
    assert line_length([view("w1", waiting=3), object(), view("w2", waiting=7)]) == 7
    assert line_length([object()]) == 0
