"""Carries kept ratings to the collector: ``POST /api/evaluations``, again and again until it is answered.

One thread posts, so a slow collector never holds up a key. The id made on this device makes a repeated post harmless.
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import queue
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from broker.runtime.clock import Age
from broker.runtime.errors import LinkBusy, SettingError
from broker.runtime.outbox import Entry, Outbox
from caller.rating.book import PATH_FIELD

log = logging.getLogger(__name__)

PATH = "/api/evaluations"
TIMEOUT_S = 4.0
IN_FLIGHT = 4
PATIENCE_S = IN_FLIGHT * 2 * TIMEOUT_S
"""Longer than the worst time for all posts in flight, so that nothing is posted twice only because it is slow."""
ANSWER_LIMIT_BYTES = 65_536
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0
_VERDICTS = frozenset({400, 404, 409, 410, 413, 415, 422})
"""Statuses that judge the rating itself. All others speak of the collector: starting, limited, misconfigured."""
_NO_VERDICT = frozenset({"not_found"})


class BadCollectorUrl(SettingError):
    """The collector's address is not ``http(s)://host[:port]``."""

    def __init__(self, url: str) -> None:
        super().__init__("collector address", f"{url!r} is not http(s)://host[:port]")


class Outcome(StrEnum):
    """What became of one post."""

    STORED = "stored"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Posted:
    """The end of one post; ``detail`` is the refusal's code or the cause of the failure."""

    epoch: str
    seq: int
    id: str
    outcome: Outcome
    detail: str = ""


class _Refused(msgspec.Struct):
    code: str


@dataclass(frozen=True)
class CollectorAddress:
    """Where the collector listens."""

    host: str
    port: int
    encrypted: bool

    @classmethod
    def parse(cls, url: str) -> CollectorAddress:
        """``http://127.0.0.1:8080``; BadCollectorUrl otherwise. Names and passwords in it are refused."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadCollectorUrl(url) from None
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise BadCollectorUrl(url)
        encrypted = parts.scheme == "https"
        return cls(parts.hostname, port or (443 if encrypted else 80), encrypted)


class Poster:
    """An outbox's Transport. ``send`` queues a post; ``ended`` gives what the thread finished since."""

    def __init__(
        self,
        address: CollectorAddress,
        *,
        device_key: Callable[[], str] = str,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
        wake: Callable[[], None] | None = None,
    ) -> None:
        self._address = address
        self._tls = tls
        self._headers = {"Content-Type": "application/json", "Connection": "close"}
        self._device_key = device_key
        self._timeout_s = timeout_s
        self._wake = wake
        self._waiting: queue.Queue[tuple[Entry, str, Age, float] | None] = queue.Queue(IN_FLIGHT)
        self._ended: queue.SimpleQueue[Posted] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="rating-post", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the post under way; the rest stays in the outbox."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=self._timeout_s + 1.0)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        """Queue one post. LinkBusy when enough are under way."""
        try:
            self._waiting.put_nowait((entry, epoch, age, time.monotonic()))
        except queue.Full:
            raise LinkBusy(self._waiting.qsize(), IN_FLIGHT) from None

    def ended(self) -> list[Posted]:
        """What was finished since the last call."""
        ended = []
        with contextlib.suppress(queue.Empty):
            while True:
                ended.append(self._ended.get_nowait())
        return ended

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            entry, epoch, age, queued_s = work
            try:
                waited_ms = int((time.monotonic() - queued_s) * 1_000)
                outcome, detail = self._post(entry, Age(age.ms + waited_ms, age.sure))
            except (OSError, http.client.HTTPException, ValueError) as error:
                outcome, detail = Outcome.FAILED, type(error).__name__
            self._ended.put(Posted(epoch, entry.seq, entry.id, outcome, detail))
            if self._wake is not None:
                self._wake()

    def _post(self, entry: Entry, age: Age) -> tuple[Outcome, str]:
        body = {**msgspec.json.decode(entry.payload), "age_ms": age.ms}
        path = body.pop(PATH_FIELD, PATH)
        if not age.sure:
            body["sure"] = False
        connection = self._connection()
        try:
            key = self._device_key()
            headers = self._headers | ({"Authorization": f"Bearer {key}"} if key else {})
            connection.request("POST", path, msgspec.json.encode(body), headers)
            answer = connection.getresponse()
            return verdict(answer.status, answer.read(ANSWER_LIMIT_BYTES))
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        address = self._address
        if address.encrypted:
            context = self._tls or ssl.create_default_context()
            return http.client.HTTPSConnection(address.host, address.port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(address.host, address.port, timeout=self._timeout_s)


def verdict(status: int, body: bytes) -> tuple[Outcome, str]:
    """Stored, refused for good (a verdict of the collector or the engine), or to be tried again."""
    if 200 <= status < 300:
        return Outcome.STORED, ""
    code = ""
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        code = msgspec.json.decode(body, type=_Refused).code[:64]
    if status in _VERDICTS and code and code not in _NO_VERDICT:
        return Outcome.REFUSED, code
    return Outcome.FAILED, f"status {status} {code}".strip()


class RatingSender:
    """Moves the outbox along: call ``tick`` every turn of the loop, in the thread that owns the outbox."""

    def __init__(self, outbox: Outbox, poster: Poster, machine_s: Callable[[], float]) -> None:
        self._outbox = outbox
        self._poster = poster
        self._machine_s = machine_s
        self._wait_s = 0.0
        self._again_s: float | None = 0.0
        self.refused: dict[str, str] = {}
        """Ratings that were thanked for and then refused by the engine: id -> code; the newest 50."""

    def tick(self) -> None:
        """Take what was answered, post what is due."""
        for posted in self._poster.ended():
            self._take(posted)
        if self._again_s is not None and self._machine_s() >= self._again_s:
            self._again_s = None
            self._outbox.connected()
        self._outbox.pump()

    def _take(self, posted: Posted) -> None:
        if posted.outcome is Outcome.FAILED:
            self._hold(posted)
            return
        self._wait_s = 0.0
        self._outbox.answered(posted.epoch, posted.seq, posted.id)
        if posted.outcome is Outcome.REFUSED:
            log.warning("rating %s was refused: %s", posted.id, posted.detail)
            self.refused[posted.id] = posted.detail
            while len(self.refused) > 50:
                del self.refused[next(iter(self.refused))]

    def _hold(self, posted: Posted) -> None:
        """Wait before the next try; several posts that fail together are one failure."""
        if self._again_s is not None:
            return
        self._wait_s = min(LONGEST_WAIT_S, max(FIRST_WAIT_S, self._wait_s * 2))
        self._again_s = self._machine_s() + self._wait_s
        self._outbox.disconnected()
        log.warning("rating %s is not posted yet (%s), again in %.0f s", posted.id, posted.detail, self._wait_s)
