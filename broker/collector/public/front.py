"""Hands out what is shared by everybody in front of the application: no session, no routing, no template, no encoding.

Twice: at the door (``ready``), where the thread that serves all connections answers with what is ready and never
waits; and before the application (``around``), where a worker thread makes JSON or has the application draw a page
once, while the others who want the same wait for it. Both give the same headers. Pages are found here under the keys
under which ``sharing`` keeps them, and only for strangers: whoever may be logged in goes on to the application.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import msgspec

from broker.collector.errors import TooManyWatchers, WebError
from broker.collector.public.pace import USUAL_S, Pace
from broker.collector.public.shared import MAX_AGE_S, Kept, Shared
from broker.collector.safety.doors import Asked
from broker.collector.safety.guard import host_name
from broker.collector.wording import COOKIE, LANGUAGES

CACHE_CONTROL = f"public, max-age={MAX_AGE_S}"
NEXT_LOOK = "X-Next-Look"
"""Seconds after which an open page that is told nothing should look again; not sent while it is as usual."""
STREAM_PATH = "/api/events"
LIVE = "live"
_HOSTS_MOST = 64

Environ = dict[str, Any]
Header = tuple[str, str]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Maker = Callable[[], msgspec.Struct]


def page_key(path: str, language: str, *, live: bool) -> tuple[str, str, str, bool]:
    """Under which a page for strangers is kept."""
    return ("page", path, language, live)


@dataclass(frozen=True)
class FrontOptions:
    """``hosts``: names of this server, None for any. ``headers``: of every answer. ``staff_cookies``: names of cookies
    that may make somebody known. ``seats_left``: whether a stranger's stream would get a seat. ``hall_time``: as
    ``14:05``.
    """

    hosts: frozenset[str] | None
    headers: dict[str, str]
    staff_cookies: frozenset[str]
    seats_left: Callable[[], bool]
    hall_time: Callable[[], str]


@dataclass(frozen=True)
class _Answer:
    status: str
    headers: list[Header]
    data: bytes


class Front:
    """GET and HEAD of the paths in ``makers`` and of pages that are kept; everything else passes through."""

    def __init__(self, shared: Shared, makers: dict[str, Maker], options: FrontOptions, pace: Pace) -> None:
        self._shared, self._makers, self._options, self._pace = shared, makers, options, pace
        common = list(options.headers.items())
        self._json = [*common, ("Cache-Control", CACHE_CONTROL)]
        self._page = [*common, ("Cache-Control", "no-cache"), ("Vary", "Cookie, X-Part")]
        self._known_hosts: set[str] = set()
        self._full = _no_seat(common)
        self._now: tuple[int, bytes, str] = (0, b"", "")

    def ready(self, asked: Asked, ends: bool) -> bytes | None:
        """A whole answer, if it is ready (``safety.doors.ReadyAnswers``)."""
        found = self._find(asked)
        if found is None:
            return None
        date, _ = self._time()
        lines = "".join(f"{name}: {value}\r\n" for name, value in found.headers)
        head = f"HTTP/1.1 {found.status}\r\n{'Connection: close' + chr(13) + chr(10) if ends else ''}{lines}"
        body = b"" if asked.method == "HEAD" else found.data
        return b"".join((head.encode("latin-1"), date, b"\r\n", body))

    def around(self, app: Wsgi) -> Wsgi:
        """The application with these answers in front of it."""

        def answer(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
            asked = _asked(environ)
            found = self._find(asked) or self._made(asked)
            if found is not None:
                return _send(found, asked, start)
            key = self._page_key(asked)
            turn = None if key is None else self._shared.turn(key)
            if turn is None:
                return app(environ, start)
            with turn:  # one has the application draw it, the others find it drawn
                found = self._find(asked, again=True)
                return app(environ, self._paced(start)) if found is None else _send(found, asked, start)

        return answer

    def _find(self, asked: Asked, *, again: bool = False) -> _Answer | None:
        """What is ready. ``again``: this request was counted already."""
        if asked.method not in ("GET", "HEAD") or not self._is_ours(asked.host):
            return None
        if asked.path in self._makers:
            kept = self._shared.fresh(asked.path)
            return None if kept is None else _of(kept, asked, "application/json", self._json)
        if asked.path == STREAM_PATH:
            return self._refused(asked)
        key = self._page_key(asked)
        if key is None:
            return None
        kept = self._shared.fresh(key)
        if asked.part == LIVE and not again:
            self._pace.look()
        if kept is None:
            return None
        headers = [*self._page, ("X-Hall-Time", self._time()[1]), *self._next_look()]
        return _of(kept, asked, "text/html; charset=utf-8", headers)

    def _made(self, asked: Asked) -> _Answer | None:
        """JSON, made now."""
        maker = self._makers.get(asked.path)
        if maker is None or asked.method not in ("GET", "HEAD") or not self._is_ours(asked.host):
            return None
        try:
            kept = self._shared.kept(asked.path, lambda: msgspec.json.encode(maker()))
        except WebError:
            return None  # the application says it in the usual words
        return _of(kept, asked, "application/json", self._json)

    def _page_key(self, asked: Asked) -> tuple[str, str, str, bool] | None:
        """None where it may be a page of somebody's own, or one that is asked for in another way than pages do."""
        if asked.query or asked.method not in ("GET", "HEAD") or not self._is_ours(asked.host):
            return None
        language = LANGUAGES[0]
        if asked.cookie:
            pairs = [pair.strip().partition("=") for pair in asked.cookie.split(";")]
            chosen = [value for name, _, value in pairs if name == COOKIE]
            known = any(name in self._options.staff_cookies for name, _, _ in pairs)
            if known or len(chosen) > 1 or any(value not in LANGUAGES for value in chosen):
                return None
            language = chosen[0] if chosen else language
        return page_key(asked.path, language, live=asked.part == LIVE)

    def _refused(self, asked: Asked) -> _Answer | None:
        """A stream of strangers when no seat is left; who waits for a call (``ticket``) is asked about further on."""
        stranger = "ticket=" not in asked.query and not any(
            name in asked.cookie for name in self._options.staff_cookies
        )
        return self._full if stranger and not self._options.seats_left() else None

    def _next_look(self) -> list[Header]:
        told_s = self._pace.told_s
        return [(NEXT_LOOK, str(told_s))] if told_s > USUAL_S else []

    def _paced(self, start: Callable[..., Any]) -> Callable[..., Any]:
        return lambda status, headers, *more: start(status, [*headers, *self._next_look()], *more)

    def _time(self) -> tuple[bytes, str]:
        """The line ``Date``, and the hall's clock; made once a second."""
        now_s = int(time.time())
        if self._now[0] != now_s:
            self._now = (now_s, f"Date: {formatdate(now_s, usegmt=True)}\r\n".encode(), self._options.hall_time())
        return self._now[1:]

    def _is_ours(self, host: str) -> bool:
        """Whether it is asked under a name of this server; the application refuses others."""
        hosts = self._options.hosts
        if hosts is None or host in self._known_hosts:
            return True
        if host_name(host) not in hosts:
            return False
        if len(self._known_hosts) < _HOSTS_MOST:
            self._known_hosts.add(host)
        return True


