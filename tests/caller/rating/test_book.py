"""A rating is on disk before anybody is thanked, and reaches the collector once, whatever dies in between."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broker.model.commands import RecordEvaluation
from broker.model.words import Level
from broker.runtime.clock import ManualClock
from broker.runtime.database import open_database
from broker.runtime.errors import LinkBusy, OutboxFull
from broker.runtime.outbox import Outbox
from caller.rating.book import RatedAlready, RatingBook
from caller.rating.post import (
    FIRST_WAIT_S,
    IN_FLIGHT,
    PATIENCE_S,
    BadCollectorUrl,
    CollectorAddress,
    Outcome,
    Poster,
    RatingSender,
    verdict,
)
from tests.caller.collector_double import CollectorDouble
from tests.caller.views import NOW_MS

ROOT = Path(__file__).resolve().parents[3]


def rated(number: int = 1, level: Level = Level.SATISFIED) -> RecordEvaluation:
    return RecordEvaluation(
        evaluation=f"rating-{number:04d}",
        visit=f"visit-{number:04d}",
        level=level,
        device="eval-1",
        raw_key="1",
        pressed_at_ms=NOW_MS,
    )


class Desk:
    """Book, outbox, poster and sender as one caller has them."""

    def __init__(self, path: Path, url: str, bound: int = 100) -> None:
        self.clock = ManualClock(NOW_MS)
        self.connection = open_database(path)
        self.poster = Poster(CollectorAddress.parse(url), timeout_s=1.0)
        self.outbox = Outbox(
            self.connection, self.clock, self.poster, bound=bound, window=IN_FLIGHT, patience_s=PATIENCE_S
        )
        self.outbox.start()
        self.book = RatingBook(self.connection, self.outbox, self.clock)
        self.book.start()
        self.sender = RatingSender(self.outbox, self.poster, self.clock.machine_s)
        self.poster.start()

    def run_until(self, done, within_s: float = 60.0) -> None:
        deadline = time.monotonic() + within_s
        while not done():
            assert time.monotonic() < deadline, (len(self.outbox), self.sender.refused)
            self.sender.tick()
            self.clock.advance(0.05)
            time.sleep(0.005)

    def close(self) -> None:
        self.poster.stop()
        self.connection.close()


@pytest.fixture
def collector():
    double = CollectorDouble()
    yield double
    double.stop()


@pytest.fixture
def desk(tmp_path, collector):
    desk = Desk(tmp_path / "ratings.sqlite", collector.url)
    yield desk
    desk.close()


def test_a_kept_rating_is_posted_with_all_that_the_collector_must_know(desk, collector):
    desk.book.keep(rated())
    desk.run_until(lambda: len(desk.outbox) == 0)
    [post] = collector.posts
    assert 0 <= post.pop("age_ms") < 10_000
    assert post == {
        "path": "/api/evaluations",
        "id": "rating-0001",
        "visit": "visit-0001",
        "device": "eval-1",
        "level": "satisfied",
        "raw_key": "1",
        "pressed_at_ms": NOW_MS,
    }


def test_a_rating_posted_after_a_power_cut_says_that_its_age_is_a_guess(desk, collector):
    desk.book.keep(rated())
    desk.clock.era = "after the power cut"
    desk.run_until(lambda: len(desk.outbox) == 0)
    assert [post["sure"] for post in collector.posts] == [False]


def test_a_visit_is_kept_once(desk):
    desk.book.keep(rated())
    with pytest.raises(RatedAlready):
        desk.book.keep(RecordEvaluation(**{**as_dict(rated()), "evaluation": "rating-9999"}))
    assert len(desk.outbox) == 1


def as_dict(evaluation: RecordEvaluation) -> dict[str, object]:
    return {name: getattr(evaluation, name) for name in evaluation.__struct_fields__}


def test_a_full_outbox_keeps_nothing_of_the_rating(tmp_path, collector):
    desk = Desk(tmp_path / "small.sqlite", collector.url, bound=1)
    desk.book.keep(rated(1))
    with pytest.raises(OutboxFull):
        desk.book.keep(rated(2))
    assert desk.book.rated("eval-1") == ["visit-0001"]
    desk.close()


def test_an_answer_that_got_lost_is_asked_for_again_with_the_same_id(desk, collector):
    collector.drop_answers = 1
    desk.book.keep(rated())
    desk.run_until(lambda: len(desk.outbox) == 0)
    assert [post["id"] for post in collector.posts] == ["rating-0001", "rating-0001"]


def test_a_collector_that_is_down_gets_all_ratings_of_the_day_later(tmp_path):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        desk = Desk(tmp_path / "ratings.sqlite", url)
        for number in range(1, 31):
            desk.book.keep(rated(number))
        desk.run_until(lambda: desk.sender._wait_s > FIRST_WAIT_S)
        assert len(desk.outbox) == 30
    collector = CollectorDouble()
    desk.poster._address = CollectorAddress.parse(collector.url)  # the same address, were ports not ephemeral
    desk.run_until(lambda: len(desk.outbox) == 0)
    assert sorted({post["id"] for post in collector.posts}) == [f"rating-{n:04d}" for n in range(1, 31)]
    desk.close()
    collector.stop()


def test_a_refused_rating_leaves_the_outbox_and_is_on_record(desk, collector):
    collector.status, collector.answer = 409, {"code": "already_rated", "sentence": {"zh": "已评价", "en": "rated"}}
    desk.book.keep(rated())
    desk.run_until(lambda: len(desk.outbox) == 0)
    assert desk.sender.refused == {"rating-0001": "already_rated"}
    assert len(collector.posts) == 1


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"{}", Outcome.STORED),
        (201, b"", Outcome.STORED),
        (409, b'{"code": "already_rated"}', Outcome.REFUSED),
        (422, b'{"code": "unreadable", "more": 1}', Outcome.REFUSED),
        (400, b"<html>", Outcome.FAILED),
        (400, b"\xff\xfe", Outcome.FAILED),
        (401, b'{"code": "x"}', Outcome.FAILED),
        (404, b'{"code": "not_found"}', Outcome.FAILED),
        (404, b'{"code": "visit_not_rateable"}', Outcome.REFUSED),
        (421, b'{"code": "bad_host"}', Outcome.FAILED),
        (429, b'{"code": "x"}', Outcome.FAILED),
        (302, b"", Outcome.FAILED),
        (503, b'{"code": "engine_away"}', Outcome.FAILED),
    ],
)
def test_only_a_verdict_of_ours_about_the_rating_ends_the_trying(status, body, outcome):
    assert verdict(status, body)[0] is outcome


def test_posts_under_way_are_bounded(tmp_path):
    poster = Poster(CollectorAddress.parse("http://127.0.0.1:9"))
    connection = open_database(tmp_path / "ratings.sqlite")
    outbox = Outbox(connection, ManualClock(NOW_MS), poster)
    outbox.start()
    entry = outbox.put(b"{}", id="rating-0001")
    age = outbox.health().oldest
    for _ in range(IN_FLIGHT):
        poster.send(entry, outbox.epoch, age)
    with pytest.raises(LinkBusy):
        poster.send(entry, outbox.epoch, age)
    connection.close()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://x", "http://", "http://a:b@c", "http://x:99999"])
def test_a_wrong_collector_address_is_one_typed_error(url):
    with pytest.raises(BadCollectorUrl):
        CollectorAddress.parse(url)


KILLED = """
import os, signal, sys
from pathlib import Path
from broker.runtime.clock import SystemClock
from broker.runtime.database import open_database
from broker.runtime.outbox import Outbox
from caller.rating.mind import Rating, Store, Thank
from caller.rating.book import RatingBook
from broker.model.words import Level
from tests.caller.views import NOW_MS, request

