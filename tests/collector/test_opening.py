"""A day is opened over the web only if the calendar has it."""

from collections.abc import Callable

import pytest

from tests.collector.conftest import Browser
from tests.collector.town import TownHub


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01", "0001-01-01", "9999-12-31", "2026-00-10"])
def test_a_day_that_no_calendar_has_is_refused_in_words(
    hub: TownHub, logged_in: Callable[[str], Browser], day: str
) -> None:
    body = {"id": "web-press-0001", "command": {"type": "OpenDay", "day": day, "sessions": []}}
    answer = logged_in("manager").post("/api/commands", body)
    assert 400 <= answer.status_code < 500 and answer.get_json()["code"] != "server_error", answer.get_json()
    assert hub.writer.state.day == "2026-03-04"
