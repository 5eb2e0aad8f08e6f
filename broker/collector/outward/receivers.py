"""Every receiver that the hall file names, each with a courier on a thread of its own: a dead one holds up nobody."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from broker.collector.notify.http_post import Posted, is_public, post
from broker.collector.notify.web_ways import SIGNATURE, signature
from broker.collector.outward.courier import Courier, Letter, Letters
from broker.collector.outward.hook_letters import HookLetters
from broker.collector.outward.places import FILE_NAME, Places
from broker.collector.outward.upward_letters import UpwardLetters
from broker.model.hall import Hall
from broker.model.hall_outward import Webhook
from broker.model.words import Names
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError
from broker.store.tail import JournalTail, Tail

UPWARD = "-upward"
"""No webhook can be called so: a key of the hall file begins with a letter or a digit."""
UPWARD_SECRET = "JIAOHAO_UPWARD_SECRET"
SECRET_LEAST = 16
STOP_S = 3.0
UNREADABLE_S = 10.0
NO_SECRET = Names(
    "没有密钥（或少于 16 个字符），不发送：请设环境变量 {variable}",
    "no secret (or under 16 characters), so nothing is sent: set the environment variable {variable}",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Receiver:
    """One of them. ``why_not``: why nothing is sent to it; None: it is."""

    key: str
    url: str
    courier: Courier
    why_not: Names | None = None


@dataclass
class Receivers:
    """All of a hall. ``start`` begins to send."""

    all: tuple[Receiver, ...]
    places: Places
    tail: JournalTail
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _bells: dict[str, threading.Event] = field(default_factory=dict)

    def start(self) -> None:
        """Send from now on."""
        for one in self.all:
            if one.why_not is not None:
                _log.error("nothing is sent to the receiver %s: %s", one.key, one.why_not.en)
                continue
            self._bells[one.key] = threading.Event()
            thread = threading.Thread(target=self._work, args=(one,), name=f"outward {one.key}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Send no more. What is on its way may arrive once more after the next start, under the same id."""
        self._stopping.set()
        for bell in self._bells.values():
            bell.set()
        until_s = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, until_s - time.monotonic()))

    def find(self, key: str) -> Receiver | None:
        """By its key."""
        return next((one for one in self.all if one.key == key), None)

    def ring(self, key: str) -> None:
        """There is something to do: do not wait for the end of a pause."""
        if key in self._bells:
            self._bells[key].set()

    def _work(self, one: Receiver) -> None:
        bell, unreadable = self._bells[one.key], False
        while not self._stopping.is_set():
            try:
                pause_s = one.courier.turn()
                unreadable = False
            except (StoreError, DatabaseError) as error:
                if not unreadable:
                    _log.error("nothing can be sent to the receiver %s: %s", one.key, error)
                unreadable, pause_s = True, UNREADABLE_S
            except Exception:  # a fault of ours; the journal keeps what was to be told
                _log.exception("the courier of %s stumbled", one.key)
                pause_s = UNREADABLE_S
            bell.wait(pause_s)
            bell.clear()


def open_receivers(
    hall: Hall, journal: Path, folder: Path, environment: Mapping[str, str], now_ms: Callable[[], int]
) -> Receivers | None:
    """None where the hall file names nobody. ``folder`` keeps how far each was told."""
    if not (hall.webhooks or hall.upward.url):
        return None
    places, tail = Places(folder / FILE_NAME, now_ms), Tail(journal)

    def receiver(key: str, url: str, letters: Letters, variable: str, *, private: bool, signed: bool) -> Receiver:
        secret = environment.get(variable, "").strip()
        send = partial(send_letter, url, secret, now_ms, private=private)
        missing = len(secret) < SECRET_LEAST if signed or secret else False
        why_not = Names(*(text.format(variable=variable) for text in (NO_SECRET.zh, NO_SECRET.en))) if missing else None
        return Receiver(key, url, Courier(key, letters, send, places, tail, now_ms), why_not)

    def hook(key: str, one: Webhook) -> Receiver:
        letters = HookLetters(hall, one, tail)
        return receiver(key, one.url, letters, secret_variable(key), private=one.private, signed=True)

    found = [hook(key, one) for key, one in hall.webhooks.items()]
    if hall.upward.url:
        letters = UpwardLetters(hall, tail, now_ms)
        upward = hall.upward
        found.append(receiver(UPWARD, upward.url, letters, UPWARD_SECRET, private=upward.private, signed=False))
    return Receivers(tuple(found), places, tail)


def secret_variable(key: str) -> str:
    """Where the secret of a webhook is."""
    return f"JIAOHAO_WEBHOOK_{key.upper().replace('-', '_')}_SECRET"


def send_letter(url: str, secret: str, now_ms: Callable[[], int], letter: Letter, *, private: bool) -> Posted:
    """One POST, signed as our other messages are; only the Internet is asked unless the hall file says ``private``."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "jiaohao",
        "Idempotency-Key": letter.id,
        "X-Jiaohao-Event": letter.kind,
    }
    if secret:
        headers[SIGNATURE] = signature(secret, letter.body, now_ms() // 1000)
    return post(url, letter.body, headers, allow=None if private else is_public)
