"""PC/SC readers, chosen by ``pcsc://0``: they tell that a chip card was laid or put in, and no more. Home of pyscard.

What stands on social security cards can be read only with the local authority's own keys; a kiosk without them can be
honest about a card's presence alone. pyscard is an extra, imported only when an address asks for it: `PcscMissing`
says how to have it. The service pcscd may block, so a thread of its own asks it.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any

from broker.runtime.errors import SettingError
from kiosk.readers.cards import CardEvent, CardPresent

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.3
LOOK_AGAIN_S = 5.0
EVENTS_BOUND = 8


class PcscMissing(SettingError):
    """The hall file names a PC/SC reader, and pyscard is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "pcsc://",
            "needs pyscard: apt install pcscd python3-pyscard, or pip install 'jiaohao[pcsc]'",
            "需要 pyscard：apt install pcscd python3-pyscard，或 pip install 'jiaohao[pcsc]'",
        )


class PcscReader:
    """The reader with that place among all, 0 first. One `CardPresent` each time a card is laid."""

    def __init__(self, place: int) -> None:
        """PcscMissing without pyscard."""
        try:
            from smartcard import System
            from smartcard.Exceptions import SmartcardException
            from smartcard.pcsc.PCSCContext import PCSCContext
        except ImportError:
            raise PcscMissing from None
        self._list_readers = System.readers
        self._context: Any = PCSCContext
        self._errors: tuple[type[Exception], ...] = (SmartcardException,)
        self._place = place
        self._events: queue.Queue[CardEvent] = queue.Queue(EVENTS_BOUND)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._health = "offline"

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._run, name="pcsc", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let go; a thread that pcscd holds up is left behind."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def health(self) -> str:
        """``ok``, or ``offline`` while there is no such reader or no service."""
        return self._health

    def poll(self) -> list[CardEvent]:
        """Cards laid since the last call."""
        events = []
        while True:
            try:
                events.append(self._events.get_nowait())
            except queue.Empty:
                return events

    def _run(self) -> None:
        lay = False
        while not self._stopping.is_set():
            try:
                lies = self._card_lies()
                self._health = "ok"
            except Exception as error:  # pyscard has two unrelated trees of errors; none may end this thread
                if self._health == "ok":
                    logger.warning("PC/SC reader %d: %s", self._place, type(error).__name__)
                self._health, lies = "offline", False
                self._context.instance = None  # pyscard holds on to a service that has ended; the next look asks anew
            if lies and not lay and not self._events.full():
                self._events.put_nowait(CardPresent())
            lay = lies
            self._stopping.wait(LOOK_EVERY_S if self._health == "ok" else LOOK_AGAIN_S)

    def _card_lies(self) -> bool:
        connection: Any = self._list_readers()[self._place].createConnection()
        try:
            connection.connect()
        except self._errors:  # also what a card says that pcscd cannot wake: then none is told
            return False
        connection.disconnect()
        return True
