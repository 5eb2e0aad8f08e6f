"""Satisfied visitors of the year on the quality desk: each with its goal, what it is a share of, and how many rated."""

import re
from collections.abc import Callable

from broker.model import commands as c
from broker.model.words import Level
from tests.collector.conftest import Browser
from tests.collector.town import TownHub

RATED = {
    "c1": [Level.VERY_SATISFIED] * 6 + [Level.BASICALLY_SATISFIED] * 5 + [Level.VERY_DISSATISFIED],
    "c2": [Level.SATISFIED] * 9 + [Level.DISSATISFIED],
}


def lived(hub: TownHub) -> None:
    """Everybody whom these counters served rated, and three more at the second did not."""
    for counter, levels in RATED.items():
        hub.done(c.OpenCounter(counter=counter))
        for level in levels:
            hub.take_ticket("pension")
            hub.serve(counter, 3, level)
            hub.clock.advance(30)
    for _ in range(3):
        hub.take_ticket("pension")
        hub.serve("c2", 3)
        hub.clock.advance(30)


def page_of(browser: Browser, language: str = "en") -> str:
    answer = browser.client.get(f"/quality?lang={language}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_year_and_each_counter_stand_beside_their_goals(logged_in: Callable[[str], Browser], hub: TownHub) -> None:
    lived(hub)
    assert "too few ratings to tell" in page_of(logged_in("quality")), "a day is told once it is over"
    hub.clock.advance(86_400)
    hub.pass_time(1)
    page = page_of(logged_in("quality"))
    assert "The year so far 90.9 % 20 / 22 · goal at least 95.0 % · missed" in page
    assert "88.0 % were rated (22 / 25)" in page
    assert re.search(r"Counter 1 91\.6 % 11 / 12 100\.0 % 91\.6 % 11 / 12 reached", page), page
    assert re.search(r"Counter 2 90\.0 % 9 / 10 76\.9 % 90\.0 % 9 / 10 missed", page), "more than 90 % is wanted"
    assert "Red list: counters below their goal 1 Counter 2 90.0 %" in page
    assert "亮红窗口" in page_of(logged_in("quality"), "zh")
