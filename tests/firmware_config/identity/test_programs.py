"""The programs of a hall with identities, as processes: who goes on without one, what staff see of a stolen kiosk."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.contract.codec import decode
from broker.contract.envelope import DeviceStatus
from broker.contract.topics import Topics
from broker.runtime.node_mosquitto import find_mosquitto
from firmware_config.__main__ import main
from firmware_config.identity.broker_files import hand_out
from tests.firmware_config.identity.rig import (
    MACHINES,
    Device,
    Local,
    devices,
    hall_of_machines,
    running_broker,
    stolen,
)
from tests.halls import SMALL
from tests.kiosk.kiosk_rig import KioskProcess
from tests.ports import free_port
from tests.waiting import until

pytestmark = pytest.mark.system

TOPICS = Topics("small")
ROOT = Path(__file__).parents[3]


def environment(folder: Path, **more: str) -> dict[str, str]:
    told = {key: value for key, value in os.environ.items() if not key.startswith("JIAOHAO_")}
    return {**told, "PYTHONPATH": str(ROOT), "JIAOHAO_DATA": str(folder / "data"), **more}


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (("broker", "run", "{hall}"), "server.password"),
        (("broker", "collector", "{hall}"), "collector.password"),
        (("caller", "{hall}", "desk-1"), "desk-1.password"),
    ],
)
def test_a_program_that_would_be_of_no_use_says_which_file_and_ends(
    arguments: tuple[str, ...], file: str, tmp_path: Path
) -> None:
    path = tmp_path / "hall.toml"
    ports = f"[broker]\nport = {free_port()}\n[collector]\nport = {free_port()}\n"
    path.write_text(SMALL + MACHINES + ports, encoding="utf-8")
    missing = tmp_path / "no-identity"
    command = [sys.executable, "-m", *(word.format(hall=path) for word in arguments)]
    told = environment(tmp_path, JIAOHAO_IDENTITY=str(missing))
    ended = subprocess.run(command, env=told, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 78, ended.stderr
    assert f"{missing / file} cannot be read (No such file or directory)" in ended.stderr
    assert "无法读取" in ended.stderr and "Traceback" not in ended.stderr


def test_a_kiosk_starts_without_its_identity_and_connects_once_it_has_it(tmp_path: Path) -> None:
    text = SMALL + MACHINES
    with running_broker(hall_of_machines(), tmp_path / "broker") as running:
        own = tmp_path / "identity"
        url = f"mqtts://127.0.0.1:{running.secure_port}"
        told = {"JIAOHAO_IDENTITY": str(own), "PYTHONPATH": str(ROOT)}
        kiosk = KioskProcess(tmp_path, text, "kiosk-1", url, **told)
        with devices(Local("server", running.vault.identity, running.plain_port)) as (server,):
            server.listen(TOPICS.status("+"))
            try:
                kiosk.start()
                until(lambda: "cannot connect without an identity" in kiosk.log(), kiosk.log)
                assert str(own / "ca.pem") in kiosk.log() and "Traceback" not in kiosk.log()
                assert kiosk.process is not None and kiosk.process.poll() is None
                assert hand_out(running.vault, running.vault.names_on("pi-1"), own) == ("kiosk-1", "pi-1")
                until(lambda: any(topic == TOPICS.status("kiosk-1") for topic, _ in server.heard), kiosk.log)
                assert kiosk.end() == 0
            finally:
                kiosk.kill()


@contextmanager
def running_server(path: Path, told: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """``broker run`` with its own Mosquitto; ended by its process."""
    log = (path.parent / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "broker", "run", str(path)], env=told, stdout=log, stderr=log, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def test_the_command_throws_a_stolen_kiosk_out_of_a_running_hall_and_staff_see_it(tmp_path: Path) -> None:
    """The whole way: identities by the command, the hall's own broker node, a thief, the command, the retained word."""
    if find_mosquitto(dict(os.environ)) is None:
        pytest.skip("mosquitto is not installed")
    path, port, secure_port = tmp_path / "hall.toml", free_port(), free_port()
    path.write_text(f"{SMALL}{MACHINES}[broker]\nport = {port}\nsecure_port = {secure_port}\n", encoding="utf-8")
    secrets = tmp_path / "secrets"
    told = environment(tmp_path, JIAOHAO_IDENTITY=str(secrets / "identity"))
    ask = [sys.executable, "-m", "firmware_config"]
    made = subprocess.run(
        [*ask, "identity", str(path), "--secrets", str(secrets)], env=told, capture_output=True, text=True, check=True
    )
    assert re.search(r"^kiosk-1 +新 made +20\d\d-", made.stdout, re.MULTILINE)
    held = stolen(secrets / "identity", tmp_path)
    with running_server(path, told):
        server_log = tmp_path / "server.log"
        until(lambda: "ready" in server_log.read_text(), server_log.read_text)
        thief, other = Device("kiosk-1", held, secure_port), Device("kiosk-2", held, secure_port)
        collector = Local("collector", held, port)
        with devices(thief, other, collector):
            collector.listen(TOPICS.status("+"))
            begun_s = time.monotonic()
            command = [*ask, "revoke", "kiosk-1", "--hall", str(path), "--secrets", str(secrets)]
            done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stderr
            assert "revoked: kiosk-1, pi-1; thrown out and not let in again" in done.stdout
            until(lambda: thief.ended_s is not None, "the thief being thrown out")
            assert thief.ended_s is not None and thief.ended_s - begun_s < 30.0
            until(lambda: _said_revoked(collector, "kiosk-1"), server_log.read_text)
            assert other.ended_s is None
        again = Local("collector", held, port, client_id="later")
        with devices(again):
            again.listen(TOPICS.status("+"))
            until(lambda: _said_revoked(again, "kiosk-1") and _said_revoked(again, "pi-1"), "the retained word")
            assert not _said_revoked(again, "kiosk-2")
        assert not Device("kiosk-1", held, secure_port).connect()
    for secret in ("PRIVATE KEY", (held / "server.password").read_text().strip()):
        assert secret not in made.stdout + made.stderr + done.stdout + done.stderr + server_log.read_text()


def _said_revoked(listener: Device, name: str) -> bool:
    said = [payload for topic, payload in listener.heard if topic == TOPICS.status(name)]
    return bool(said) and decode(said[-1], DeviceStatus).revoked


def test_with_another_identity_folder_the_hall_server_gets_its_own_names_only(
    hall_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = tmp_path / "live"
    command = ["identity", str(hall_file), "--secrets", str(tmp_path / "secrets"), "--identity", str(live)]
    assert main(command) == 0
    names = {path.name for path in live.iterdir()}
    assert names == {
        "ca.pem",
        "broker",
        *(f"{name}.{kind}" for name in ("server", "collector") for kind in ("pem", "key", "password")),
    }
    assert not list(live.rglob("ca.key"))
    assert main([*command, "--machine", "pi-2", "--into", str(tmp_path / "pi-2")]) == 0
    assert {path.stem for path in (tmp_path / "pi-2").iterdir()} == {"ca", "kiosk-2", "display-1", "desk-1", "pi-2"}
    assert main([*command, "--machine", "pi-3", "--into", str(tmp_path / "pi-3")]) == 78
    assert "no machine 'pi-3' (did you mean 'pi-" in capsys.readouterr().err
