"""A device as its network sees it: a real outbox on disk, a real link, one thread; what it asks is a test's wish."""

import contextlib
import queue
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from broker.contract.codec import decode_envelope, encode
from broker.contract.envelope import Reply
from broker.contract.topics import Topics
from broker.model.commands import Command
from broker.model.hall import Hall
from broker.runtime.clock import Age, Clock
from broker.runtime.database import open_database
from broker.runtime.errors import SendRefused
from broker.runtime.link import Link, LinkOptions, LinkState, Message
from broker.runtime.outbox import Entry, Outbox
from broker.runtime.sender import CommandTransport, Sender

OnAnswer = Callable[["Device", str, Reply], None]
TURN_S = 0.01
DOUBLE_EACH, LOSE_EACH, REPEAT_EACH = 3, 17, 5
BOUND = 3_000


class Device(threading.Thread):
    """``on_answer`` runs in the device's own thread and may ``put`` more; ``asked`` and ``answers`` are by id."""

    def __init__(self, url: str, hall: Hall, name: str, folder: Path, clock: Clock, on_answer: OnAnswer) -> None:
        super().__init__(name=f"device-{name}", daemon=True)
        self.device = name
        self.answers: dict[str, Reply] = {}
        self.asked: dict[str, Command] = {}
        self.sent = self.doubled = self.lost = self.repeated = 0
        self.lives = 0
        self.contradictions: list[str] = []
        """Ids that were answered in two ways."""
        self.failure: BaseException | None = None
        self._url, self._hall, self._folder, self._clock, self._on_answer = url, hall, folder, clock, on_answer
        self._wishes: queue.Queue[Command] = queue.Queue()
        self._ended, self._bounce = threading.Event(), threading.Event()
        self._sender: Sender | None = None
        self._network: RoughNetwork | None = None

    def ask(self, command: Command) -> None:
        """From any thread: have it put into the outbox."""
        self._wishes.put(command)

    def put(self, command: Command, ttl_ms: int = 0) -> str:
        """From the device's own thread: into the outbox now."""
        assert self._sender is not None
        id = f"{self.device}-{secrets.token_hex(8)}"
        self.asked[id] = command
        self._sender.put(command, id=id, ttl_ms=ttl_ms)
        return id

    def bounce(self) -> None:
        """Lose power: everything in memory goes, the outbox is opened from disk again."""
        self._bounce.set()

    def end(self) -> None:
        self._ended.set()
        self.join(25.0)

    @property
    def unanswered(self) -> int:
        return len(self.asked) - len(self.answers)

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                self._bounce.clear()
                self.lives += 1
                self._life()
        except BaseException as failure:
            self.failure = failure
            raise

    def _life(self) -> None:
        connection = open_database(self._folder / f"{self.device}.sqlite")
        topics = Topics(self._hall.hall.id)
        link = Link(
            self._url, self.device, on_message=self._hear, on_state=self._state,
            subscriptions=[(topics.reply(self.device), 1)],
            options=LinkOptions(first_wait_s=(0.05, 0.15), longest_wait_s=0.5),
        )  # fmt: skip
        network = RoughNetwork(link, topics, self)
        outbox = Outbox(connection, self._clock, network, bound=BOUND, patience_s=1.0)
        outbox.start()
        self._sender = Sender(outbox, topics, self.device, self._answered)
        self._network = network
        link.start()
        while not self._ended.is_set() and not self._bounce.is_set():
            link.pump(TURN_S)
            while not self._wishes.empty():
                self.put(self._wishes.get())
            self._sender.tick()
        self._sender = None
        link.stop(0.2)
        connection.close()

    def _hear(self, message: Message) -> None:
        if self._sender is not None:
            self._sender.on_message(message.payload)

    def _state(self, state: LinkState, reason: str) -> None:
        if self._sender is not None:
            self._sender.on_online(state is LinkState.ONLINE)

    def _answered(self, id: str, reply: Reply) -> None:
        if id in self.answers:
            if msgspec.structs.replace(reply, epoch=None, seq=None) != self._alone(id):
                self.contradictions.append(id)
            return
        self.answers[id] = reply
        self._on_answer(self, id, reply)
        if self._network is not None and len(self.answers) % REPEAT_EACH == 0:
            self._network.repeat(id)

    def _alone(self, id: str) -> Reply:
        return msgspec.structs.replace(self.answers[id], epoch=None, seq=None)


class RoughNetwork:
    """A transport that carries some messages twice, loses some, and lets old ones turn up again by themselves."""

    def __init__(self, link: Link, topics: Topics, device: Device) -> None:
        self._link, self._topic, self._device = link, topics.command(device.device), device
        self._inner = CommandTransport(self, topics, device.device)
        self._carried: dict[str, bytes] = {}
        self._lost: set[str] = set()

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        self._inner.send(entry, epoch, age)

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Said to the outbox to be sent, whatever becomes of it."""
        device = self._device
        device.sent += 1
        id = decode_envelope(payload)[0].id
        self._carried[id] = payload
        # Nothing is lost twice: with just LOSE_EACH messages left, the first of the stream would be lost each time.
        if device.sent % LOSE_EACH == 0 and id not in self._lost:
            self._lost.add(id)
            device.lost += 1
            return
        self._link.publish(topic, payload, qos=qos, retain=retain)
        if device.sent % DOUBLE_EACH == 0:
            device.doubled += 1
            self._link.publish(topic, payload, qos=qos, retain=retain)

    def repeat(self, id: str) -> None:
        """An answered command comes once more, out of its stream."""
        payload = self._carried.get(id)
        if payload is not None:
            alone = msgspec.structs.replace(decode_envelope(payload)[0], epoch=None, seq=None)
            with contextlib.suppress(SendRefused):
                self._link.publish(self._topic, encode(alone))
                self._device.repeated += 1


def await_all(devices: list[Device], done: Callable[[], bool], within_s: float) -> None:
    """Until ``done``; fails when a device's thread died or time is over."""
    until_s = time.monotonic() + within_s
    while not done():
        dead = [device.device for device in devices if device.failure is not None]
        assert not dead, f"{dead} died: {devices[0].failure}"
        left = {device.device: device.unanswered for device in devices if device.unanswered}
        assert time.monotonic() < until_s, f"not done within {within_s:.0f} s; unanswered {left}"
        time.sleep(0.02)
