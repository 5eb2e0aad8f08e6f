"""Real brokers, real links, and a wire between them that can be cut or frozen."""

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.runtime.link import Link, LinkOptions, LinkState, Message
from broker.runtime.mqtt_node import ChildNode
from broker.runtime.node_mosquitto import find_mosquitto
from tests.ports import free_port

PATIENCE_S = 60.0
QUICK = LinkOptions(first_wait_s=(0.1, 0.2), longest_wait_s=0.5, trial_s=0.3)


@contextlib.contextmanager
def running_node(kind: str, folder: Path) -> Iterator[ChildNode]:
    """A private broker of this kind; skipped, with the reason, where it is not installed."""
    environment = dict(os.environ)
    if kind == "amqtt":
        environment["JIAOHAO_MOSQUITTO"] = "/nowhere"
    elif find_mosquitto(environment) is None:
        pytest.skip("mosquitto is not installed")
    node = ChildNode(folder, environment=environment, port=free_port())
    node.start()
    assert node.kind == kind
    try:
        yield node
    finally:
        node.stop()


class Client:
    """A link with everything it received; ``turn_until`` runs its loop."""

    def __init__(self, url: str, name: str, *filters: str, **options: object) -> None:
        self.messages: list[Message] = []
        self.states: list[LinkState] = []
        self.reasons: list[str] = []
        options.setdefault("on_message", self.messages.append)
        options.setdefault("options", QUICK)
        self.link = Link(url, name, on_state=self._on_state, subscriptions=[(topic, 1) for topic in filters], **options)
        self.link.start()

    def _on_state(self, state: LinkState, reason: str) -> None:
        self.states.append(state)
        self.reasons.append(reason)

    def turn_until(self, condition: Callable[[], bool], what: str = "what was awaited") -> None:
        """Pump until the condition holds; fails after a generous while."""
        until_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < until_s, f"{what} did not happen; {self.states} {self.reasons[-3:]}"
            self.link.pump(0.02)

    def come_online(self) -> "Client":
        self.turn_until(lambda: self.states[-1:] == [LinkState.ONLINE], "coming online")
        return self

    def await_payloads(self, *payloads: bytes) -> None:
        self.turn_until(lambda: set(payloads) <= {m.payload for m in self.messages}, f"receiving {payloads}")

    def payloads(self, topic: str) -> list[bytes]:
        return [m.payload for m in self.messages if m.topic == topic]


class Wire:
    """A relay in front of a broker: ``freeze`` leaves connections open and silent, as a half-dead network does."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("mqtt://").split(":")
        self._target = (host, int(port))
        self._frozen, self._cut = threading.Event(), threading.Event()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def freeze(self) -> None:
        self._frozen.set()

    def thaw(self) -> None:
        """Old connections are cut, new ones go through."""
        self._cut.set()
        self._frozen.clear()

    def close(self) -> None:
        self._ended.set()
        self._thread.join(25)
        self._listener.close()
        self._cut_all()

    def _run(self) -> None:
        while not self._ended.is_set():
            if self._frozen.is_set():
                time.sleep(0.02)
                continue
            if self._cut.is_set():
                self._cut.clear()
                self._cut_all()
            ends = [end for pair in self._pairs for end in pair]
            with contextlib.suppress(OSError, ValueError):
                ready, _, _ = select.select([self._listener, *ends], [], [], 0.05)
                for end in ready:
                    self._carry(end)

    def _cut_all(self) -> None:
        for pair in self._pairs:
            for end in pair:
                end.close()
        self._pairs.clear()

    def _carry(self, end: socket.socket) -> None:
        if end is self._listener:
            near, _ = self._listener.accept()
            self._pairs.append((near, socket.create_connection(self._target)))
            return
        pair = next((pair for pair in self._pairs if end in pair), None)
        if pair is None:
            return  # cut in this very round
        with contextlib.suppress(OSError):
            data = end.recv(65_536)
            if data:
                pair[1 if end is pair[0] else 0].sendall(data)
                return
        self._pairs.remove(pair)
        for each in pair:
            each.close()
