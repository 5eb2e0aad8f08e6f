"""A wait is told as a range in steps, always around what was computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.waits import LONGEST_MIN, rounded_outwards


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.0, 0.4, (0, 2)),
        (3.9, 4.1, (2, 6)),
        (9.9, 10.1, (8, 15)),
        (12.0, 18.0, (10, 20)),
        (4.0, 4.0, (4, 6)),
        (470.0, 900.0, (470, LONGEST_MIN)),
        (900.0, 901.0, (LONGEST_MIN, LONGEST_MIN)),
    ],
)
def test_steps_are_fine_for_short_waits_and_coarse_for_long_ones(
    low: float, high: float, shown: tuple[int, int]
) -> None:
    found = rounded_outwards(low, high)
    assert (found.low_min, found.high_min) == shown


@given(st.floats(0, LONGEST_MIN), st.floats(0, LONGEST_MIN))
def test_what_was_computed_lies_inside_what_is_shown(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = rounded_outwards(low, high)
    assert found.low_min <= low <= high <= found.high_min
