"""A hall with identities and a real Mosquitto with TLS; devices are bare clients that say what they want to."""

from __future__ import annotations

import contextlib
import os
import shutil
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.runtime.mqtt_access import access_of
from broker.runtime.mqtt_node import ChildNode
from broker.runtime.node_mosquitto import find_mosquitto
from firmware_config.identity.broker_files import write_broker_files
from firmware_config.identity.vault import Vault
from tests.halls import SMALL
from tests.ports import free_port

MACHINES = """
[machines.server]
board = "pc"
runs = ["server"]
address = "10.20.0.10/24"
[machines.pi-1]
board = "pi4"
runs = ["kiosk-1"]
[machines.pi-2]
board = "pi4"
runs = ["kiosk-2", "display-1", "desk-1"]
[network]
server = "10.20.0.10"
"""
PATIENCE_S = 30.0


def hall_of_machines(extra: str = "", id: str = "small") -> Hall:
    """Three computers; ``extra`` are further lines of ``[network]``."""
    return parse_hall(SMALL.replace('id = "small"', f'id = "{id}"') + MACHINES + extra)


def made_vault(hall: Hall, folder: Path) -> Vault:
    """Identities of everybody, as ``identity`` makes them."""
    vault, now = Vault(hall, folder), datetime.now(UTC)
    vault.open(now)
    vault.make_missing(now)
    write_broker_files(vault, now, vault.identity)
    return vault


@dataclass
class Running:
    """The hall's broker, as the broker node starts it."""

    vault: Vault
    node: ChildNode
    secure_port: int

    @property
    def plain_port(self) -> int:
        assert self.node.child is not None
        return self.node.child.listen.port


@contextlib.contextmanager
def running_broker(hall: Hall, folder: Path) -> Iterator[Running]:
    """Mosquitto with the hall's identities; skipped, with the reason, where it is not installed."""
    if find_mosquitto(dict(os.environ)) is None:
        pytest.skip("mosquitto is not installed")
    vault = made_vault(hall, folder / "secrets")
    environment = {**os.environ, "JIAOHAO_IDENTITY": str(vault.identity)}
    secure_port = free_port()
    node = ChildNode(
        folder, "127.0.0.1", free_port(), access_of(environment), environment, secure=("127.0.0.1", secure_port)
    )
    node.start()
    try:
        yield Running(vault, node, secure_port)
    finally:
        node.stop()


def stolen(identity: Path, folder: Path) -> Path:
    """A copy of everything a machine could hold, as a thief has it: what is revoked later stays in it."""
    return Path(shutil.copytree(identity, folder / "stolen"))


@dataclass
class Device:
    """A client of the TLS listener that proves itself by what lies in ``identity``, under any client id it likes."""

    name: str
    identity: Path
    port: int
    client_id: str = ""
    username: str = ""
    password: bool = False
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    ended_s: float | None = None
    refused: str = ""
    _ready: threading.Event = field(default_factory=threading.Event)
    _subscribed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id or self.name,
            protocol=paho.MQTTv5,
            reconnect_on_failure=False,
        )
        context = ssl.create_default_context(cafile=str(self.identity / "ca.pem"))
        if (self.identity / f"{self.name}.pem").exists() and not self.password:
            context.load_cert_chain(self.identity / f"{self.name}.pem", self.identity / f"{self.name}.key")
        if self.password:
            secret = (self.identity / f"{self.name}.password").read_text().strip()
            self.client.username_pw_set(self.username or self.name, secret)
        elif self.username:
            self.client.username_pw_set(self.username, "anything")
        self.client.tls_set_context(context)
        self.client.on_connect = lambda _c, _d, _f, code, _p: self._on_connect(code)
        self.client.on_disconnect = lambda *_: self._on_end()
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = lambda _c, _d, message: self.heard.append((message.topic, bytes(message.payload)))

    def _on_connect(self, code: object) -> None:
        if getattr(code, "is_failure", False):
            self.refused = str(code)
        self._ready.set()

    def _on_end(self) -> None:
        self.ended_s = time.monotonic()
        self._ready.set()

    def connect(self) -> bool:
        """Whether the broker let it in."""
        try:
            self.client.connect("127.0.0.1", self.port, keepalive=30)
        except (OSError, ssl.SSLError) as error:
            self.refused = f"{type(error).__name__}: {error}"
            return False
        self.client.loop_start()
        self._ready.wait(PATIENCE_S)
        return not self.refused and self.ended_s is None

    def listen(self, topic: str = "#") -> None:
        self._subscribed.clear()
        self.client.subscribe(topic, qos=1)
        assert self._subscribed.wait(PATIENCE_S)

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Returns once the broker has answered it, be it by refusing."""
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(PATIENCE_S)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@contextlib.contextmanager
def devices(*many: Device) -> Iterator[tuple[Device, ...]]:
    """Connected ones, let go at the end."""
    for one in many:
        assert one.connect(), f"{one.name}: {one.refused}"
    try:
        yield many
    finally:
        for one in many:
            one.close()


class Local(Device):
    """A client of the loopback listener, by the password of a name."""

    def __init__(self, name: str, identity: Path, port: int, client_id: str = "") -> None:
        super().__init__(name, identity, port, client_id)
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or f"small-{name}",
            protocol=paho.MQTTv5,
            reconnect_on_failure=False,
        )
        self.client.username_pw_set(name, (identity / f"{name}.password").read_text().strip())
        self.client.on_connect = lambda _c, _d, _f, code, _p: self._on_connect(code)
        self.client.on_disconnect = lambda *_: self._on_end()
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = lambda _c, _d, message: self.heard.append((message.topic, bytes(message.payload)))
