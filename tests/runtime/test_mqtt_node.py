"""The hall's own broker: found, started, healed after kill -9 and after a hang, and never left behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.runtime import mqtt_child
from broker.runtime.errors import MqttBrokerUnavailable, SettingError
from broker.runtime.mqtt_access import MqttAccess
from broker.runtime.mqtt_child import Listen, MqttChild, port_is_free, speaks_mqtt
from broker.runtime.mqtt_node import ChildNode, ExternalNode, make_mqtt_node
from broker.runtime.node_amqtt import AmqttRecipe
from broker.runtime.node_mosquitto import MosquittoRecipe, configuration, find_mosquitto, find_plugins
from tests.ports import free_port
from tests.runtime.mqtt_rig import running_node
from tests.waiting import until

KINDS = ["mosquitto", "amqtt"]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture(params=KINDS)
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChildNode]:
    with running_node(request.param, tmp_path) as running:
        yield running


def test_it_speaks_mqtt_when_start_returns(node: ChildNode) -> None:
    assert node.child is not None
    assert speaks_mqtt("127.0.0.1", node.child.listen.port, within_s=25)
    assert node.url == f"mqtt://127.0.0.1:{node.child.listen.port}"


def test_kill_9_heals_on_the_same_port(node: ChildNode) -> None:
    child = node.child
    assert child is not None and child.pid is not None
    first = child.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: child.pid != first and speaks_mqtt("127.0.0.1", child.listen.port, 1), "healing")
    assert child.restarts == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_that_hangs_is_ended_and_replaced(kind: str, tmp_path: Path) -> None:
    program = find_mosquitto(dict(os.environ))
    if kind == "mosquitto" and program is None:
        pytest.skip("mosquitto is not installed")
    recipe = MosquittoRecipe(program, tmp_path) if kind == "mosquitto" and program is not None else AmqttRecipe()
    child = MqttChild(recipe, Listen("127.0.0.1", free_port("127.0.0.1")), ask_every_s=0.5)
    child.start()
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    until(lambda: child.pid != first and speaks_mqtt("127.0.0.1", child.listen.port, 1), "healing")
    assert not is_running(first)
    child.stop()


def test_stopping_leaves_nothing_behind(node: ChildNode) -> None:
    assert node.child is not None and node.child.pid is not None
    pid, port = node.child.pid, node.child.listen.port
    node.stop()
    assert not is_running(pid)
    assert port_is_free("127.0.0.1", port)


@pytest.mark.parametrize("kind", KINDS)
def test_it_does_not_outlive_a_parent_that_was_killed(kind: str, tmp_path: Path) -> None:
    if kind == "mosquitto" and find_mosquitto(dict(os.environ)) is None:
        pytest.skip("mosquitto is not installed")
    code = (
        "import sys, time; from pathlib import Path; from broker.runtime.mqtt_node import ChildNode\n"
        "n = ChildNode(Path(sys.argv[1])); n.start(); print(n.kind, n.child.pid, flush=True); time.sleep(600)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    if kind == "amqtt":
        environment["JIAOHAO_MOSQUITTO"] = "/nowhere"
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    started, pid = parent.stdout.readline().split()
    assert started == kind
    assert is_running(int(pid))
    parent.kill()
    parent.wait()
    until(lambda: not is_running(int(pid)), "the broker's end")


def test_one_client_that_announces_a_huge_packet_does_not_end_the_broker_for_others(node: ChildNode) -> None:
    assert node.child is not None
    port = node.child.listen.port
    with socket.create_connection(("127.0.0.1", port)) as hostile:
        hostile.sendall(mqtt_child._CONNECT)
        hostile.recv(4)
        hostile.sendall(b"\x30\xff\xff\xff\x7f" + b"\x00\x01a" + b"x" * 100_000)
        assert speaks_mqtt("127.0.0.1", port, within_s=25)
    assert node.child.restarts == 0


@pytest.mark.parametrize(
    "nonsense", [b"", b"\x00" * 64, b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\xff\xff", b"\xff" * 999]
)
def test_nonsense_on_the_port_does_not_end_the_broker(node: ChildNode, nonsense: bytes) -> None:
    assert node.child is not None
    with socket.create_connection(("127.0.0.1", node.child.listen.port)) as hostile:
        hostile.sendall(nonsense)
    assert speaks_mqtt("127.0.0.1", node.child.listen.port, within_s=25)
    assert node.child.restarts == 0


def test_auto_falls_back_to_the_embedded_broker_when_mosquitto_does_not_start(tmp_path: Path) -> None:
    broken = tmp_path / "mosquitto"
    broken.write_text("#!/bin/sh\necho 'Error: no such luck' >&2\nexit 3\n")
    broken.chmod(0o755)
    node = ChildNode(tmp_path, environment={**os.environ, "JIAOHAO_MOSQUITTO": str(broken)})
    node.start()
    assert node.kind == "amqtt"
    node.stop()


def test_when_nothing_works_it_says_what_was_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.runtime.mqtt_node.amqtt_is_installed", lambda: False)
    broken = tmp_path / "mosquitto"
    broken.write_text("#!/bin/sh\necho 'Error: no such luck' >&2\nexit 3\n")
    broken.chmod(0o755)
    node = ChildNode(tmp_path, environment={**os.environ, "JIAOHAO_MOSQUITTO": str(broken)})
    with pytest.raises(MqttBrokerUnavailable) as caught:
        node.start()
    assert "no such luck" in str(caught.value)
    assert "amqtt: not installed" in str(caught.value)
    assert len(caught.value.tried) == 2


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(MqttBrokerUnavailable, match=f"port {port} on 127.0.0.1 is taken"):
            ChildNode(tmp_path, port=port).start()


def test_a_child_that_never_speaks_is_given_up_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_child, "_READY_WITHIN_S", 0.3)

    class Silent:
        name = "silent"

        def prepare(self, listen: Listen) -> list[str]:
            return [sys.executable, "-c", "import time; time.sleep(600)"]

    child = MqttChild(Silent(), Listen("127.0.0.1", free_port("127.0.0.1")))
    with pytest.raises(mqtt_child.ChildFailed, match="does not speak MQTT in time"):
        child.start()


def test_nobody_is_anonymous_on_the_network(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        configuration(Listen("0.0.0.0", 1883), "me", None)
    with pytest.raises(MqttBrokerUnavailable, match="users and rights"):
        ChildNode(tmp_path, host="0.0.0.0").start()
    with pytest.raises(MqttBrokerUnavailable, match="amqtt: has no users and rights; mosquitto: "):
        ChildNode(tmp_path, secure=("0.0.0.0", 8883)).start()
    text = configuration(Listen("127.0.0.1", 1883), "me", MqttAccess(Path("/a")), Listen("0.0.0.0", 8883))
    assert "allow_anonymous false\npassword_file /a/passwords\nacl_file /a/rights\n" in text
    assert "allow_anonymous true" not in text and "per_listener_settings" not in text
    assert "listener 8883 0.0.0.0\ncafile /a/ca.pem\n" in text and "require_certificate true" in text
    assert "require_certificate" not in configuration(
        Listen("127.0.0.1", 1883), "me", MqttAccess(Path("/a"), certificates=False), Listen("0.0.0.0", 8883)
    )


def test_from_2_1_on_plugins_read_users_and_rights(tmp_path: Path) -> None:
    program = tmp_path / "usr" / "sbin" / "mosquitto"
    program.parent.mkdir(parents=True)
    program.touch()
    assert find_plugins(program) is None
    folder = tmp_path / "usr" / "lib" / "aarch64-linux-gnu"
    folder.mkdir(parents=True)
    (folder / "mosquitto_acl_file.so").touch()
    assert find_plugins(program) == folder
    text = configuration(Listen("127.0.0.1", 1883), "me", MqttAccess(Path("/a")), plugins=folder)
    assert f"global_plugin {folder}/mosquitto_acl_file.so\nplugin_opt_acl_file /a/rights\n" in text
    assert "\nacl_file" not in text and "\npassword_file" not in text


def test_the_configuration_has_no_persistence_no_delay_and_bounds() -> None:
    lines = configuration(Listen("127.0.0.1", 1999), "me", None).splitlines()
    assert "listener 1999 127.0.0.1" in lines
    assert {"persistence false", "set_tcp_nodelay true", "allow_anonymous true"} <= set(lines)
    assert any(line.startswith("max_packet_size 2") for line in lines)
    assert any(line.startswith("memory_limit ") for line in lines)


def test_a_broker_with_users_counts_as_speaking_and_refuses_strangers(tmp_path: Path) -> None:
    program = find_mosquitto(dict(os.environ))
    if program is None:
        pytest.skip("mosquitto is not installed")
    for name in ("passwords", "rights"):
        (tmp_path / name).touch(mode=0o600)
    access = MqttAccess(tmp_path)
    child = MqttChild(MosquittoRecipe(program, tmp_path, access), Listen("127.0.0.1", free_port("127.0.0.1")))
    child.start()
    with socket.create_connection(("127.0.0.1", child.listen.port)) as stranger:
        stranger.sendall(mqtt_child._CONNECT)
        assert stranger.recv(4) == b"\x20\x02\x00\x05"  # not authorised
    child.stop()


def test_an_address_is_taken_as_it_is_and_nothing_is_started(tmp_path: Path) -> None:
    node = make_mqtt_node("mqtt://10.1.2.3:1883", tmp_path)
    assert isinstance(node, ExternalNode)
    node.start()
    assert (node.url, node.kind) == ("mqtt://10.1.2.3:1883", "external")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SettingError):
        make_mqtt_node("mqtt://user:secret@10.1.2.3", tmp_path)
