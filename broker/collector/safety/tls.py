"""HTTPS without a proxy: waitress's connections, encrypted where they are accepted.

Not a second server in front that forwards bytes: every connection keeps its own address, so limits, seats and log-ins
count whom they should, live pages need no thread more, and what bounds a connection bounds an encrypted one too. The
handshake is part of the server's loop, which never waits: whoever begins one and says nothing is let go like any idle
connection.
"""

import contextlib
import errno
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from broker.collector.safety.certificate import Certificate

HANDSHAKE = b"\x16"
"""The first byte of TLS; that of no method of HTTP."""
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
SEND_MOST = 65_536
"""At once, so that no single slow phone holds its lock, or the loop, for long."""
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")
_WAIT = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_ONLY = "本页只能用 https:// 打开\nOnly https:// is spoken here\n".encode()
WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class TlsSocket:
    """Looks like the plain socket without blocking that waitress expects. One that speaks first in plain HTTP stays
    plain (``plain``), so that it can be told where to go.

    OpenSSL lets no two threads work at one connection: the loop reads while a worker writes, hence the lock.
    """

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        self._sock, self._context = sock, context
        self._begun = False
        self._heard: bytes | None = None
        self._lock = threading.Lock()
        self.plain = self.wants_write = False

    def ready(self) -> bool:
        """Whether ``recv`` has something: bytes, or that the other end is gone. Goes on with the handshake."""
        with self._lock:
            if self._heard is None:
                self._heard = self._read()
            return self._heard is not None

    def recv(self, size: int) -> bytes:
        """What ``ready`` found; a little more than ``size`` at times."""
        if not self.ready():
            raise BlockingIOError(*_would_block())
        data, self._heard = self._heard or b"", None
        return data

    def send(self, data: bytes) -> int:
        """As a socket's; the same bytes must come again when they were not taken."""
        with self._lock:
            try:
                return self._sock.send(data[:SEND_MOST])
            except _WAIT:
                raise BlockingIOError(*_would_block()) from None
            except ssl.SSLError as error:
                raise ConnectionResetError(errno.ECONNRESET, str(error.reason)) from None

    def close(self) -> None:
        """Say goodbye as TLS has it, if that can be said at once."""
        with self._lock:
            if self._begun:
                with contextlib.suppress(OSError, ValueError):
                    self._sock.unwrap()  # type: ignore[attr-defined]
            self._sock.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def _read(self) -> bytes | None:
        self.wants_write = False
        try:
            if not self._begun and not self.plain and not self._begin():
                return b""
            if self.plain:
                return self._sock.recv(8192)
            data = self._sock.recv(8192)
            left = self._sock.pending()  # type: ignore[attr-defined] # of this record: no poll would tell of it
            return data + self._sock.recv(left) if left else data
        except ssl.SSLWantWriteError:
            self.wants_write = True
            return None
        except (ssl.SSLWantReadError, BlockingIOError):
            return None
        except OSError:  # a handshake that fails, or a connection that broke
            return b""

    def _begin(self) -> bool:
        """Look at the first byte; False when there is none to come."""
        first = self._sock.recv(1, socket.MSG_PEEK)
        if first == HANDSHAKE:
            self._sock = self._context.wrap_socket(self._sock, server_side=True, do_handshake_on_connect=False)
            self._begun = True
        elif first:
            self.plain = True
        return bool(first)


class _PlainParser(HTTPRequestParser):  # type: ignore[misc]
    """Of a request that came without encryption to an encrypted door."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.url_scheme = "http"  # for ``only_https``; waitress takes it from the server's settings


def tls_channel(certificate: Certificate) -> type[HTTPChannel]:
    """waitress's connection, for a server whose ``url_scheme`` is https."""

    class TlsChannel(HTTPChannel):  # type: ignore[misc]
        """Encrypted from its first byte."""

        def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
            super().__init__(server, TlsSocket(sock, certificate.context), addr, adj, map=map)

        def handle_read(self) -> None:
            if self.socket.ready():
                super().handle_read()

        def writable(self) -> bool:
            return self.socket.wants_write or bool(super().writable())

        def handle_write(self) -> None:
            if self.socket.wants_write:
                self.handle_read()
            super().handle_write()

        def received(self, data: bytes) -> bool:
            if self.socket.plain:
                self.parser_class = _PlainParser
            return bool(super().received(data))

    return TlsChannel


def only_https(application: WsgiApplication) -> WsgiApplication:
    """Who asks without encryption is sent to the same address with it; what was sent along is not looked at."""

    def asked(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] == "https":
            return application(environ, start)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_ONLY)))]
        host, path = environ.get("HTTP_HOST", ""), environ.get("REQUEST_URI") or "/"
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and _HOST.fullmatch(host) and path.startswith("/"):
            start("308 Permanent Redirect", [*headers, ("Location", f"https://{host}{path}")])
        else:
            start("400 Bad Request", headers)
        return [_ONLY]

    return asked


def _would_block() -> tuple[int, str]:
    return errno.EWOULDBLOCK, "nothing yet"
