"""A real broker node in its own process, on a hall made for measuring, with plain clients beside it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broker.contract.codec import decode, encode_envelope
from broker.contract.envelope import Reply
from broker.contract.topics import Topics
from broker.model.commands import Command
from broker.runtime.link import Link, LinkOptions, Message
from broker.runtime.mqtt_child import free_port
from broker.runtime.whereabouts import MQTT_ENVIRONMENT_NAME

READY_WITHIN_S = 20.0


@dataclass
class Node:
    """The running server: where it listens, where its files are, its process."""

    url: str
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]
    ready_s: float


def wait_ready(process: subprocess.Popen[str]) -> float:
    """Seconds to ready by the process's own word; raises when it ends before."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("ready "):
            return float(line.split()[2].rstrip("s"))
    raise RuntimeError(f"the process ended with {process.wait()} before it was ready")


def start_program(arguments: list[str], environment: dict[str, str], log: Path) -> tuple[subprocess.Popen[str], float]:
    """Start ``python ...`` and wait for its ready line; afterwards its output is drained."""
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    ready_s = wait_ready(process)
    threading.Thread(target=lambda: [None for _ in process.stdout or ()], daemon=True).start()
    return process, ready_s


@contextmanager
def running_node(hall_file: Path, folder: Path, clock: str | None = None) -> Iterator[Node]:
    """``python -m broker run`` on a free port."""
    url = f"mqtt://127.0.0.1:{free_port('127.0.0.1')}"
    environment = {**os.environ, "JIAOHAO_DATA": str(folder), MQTT_ENVIRONMENT_NAME: url, "JIAOHAO_LOG": "WARNING"}
    if clock:
        environment["JIAOHAO_CLOCK"] = clock
    folder.mkdir(parents=True, exist_ok=True)
    process, ready_s = start_program(["-m", "broker", "run", str(hall_file)], environment, folder / "server.log")
    try:
        yield Node(url, folder, environment, process, ready_s)
    finally:
        process.terminate()
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()


class Client:
    """Sends unsequenced commands as the collector may and calls back per answer, all in one thread."""

    def __init__(self, hall_id: str, url: str, on_reply: Callable[[Reply, float], None]) -> None:
        self._topics = Topics(hall_id)
        self._on_reply = on_reply
        self.link = Link(
            url,
            f"bench-{time.monotonic_ns()}",
            on_message=self._on_message,
            subscriptions=[(self._topics.reply("collector"), 1)],
            options=LinkOptions(inbox_bound=20_000),
        )
        self._made = 0

    def start(self) -> None:
        self.link.start()
        deadline_s = time.monotonic() + READY_WITHIN_S
        while not self.link.online:
            self.link.pump(0.05)
            if time.monotonic() > deadline_s:
                raise RuntimeError("no MQTT connection")

    def send(self, command: Command) -> str:
        """Publish one command; its id."""
        self._made += 1
        id = f"bench-{time.monotonic_ns()}-{self._made}"
        self.link.publish(self._topics.command("collector"), encode_envelope(command, id=id, device="collector"))
        return id

    def _on_message(self, message: Message) -> None:
        self._on_reply(decode(message.payload, Reply), time.perf_counter())
