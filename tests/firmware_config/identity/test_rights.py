"""Who may publish and read what: judged by what arrives at real clients over TLS, and read in the generated file."""

from pathlib import Path

import pytest

from broker.contract.topics import Topics
from broker.runtime.mqtt_access import FOLDER
from firmware_config.identity.cutting import read_again
from firmware_config.rights import names_of, rights_file, rights_of
from tests.firmware_config.identity.matrix import try_all
from tests.firmware_config.identity.rig import Device, Local, devices, hall_of_machines, running_broker
from tests.waiting import until

NAMES = ("server", "collector", "kiosk-1", "kiosk-2", "display-1", "desk-1", "pi-1", "pi-2")
PLAYED = frozenset({"kiosk-1", "kiosk-2", "desk-1"})


@pytest.mark.parametrize("by", ["certificate", "password"])
def test_everybody_says_everything_and_only_what_may_arrives(by: str, tmp_path: Path) -> None:
    with running_broker(hall_of_machines(f'devices_by = "{by}"\n'), tmp_path) as running:
        found = try_all(running, NAMES, PLAYED, password=by == "password")
    assert found.wrong == ()
    assert found.said > 400 and 20 < found.allowed < found.said / 3 and found.arrived > found.allowed


def test_the_matrix_sees_a_right_too_many_and_one_too_few(tmp_path: Path) -> None:
    with running_broker(hall_of_machines(), tmp_path) as running:
        folder = running.vault.identity / FOLDER
        text = (folder / "rights").read_text()
        text = text.replace("user display-1\n", "user display-1\ntopic read jh/small/cmd/kiosk-1\n")
        text = text.replace("topic write jh/small/device/kiosk-2/health\n", "")
        (folder / "rights").write_text(text)
        assert read_again(folder)
        wrong = try_all(running, NAMES, PLAYED).wrong
    health = "jh/small/device/kiosk-2/health of kiosk-2 says"
    heard = "display-1 heard jh/small/cmd/kiosk-1 of kiosk-1 says"
    assert set(wrong) == {heard, f"server missed {health}", f"collector missed {health}"}


def test_whoever_has_a_certificate_is_called_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    """Neither a user name nor a client id that it chooses lets a device take the place of another."""
    with running_broker(hall_of_machines(), tmp_path) as running:
        held, topics = running.vault.identity, Topics("small")
        kiosk, server = Device("kiosk-2", held, running.secure_port), Local("server", held, running.plain_port)
        with devices(kiosk, server):
            server.listen(topics.command("+"))
            pretender = Device("kiosk-1", held, running.secure_port, client_id="kiosk-2", username="kiosk-2")
            with devices(pretender):
                pretender.say(topics.command("kiosk-2"), b"false")
                pretender.say(topics.command("kiosk-1"), b"own")
                kiosk.say(topics.command("kiosk-2"), b"true")
                until(lambda: len(server.heard) == 2, "both")
            assert {payload for _, payload in server.heard} == {b"own", b"true"}
            assert kiosk.ended_s is None, "thrown out by one that took its client id"


def test_nobody_gets_in_by_nothing_or_by_another_authority(tmp_path: Path) -> None:
    other = hall_of_machines(id="other")
    with (
        running_broker(hall_of_machines(), tmp_path / "a") as running,
        running_broker(other, tmp_path / "b") as foreign,
    ):
        bare = tmp_path / "bare"
        bare.mkdir()
        (bare / "ca.pem").write_bytes(running.vault.ca)
        assert not Device("kiosk-1", bare, running.secure_port).connect()
        strange = tmp_path / "strange"
        strange.mkdir()
        (strange / "ca.pem").write_bytes(running.vault.ca)
        for kind in ("pem", "key"):
            content = (foreign.vault.identity / f"kiosk-1.{kind}").read_bytes()
            (strange / f"kiosk-1.{kind}").write_bytes(content)
        assert not Device("kiosk-1", strange, running.secure_port).connect()
        (strange / "kiosk-1.password").write_text("guessed\n")
        assert not Local("kiosk-1", strange, running.plain_port).connect()


def test_the_file_names_each_once_and_what_is_not_there_has_no_rights() -> None:
    hall = hall_of_machines()
    text = rights_file(hall)
    users = [line.removeprefix("user ") for line in text.splitlines() if line.startswith("user ")]
    assert users == [*names_of(hall), "_keeper"] and len(users) == len(set(users))
    assert "pattern" not in text and "readwrite" not in text
    assert rights_of(hall, "kiosk-9").publish == rights_of(hall, "kiosk-9").read == ()
    assert rights_of(hall, "kiosk-1").publish == (
        "jh/small/cmd/kiosk-1",
        "jh/small/device/kiosk-1/status",
        "jh/small/device/kiosk-1/health",
        "jh/small/device/kiosk-1/picture/+",
        "jh/small/device/kiosk-1/panel",
    )
    assert "jh/small/input/display-1" not in text
    assert "user kiosk-1\n" not in rights_file(hall, ["kiosk-1"])
