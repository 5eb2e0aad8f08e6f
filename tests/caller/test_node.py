"""The whole caller program: real process, real MQTT broker, real HTTP, killed in the middle of the day."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.contract.codec import decode, decode_envelope, encode, encode_view
from broker.contract.envelope import DeviceStatus, EngineState, Panel, PanelPart, Reply, VirtualInput
from broker.contract.topics import Topics
from broker.model import commands as c
from broker.model.views import CounterView
from broker.runtime.process import ExitCode
from tests.caller.collector_double import CollectorDouble
from tests.caller.views import request, unseen, view
from tests.halls import SMALL
from tests.runtime.mqtt_rig import Client, running_node

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parents[2]
CALLER = "desk-1"


def free_url() -> str:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{reserved.getsockname()[1]}"


class HallDouble:
    """The engine's and the virtual page's side of the network."""

    def __init__(self, url: str) -> None:
        self.topics = Topics("small")
        self.commands: list[c.Command] = []
        topics = (self.topics.command(CALLER), self.topics.panel(CALLER), self.topics.status(CALLER))
        self.client = Client(url, "double", *topics, on_message=self._on_message)
        self.parts: dict[str, PanelPart] = {}
        self.statuses: list[DeviceStatus] = []
        self.as_of = 0
        self.client.come_online()

    def _on_message(self, message) -> None:
        kind, _ = self.topics.parse(message.topic)
        if kind == "panel":
            self.parts = {part.part: part for part in decode(message.payload, Panel).parts}
        elif kind == "status":
            self.statuses.append(decode(message.payload, DeviceStatus))
        else:
            envelope, command = decode_envelope(message.payload)
            self.commands.append(unseen(command))
            answer = Reply(id=envelope.id, kind="done", epoch=envelope.epoch, seq=envelope.seq, result={})
            self.say(self.topics.reply(CALLER), encode(answer))

    def say(self, topic: str, payload: bytes, retain: bool = False) -> None:
        self.client.link.publish(topic, payload, retain=retain)

    def heartbeat(self) -> None:
        state = EngineState(online=True, epoch=1, at_ms=time.time_ns() // 1_000_000)
        self.say(self.topics.engine(), encode(state), retain=True)

    def show(self, shown: CounterView) -> None:
        self.as_of += 1
        now_ms = time.time_ns() // 1_000_000
        payload = encode_view("counter", shown.counter, 1, self.as_of, now_ms, encode(shown))
        self.say(self.topics.view("counter", shown.counter), payload, retain=True)

    def tap(self, part: str, key: str) -> None:
        self.say(self.topics.input(CALLER), encode(VirtualInput(part=part, kind="key", key=key)))

    def until(self, condition, what: str) -> None:
        self.client.turn_until(condition, what)

    def close(self) -> None:
        self.client.link.stop()


@pytest.fixture
def hall_path(tmp_path):
    path = tmp_path / "hall.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def mqtt(tmp_path):
    folder = tmp_path / "mqtt"
    folder.mkdir()
    with running_node("mosquitto", folder) as node:
        yield node.url


@contextmanager
def running_caller(hall_path: Path, mqtt_url: str, collector_url: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JIAOHAO_DATA": str(hall_path.parent / "data"),
        "JIAOHAO_MQTT_URL": mqtt_url,
        "JIAOHAO_COLLECTOR_URL": collector_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "caller", str(hall_path), CALLER],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=(hall_path.parent / "caller.log").open("ab"),
    )
    try:
        assert process.stdout.readline().startswith(b"ready desk-1 ")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)
        process.stdout.close()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_a_caller_killed_after_the_key_posts_that_rating_once_when_all_are_back(hall_path, mqtt):
    hall, away = HallDouble(mqtt), free_url()
    hall.heartbeat()
    hall.show(view("c1", evaluation=request("visit-0001", now_ms())))
    with running_caller(hall_path, mqtt, away) as process:
        hall.until(lambda: "keypad-1" in hall.parts, "the panel")
        hall.heartbeat()  # heard live: before that nobody here knows whether the window is still open
        hall.until(lambda: hall.parts["keypad-1"].state == "asking", "the prompt")
        hall.tap("keypad-1", "1")
        hall.until(lambda: hall.parts["keypad-1"].state == "rated", "the thanks")
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    hall.until(lambda: hall.statuses[-1:] and not hall.statuses[-1].online, "the Will")
    collector = CollectorDouble()
    hall.parts.clear()
    with running_caller(hall_path, mqtt, collector.url) as process:
        hall.until(lambda: "keypad-1" in hall.parts, "the panel of the restarted caller")
        assert hall.parts["keypad-1"].state == "idle", "the visitor is not asked again"
        hall.until(lambda: len(collector.posts) == 1, "the post")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == ExitCode.DONE
    assert [(post["visit"], post["raw_key"]) for post in collector.posts] == [("visit-0001", "1")]
    with running_caller(hall_path, mqtt, collector.url):
        hall.parts.clear()
        hall.until(lambda: "keypad-1" in hall.parts, "the panel")
    assert len(collector.posts) == 1
    hall.close()
    collector.stop()


def test_a_key_on_the_terminal_travels_to_the_engine_and_the_view_back_to_its_digits(hall_path, mqtt):
    hall = HallDouble(mqtt)
    hall.heartbeat()
    hall.show(view("c1", waiting=3))
    with running_caller(hall_path, mqtt, free_url()) as process:
        hall.until(lambda: "console-1" in hall.parts and hall.parts["console-1"].digits == "003   ", "the digits")
        hall.heartbeat()  # heard live, as the engine's are every 5 s: a press has to say until when it is meant
        hall.tap("console-1", "call")
        hall.until(lambda: hall.commands == [c.CallNext(counter="c1")], "the command")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == ExitCode.DONE
    assert hall.statuses[0].online
    assert hall.statuses[0].role == "caller"
    hall.close()


@pytest.mark.parametrize(("hall_text", "name"), [(SMALL, "nobody"), ("[hall]\n", CALLER)])
def test_a_wrong_name_or_hall_file_is_a_sentence_and_exit_code_78(tmp_path, hall_text, name):
    path = tmp_path / "hall.toml"
    path.write_text(hall_text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "caller", str(path), name],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == ExitCode.CONFIGURATION
    assert b"Traceback" not in ended.stderr
    assert ended.stderr
