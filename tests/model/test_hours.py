"""Opening hours as people read them."""

import pytest

from broker.model.hours import hours_spans


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ("", ()),
        ("09:00-12:00", ("09:00–12:00",)),
        ("09:00-12:00 13:30-17:00", ("09:00–12:00", "13:30–17:00")),
        ("09:00-12:00 12:00-14:00 15:00-17:00", ("09:00–14:00", "15:00–17:00")),
        ("09:00-10:00 10:00-11:00 11:00-12:00", ("09:00–12:00",)),
    ],
)
def test_sessions_without_a_gap_are_one_to_a_visitor(hours: str, spans: tuple[str, ...]) -> None:
    assert hours_spans(hours) == spans
