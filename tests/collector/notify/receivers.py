"""Real servers on this machine that take what the hall sends: HTTP, and SMTP with as much of it as a sender needs."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Taken:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebReceiver:
    """Answers each POST with the next of ``statuses``; the last for ever."""

    url: str
    statuses: list[int] = field(default_factory=lambda: [201])
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)


@contextmanager
def web_receiver() -> Iterator[WebReceiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            named = {name.lower(): value for name, value in self.headers.items()}
            receiver.taken.append(Taken(self.path, named, self.rfile.read(size)))
            status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
            receiver.answered.append(status)
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = WebReceiver(f"http://127.0.0.1:{server.server_port}")
    with _served(server):
        yield receiver


@dataclass
class MailReceiver:
    """Takes mail; ``refuse`` answers every recipient with that code."""

    port: int
    refuse: int = 0
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)


@contextmanager
def mail_receiver() -> Iterator[MailReceiver]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            say = lambda text: self.wfile.write(text.encode() + b"\r\n")  # noqa: E731
            say("220 test")
            sender = recipient = ""
            for line in iter(self.rfile.readline, b""):
                verb, _, rest = line.decode().strip().partition(" ")
                if verb.upper() == "MAIL":
                    sender = rest
                if verb.upper() == "RCPT":
                    recipient = rest
                    if receiver.refuse:
                        say(f"{receiver.refuse} no")
                        continue
                if verb.upper() == "DATA":
                    say("354 go on")
                    data = b"".join(iter(self.rfile.readline, b".\r\n"))
                    receiver.mails.append((sender, recipient, data))
                say("221 bye" if verb.upper() == "QUIT" else "250 ok")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    receiver = MailReceiver(int(server.server_address[1]))
    with _served(server):
        yield receiver


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
