"""The desk where devices without an identity ask for one: HTTPS with three addresses, open while somebody is there.

``GET /ca``: the authority's certificate. ``POST /enrol``, a signing request in PEM: ``{"ticket", "number"}``, of which
the device makes its code. ``GET /enrol`` with ``Authorization: Bearer TICKET``: 202 until it is let in, then 200 and
``{"files": {NAME: content}}``, as often as it asks until its time is over; an answer may be lost.
"""

import contextlib
import logging
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec

from broker.model.words import Names
from firmware_config.build.net import ENROL_PORT
from firmware_config.identity import authority
from firmware_config.identity.enrol_desk import Asking, Desk, DeskRefuses

logger = logging.getLogger(__name__)

PORT = ENROL_PORT
REQUEST_BYTES_MOST = 4_096
AT_ONCE_MOST = 32
_DRAINED_BYTES = 65_536
_SILENT_S = 10.0


class EnrolServer:
    """Listens from ``start`` to ``stop``; ``port`` 0 takes a free one. OSError: it cannot listen there."""

    def __init__(self, ca: bytes, certificate: Path, key: Path, host: str, port: int = PORT) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(certificate, key)
        self._ca = ca
        self._desk = Desk(authority.ca_print(ca))
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE_MOST)
        self._listener = _Listener((host, port), self)
        self.port: int = self._listener.server_address[1]
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.1,), name="enrol", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Nobody is let in any more."""
        if self._thread.is_alive():
            self._listener.shutdown()
        self._listener.server_close()

    def find(self, code: str) -> Asking:
        """The device that shows this code. DeskRefuses."""
        with self._lock:
            return self._desk.find(code, time.monotonic())

    def let_in(self, asking: Asking, files: dict[str, str]) -> None:
        """What the device gets when it asks next; ``files`` by their names in an identity folder."""
        with self._lock:
            asking.answer = msgspec.json.encode({"files": files})

    def waiting(self) -> int:
        """How many devices show a code now."""
        with self._lock:
            return self._desk.waiting(time.monotonic())

    def unfetched(self) -> int:
        """How many were let in and have not asked since."""
        with self._lock:
            return self._desk.unfetched(time.monotonic())

    def answer(self, method: str, path: str, ticket: str, body: bytes, address: str) -> tuple[int, bytes]:
        """Status and content for one request."""
        if (method, path) == ("GET", "/ca"):
            return 200, self._ca
        if path != "/enrol" or method not in ("GET", "POST"):
            raise DeskRefuses(404, Names("没有这个地址", "there is nothing here"))
        now_s = time.monotonic()
        if method == "POST":
            try:
                key_print = authority.key_print(body)
                authority.check_request(body)
            except authority.NotSigned as error:
                raise DeskRefuses(400, Names("不是有效的签发请求", f"the request {error}")) from error
            with self._lock:
                asking = self._desk.ask(address, body, key_print, now_s)
            return 201, msgspec.json.encode({"ticket": asking.ticket, "number": asking.number.hex()})
        with self._lock:
            waits = self._desk.of_ticket(ticket, now_s)
            waits.fetched = waits.answer is not None
            return (202, b"{}") if waits.answer is None else (200, waits.answer)

    def serve(self, connection: socket.socket, address: str) -> None:
        """One connection in a thread of its own; the handshake is done there, so that nobody holds up the door."""
        with contextlib.suppress(OSError, ValueError), contextlib.closing(connection):
            connection.settimeout(_SILENT_S)
            with self._context.wrap_socket(connection, server_side=True) as encrypted:
                _Handler(encrypted, (address, 0), self._listener)

    def take(self, connection: socket.socket, address: str) -> None:
        """Give a connection a thread, or close it where too many are open."""
        if not self._places.acquire(blocking=False):
            connection.close()
            return
        threading.Thread(target=self._served, args=(connection, address), name="enrol-one", daemon=True).start()

    def _served(self, connection: socket.socket, address: str) -> None:
        try:
            self.serve(connection, address)
        finally:
            self._places.release()


class _Listener(HTTPServer):
    def __init__(self, place: tuple[str, int], owner: EnrolServer) -> None:
        self.owner = owner
        self.address_family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        super().__init__(place, _Handler)

    def process_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket) and isinstance(client_address, tuple)
        self.owner.take(request, str(client_address[0]))


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENT_S
    server: _Listener
    server_version, sys_version = "jiaohao", ""

    def do_GET(self) -> None:
        self._reply("GET")

    def do_POST(self) -> None:
        self._reply("POST")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what strangers send is no line of a log."""

    def _reply(self, method: str) -> None:
        try:
            told = self.headers.get("Content-Length", "0")
            length = int(told) if told.isdecimal() and len(told) < 8 else REQUEST_BYTES_MOST + 1
            if length > REQUEST_BYTES_MOST:
                # Closed with bytes unread, the connection would be reset before the refusal is heard.
                self.rfile.read(min(length, _DRAINED_BYTES))
                raise DeskRefuses(413, Names("内容太长", "too long"))
            body = self.rfile.read(length) if method == "POST" else b""
            ticket = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, content = self.server.owner.answer(method, self.path, ticket, body, self.client_address[0])
        except DeskRefuses as refusal:
            status = refusal.status
            content = msgspec.json.encode({"zh": refusal.what.zh, "en": refusal.what.en})
        self.send_response(status)
        self.send_header("Content-Type", "application/x-pem-file" if self.path == "/ca" else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        self.wfile.write(content)
