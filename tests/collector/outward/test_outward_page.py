"""The page about other systems: what is wrong with one, what it refused, sending again; for those who may."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broker.collector.web import WebOptions
from broker.model.hall import Hall
from broker.store.tail import Tail
from tests.collector.conftest import PERSONS, Browser
from tests.collector.outward.told import SECRETS, telling_hall
from tests.collector.town import TownHub

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def hall() -> Hall:
    return telling_hall(NOWHERE)


@pytest.fixture
def options(tmp_path: Path) -> WebOptions:
    return WebOptions(virtual=True, persons=PERSONS, journal=tmp_path / "hall.db", secrets=SECRETS)


def web_of(app: object):
    return app.extensions["jiaohao"]  # type: ignore[attr-defined]


def test_a_silent_system_is_seen_named_and_tried_again(
    logged_in: Callable[[str], Browser], hub: TownHub, app: object
) -> None:
    web = web_of(app)
    one = web.receivers.find("city").courier
    one.turn()
    hub.take_ticket("pension")
    one.turn()
    manager = logged_in("manager")
    page = manager.client.get("/outward?lang=en").get_data(as_text=True)
    assert "no answer" in page and "ConnectionRefusedError" in page and "127.0.0.1:9" in page
    assert "/city" not in page, "an address may hold a key of its own"
    assert "对外" in manager.client.get("/floor?lang=zh").get_data(as_text=True), "and it stands in the menu"
    for wish in ({"do": "now"}, {"do": "again"}, {"do": "day", "day": "2026-03-04"}):
        answer = manager.client.post("/outward", data={"csrf": manager.token, "receiver": "city", **wish})
        assert answer.status_code == 303, wish
    place = web.receivers.places.of("city")
    assert place.position == Tail(hub.path).before("2026-03-04")


def test_nonsense_changes_nothing(logged_in: Callable[[str], Browser], hub: TownHub, app: object) -> None:
    manager, web = logged_in("manager"), web_of(app)
    web.receivers.find("city").courier.turn()
    before = web.receivers.places.of("city")
    for wish, status in (
        ({"receiver": "nobody", "do": "now"}, 404),
        ({"receiver": "city"}, 400),
        ({"receiver": "city", "do": "again", "position": "-1"}, 400),
        ({"receiver": "city", "do": "day", "day": "2026-13-45"}, 400),
        ({"receiver": "city", "do": "day", "day": "20260304"}, 400),
        ({"receiver": "city", "do": "day", "day": "2020-01-01"}, 404),
    ):
        answer = manager.client.post("/outward", data={"csrf": manager.token, **wish})
        assert answer.status_code == status, wish
    assert web.receivers.places.of("city") == before


def test_half_an_hour_of_silence_is_an_alert(logged_in: Callable[[str], Browser], hub: TownHub, app: object) -> None:
    web = web_of(app)
    one = web.receivers.find("city").courier
    one.turn()
    hub.take_ticket("pension")
    one.turn()
    page = logged_in("manager").client.get("/floor?lang=en").get_data(as_text=True)
    assert "has taken nothing" not in page
    hub.clock.advance(1_860)
    web.alerts.refresh()
    page = logged_in("manager").client.get("/floor?lang=en").get_data(as_text=True)
    assert "&#39;city&#39; has taken nothing for 0 h 31 min" in page
