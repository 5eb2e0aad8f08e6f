"""The server says of each revoked device that it is, as long as the broker may have forgotten it."""

import json
from pathlib import Path

from broker.contract.codec import decode
from broker.contract.envelope import DeviceStatus
from broker.runtime.errors import LinkOffline
from broker.runtime.mqtt_access import REVOKED
from broker.server.revoked import LOOK_EVERY_S, SAY_EVERY_S, RevokedDevices
from tests.halls import small_hall


class Broker:
    """Keeps what is published; ``away`` takes nothing."""

    def __init__(self, folder: Path) -> None:
        self.said: list[tuple[str, DeviceStatus]] = []
        self.away = False
        self.folder = folder
        self.devices = RevokedDevices(small_hall(), folder, self.publish)

    def publish(self, topic: str, payload: bytes) -> None:
        if self.away:
            raise LinkOffline("waiting")
        self.said.append((topic, decode(payload, DeviceStatus)))

    def revoke(self, *names: str) -> None:
        trial = self.folder / "trial"
        trial.write_text(json.dumps({"names": names, "certificates": True}))
        trial.replace(self.folder / REVOKED)


def test_who_is_revoked_is_said_at_once_and_from_time_to_time(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    broker.devices.look(0.0)
    broker.revoke()
    broker.devices.look(1.0)
    assert broker.said == []
    broker.revoke("kiosk-1")
    broker.devices.look(2.0)
    topic, status = broker.said.pop()
    assert topic == "jh/small/device/kiosk-1/status"
    assert (status.online, status.revoked, status.role) == (False, True, "kiosk")
    broker.devices.look(2.0 + 2 * LOOK_EVERY_S)
    assert broker.said == []
    broker.devices.look(2.0 + SAY_EVERY_S)
    assert len(broker.said) == 1, "a Will may have come behind it"
    broker.devices.say_again()
    broker.devices.look(3.0 + SAY_EVERY_S)
    assert len(broker.said) == 2, "a broker that was restarted has forgotten it"


def test_what_could_not_be_said_is_said_later_and_a_device_that_is_back_is_left_alone(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    broker.revoke("kiosk-1", "desk-1")
    broker.away = True
    broker.devices.look(1.0)
    broker.away = False
    broker.devices.look(2.0)
    assert [topic.split("/")[3] for topic, _ in broker.said] == ["kiosk-1", "desk-1"]
    broker.said.clear()
    broker.revoke("desk-1")
    broker.devices.look(3.0)
    assert [topic.split("/")[3] for topic, _ in broker.said] == ["desk-1"]


def test_a_damaged_file_is_logged_and_those_who_were_revoked_stay_so(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    broker.revoke("kiosk-1")
    broker.devices.look(1.0)
    (tmp_path / REVOKED).write_text("{")
    broker.devices.look(2.0 + SAY_EVERY_S)
    assert len(broker.said) == 2
