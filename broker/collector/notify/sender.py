"""Sends what waits, each way on a thread of its own: a slow or dead gateway holds up its own messages and nobody else.

What waits stands in the queue's file alone, bounded for each way; a thread holds one message at a time.
"""

import contextlib
import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from broker.collector.notify.file_way import FileWay
from broker.collector.notify.mail_way import MailWay
from broker.collector.notify.message import Message, WayName
from broker.collector.notify.queue import REFUSED_MOST, REFUSED_MS, Entry, Queue
from broker.collector.notify.ways import Letter, NotDelivered, Way, parse_way
from broker.collector.notify.web_ways import SmsWay, WebhookWay
from broker.collector.notify.wording import UnknownKind, subject_of, text_of
from broker.model.hall import Hall
from broker.runtime.errors import DatabaseError

LOOK_S = 5.0
"""So often it looks whether something became due; what is sent now rings the bell."""
STOP_S = 2.0
PHONE_SECRET, MAIL_SECRET = "JIAOHAO_NOTIFY_PHONE_SECRET", "JIAOHAO_NOTIFY_MAIL_SECRET"
_log = logging.getLogger(__name__)


def open_ways(hall: Hall, environment: Mapping[str, str]) -> dict[WayName, Way]:
    """The ways that the hall file names; their secrets are in the environment alone."""
    found: dict[WayName, Way] = {}
    for name, text, variable in (
        ("phone", hall.notify.phone, PHONE_SECRET),
        ("mail", hall.notify.mail, MAIL_SECRET),
    ):
        way = _way(text, environment.get(variable, "").strip(), hall.notify.sms_body)
        if way is not None:
            found[name] = way  # type: ignore[index]
    return found


def _way(text: str, secret: str, sms_body: str) -> Way | None:
    address = parse_way(text)
    if address.scheme == "file":
        return FileWay(Path(address.path))
    if address.scheme in ("http", "https"):
        return WebhookWay(text, secret)
    if address.scheme in ("sms+http", "sms+https"):
        return SmsWay(address, secret, sms_body)
    return MailWay(address, secret) if address.scheme in ("smtp", "smtps") else None


class Sender:
    """The hall's ``Notifier``. ``start`` begins to send; without it messages are only written down."""

    def __init__(self, hall: Hall, queue: Queue, ways: Mapping[WayName, Way], now_ms: Callable[[], int]) -> None:
        self.queue = queue
        self._hall, self._ways, self._now_ms = hall, dict(ways), now_ms
        self._stopping = False
        self._bells: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self._unwritten: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self._lock = threading.Lock()

    def ways(self) -> frozenset[WayName]:
        return frozenset(self._ways)

    def add(self, name: WayName, way: Way) -> None:
        """One more way, before the start."""
        self._ways[name] = way

    def send(self, message: Message) -> bool:
        if message.way not in self._ways:
            return False
        try:
            taken = self.queue.add(message)
        except DatabaseError as error:
            _log.error("a message of the kind %s could not be written down: %s", message.kind, error)
            self._count_unwritten(message)
            return False
        if not taken:
            _log.warning("a message of the kind %s was not taken: the queue is full", message.kind)
        if message.way in self._bells:
            self._bells[message.way].set()
        return taken

    def not_taken(self) -> dict[str, int]:
        """Of each way, how many messages of the last day were not even written down: a full queue, or its disk."""
        with self._lock:
            since_ms = self._now_ms() - REFUSED_MS
            found = Counter(way for way, at_ms in self._unwritten.values() if at_ms > since_ms)
        with contextlib.suppress(DatabaseError):  # the page of messages says so to who opens it
            found.update(self.queue.refused())
        return dict(found)

    def _count_unwritten(self, message: Message) -> None:
        with self._lock:
            self._unwritten[message.id] = (message.way, self._now_ms())
            while len(self._unwritten) > REFUSED_MOST:
                self._unwritten.popitem(last=False)

    def cancel(self, id: str) -> None:
        with contextlib.suppress(DatabaseError):  # erased with its day; a cancelled visit must not fail over this
            self.queue.cancel(id)

    def not_left(self, beginning: str) -> list[Message]:
        try:
            return [entry.message for entry in self.queue.not_left(beginning)]
        except DatabaseError as error:
            _log.error("messages cannot be read: %s", error)
            return []

    def start(self) -> None:
        """Send from now on."""
        for way in sorted(self._ways):
            self._begin(way, partial(self.send_due, way))
        self._begin("", self._keep_house)
        for thread in self._threads:
            thread.start()

    def _begin(self, name: str, turn: Callable[[], int]) -> None:
        bell = self._bells[name] = threading.Event()
        thread = threading.Thread(target=self._work, args=(turn, bell), name=f"notify {name}".strip(), daemon=True)
        self._threads.append(thread)

    def stop(self) -> None:
        """Send no more; what waits is sent after the next start, and what is on its way may arrive once more then."""
        self._stopping = True
        for bell in self._bells.values():
            bell.set()
        until_s = time.monotonic() + STOP_S
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until_s - time.monotonic()))

    def send_due(self, way: str = "") -> int:
        """One round of a way, or of all: what is due; how many left."""
        return sum(self._try(entry) for entry in self.queue.due(way=way) if not self._stopping)

    def _keep_house(self) -> int:
        """Erase what is over, and give up what was for a way that the hall has no more."""
        self.queue.erase_old()
        return sum(self._try(entry) for entry in self.queue.due(but=tuple(self._ways)))

    def _work(self, turn: Callable[[], int], bell: threading.Event) -> None:
        while not self._stopping:
            try:
                while not self._stopping and turn():
                    pass
            except DatabaseError as error:
                _log.error("messages cannot be read: %s", error)
            bell.wait(LOOK_S)
            bell.clear()

    def _try(self, entry: Entry) -> bool:
        message = entry.message
        if message.until_ms is not None and self._now_ms() >= message.until_ms:
            self.queue.overdue(message.id)
            return False
        try:
            way = self._ways.get(message.way)
            if way is None:
                raise NotDelivered("the hall has no such way any more", for_good=True)
            way.deliver(self._letter(message))
        except NotDelivered as error:
            again = self.queue.failed(entry, error.fault, for_good=error.for_good, after_s=error.after_s)
            level = logging.INFO if again else logging.WARNING
            _log.log(level, "a message of the kind %s by %s did not arrive: %s", message.kind, message.way, error.fault)
            return False
        except Exception as error:  # a fault of ours with one message must not hold up the others
            _log.error("a message of the kind %s by %s failed: %s", message.kind, message.way, type(error).__name__)
            self.queue.failed(entry, type(error).__name__, for_good=True)
            return False
        self.queue.left(message.id)
        return True

    def _letter(self, message: Message) -> Letter:
        try:
            text = text_of(self._hall, message)
        except UnknownKind:
            raise NotDelivered("there is no such message", for_good=True) from None
        return Letter(
            id=message.id,
            to=message.to,
            kind=message.kind,
            subject=subject_of(self._hall, message),
            text=text,
            language=message.language or "both",
            facts=message.facts,
            at_ms=self._now_ms(),
            until_ms=message.until_ms,
        )
