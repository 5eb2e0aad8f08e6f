"""Carries an outbox to the engine over MQTT: wraps each entry in its envelope, reads the replies."""

import logging
from collections.abc import Callable
from typing import Protocol

import msgspec

from broker.contract.codec import CodecError, decode, encode
from broker.contract.envelope import REPLY_LIMIT_BYTES, Envelope, RefusalMessage, Reply
from broker.contract.topics import Topics
from broker.model.commands import Command
from broker.runtime.clock import Age
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import EngineTimeUnknown
from broker.runtime.outbox import Adding, Entry, Outbox

logger = logging.getLogger(__name__)


class Publisher(Protocol):
    """The part of a Link that is needed here."""

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None: ...


class CommandTransport:
    """A Transport: one entry of the outbox becomes one Envelope on the device's command topic.

    ``engine_time`` lets a command that soon goes stale say until when it is meant, by the engine's own clock. Until
    the first heartbeat that is not known; such a command then waits here, where its age is counted, rather than in a
    network that could hand it over minutes later.
    """

    def __init__(self, link: Publisher, topics: Topics, device: str, engine_time: EngineTime | None = None) -> None:
        self._link = link
        self._engine_time = engine_time
        self._topic = topics.command(device)
        self._device = device

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        """SendRefused when the link cannot take it, or when nobody could tell on arrival that it is too late."""
        if entry.ttl_ms and self._engine_time is not None and self._engine_time.offset_ms() is None:
            raise EngineTimeUnknown
        envelope = Envelope(
            id=entry.id,
            device=self._device,
            epoch=epoch,
            seq=entry.seq,
            age_ms=age.ms,
            sure=age.sure,
            ttl_ms=entry.ttl_ms,
            until_ms=self._until_ms(entry, age),
            by=entry.by,
            command=msgspec.Raw(entry.payload),
        )
        self._link.publish(self._topic, encode(envelope), qos=1)

    def _until_ms(self, entry: Entry, age: Age) -> int | None:
        time = self._engine_time
        if time is None or entry.ttl_ms == 0:
            return None
        return max(0, time.now_ms() + entry.ttl_ms - age.ms)


class Sender:
    """Commands go in, answers come out: ``on_answer(entry_id, reply)`` exactly once per entry and process life.

    Wire it to the link: ``on_message`` for everything on ``reply_topic``, ``on_online`` for every change of state,
    ``tick`` whenever the loop turns (at least as often as ``wait_s`` says).
    """

    def __init__(self, outbox: Outbox, topics: Topics, device: str, on_answer: Callable[[str, Reply], None]) -> None:
        self.outbox = outbox
        self.reply_topic = topics.reply(device)
        self._on_answer = on_answer

    def put(self, command: Command, *, id: str, ttl_ms: int = 0, by: str = "") -> Entry:
        """Commit a command and send it when the link allows. OutboxError or DatabaseError: it was not taken."""
        entry = self.outbox.put(encode(command), id=id, ttl_ms=ttl_ms, by=by)
        self.outbox.pump()
        return entry

    def put_within(self, adding: Adding, command: Command, *, id: str, ttl_ms: int = 0, by: str = "") -> Entry:
        """Add a command to an open transaction of ``outbox.adding()``; call ``tick`` after it."""
        return adding.put(encode(command), id=id, ttl_ms=ttl_ms, by=by)

    def on_online(self, online: bool) -> None:
        """The link is ready, or is not any more."""
        if online:
            self.outbox.connected()
            self.outbox.pump()
        else:
            self.outbox.disconnected()

    def on_message(self, payload: bytes) -> None:
        """A message arrived on ``reply_topic``; what cannot be read is logged and dropped, resending heals it."""
        try:
            reply = decode(payload, Reply, REPLY_LIMIT_BYTES)
        except CodecError as error:
            logger.warning("reply cannot be read: %s", error.detail)
            return
        if reply.kind == "go_back" and reply.refusal is not None:
            self.outbox.hold(reply.epoch, reply.expected, _pause_s(reply.refusal))
        elif reply.kind == "go_back":
            self.outbox.go_back(reply.epoch, reply.expected)
        elif reply.seq is None or self.outbox.answered(reply.epoch, reply.seq, reply.id):
            self._act_on(reply)
        self.outbox.pump()

    def tick(self) -> None:
        """Send what is due."""
        self.outbox.pump()

    def _act_on(self, reply: Reply) -> None:
        try:
            self._on_answer(reply.id, reply)
        except Exception:
            # An answer that cannot be acted on would otherwise come back for ever and stop everything behind it.
            logger.exception("acting on the answer to %s failed", reply.id)


def _pause_s(refusal: RefusalMessage) -> float:
    """The pause that a ``too_much_at_once`` asks for."""
    wait_ms = refusal.facts.get("wait_ms")
    return wait_ms / 1000 if isinstance(wait_ms, int) else 0.0
