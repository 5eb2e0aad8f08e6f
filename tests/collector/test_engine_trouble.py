"""Staff read why the engine stands still, and that a backup failed, in both languages."""

from pathlib import Path

import pytest

from broker.collector.attention import TROUBLES, attention
from broker.contract.codec import encode
from broker.contract.envelope import EngineState
from broker.contract.topics import Topics
from tests.collector.town import TownHub, town_clock, town_hall


@pytest.fixture
def hub(tmp_path: Path) -> TownHub:
    return TownHub(tmp_path, town_hall(), town_clock())


def of_the_engine(hub: TownHub, *, online: bool, trouble: str) -> list[tuple[str, str, str]]:
    state = EngineState(online=online, epoch=1, at_ms=hub.clock.now_ms(), trouble=trouble)
    hub.live.take(Topics("town").engine(), encode(state))
    found = attention(hub.hall, hub.live, hub.clock.now_ms())
    return [(one.level, one.zh, one.en) for one in found if one.subject == "engine"]


@pytest.mark.parametrize("trouble", ["disk_full", "disk_read_only", "disk_failed", "disk_busy"])
def test_an_engine_that_waits_for_its_disk_says_so_instead_of_being_silent(hub: TownHub, trouble: str) -> None:
    [(level, zh, en)] = of_the_engine(hub, online=False, trouble=trouble)
    assert level == "alarm"
    assert "引擎暂停" in zh
    assert "engine waits" in en


@pytest.mark.parametrize("trouble", ["backup_failed", "archive_failed"])
def test_a_chore_that_failed_is_a_warning_while_the_engine_works(hub: TownHub, trouble: str) -> None:
    [(level, *_)] = of_the_engine(hub, online=True, trouble=trouble)
    assert level == "warning"


def test_an_engine_without_trouble_is_not_mentioned_and_a_gone_one_is_silent(hub: TownHub) -> None:
    assert of_the_engine(hub, online=True, trouble="") == []
    [(level, _, en)] = of_the_engine(hub, online=False, trouble="")
    assert (level, "silent" in en) == ("alarm", True)


def test_every_trouble_that_a_server_may_name_has_words() -> None:
    named = {"disk_full", "disk_read_only", "disk_failed", "disk_busy", "backup_failed", "archive_failed"}
    assert set(TROUBLES) == named
