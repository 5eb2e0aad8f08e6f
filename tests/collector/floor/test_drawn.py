"""The floor's page costs what changed on it: pieces of which nothing changed are handed out as they were drawn."""

from collections.abc import Callable

import pytest
from flask import Flask
from markupsafe import Markup

from broker.collector.floor.drawn import PIECES_MOST, Drawn
from broker.collector.floor.floor_map import as_read, device_tiles
from broker.contract.topics import Topics
from broker.model import commands as c
from broker.model.hall import Hall
from tests.collector.conftest import Browser
from tests.collector.town import TownHub

LIVE = {"X-Part": "live"}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Drawn]:
    made: list[Drawn] = []

    class Noted(Drawn):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr("broker.collector.floor.pages_floor.Drawn", Noted)
    return made


@pytest.fixture
def manager(kept: list[Drawn], logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("manager")


def live_part(browser: Browser, path: str = "/floor") -> str:
    answer = browser.client.get(path, headers=LIVE)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_call_draws_only_the_few_pieces_that_it_changed(
    hub: TownHub, hall: Hall, manager: Browser, kept: list[Drawn]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    before = live_part(manager)
    all_pieces = len(kept[0])
    assert all_pieces >= len(hall.counters) + len(hall.services)
    hub.done(c.CallNext(counter="c1"))
    after = live_part(manager)
    assert number in after and number not in before
    may_call_him = sum("pension" in counter.services for counter in hall.counters.values())
    its_own = may_call_him + len(hall.counters["c1"].services)
    """Tiles say how many a counter could call, lines of the calling counter how long one may wait."""
    assert 2 <= len(kept[0]) - all_pieces <= its_own < all_pieces / 3


def test_each_language_and_the_wall_have_pieces_of_their_own(hub: TownHub, manager: Browser) -> None:
    assert "暂停" in live_part(manager) or "开放" in live_part(manager)
    assert 'data-command=\'{"type": "OpenCounter"' in live_part(manager)
    assert "OpenCounter" not in live_part(manager, "/floor?wall")
    assert "not logged in" in live_part(manager, "/floor?lang=en")


def test_what_the_floor_does_not_show_draws_nothing_anew(
    app: Flask, hub: TownHub, hall: Hall, manager: Browser
) -> None:
    live_part(manager)
    shared = app.extensions["jiaohao"].shared
    known = shared.fresh(("floor", False, "zh"))
    assert known is not None
    picture = Topics(hall.hall.id).picture("kiosk-1", "screen")
    hub.live.take(picture, b"\x89PNG one")
    assert hub.live.picture("kiosk-1", "screen") is not None
    for name in ("board/display-1", "kiosk/kiosk-1", "panel/caller-1"):
        hub.live.tell(name)
    assert shared.fresh(("floor", False, "zh")) is known
    for name in ("counter/c1", "hall/town", "service/pension", "device/kiosk-1", "engine", "alert"):
        live_part(manager)
        assert shared.fresh(("floor", False, "zh")) is not None
        hub.live.tell(name)
        assert shared.fresh(("floor", False, "zh")) is None, name


def test_a_device_that_is_well_is_the_same_tile_however_long_ago_it_was_heard(hub: TownHub, hall: Hall) -> None:
    def tile() -> object:
        found = device_tiles(hall, hub.live, hub.clock.now_ms())
        return next(one for one in found if one.device == "kiosk-1")

    hub.device("kiosk-1", clock_offset_ms=12)
    first = tile()
    hub.clock.advance(3)
    assert tile() != first
    assert as_read(tile()) == as_read(first)


def test_no_more_pieces_are_kept_than_there_is_room_for(app: Flask) -> None:
    drawn = Drawn()
    made: list[object] = []

    def macro(context: object, value: object) -> Markup:
        made.append(value)
        return Markup(value)

    with app.test_request_context("/"):
        for number in range(PIECES_MOST + 1):
            drawn(None, macro, number)
            assert drawn(None, macro, number) == str(number)
    assert len(made) == PIECES_MOST + 1
    assert len(drawn) == 1
