"""Sends what waits, on a thread of its own: a slow or dead gateway holds up nobody but the other messages."""

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from broker.collector.notify.file_way import FileWay
from broker.collector.notify.mail_way import MailWay
from broker.collector.notify.message import Message, WayName
from broker.collector.notify.queue import Entry, Queue
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
        self._bell, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="notify", daemon=True)

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
            return False
        if not taken:
            _log.warning("a message of the kind %s was not taken: the queue is full", message.kind)
        self._bell.set()
        return taken

    def cancel(self, id: str) -> None:
        with contextlib.suppress(DatabaseError):  # erased with its day; a cancelled visit must not fail over this
            self.queue.cancel(id)

    def start(self) -> None:
        """Send from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Send no more; what waits is sent after the next start."""
        self._stopping = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def send_due(self) -> int:
        """One round: everything that is due; how many left."""
        return sum(self._try(entry) for entry in self.queue.due())

    def _work(self) -> None:
        while not self._stopping:
            try:
                self.queue.erase_old()
                while not self._stopping and self.send_due():
                    pass
            except DatabaseError as error:
                _log.error("messages cannot be read: %s", error)
            self._bell.wait(LOOK_S)
            self._bell.clear()

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
