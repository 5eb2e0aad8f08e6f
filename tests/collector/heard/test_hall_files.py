"""Another hall file than the server's is told to staff, with the device's name and with what to do."""

import msgspec
import pytest

from broker.collector.floor.attention import attention
from broker.collector.heard.glance import device_names
from broker.contract.codec import encode
from broker.contract.envelope import EngineState
from broker.contract.topics import Topics
from broker.model.fingerprint import hall_fingerprint
from broker.model.words import Names
from tests.collector.town import TownHub


def told(hub: TownHub) -> dict[str, tuple[str, str, str]]:
    found = attention(hub.hall, hub.live, hub.clock.now_ms())
    return {one.subject: (one.level, one.zh, one.en) for one in found if "hall file" in one.en}


def beats(hub: TownHub, hall_file: str) -> None:
    state = EngineState(online=True, epoch=1, at_ms=hub.clock.now_ms(), hall_file=hall_file)
    hub.live.take(Topics(hub.hall.hall.id).engine(), encode(state))


@pytest.fixture(autouse=True)
def everybody(hub: TownHub) -> None:
    for name in device_names(hub.hall):
        hub.device(name, hall_file=hall_fingerprint(hub.hall))


def test_nothing_is_told_while_all_have_one_hall_file_or_do_not_say(hub: TownHub) -> None:
    beats(hub, hall_fingerprint(hub.hall))
    hub.device("kiosk-1")
    assert told(hub) == {}
    beats(hub, "")
    assert told(hub) == {}


def test_a_device_with_another_hall_file_is_named_with_what_to_do(hub: TownHub) -> None:
    beats(hub, hall_fingerprint(hub.hall))
    hub.device("kiosk-2", hall_file="0123456789abcdef")
    level, zh, en = told(hub).pop("kiosk-2")
    assert level == "warning"
    assert "二号取号机" in zh and "一致" in zh and "重新启动" in zh
    assert "Make the two equal" in en
    assert told(hub).keys() == {"kiosk-2"}


def test_a_kiosk_whose_numbers_are_cut_otherwise_is_an_alarm_told_once(hub: TownHub) -> None:
    beats(hub, hall_fingerprint(hub.hall))
    hub.device("kiosk-2", hall_file="0123456789abcdef", parts={"numbers": "other-plan"})
    level, zh, en = told(hub)["kiosk-2"]
    assert level == "alarm" and "号段" in zh and "make the two hall files equal" in en
    assert len([one for one in attention(hub.hall, hub.live, 0) if one.subject == "kiosk-2"]) == 1


def test_the_pages_own_hall_file_is_compared_as_well(hub: TownHub) -> None:
    changed = msgspec.structs.replace(hub.hall.hall, names=Names("新厅", "New hall"))
    beats(hub, hall_fingerprint(msgspec.structs.replace(hub.hall, hall=changed)))
    assert "collector" in told(hub)
