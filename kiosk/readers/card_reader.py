"""The card reader as the kiosk's loop sees it. `SdtReader` is the driver of serial readers; nothing in it waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

from broker.runtime.serial_port import SerialPort, SerialPortError
from kiosk.readers.cards import CardEvent
from kiosk.readers.dialogue import Dialogue

logger = logging.getLogger(__name__)


class Reader(Protocol):
    """What a kiosk asks of a card reader, whatever the make."""

    def start(self) -> None:
        """Begin to look for it; that it is not there now is no error."""

    def stop(self) -> None:
        """Let it go."""

    def poll(self) -> list[CardEvent]:
        """What happened since the last call; returns at once."""
        ...

    def health(self) -> str:
        """``ok``, ``silent`` (does not answer) or ``offline`` (no such device)."""
        ...


class SdtReader:
    """A serial reader of resident cards. Owned by the kiosk's loop, which polls it every turn."""

    def __init__(self, port: SerialPort, dialogue: Dialogue, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._dialogue = dialogue
        self._clock = clock
        self._opened = False

    def start(self) -> None:
        """Open the line if it is there."""
        self._open()

    def stop(self) -> None:
        """Close the line."""
        self._port.close()

    def health(self) -> str:
        """As the protocol says."""
        if not self._port.is_open:
            return "offline"
        return "silent" if self._dialogue.silent else "ok"

    def poll(self) -> list[CardEvent]:
        """One turn of the talk."""
        if not self._open():
            return []
        try:
            request, events = self._dialogue.turn(self._port.read_available(0), self._clock())
            if request:
                self._port.write(request)
        except SerialPortError as error:
            logger.warning("card reader: %s", error)
            self._port.close()  # a stalled line is opened anew: what it held back must not come out later
            return []
        return events

    def _open(self) -> bool:
        opened = self._port.try_open()
        if opened and not self._opened:
            self._dialogue.begin_again()
        self._opened = opened
        return opened
