"""Outlets with a Jiaohao of their own are asked seldom, in turn, and trusted with nothing but figures."""

import http.server
import threading
from collections.abc import Iterator

import msgspec
import pytest

from broker.collector.heard.neighbours import (
    BODY_LIMIT_BYTES,
    EVERY_S,
    FRESH_S,
    Fetched,
    ForeignStatus,
    Neighbours,
    OutletFailed,
    fetch_status,
)
from broker.model.views import OpenState
from broker.runtime.clock import ManualClock
from tests.collector.public.bank import hall_with_outlets
from tests.halls import OPENS_MS

GOOD = msgspec.json.encode(
    ForeignStatus(at_ms=OPENS_MS, open=OpenState(state="open", hours=""), services=(), counters_open=("1",), paused=())
)


class Station:
    """An outlet that answers as it is told; ``asked`` are the ETags it was asked with."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Fetched | None = Fetched(GOOD, "one")

    def __call__(self, url: str, etag: str) -> Fetched:
        assert url == "https://station.example.cn/api/status"
        self.asked.append(etag)
        if self.answer is None:
            raise OutletFailed("down")
        return self.answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(OPENS_MS)


@pytest.fixture
def station() -> Station:
    return Station()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def neighbours(clock: ManualClock, station: Station, told: list[str]) -> Neighbours:
    return Neighbours(hall_with_outlets(), clock.machine_s, told.append, station)


def test_an_outlet_is_asked_at_most_every_ten_seconds(
    neighbours: Neighbours, station: Station, clock: ManualClock
) -> None:
    for _ in range(5):
        neighbours.turn()
        clock.advance(EVERY_S / 4)
    assert len(station.asked) == 2


def test_what_did_not_change_is_not_sent_again_and_wakes_nobody(
    neighbours: Neighbours, station: Station, clock: ManualClock, told: list[str]
) -> None:
    neighbours.turn()
    station.answer = Fetched(None, "one")
    clock.advance(EVERY_S)
    neighbours.turn()
    assert station.asked == ["", "one"]
    assert told == ["outlet/station"]
    assert not neighbours.is_stale(neighbours.of("station"))


def test_the_last_good_answer_is_kept_and_grows_stale(
    neighbours: Neighbours, station: Station, clock: ManualClock
) -> None:
    neighbours.turn()
    station.answer = None
    clock.advance(FRESH_S + 1)
    neighbours.turn()
    seen = neighbours.of("station")
    assert seen.status is not None and seen.status.counters_open == ("1",)
    assert neighbours.is_stale(seen)


def test_one_that_does_not_answer_is_asked_less_and_less(
    neighbours: Neighbours, station: Station, clock: ManualClock
) -> None:
    station.answer = None
    for _ in range(60):
        neighbours.turn()
        clock.advance(EVERY_S)
    assert 8 <= len(station.asked) <= 13, "ten minutes, once a minute in the end"


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[" * 100_000, b"\xff\xfe"])
def test_an_answer_that_is_no_status_of_a_hall_counts_as_none(
    neighbours: Neighbours, station: Station, body: bytes
) -> None:
    station.answer = Fetched(body, "")
    neighbours.turn()
    assert neighbours.of("station").status is None
    assert neighbours.of("station").failures == 1


class _Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self._say(302, b"", Location="http://another.example.cn/api/status")
        elif self.path == "/here":
            self._say(302, b"", Location="/good")
        elif self.path == "/round":
            self._say(302, b"", Location="/round")
        elif self.path == "/large":
            self._say(200, b" " * (BODY_LIMIT_BYTES + 1))
        elif self.headers.get("If-None-Match") == '"one"':
            self._say(304, b"")
        else:
            self._say(200, GOOD, ETag='"one"')

    def _say(self, code: int, body: bytes, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def door() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_real_answer_is_read_with_its_etag(door: str) -> None:
    assert fetch_status(f"{door}/good", "") == Fetched(GOOD, '"one"')
    assert fetch_status(f"{door}/good", '"one"') == Fetched(None, '"one"')
    assert fetch_status(f"{door}/here", "").body == GOOD


@pytest.mark.parametrize("path", ["away", "round", "large"])
def test_neither_another_host_nor_an_endless_answer_is_followed(door: str, path: str) -> None:
    with pytest.raises(OutletFailed):
        fetch_status(f"{door}/{path}", "")


def test_nobody_there_is_said_so() -> None:
    with pytest.raises(OutletFailed):
        fetch_status("http://127.0.0.1:9/api/status", "")
