"""One address cannot hold every door open."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from waitress.channel import HTTPChannel
from waitress.server import create_server

from broker.collector.run import anybody_may_rate, close_server, make_server
from broker.collector.safety.doors import Asked, bound_doors
from broker.collector.web import WebOptions
from tests.waiting import until

ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Serve = Callable[..., int]


def app(_: Any, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    made = []

    def start(application: Any = app, settings: Any = None, **limits: Any) -> int:
        more = settings or {}
        server = create_server(application, host="127.0.0.1", port=0, threads=2, asyncore_use_poll=True, **more)
        bound_doors(server, **limits)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        made.append((server, thread))
        return int(server.effective_port)

    yield start
    for server, thread in made:
        close_server(server)
        thread.join(timeout=25)


def connect(port: int, host: str = "127.0.0.1") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=25, source_address=(host, 0))
    time.sleep(0.02)
    return made


def answered(line: socket.socket) -> bool:
    try:
        line.sendall(ASK)
        return line.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def test_a_server_that_was_closed_leaves_no_worker_waiting() -> None:
    before = threading.active_count()
    server = make_server(app, "127.0.0.1", 0)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    assert threading.active_count() > before + 16
    close_server(server)
    serving.join(25)
    until(lambda: threading.active_count() <= before)


def test_an_address_with_too_many_connections_gets_no_more_and_others_do(serve: Serve) -> None:
    port = serve(most=3, unbounded=lambda _: False)
    idle = [connect(port) for _ in range(3)]
    assert not answered(connect(port)), "the fourth of one address"
    assert answered(connect(port, "127.0.0.2")), "another address"
    assert answered(idle[0]), "what is within the bound works on"


def test_a_proxy_on_this_machine_is_not_bounded(serve: Serve) -> None:
    port = serve(most=1)
    lines = [connect(port) for _ in range(4)]
    assert all(answered(line) for line in lines)


def test_a_request_that_trickles_in_is_not_waited_for_without_end(serve: Serve) -> None:
    port = serve(request_s=0.1)
    line = connect(port)
    line.sendall(ASK[:10])
    time.sleep(0.2)
    line.sendall(ASK[10:12])
    assert line.recv(100) == b""


def test_the_collectors_own_server_is_bounded() -> None:
    server = make_server(app, "127.0.0.1", 0)
    try:
        assert server.channel_class.__name__ == "BoundedChannel"
    finally:
        close_server(server)


@pytest.mark.parametrize("listen", ["0.0.0.0", "127.0.0.1"])
def test_strangers_without_a_key_are_warned_of_also_behind_a_proxy(listen: str) -> None:
    public = WebOptions(listen=listen, public_url="https://hall.example.gov.cn")
    assert anybody_may_rate(public)
    assert not anybody_may_rate(WebOptions(listen=listen, public_url=public.public_url, device_key="key"))
    assert not anybody_may_rate(WebOptions(listen="127.0.0.1"))
    assert not anybody_may_rate(WebOptions(listen="127.0.0.1", public_url="http://localhost:8080"))


def test_what_a_proxy_of_this_machine_says_reaches_the_application() -> None:
    """waitress removes it by itself; then all behind the proxy would be one, and one could take every live place."""
    heard: list[str | None] = []

    def listening(environ: Any, start: Any) -> list[bytes]:
        heard.append(environ.get("HTTP_X_FORWARDED_FOR"))
        return app(environ, start)

    server = make_server(listening, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        line = connect(int(server.effective_port))
        line.sendall(ASK.replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: 192.0.2.7"))
        assert line.recv(100).startswith(b"HTTP/1.1 200")
        line.close()
    finally:
        close_server(server)
        thread.join(timeout=25)
    assert heard == ["192.0.2.7"]


def test_connections_of_a_crowd_end_with_their_answer_so_that_others_come_in(serve: Serve) -> None:
    port = serve(crowded=2)
    with connect(port) as first:
        first.sendall(ASK)
        assert b"close" not in head_of(first).lower()
        with connect(port) as second:
            second.sendall(ASK)
            assert b"connection: close" in head_of(second).lower()
            assert second.recv(1) == b""


def head_of(kept: socket.socket) -> bytes:
    """The head of one answer; its two bytes are read as well."""
    kept.settimeout(25)
    data = b""
    while not data.endswith(b"\r\n\r\nok"):
        more = kept.recv(4096)
        assert more, data
        data += more
    return data


class Line:
    """One kept connection, read answer by answer."""

    def __init__(self, port: int) -> None:
        self.socket = connect(port)
        self._file = self.socket.makefile("rb")

    def ask(self, path: str, *more: str) -> None:
        self.socket.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *more, "", ""]).encode())

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self._file.readline().split()[1])
        headers: dict[str, str] = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, self._file.read(int(headers.get("content-length", "0")))

    def ended(self) -> bool:
        return self._file.read(1) == b""


def ready_at(path: str, body: bytes = b"ready") -> Any:
    def ready(asked: Asked, ends: bool) -> bytes | None:
        close = b"Connection: close\r\n" if ends else b""
        head = b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (close, len(body))
        return head + body if asked.path == path else None

    return ready


def test_an_answer_that_nothing_changed_ends_no_connection() -> None:
    """waitress ends it, since such an answer has no length; then each look of a phone would connect anew."""

    def unchanged(_: Any, start: Any) -> list[bytes]:
        start("304 Not Modified", [("ETag", '"1"')])
        return [b""]

    server = make_server(unchanged, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        line = Line(int(server.effective_port))
        for _ in range(3):
            line.ask("/")
            status, headers, _ = line.answer()
            assert status == 304 and "connection" not in headers
        line.ask("/", "Connection: close")
        assert line.answer()[1]["connection"] == "close" and line.ended()
    finally:
        close_server(server)
        thread.join(timeout=25)


def test_what_is_ready_is_answered_while_every_thread_is_busy(serve: Serve) -> None:
    go_on = threading.Event()

    def busy(_: Any, start: Any) -> list[bytes]:
        go_on.wait(20)
        return app(_, start)

    port = serve(busy, ready=ready_at("/ready"))
    waiting = [Line(port) for _ in range(3)]
    for line in waiting:
        line.ask("/")
    other = Line(port)
    for _ in range(3):
        other.ask("/ready")
        assert other.answer()[2] == b"ready"
    go_on.set()
    assert [line.answer()[2] for line in waiting] == [b"ok"] * 3


def test_answers_come_in_the_order_of_what_was_asked_at_once(serve: Serve) -> None:
    def says_where(environ: Any, start: Any) -> list[bytes]:
        time.sleep(0.01)
        start("200 OK", [("Content-Length", "6")])
        return [environ["PATH_INFO"].encode()]

    line = Line(serve(says_where, ready=ready_at("/ready", b"/ready")))
    wanted = ["/first", "/ready", "/ready", "/third", "/ready", "/again"]
    line.socket.sendall(b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in wanted))
    assert [line.answer()[2].decode() for _ in wanted] == wanted


def test_a_large_answer_reaches_whoever_reads_slowly_in_full(serve: Serve) -> None:
    body = bytes(range(256)) * 40_000
    line = Line(serve(ready=ready_at("/ready", body)))
    line.ask("/ready")
    time.sleep(0.2)
    assert line.answer()[2] == body
    line.ask("/")
    assert line.answer()[2] == b"ok"


def test_the_last_answer_of_a_connection_ends_it_also_when_it_was_ready(serve: Serve) -> None:
    line = Line(serve(ready=ready_at("/ready")))
    line.ask("/ready", "Connection: close")
    assert line.answer()[1]["connection"] == "close" and line.ended()


def test_only_a_plain_question_is_answered_at_the_door(serve: Serve) -> None:
    port = serve(ready=ready_at("/ready"))
    line = Line(port)
    line.ask("/ready", "Content-Length: 3")
    line.socket.sendall(b"abc")
    assert line.answer()[2] == b"ok", "one that brings a body is the application's"
    old = connect(port)
    old.sendall(b"GET /ready HTTP/1.0\r\n\r\n")
    assert b"ok" in old.makefile("rb").read(), "and so is one of an old browser"


def test_connections_that_say_nothing_cost_nothing_when_others_ask(serve: Serve) -> None:
    looked: list[int] = []

    class Counted(HTTPChannel):
        def readable(self) -> bool:
            looked.append(1)
            return bool(super().readable())

    port = serve(channel=Counted, ready=ready_at("/ready"))
    idle = [connect(port) for _ in range(40)]
    line = Line(port)
    looked.clear()
    for path in ("/ready", "/") * 50:
        line.ask(path)
        assert line.answer()[0] == 200
    full_looks = 5  # of all of them, once a second
    assert len(looked) < full_looks * len(idle) + 100 * 5
    assert all(answered(one) for one in idle)


def test_idle_connections_are_let_go_and_their_address_may_come_again(serve: Serve) -> None:
    port = serve(most=2, unbounded=lambda _: False)
    first = [connect(port) for _ in range(2)]
    assert not answered(connect(port))
    for one in first:
        one.close()
    time.sleep(0.2)
    assert all(answered(connect(port)) for _ in range(2))


def test_who_asks_hundreds_of_times_at_once_and_takes_no_answer_stops_nobody_elses(serve: Serve) -> None:
    """The thread that holds all connections once waited for itself, for ever."""
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    port = serve(ready=lambda asked, ends: whole if asked.query else None)
    with connect(port) as greedy, connect(port) as other:
        greedy.sendall(b"GET /?a HTTP/1.1\r\n\r\n" * 400)
        time.sleep(0.3)
        other.settimeout(5)
        assert answered(other)


def test_who_takes_nothing_of_his_answers_gives_the_thread_back(serve: Serve) -> None:
    def large(environ: Any, start: Any) -> list[bytes]:
        data = b"x" * 1_000_000 if environ["QUERY_STRING"] else b"ok"
        start("200 OK", [("Content-Length", str(len(data)))])
        return [data]

    port = serve(large, {"channel_timeout": 1, "cleanup_interval": 1, "outbuf_high_watermark": 1 << 20})
    greedy = [connect(port) for _ in range(2)]  # as many as there are threads
    for line in greedy:
        line.sendall(b"GET /?a HTTP/1.1\r\n\r\n" * 50)
    time.sleep(0.3)
    with connect(port) as other:
        assert answered(other)
    for line in greedy:
        line.close()
