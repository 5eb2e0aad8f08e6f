"""What the kiosk tells about itself: health every five seconds and at every change, panel, pictures."""

import logging
from typing import Protocol

from broker.contract.codec import encode
from broker.contract.envelope import DeviceHealth
from broker.contract.topics import BY_NAME, Topics
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import NodeError
from broker.runtime.outbox import Outbox
from kiosk.virtual import Mirror, VirtualParts

logger = logging.getLogger(__name__)

HEALTH_EVERY_S = 5.0
PANEL_EVERY_S = 0.1


class Publisher(Protocol):
    """The part of a Link that is needed here."""

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None: ...


class Reports:
    """Call ``send`` whenever the loop turns; nothing is sent while offline and nothing is kept for later."""

    def __init__(
        self,
        publisher: Publisher,
        topics: Topics,
        kiosk: str,
        clock: EngineTime,
        outbox: Outbox,
        virtual: VirtualParts,
        mirror: Mirror,
        hall_file: str = "",
    ) -> None:
        self._publisher, self._topics, self._kiosk = publisher, topics, kiosk
        self._clock, self._outbox = clock, outbox
        self._virtual, self._mirror = virtual, mirror
        self._hall_file = hall_file
        self._told: dict[str, str] | None = None
        self._health_due_s = self._panel_due_s = 0.0

    def begin_again(self) -> None:
        """A new connection: say everything once more."""
        self._told = None
        self._health_due_s = self._panel_due_s = 0.0
        self._virtual.forget()

    def send(self, parts: dict[str, str], now_s: float) -> None:
        """Publish what is due; a changed part at once, so that an alarm is not five seconds late."""
        if parts != self._told or now_s >= self._health_due_s:
            if self._publish("health", encode(self.health(parts))):
                self._told = dict(parts)
            self._health_due_s = now_s + HEALTH_EVERY_S
        if now_s >= self._panel_due_s:
            self._panel_due_s = now_s + PANEL_EVERY_S
            panel = self._virtual.changed()
            if panel is not None and not self._publish("panel", encode(panel)):
                self._virtual.forget()
        for name, picture in self._mirror.take(now_s):
            self._publish("picture", picture, name=name)

    def health(self, parts: dict[str, str]) -> DeviceHealth:
        """How this kiosk feels."""
        outbox = self._outbox.health()
        return DeviceHealth(
            at_ms=self._clock.now_ms(),
            outbox_length=outbox.length,
            outbox_age_ms=0 if outbox.oldest is None else outbox.oldest.ms,
            clock_offset_ms=self._clock.offset_ms(),
            parts=parts,
            hall_file=self._hall_file,
        )

    def _publish(self, row: str, payload: bytes, **names: str) -> bool:
        topic = BY_NAME[row]
        try:
            where = self._topics.of(row, device=self._kiosk, **names)
            self._publisher.publish(where, payload, qos=topic.qos, retain=topic.retain)
        except NodeError as error:
            logger.debug("%s is not published: %s", row, error)
            return False
        return True
