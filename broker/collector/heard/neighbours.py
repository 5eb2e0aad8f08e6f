"""What outlets with a Jiaohao of their own say of themselves: fetched in turn by one thread, the last answer kept.

An outlet is asked every ``EVERY_S`` at most, less often while it does not answer. A redirect leads nowhere but to the
same host, a body is read up to a limit and within a time: whoever stands at that address can show figures here, and
do nothing else.
"""

import http.client
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Literal, Protocol
from urllib.parse import urlsplit

import msgspec

from broker.model.hall import Hall
from broker.model.views import Emergency, OpenState, PausedCounter, ServiceLine

EVERY_S, SELDOM_S = 10.0, 60.0
FRESH_S = 45.0
"""An answer older than this is shown as stale."""
ANSWER_S, BODY_LIMIT_BYTES, PIECE_BYTES = 5.0, 262_144, 16_384
REDIRECTS_MOST = 3
TURN_S = 0.5
STATUS_PATH = "/api/status"
_log = logging.getLogger(__name__)


class ForeignStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The part of another Jiaohao's ``/api/status`` that is shown here; what else it says is not read."""

    at_ms: int
    open: OpenState
    services: tuple[ServiceLine, ...]
    counters_open: tuple[str, ...]
    paused: tuple[PausedCounter, ...]
    engine: Literal["online", "offline"] = "online"
    issuing: bool = True
    issuing_reason: str = ""
    issuing_reason_en: str = ""
    emergency: Emergency | None = None


class OutletFailed(Exception):
    """The outlet gave no answer that can be shown; ``str`` says why, for the log."""


@dataclass(frozen=True)
class Fetched:
    """``body`` None: nothing changed since ``etag``."""

    body: bytes | None
    etag: str


Fetch = Callable[[str, str], Fetched]
"""(address, the last ETag or "") -> what came; OutletFailed."""


@dataclass(frozen=True)
class Neighbour:
    """An outlet as last heard. ``good_s`` is the machine time of its last answer; None before the first."""

    status: ForeignStatus | None = None
    etag: str = ""
    good_s: float | None = None
    asked_s: float = float("-inf")
    failures: int = 0


class Outlets(Protocol):
    """What pages need of the outlets elsewhere."""

    def of(self, outlet: str) -> Neighbour: ...

    def is_stale(self, seen: Neighbour) -> bool: ...


class Neighbours:
    """``start`` begins to ask; ``turn`` asks whoever is due, once."""

    def __init__(
        self,
        hall: Hall,
        machine_s: Callable[[], float],
        tell: Callable[[str], None] = lambda name: None,
        fetch: Fetch | None = None,
    ) -> None:
        self._urls = {key: outlet.url.rstrip("/") + STATUS_PATH for key, outlet in hall.outlets.items() if outlet.url}
        self._machine_s = machine_s
        self._tell = tell
        self._fetch = fetch or fetch_status
        self._seen: dict[str, Neighbour] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Ask from now on; nothing where no outlet has an address."""
        if self._urls and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="outlets", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask no more. A question on its way ends by itself, and holds nobody up."""
        self._stopping.set()

    def turn(self) -> None:
        """Ask every outlet whose time has come."""
        for outlet, url in self._urls.items():
            seen = self.of(outlet)
            pause_s = min(SELDOM_S, EVERY_S * 2 ** min(seen.failures, 3))
            if self._stopping.is_set() or self._machine_s() - seen.asked_s < pause_s:
                continue
            self._keep(outlet, self._asked(outlet, url, replace(seen, asked_s=self._machine_s())))

    def of(self, outlet: str) -> Neighbour:
        """As last heard."""
        with self._lock:
            return self._seen.get(outlet, Neighbour())

    def is_stale(self, seen: Neighbour) -> bool:
        """Whether what it said is old, or its own engine was silent then."""
        if seen.status is None or seen.good_s is None:
            return True
        return self._machine_s() - seen.good_s > FRESH_S or seen.status.engine != "online"

    def _asked(self, outlet: str, url: str, seen: Neighbour) -> Neighbour:
        try:
            fetched = self._fetch(url, seen.etag)
            status = seen.status if fetched.body is None else _read(fetched.body)
        except OutletFailed as why:
            if not seen.failures:
                _log.warning("outlet %s gave no answer: %s", outlet, why)
            return replace(seen, failures=seen.failures + 1)
        if seen.failures:
            _log.info("outlet %s answers again", outlet)
        return replace(seen, status=status, etag=fetched.etag, good_s=self._machine_s(), failures=0)

    def _keep(self, outlet: str, seen: Neighbour) -> None:
        with self._lock:
            before = self._seen.get(outlet, Neighbour())
            self._seen[outlet] = seen
        if before.status != seen.status or bool(before.failures) != bool(seen.failures):
            self._tell(f"outlet/{outlet}")

    def _run(self) -> None:
        while not self._stopping.wait(TURN_S):
            try:
                self.turn()
            except Exception:
                _log.exception("asking outlets failed")


def _read(body: bytes) -> ForeignStatus:
    try:
        return msgspec.json.decode(body, type=ForeignStatus)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise OutletFailed("its answer is not a hall's status") from error


class _SameHostOnly(urllib.request.HTTPRedirectHandler):
    max_redirections = REDIRECTS_MOST

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if _door(req.full_url) != _door(newurl):
            raise OutletFailed("it sends us to another host")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _door(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def fetch_status(url: str, etag: str) -> Fetched:
    """One question over HTTP, within ``ANSWER_S`` for each step and twice that for all; OutletFailed."""
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "Jiaohao"})
    if etag:
        request.add_header("If-None-Match", etag)
    opener = urllib.request.build_opener(_SameHostOnly())
    try:
        with opener.open(request, timeout=ANSWER_S) as answer:
            return Fetched(_body_of(answer), answer.headers.get("ETag", "")[:200])
    except urllib.error.HTTPError as error:
        if error.code == http.client.NOT_MODIFIED and etag:
            return Fetched(None, etag)
        raise OutletFailed(f"it answers {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise OutletFailed(type(error).__name__) from error


def _body_of(answer: IO[bytes]) -> bytes:
    """All of it, or OutletFailed: too long, or told so slowly that others would wait."""
    ends_s = time.monotonic() + 2 * ANSWER_S
    pieces: list[bytes] = []
    while piece := answer.read1(PIECE_BYTES):  # type: ignore[attr-defined]
        pieces.append(piece)
        if sum(map(len, pieces)) > BODY_LIMIT_BYTES:
            raise OutletFailed(f"its answer is larger than {BODY_LIMIT_BYTES} bytes")
        if time.monotonic() > ends_s:
            raise OutletFailed("its answer takes too long")
    return b"".join(pieces)