def _asked(environ: Environ) -> Asked:
    field = environ.get
    return Asked(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        field("QUERY_STRING", ""),
        field("HTTP_HOST", ""),
        field("HTTP_IF_NONE_MATCH", ""),
        field("HTTP_X_PART", ""),
        field("HTTP_COOKIE", ""),
    )


def _of(kept: Kept, asked: Asked, content_type: str, headers: list[Header]) -> _Answer:
    tag = f'"{kept.etag}"'
    known = asked.if_none_match
    if known and (known.strip() == "*" or tag in known):
        return _Answer("304 Not Modified", [("ETag", tag), *headers], b"")
    of_body = [("Content-Type", content_type), ("Content-Length", str(len(kept.data)))]
    return _Answer("200 OK", [*of_body, ("ETag", tag), *headers], kept.data)


def _send(found: _Answer, asked: Asked, start: Callable[..., Any]) -> Iterable[bytes]:
    start(found.status, found.headers)
    return (b"" if asked.method == "HEAD" else found.data,)


def _no_seat(common: list[Header]) -> _Answer:
    """As the application refuses a stream."""
    error = TooManyWatchers()
    data = msgspec.json.encode(error.answer())
    own = [("Content-Type", "application/json"), ("Content-Length", str(len(data))), ("Cache-Control", "no-store")]
    return _Answer("503 Service Unavailable", [*own, ("Retry-After", str(error.retry_after_s)), *common], data)
