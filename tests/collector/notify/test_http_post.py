"""A POST ends, whatever the other side does."""

import socket
import threading
from collections.abc import Iterator

import pytest

from broker.collector.notify.http_post import post
from broker.collector.notify.ways import NotDelivered

DRIP_S, DRIPS = 0.02, 3_000


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that answers a byte now and then; after a minute it has said all."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            near, _ = listening.accept()
            with near:
                for byte in b"HTTP/1.1 201 " + b"x" * DRIPS + b"\r\n\r\n":
                    if over.wait(DRIP_S):
                        return
                    try:
                        near.sendall(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join()


@pytest.fixture
def breaking_off() -> Iterator[int]:
    """The port of a server that says a status and no more, and keeps the line open."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            near, _ = listening.accept()
            with near:
                near.sendall(b"HTTP/1.1 201 Crea")
                over.wait()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join()


def test_an_answer_that_was_cut_off_is_none(breaking_off: int) -> None:
    with pytest.raises(NotDelivered):
        post(f"http://127.0.0.1:{breaking_off}/", b"{}", {}, timeout_s=30.0, whole_s=0.3)


def test_whoever_answers_a_byte_now_and_then_holds_nobody_up_for_long(dripping: int) -> None:
    with pytest.raises(NotDelivered):
        post(f"http://127.0.0.1:{dripping}/", b"{}", {}, timeout_s=30.0, whole_s=0.3)
