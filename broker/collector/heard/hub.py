"""The collector's line to the hall: asks the engine and waits for its answer, asks devices for pictures.

A command goes out alone (no sequence): its id makes it safe to send again, so an unanswered one is simply reported as
unanswered and the asker repeats it with the same id.
"""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from broker.collector.heard.live import Live
from broker.contract.codec import CodecError, decode, encode, encode_envelope
from broker.contract.envelope import REPLY_LIMIT_BYTES, Ask, Reply, VirtualInput
from broker.contract.topics import Topics
from broker.model.commands import Command
from broker.model.hall import Hall
from broker.runtime.errors import NodeError

DEVICE = "collector"
ASK_FOR_S = 10
ASK_EVERY_S = 4.0
_log = logging.getLogger(__name__)

Publish = Callable[[str, bytes, int], None]
"""(topic, payload, QoS) to the network; raises a NodeError when nothing was sent."""


class Asker(Protocol):
    """What the web side needs of the hall; ``Hub`` in a running hall, a double in tests."""

    live: Live

    def submit(
        self, command: Command, id: str, by: str, ttl_ms: int = 0, age_ms: int = 0, *, sure: bool = True
    ) -> Reply | None: ...

    def ask(self, device: str) -> None: ...

    def press(self, device: str, touched: VirtualInput) -> bool: ...


class Hub:
    """``hear`` takes every message of the link; the other methods are called by web threads.

    ``now_ms`` is the hall's clock, the server's own: both run on the broker node.
    """

    def __init__(
        self,
        hall: Hall,
        live: Live,
        publish: Publish,
        machine_s: Callable[[], float],
        answer_within_s: float = 3.0,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self.live = live
        self._now_ms = now_ms
        self._topics = Topics(hall.hall.id)
        self._hall = hall
        self._publish = publish
        self._machine_s = machine_s
        self._answer_within_s = answer_within_s
        self._lock = threading.Lock()
        self._waiting: dict[str, list[_Waiter]] = {}
        self._asked_s: dict[str, float] = {}

    def subscriptions(self) -> tuple[tuple[str, int], ...]:
        """(topic filter, QoS) of everything the collector listens to."""
        topics = self._topics
        return (
            (topics.reply(DEVICE), 1),
            (topics.view("+", "+"), 1),
            (topics.engine(), 1),
            (topics.status("+"), 1),
            (topics.health("+"), 0),
            (topics.panel("+"), 0),
            (topics.picture("+", "+"), 0),
            (topics.sound("+"), 0),
        )

    def hear(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        """Take one message of the link."""
        if topic == self._topics.reply(DEVICE):
            self._answered(payload)
        else:
            self.live.take(topic, payload, retained=retained)

    def submit(
        self, command: Command, id: str, by: str, ttl_ms: int = 0, age_ms: int = 0, *, sure: bool = True
    ) -> Reply | None:
        """Ask the engine and wait; None when it did not answer in time, and then whether it acted is unknown."""
        if not self.live.engine_alive():
            return None
        waiter = _Waiter()
        with self._lock:
            self._waiting.setdefault(id, []).append(waiter)
        try:
            until_ms = self._now_ms() + ttl_ms - age_ms if ttl_ms and self._now_ms else None
            envelope = encode_envelope(
                command, id=id, device=DEVICE, by=by, ttl_ms=ttl_ms, until_ms=until_ms, age_ms=age_ms, sure=sure
            )
            self._publish(self._topics.command(DEVICE), envelope, 1)
            waiter.bell.wait(self._answer_within_s)
        except NodeError as error:
            _log.warning("command %s was not sent: %s", type(command).__name__, error)
        finally:
            self._forget(id, waiter)
        return waiter.reply

    def ask(self, device: str) -> None:
        """Somebody looks at this device's screens: have it send pictures for some seconds."""
        if self._hall.device_role(device) not in ("kiosk", "display", "caller"):
            return
        now_s = self._machine_s()
        with self._lock:
            if now_s - self._asked_s.get(device, -ASK_EVERY_S) < ASK_EVERY_S:
                return
            self._asked_s[device] = now_s
        try:
            self._publish(self._topics.ask(device), encode(Ask(for_s=ASK_FOR_S)), 0)
        except NodeError as error:
            _log.info("could not ask %s for pictures: %s", device, error)

    def press(self, device: str, touched: VirtualInput) -> bool:
        """Touch virtual hardware; False when it could not be sent."""
        try:
            self._publish(self._topics.input(device), encode(touched), 1)
        except NodeError as error:
            _log.warning("virtual input for %s was not sent: %s", device, error)
            return False
        return True

    def _answered(self, payload: bytes) -> None:
        try:
            reply = decode(payload, Reply, REPLY_LIMIT_BYTES)
        except CodecError as error:
            _log.warning("dropped an unreadable reply: %s", error.detail)
            return
        with self._lock:
            waiters = self._waiting.get(reply.id, [])
            for waiter in waiters:
                waiter.reply = reply
                waiter.bell.set()

    def _forget(self, id: str, waiter: "_Waiter") -> None:
        with self._lock:
            left = [other for other in self._waiting.get(id, []) if other is not waiter]
            if left:
                self._waiting[id] = left
            else:
                self._waiting.pop(id, None)


class _Waiter:
    """One web thread waiting for the answer to one id."""

    def __init__(self) -> None:
        self.bell = threading.Event()
        self.reply: Reply | None = None
