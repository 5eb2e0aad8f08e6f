"""The whole display program: a real process, a real MQTT broker, seen through the pictures it sends."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from broker.contract.codec import decode, encode, encode_view
from broker.contract.envelope import PICTURE_LIMIT_BYTES, SOUND_LIMIT_BYTES, Ask, DeviceStatus, EngineState
from broker.contract.topics import Topics
from broker.model.views import BoardView
from broker.runtime.link import LinkOptions
from broker.runtime.process import ExitCode
from display import gallery, gallery_hall
from display.care import STEPS
from tests.display.pictures import picture_of, pixels_far_off
from tests.halls import SMALL
from tests.runtime.mqtt_rig import Client, running_node

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parents[2]
DISPLAY = "display-1"
HERO_INSIDE = (60, 140, 1076, 740)
"""Left, top, right, bottom of the hero without its ring, as the layout's test has it."""
SIGNS = """
[signs]
sign-1 = { counter = "c1", screen = "virtual://screen?size=1280x400" }
sign-2 = { counter = "c2", screen = "virtual://screen?size=1280x400" }
"""


class Watcher:
    """The engine's and a manager's side of the network."""

    def __init__(self, url: str) -> None:
        self.topics = Topics("small")
        options = LinkOptions(first_wait_s=(0.1, 0.2), longest_wait_s=0.5, message_limit_bytes=SOUND_LIMIT_BYTES)
        self.client = Client(url, "double", "jh/small/device/#", options=options).come_online()
        self.as_of = 0

    def heartbeat(self) -> None:
        state = EngineState(online=True, epoch=1, at_ms=time.time_ns() // 1_000_000)
        self.client.link.publish(self.topics.engine(), encode(state), retain=True)

    def show(self, view: BoardView) -> None:
        self.as_of += 1
        payload = encode_view("board", DISPLAY, 1, self.as_of, time.time_ns() // 1_000_000, encode(view))
        self.client.link.publish(self.topics.view("board", DISPLAY), payload, retain=True)

    def ask(self, device: str = DISPLAY) -> None:
        self.client.link.publish(self.topics.ask(device), encode(Ask(for_s=20)), qos=0)

    def pictures(self, device: str = DISPLAY) -> list[bytes]:
        return self.client.payloads(self.topics.picture(device, "screen"))

    def await_picture(self, right, what: str, device: str = DISPLAY) -> Image.Image:
        def seen() -> bool:
            return bool(self.pictures(device)) and right(self._last(device))

        self.client.turn_until(seen, what)
        return self._last(device)

    def _last(self, device: str) -> Image.Image:
        payload = self.pictures(device)[-1]
        assert len(payload) <= PICTURE_LIMIT_BYTES
        return Image.open(io.BytesIO(payload)).convert("RGB")

    def online(self, device: str) -> bool:
        statuses = self.client.payloads(self.topics.status(device))
        return bool(statuses) and decode(statuses[-1], DeviceStatus).online


@contextmanager
def running_display(folder: Path, url: str, *names: str) -> Iterator[subprocess.Popen[str]]:
    hall = folder / "hall.toml"
    hall.write_text(SMALL + SIGNS, encoding="utf-8")
    environment = {**os.environ, "JIAOHAO_MQTT_URL": url, "JIAOHAO_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "display", str(hall), *names],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready ")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)


def heroes_of(picture: Image.Image) -> list[Image.Image]:
    """The hero at each place to which the picture is moved now and then to spare the panel."""
    left, top, right, bottom = HERO_INSIDE
    return [picture.crop((left + x, top + y, right + x, bottom + y)) for x, y in STEPS]


def test_a_call_is_seen_and_a_killed_display_shows_it_again(tmp_path: Path) -> None:
    expected = picture_of((1920, 1080), gallery.board_sample("landscape", (1920, 1080), "calling")).crop(HERO_INSIDE)
    with running_node("mosquitto", tmp_path) as node:
        watcher = Watcher(node.url)

        def shows_the_call(picture: Image.Image) -> bool:
            return any(pixels_far_off(hero, expected) == 0 for hero in heroes_of(picture))

        with running_display(tmp_path, node.url, DISPLAY) as process:
            watcher.client.turn_until(lambda: watcher.online(DISPLAY), "the display's birth")
            watcher.heartbeat()
            watcher.show(msgspec.structs.replace(gallery_hall.BOARD, calls=gallery_hall.CALLS[1:]))
            watcher.ask()
            watcher.await_picture(lambda picture: not shows_the_call(picture), "the board before the call")
            watcher.show(gallery_hall.BOARD)
            watcher.await_picture(shows_the_call, "the call on the screen")
            process.send_signal(signal.SIGKILL)
            watcher.client.turn_until(lambda: not watcher.online(DISPLAY), "the display's Will")
        watcher.client.messages.clear()
        with running_display(tmp_path, node.url, DISPLAY) as process:
            watcher.client.turn_until(lambda: watcher.online(DISPLAY), "the display's second birth")
            watcher.ask()
            watcher.await_picture(shows_the_call, "the call after the restart")
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == ExitCode.DONE
            watcher.client.turn_until(lambda: not watcher.online(DISPLAY), "the display's farewell")


def test_several_signs_share_one_process(tmp_path: Path) -> None:
    with running_node("mosquitto", tmp_path) as node, running_display(tmp_path, node.url, "sign-1", "sign-2"):
        watcher = Watcher(node.url)
        for name in ("sign-1", "sign-2"):
            watcher.client.turn_until(lambda name=name: watcher.online(name), f"{name}'s birth")
            watcher.ask(name)
            picture = watcher.await_picture(lambda picture: True, f"a picture of {name}", name)
            assert picture.size == (1280, 400)


@pytest.mark.parametrize("names", [("display-9",), ("kiosk-1",)])
def test_a_name_the_hall_does_not_know_is_a_configuration_mistake(tmp_path: Path, names: tuple[str, ...]) -> None:
    hall = tmp_path / "hall.toml"
    hall.write_text(SMALL, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "display", str(hall), *names], capture_output=True, text=True,
                          cwd=ROOT, timeout=60)  # fmt: skip
    assert done.returncode == ExitCode.CONFIGURATION
    assert names[0] in done.stderr
    assert "display-1" in done.stderr
