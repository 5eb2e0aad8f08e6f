"""Answers that are the same for everybody, made once a change and handed out as they are.

Thousands of phones ask for the same few hundred bytes. What the hall looks like moves with ``Live.revision``; what
time alone changes (a break ends, the engine falls silent) shows within ``FRESH_S``. JSON passes in front of the
application: no session, no routing, no encoding. ``max-age`` lets proxies and browsers keep it for as long as pages
wait between two questions.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from broker.collector.errors import WebError
from broker.collector.safety.guard import host_name

FRESH_S = 1.0
MAX_AGE_S = 5
KEPT_MOST = 400
"""Answers kept at once; the names of outlets and pages are those of the hall file, so this is never reached."""
CACHE_CONTROL = f"public, max-age={MAX_AGE_S}"
_HOSTS_MOST = 64

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Maker = Callable[[], msgspec.Struct]


@dataclass(frozen=True)
class Kept:
    """Bytes to hand out, and the tag that says which they are."""

    data: bytes
    etag: str
    revision: int
    made_s: float


class Shared:
    """``revision`` moves with every change of what was heard; ``machine_s`` is a clock that never goes back."""

    def __init__(self, revision: Callable[[], int], machine_s: Callable[[], float]) -> None:
        self._revision, self._machine_s = revision, machine_s
        self._kept: dict[object, Kept] = {}
        self._lock = threading.Lock()

    def kept(self, key: object, make: Callable[[], bytes]) -> Kept:
        """The bytes of ``key``, made again only when something changed; what ``make`` raises is kept by nobody."""
        known, revision, now_s = self._kept.get(key), self._revision(), self._machine_s()
        if known is not None and known.revision == revision and now_s - known.made_s < FRESH_S:
            return known
        with self._lock:  # one makes it, the others wait for it
            known = self._kept.get(key)
            if known is not None and known.revision >= revision and now_s - known.made_s < FRESH_S:
                return known
            data = make()
            made = Kept(data, hashlib.sha256(data).hexdigest()[:24], revision, self._machine_s())
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            self._kept[key] = made
            return made


class SharedJson:
    """Answers GET of the paths in ``makers`` before the application is asked; everything else passes through."""

    def __init__(
        self, shared: Shared, makers: dict[str, Maker], hosts: frozenset[str] | None, headers: dict[str, str]
    ) -> None:
        self._shared, self._makers, self._hosts = shared, makers, hosts
        self._headers = [*headers.items(), ("Cache-Control", CACHE_CONTROL)]
        self._known_hosts: set[str] = set()

    def around(self, app: Wsgi) -> Wsgi:
        """The application with these answers in front of it."""

        def answer(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
            maker = self._makers.get(environ["PATH_INFO"])
            if maker is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self._is_ours(environ):
                return app(environ, start)
            try:
                kept = self._shared.kept(environ["PATH_INFO"], lambda: msgspec.json.encode(maker()))
            except WebError:
                return app(environ, start)  # which says it in the usual words
            return self._send(kept, environ, start)

        return answer

    def _send(self, kept: Kept, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        tag = f'"{kept.etag}"'
        headers = [("ETag", tag), *self._headers]
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if asked and (asked.strip() == "*" or tag in asked):
            start("304 Not Modified", headers)
            return (b"",)
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(kept.data))), *headers])
        return (b"" if environ["REQUEST_METHOD"] == "HEAD" else kept.data,)

    def _is_ours(self, environ: Environ) -> bool:
        """Whether it is asked under a name of this server; the application refuses others."""
        if self._hosts is None:
            return True
        host = environ.get("HTTP_HOST", "")
        if host in self._known_hosts:
            return True
        if host_name(host) not in self._hosts:
            return False
        if len(self._known_hosts) < _HOSTS_MOST:
            self._known_hosts.add(host)
        return True
