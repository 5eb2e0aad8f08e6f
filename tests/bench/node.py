"""A real broker node in its own process, on a hall made for measuring, with plain clients beside it."""

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broker.contract.codec import CodecError, decode, encode_envelope
from broker.contract.envelope import EngineState, Reply
from broker.contract.topics import Topics
from broker.model.commands import Command
from broker.runtime.link import Link, LinkOptions, Message
from broker.runtime.whereabouts import MQTT_ENVIRONMENT_NAME
from tests.bench.program import Program
from tests.ports import free_port

ONLINE_WITHIN_S = 20.0
ANSWER_WITHIN_S, AGAIN_AFTER_S = 15.0, 3.0


@dataclass
class Node:
    """The running server: where it listens, where its files are."""

    url: str
    folder: Path
    program: Program


@contextmanager
def running_node(hall_file: Path, folder: Path, clock: dict[str, str]) -> Iterator[Node]:
    """``python -m broker run`` on a free port, with the hall's clock."""
    url = f"mqtt://127.0.0.1:{free_port('127.0.0.1')}"
    environment = {
        **os.environ,
        **clock,
        "JIAOHAO_DATA": str(folder),
        MQTT_ENVIRONMENT_NAME: url,
        "JIAOHAO_LOG": "WARNING",
    }
    folder.mkdir(parents=True, exist_ok=True)
    program = Program("server", ["-m", "broker", "run", str(hall_file)], environment, folder / "server.log")
    try:
        yield Node(url, folder, program)
    finally:
        program.stop()


class Client:
    """Sends unsequenced commands as the collector may and calls back per answer, all in one thread."""

    def __init__(self, hall_id: str, url: str, on_reply: Callable[[Reply, float], None] | None = None) -> None:
        self._topics = Topics(hall_id)
        self._on_reply = on_reply
        self._answers: dict[str, Reply] = {}
        self._unanswered: dict[str, Command] = {}
        self.sent_again = 0
        """Commands that were not answered within some seconds: the engine had lost its way to us, or to MQTT."""
        self.link = Link(
            url,
            f"bench-{time.monotonic_ns()}",
            on_message=self._on_message,
            subscriptions=[(self._topics.reply("collector"), 1), (self._topics.engine(), 1)],
            options=LinkOptions(inbox_bound=20_000, first_wait_s=(0.1, 0.3)),
        )
        self._made = 0
        self._engine_online = False

    def start(self) -> "Client":
        """Connect and hear of the engine; RuntimeError when that does not succeed.

        What is sent before the engine has its own connection is lost: these commands have no outbox.
        """
        self.link.start()
        deadline_s = time.monotonic() + ONLINE_WITHIN_S
        while not self._engine_online:
            self.link.pump(0.05)
            if time.monotonic() > deadline_s:
                raise RuntimeError("no MQTT connection, or no engine")
        return self

    def stop(self) -> None:
        """Disconnect."""
        self.link.stop()

    def send(self, command: Command) -> str:
        """Publish one command; its id."""
        self._made += 1
        id = f"bench-{time.monotonic_ns()}-{self._made}"
        self._publish(command, id)
        if self._on_reply is None:
            self._unanswered[id] = command
        return id

    def _publish(self, command: Command, id: str) -> None:
        self.link.publish(self._topics.command("collector"), encode_envelope(command, id=id, device="collector"))

    def _send_again(self, ids: Iterable[str]) -> None:
        """The same ids: the engine answers each once and for ever."""
        for id in ids:
            self.sent_again += 1
            self._publish(self._unanswered[id], id)

    def ask(self, *commands: Command) -> list[Reply]:
        """The answers in the same order; RuntimeError when one is missing or a refusal."""
        ids = [self.send(command) for command in commands]
        begun_s = time.monotonic()
        again_s = begun_s + AGAIN_AFTER_S
        while any(id not in self._answers for id in ids):
            self.link.pump(0.05, most=500)
            if time.monotonic() > begun_s + ANSWER_WITHIN_S:
                raise RuntimeError(f"the server does not answer {sum(id not in self._answers for id in ids)} commands")
            if time.monotonic() > again_s:
                again_s += AGAIN_AFTER_S
                self._send_again(id for id in ids if id not in self._answers)
        replies = [self._answers.pop(id) for id in ids]
        refused = [reply.refusal.code for reply in replies if reply.refusal is not None]
        if refused:
            raise RuntimeError(f"the server refused: {', '.join(refused)}")
        return replies

    def _on_message(self, message: Message) -> None:
        if message.topic == self._topics.engine():
            with contextlib.suppress(CodecError):  # somebody may be flooding
                self._engine_online = decode(message.payload, EngineState).online
            return
        reply = decode(message.payload, Reply)
        if self._on_reply is not None:
            self._on_reply(reply, time.perf_counter())
        else:
            self._answers[reply.id] = reply
            self._unanswered.pop(reply.id, None)
