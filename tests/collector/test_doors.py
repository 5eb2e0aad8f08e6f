"""One address cannot hold every door open."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from waitress.server import create_server

from broker.collector.run import anybody_may_rate, close_server, make_server
from broker.collector.safety.doors import bound_doors
from broker.collector.web import WebOptions

ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Serve = Callable[..., int]


def app(_: Any, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    made = []

    def start(**limits: Any) -> int:
        server = create_server(app, host="127.0.0.1", port=0, threads=2, asyncore_use_poll=True)
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
