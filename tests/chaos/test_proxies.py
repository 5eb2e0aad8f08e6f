"""Each kind of bad link does to real connections what its name says, and what it did is over when it is mended."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.chaos.mqtt_sieve import Packets, passes, topic_of
from tests.chaos.proxies import Mode, Proxies

SOON_S, QUIET_S = 60.0, 0.4


class Echo(threading.Thread):
    """Answers every connection with what it says."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.heard = bytearray()

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._talk, args=(self.listener.accept()[0],), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(4096):
                self.heard += data
                connection.sendall(data)


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    server.start()
    yield server
    server.listener.close()


@pytest.fixture
def proxies() -> Iterator[Proxies]:
    made = Proxies()
    yield made
    made.stop()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=SOON_S)


def exchange(connection: socket.socket, said: bytes) -> bytes:
    connection.sendall(said)
    return heard(connection, len(said))


def heard(connection: socket.socket, count: int) -> bytes:
    """Up to so many bytes; fewer when the connection ends."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while len(found) < count and (data := connection.recv(count - len(found))):
            found += data
    return found


def is_silent(connection: socket.socket) -> bool:
    connection.settimeout(QUIET_S)
    try:
        return not connection.recv(1) and False
    except TimeoutError:
        return True
    finally:
        connection.settimeout(SOON_S)


def test_an_open_link_carries_both_ways(echo: Echo, proxies: Proxies) -> None:
    with connect(proxies.add("link", echo.port)) as connection:
        assert exchange(connection, b"hello") == b"hello"


def test_a_cut_ends_connections_and_refuses_new_ones_until_it_is_mended(echo: Echo, proxies: Proxies) -> None:
    port = proxies.add("link", echo.port)
    with connect(port) as connection:
        assert exchange(connection, b"a") == b"a"
        proxies.set("link", Mode.CUT)
        assert heard(connection, 1) == b""
    with connect(port) as refused:
        assert heard(refused, 1) == b""
    proxies.set("link", Mode.OPEN)
    with connect(port) as again:
        assert exchange(again, b"b") == b"b"


def test_a_stall_holds_everything_back_and_then_lets_all_of_it_go(echo: Echo, proxies: Proxies) -> None:
    with connect(proxies.add("link", echo.port)) as connection:
        assert exchange(connection, b"a") == b"a"
        proxies.set("link", Mode.STALL)
        connection.sendall(b"bcd")
        assert is_silent(connection)
        proxies.set("link", Mode.OPEN)
        assert heard(connection, 3) == b"bcd"


def test_a_slow_link_carries_everything_in_order(echo: Echo, proxies: Proxies) -> None:
    with connect(proxies.add("link", echo.port)) as connection:
        proxies.set("link", Mode.DELAY, 0.05)
        assert exchange(connection, b"one") + exchange(connection, b"two") == b"onetwo"


def test_a_half_open_link_swallows_and_does_not_survive_its_mending(echo: Echo, proxies: Proxies) -> None:
    port = proxies.add("link", echo.port)
    with connect(port) as old:
        assert exchange(old, b"a") == b"a"
        proxies.set("link", Mode.HALF_OPEN)
        old.sendall(b"lost")
        assert is_silent(old)
        with connect(port) as new:
            new.sendall(b"lost too")
            assert is_silent(new)
            proxies.set("link", Mode.OPEN)
            assert heard(old, 1) == heard(new, 1) == b""
    assert bytes(echo.heard) == b"a"


@pytest.mark.parametrize(("mode", "arrives"), [(Mode.SWALLOW_UP, False), (Mode.SWALLOW_DOWN, True)])
def test_a_link_deaf_in_one_direction_carries_the_other(
    echo: Echo, proxies: Proxies, mode: Mode, arrives: bool
) -> None:
    with connect(proxies.add("link", echo.port)) as connection:
        assert exchange(connection, b"a") == b"a"
        proxies.set("link", mode)
        connection.sendall(b"b")
        assert is_silent(connection)
        assert (b"b" in echo.heard) is arrives


def publish(topic: str, payload: bytes) -> bytes:
    body = len(topic).to_bytes(2, "big") + topic.encode() + payload
    assert len(body) < 16_384
    length = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
    return b"\x30" + length + body


def test_an_island_carries_the_finger_and_what_keeps_the_link_alive_and_nothing_else(
    echo: Echo, proxies: Proxies
) -> None:
    ping, touch, command = b"\xc0\x00", publish("jh/x/input/k", b"touch" * 60), publish("jh/x/cmd/k", b"issue")
    with connect(proxies.add("link", echo.port, ["jh/x/input/k"])) as connection:
        assert exchange(connection, ping + command) == ping + command
        proxies.set("link", Mode.ISLAND)
        connection.sendall(command[:5])
        connection.sendall(command[5:] + touch[:9])
        connection.sendall(touch[9:] + ping)
        assert heard(connection, len(touch) + 2) == touch + ping
        proxies.set("link", Mode.OPEN)
        assert heard(connection, 1) == b"", "what was swallowed is missing on both sides: a new connection must come"


def test_packets_are_whole_whatever_the_pieces() -> None:
    packets = [publish("jh/x/input/k", b"x" * size) for size in (0, 1, 100, 127, 128, 5_000)] + [b"\xc0\x00"]
    reader, found = Packets(), []
    for byte in b"".join(packets):
        found += reader.feed(bytes([byte]))
    assert found == packets
    assert [topic_of(packet) for packet in found] == ["jh/x/input/k"] * 6 + [None]


def test_what_is_no_publish_always_passes() -> None:
    assert passes(b"\x40\x02\x00\x01", [])
    assert not passes(publish("a", b""), ["b"])
