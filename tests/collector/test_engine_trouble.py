"""Staff read why the engine stands still, and that a backup failed, in both languages."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broker.collector.floor.attention import attention
from broker.collector.floor.attention_words import TROUBLES
from broker.collector.heard.silence import silence
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


@pytest.mark.parametrize("trouble", ["backup_failed", "archive_failed", "report_failed"])
def test_a_chore_that_failed_is_a_warning_while_the_engine_works(hub: TownHub, trouble: str) -> None:
    [(level, *_)] = of_the_engine(hub, online=True, trouble=trouble)
    assert level == "warning"


def test_an_engine_without_trouble_is_not_mentioned_and_a_gone_one_is_silent(hub: TownHub) -> None:
    assert of_the_engine(hub, online=True, trouble="") == []
    [(level, _, en)] = of_the_engine(hub, online=False, trouble="")
    assert (level, "silent" in en) == ("alarm", True)


def test_a_silent_engine_is_told_with_the_time_it_was_last_heard_and_what_to_do(hub: TownHub) -> None:
    assert silence(hub.hall, hub.live, hub.clock.now_ms()) is not None, "never heard"
    hub.open_day()
    assert silence(hub.hall, hub.live, hub.clock.now_ms()) is None
    heard_at_ms = hub.clock.now_ms()
    hub.clock.advance(300)
    silent = silence(hub.hall, hub.live, hub.clock.now_ms())
    assert silent is not None and silent.since_ms == heard_at_ms
    at = f"{datetime.fromtimestamp(heard_at_ms / 1000, ZoneInfo(hub.hall.hall.time_zone)):%H:%M}"
    for names in (silent.manager, silent.clerk, silent.visitor):
        assert at in names.zh and at in names.en
    assert "5 分钟" in silent.manager.zh and "是否通电" in silent.manager.zh and "(5 min)" in silent.manager.en
    assert "不会补办" in silent.clerk.zh and "not done later" in silent.clerk.en
    assert "仍然有效" in silent.visitor.zh and "stays valid" in silent.visitor.en


def test_an_engine_that_nobody_ever_heard_is_told_without_a_time(hub: TownHub) -> None:
    silent = silence(hub.hall, hub.live, hub.clock.now_ms())
    assert silent is not None and silent.since_ms is None
    for names in (silent.manager, silent.clerk, silent.visitor):
        assert "None" not in names.zh + names.en and not any(sign.isdigit() for sign in names.zh + names.en)


def test_a_dead_message_broker_is_one_alarm_and_not_one_for_each_device(hub: TownHub) -> None:
    hub.open_day()
    hub.device("kiosk-1")
    hub.clock.advance(300)
    said = attention(hub.hall, hub.live, hub.clock.now_ms())
    assert [one.subject for one in said] == ["engine", "devices"]
    assert "MQTT" in said[1].zh and "MQTT" in said[1].en
    hub.device("kiosk-1")
    subjects = [one.subject for one in attention(hub.hall, hub.live, hub.clock.now_ms())]
    assert "devices" not in subjects and "kiosk-2" in subjects and "kiosk-1" not in subjects


def test_every_trouble_that_a_server_may_name_has_words() -> None:
    of_disks = {"disk_full", "disk_read_only", "disk_failed", "disk_busy"}
    named = of_disks | {"backup_failed", "archive_failed", "report_failed"}
    assert set(TROUBLES) == named