class Nowhere:
    def send(self, entry, epoch, age):
        raise AssertionError("killed before anything is posted")

connection = open_database(Path(sys.argv[1]))
outbox = Outbox(connection, SystemClock(), Nowhere())
outbox.start()
book = RatingBook(connection, outbox, SystemClock())
book.start()
rating = Rating("eval-1", {"1": Level.SATISFIED}, lambda: "rating-0001", book.rated("eval-1"))
rating.shown(request(), NOW_MS)
[store] = rating.press("1", NOW_MS)
book.keep(store.evaluation)
os.kill(os.getpid(), signal.SIGKILL)  # after the commit, before the thanks and before any post
"""


def test_a_caller_killed_between_storing_and_thanking_posts_the_rating_once_after_its_restart(tmp_path, collector):
    path = tmp_path / "ratings.sqlite"
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert ended.returncode == -signal.SIGKILL
    desk = Desk(path, collector.url)
    assert desk.book.rated("eval-1") == ["visit-1"], "the restarted keypad does not ask that visitor again"
    desk.run_until(lambda: len(desk.outbox) == 0)
    desk.close()
    again = Desk(path, collector.url)
    again.sender.tick()
    assert len(again.outbox) == 0
    again.close()
    assert [(post["id"], post["visit"]) for post in collector.posts] == [("rating-0001", "visit-1")]


def test_visits_of_days_ago_are_forgotten_at_the_start(tmp_path, collector):
    desk = Desk(tmp_path / "ratings.sqlite", collector.url)
    desk.book.keep(rated())
    desk.clock.advance(4 * 86_400)
    desk.book.start()
    assert desk.book.rated("eval-1") == []
    desk.close()
