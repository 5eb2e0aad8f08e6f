"""An open page is told within seconds that the engine fell silent, and at once that it speaks again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broker.collector.floor.attention import attention
from broker.contract.envelope import ENGINE_SILENT_S
from broker.runtime.engine_watch import ENGINE_QUIET_S
from broker.server.app import HEARTBEAT_S
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_clock, town_hall


@pytest.fixture
def heard(hub: TownHub) -> Callable[[], frozenset[str]]:
    """What a page that watches the engine has been told since the last look."""
    watcher = hub.live.watchers.join(lambda name: name == "engine")
    hub.live.look()
    hub.live.watchers.news(watcher, 0)
    return lambda: hub.live.watchers.news(watcher, 0)


def quiet(hub: TownHub, seconds: float) -> None:
    hub.clock.advance(seconds)
    hub.live.look()


def test_one_missing_heartbeat_is_told_once_and_the_next_word_takes_it_back_at_once(
    hub: TownHub, heard: Callable[[], frozenset[str]]
) -> None:
    quiet(hub, HEARTBEAT_S + 0.5)
    assert heard() == frozenset(), "a heartbeat may be a little late"
    quiet(hub, ENGINE_QUIET_S - HEARTBEAT_S)
    assert heard() == {"engine"}
    quiet(hub, 1)
    assert heard() == frozenset(), "said once"
    hub.show()
    assert heard() == {"engine"}


def test_the_page_of_the_hall_says_so_and_no_more_when_the_engine_is_back(hub: TownHub, browser: Browser) -> None:
    def shown(path: str) -> str:
        return browser.get(path, headers={"X-Part": "live"}).get_data(as_text=True)

    for path in ("/", "/embed", "/guide/pension", "/booking"):
        page = browser.get(path).get_data(as_text=True)
        assert "engine" in page.split('data-watch="', 1)[1].split('"', 1)[0].split(","), path
    calm = shown("/")
    quiet(hub, ENGINE_QUIET_S + 0.1)
    assert 'class="note bad"' in shown("/") and 'class="note bad"' not in calm
    assert 'class="old"' in shown("/embed")
    hub.show()
    assert 'class="note bad"' not in shown("/")
    assert 'class="old"' not in shown("/embed")


def test_an_alarm_for_whoever_runs_the_hall_waits_for_three_heartbeats_so_that_a_pause_of_breath_rings_nobody(
    tmp_path: Path,
) -> None:
    hub = TownHub(tmp_path, town_hall(), town_clock())
    hub.open_day()

    def alarms() -> list[str]:
        return [one.subject for one in attention(hub.hall, hub.live, hub.clock.now_ms()) if one.level == "alarm"]

    quiet(hub, ENGINE_QUIET_S + 1)
    assert "engine" not in alarms()
    quiet(hub, ENGINE_SILENT_S)
    assert "engine" in alarms()
