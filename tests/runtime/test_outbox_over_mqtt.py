"""The whole way with a real broker: commands survive its kill -9, the device's restart and the engine's absence."""

import os
import signal
import time
from pathlib import Path

import pytest

from broker.contract.codec import decode_envelope, encode
from broker.contract.envelope import Reply
from broker.contract.topics import Topics
from broker.model.commands import CallNext
from broker.runtime.clock import SystemClock
from broker.runtime.database import open_database
from broker.runtime.link import Link, LinkState, Message
from broker.runtime.outbox import Outbox
from broker.runtime.sender import CommandTransport, Sender
from tests.runtime.mqtt_rig import PATIENCE_S, QUICK, running_node

TOPICS = Topics("town")


class Engine:
    """Answers as the contract says; its memory outlives its link, as a journal does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.last: dict[str, int] = {}
        self.effects: list[str] = []
        self.open()

    def open(self) -> None:
        self.link = Link(
            self.url, "engine", on_message=self.take, subscriptions=[(TOPICS.command("+"), 1)], options=QUICK
        )
        self.link.start()

    def take(self, message: Message) -> None:
        envelope, _ = decode_envelope(message.payload)
        assert envelope.epoch is not None and envelope.seq is not None
        expected = self.last.get(envelope.epoch, 0) + 1
        if envelope.seq == expected:
            self.last[envelope.epoch] = expected
            self.effects.append(envelope.id)
        frame = {"id": envelope.id, "epoch": envelope.epoch}
        gap = envelope.seq > expected
        reply = (
            Reply(kind="go_back", expected=expected, **frame) if gap else Reply(kind="done", seq=envelope.seq, **frame)
        )
        if self.link.online:
            self.link.publish(TOPICS.reply(envelope.device), encode(reply))


class Kiosk:
    def __init__(self, url: str, path: Path) -> None:
        self.url, self.path = url, path
        self.answers: list[str] = []
        self.open()

    def open(self) -> None:
        self.link = Link(
            self.url,
            "kiosk-1",
            on_message=lambda message: self.sender.on_message(message.payload),
            on_state=lambda state, reason: self.sender.on_online(state is LinkState.ONLINE),
            subscriptions=[(TOPICS.reply("kiosk-1"), 1)],
            options=QUICK,
        )
        self.connection = open_database(self.path)
        outbox = Outbox(self.connection, SystemClock(), CommandTransport(self.link, TOPICS, "kiosk-1"), patience_s=0.4)
        outbox.start()
        self.sender = Sender(outbox, TOPICS, "kiosk-1", lambda entry_id, reply: self.answers.append(entry_id))
        self.link.start()

    def crash(self) -> None:
        """Everything in memory is gone."""
        self.link._session and self.link._session.close()
        self.link.stop(0.5)
        self.connection.close()


@pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
def test_every_command_has_one_effect_in_order_whoever_is_killed(kind: str, tmp_path: Path) -> None:
    with running_node(kind, tmp_path) as node:
        engine, kiosk, put = Engine(node.url), Kiosk(node.url, tmp_path / "outbox.db"), []

        def turn(seconds: float, commands: int = 0) -> None:
            until_s = time.monotonic() + seconds
            while commands or time.monotonic() < until_s:
                if commands:
                    put.append(f"command-{len(put):04d}")
                    kiosk.sender.put(CallNext(counter="1"), id=put[-1])
                    commands -= 1
                kiosk.link.pump(0.005)
                kiosk.sender.tick()
                engine.link.pump(0.005)

        turn(0.5, commands=20)
        assert node.child is not None and node.child.pid is not None
        os.kill(node.child.pid, signal.SIGKILL)
        turn(0.3, commands=20)
        turn(1.0)
        kiosk.crash()
        kiosk.open()
        turn(0.2, commands=20)
        engine.link.stop()
        turn(0.2, commands=20)
        engine.open()
        until_s = time.monotonic() + PATIENCE_S
        while len(kiosk.sender.outbox) and time.monotonic() < until_s:
            turn(0.1)
        assert engine.effects == put
        assert len(kiosk.sender.outbox) == 0
        assert sorted(set(kiosk.answers)) == put
        kiosk.link.stop()
        engine.link.stop()
