"""Says of each device that was cut off for good that it is revoked, so that staff see it and nobody looks for a cable.

A device that is thrown out cannot say so itself, and its Will, if the broker sends one, says no more than "offline".
"""

import logging
from collections.abc import Callable
from pathlib import Path

from broker.contract.codec import encode
from broker.contract.envelope import DeviceStatus
from broker.contract.topics import Topics
from broker.model.hall import Hall
from broker.runtime.errors import SendRefused, SettingError
from broker.runtime.mqtt_access import REVOKED, read_revoked

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
SAY_EVERY_S = 15.0
"""Again from time to time: a Will may have come behind it, and a broker that was restarted has forgotten it."""


class RevokedDevices:
    """Looks into ``folder`` (``mqtt_access``) and publishes, retained, a status for each revoked name."""

    def __init__(self, hall: Hall, folder: Path, publish: Callable[[str, bytes], None]) -> None:
        self._hall = hall
        self._folder = folder
        self._publish = publish
        self._topics = Topics(hall.hall.id)
        self._stamp: tuple[int, int] | None = None
        self._names: tuple[str, ...] = ()
        self._look_at_s = self._say_at_s = float("-inf")

    def say_again(self) -> None:
        """The broker may have lost everything."""
        self._say_at_s = float("-inf")

    def look(self, now_s: float) -> None:
        """``now_s`` is the machine's time. What cannot be sent now is sent by a later call."""
        if now_s < self._look_at_s:
            return
        self._look_at_s = now_s + LOOK_EVERY_S
        if self._changed():
            self._say_at_s = now_s
        if now_s < self._say_at_s:
            return
        try:
            for name in self._names:
                role = self._hall.device_role(name) or "agent"
                status = DeviceStatus(online=False, boot="revoked", role=role, revoked=True)
                self._publish(self._topics.status(name), encode(status))
        except SendRefused:
            return
        self._say_at_s = now_s + SAY_EVERY_S

    def _changed(self) -> bool:
        try:
            found = (self._folder / REVOKED).stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            names = read_revoked(self._folder).names
        except (OSError, SettingError) as error:
            if self._stamp is not None:
                logger.error("who is revoked is not known any more: %s", error)
            self._stamp = None
            return False
        for name in sorted(set(names) - set(self._names)):
            logger.warning("%s is revoked", name)
        self._names = names
        return True
