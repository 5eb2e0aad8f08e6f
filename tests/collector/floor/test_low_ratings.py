"""Halls that chose to hear of a low rating as it comes: managers do, nobody else, and nothing about whose it was."""

from collections.abc import Callable

import msgspec
import pytest

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_alerts import Alerts
from broker.model.words import Level
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(town_hall(), alerts=Alerts(low_rating=True))


@pytest.fixture
def manager(logged_in: Callable[[str], Browser]) -> Browser:
    made = logged_in("manager")
    made.read_token("/floor")
    return made


def rated(hub: TownHub, level: Level) -> str:
    """A visit at counter c1 and its rating; the number."""
    number = hub.take_ticket("pension")
    hub.serve("c1")
    visit = hub.live.counter("c1").evaluation.visit
    hub.done(
        c.RecordEvaluation(evaluation=f"rating-of-{number}", visit=visit, level=level, device="phone", pressed_at_ms=0)
    )
    hub.pass_time(1)
    return number


def low(browser: Browser) -> list[dict[str, str]]:
    """The alerts about low ratings on the floor."""
    alerts = browser.client.get("/api/floor").json["alerts"]
    return [one for one in alerts if one["kind"] == "low-rating"]


def test_managers_hear_at_once_that_somebody_rated_low_and_not_whose_visit_it_was(
    hub: TownHub, manager: Browser
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    rated(hub, Level.BASICALLY_SATISFIED)
    assert low(manager) == []
    number = rated(hub, Level.DISSATISFIED)
    (alert,) = low(manager)
    assert "收到差评（今日共 1 条）" in alert["zh"] and "rated low (1 today)" in alert["en"]
    assert not any(number in str(value) or "c1" in str(value) for value in alert.values())


def test_one_more_is_a_new_alert_though_the_first_was_noted(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    rated(hub, Level.DISSATISFIED)
    (first,) = low(manager)
    assert manager.post("/api/floor/acknowledged", {"key": first["key"]}).status_code == 200
    rated(hub, Level.VERY_DISSATISFIED)
    (second,) = low(manager)
    assert (second["noted_by"], "今日共 2 条" in second["zh"]) == (None, True)


def test_the_floor_on_a_wall_says_nothing_of_it(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    rated(hub, Level.DISSATISFIED)
    assert "收到差评" in manager.client.get("/floor").get_data(as_text=True)
    assert "差评" not in manager.client.get("/floor?wall").get_data(as_text=True)
