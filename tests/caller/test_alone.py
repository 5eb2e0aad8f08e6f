"""A caller alone, on a virtual clock: no press is queued for longer than five seconds, a rating for the whole day."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from broker.contract.codec import decode_envelope
from broker.model import commands as c
from broker.runtime.clock import Age, ManualClock
from broker.runtime.database import open_database
from broker.runtime.errors import OutboxFull
from broker.runtime.link import LinkState
from broker.runtime.outbox import Entry, Outbox
from broker.runtime.sender import CommandTransport
from caller.console.keys import ConsoleKey, Press
from caller.rating.mind import RatingState
from caller.rating.post import Outcome, Posted, RatingSender
from caller.station import Station
from tests.caller.bench import Bench
from tests.caller.test_app import pads
from tests.caller.views import NOW_MS, request, view

DAY_S = 8 * 3600
DAY_MS = 86_400_000


class Alone:
    """A caller with a virtual pad and evaluator; time passes only here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock(NOW_MS)
        self.bench = Bench(pads(), folder, self.clock)
        self.bench.start()
        # As in caller.node: the transport knows the engine's clock.
        self.bench.outbox._transport = CommandTransport(
            self.bench.network, self.bench.app.topics, "caller-1", self.bench.app.clock
        )
        self.bench.show_all()
        self.pass_time(0.1)

    def pass_time(self, seconds: float, step_s: float = 0.05) -> None:
        for _ in range(round(seconds / step_s)):
            self.clock.advance(step_s)
            self.bench.turn()

    def press(self, key: ConsoleKey = ConsoleKey.CALL) -> None:
        self.station.press(Press(key), self.clock.machine_s(), self.clock.now_ms())
        self.pass_time(0.4)

    @property
    def station(self) -> Station:
        return self.bench.app.stations["w1"]

    @property
    def refusal(self) -> str:
        said = self.station.console.refusal
        return "" if said is None else said.code

    def rate(self, visit: str, key: str = "0") -> RatingState:
        self.bench.show(view(evaluation=request(visit, self.clock.now_ms())))
        self.station.rate(key, self.clock.now_ms())
        self.pass_time(0.1)
        rating = self.station.rating
        assert rating is not None
        return rating.state


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Alone]:
    made = Alone(tmp_path)
    yield made
    made.bench.stop()


@pytest.mark.parametrize("how", ["no link", "a link into nothing", "an engine that says nothing"])
def test_a_press_is_given_up_after_five_seconds_and_later_ones_are_not_queued(alone: Alone, how: str) -> None:
    bench = alone.bench
    if how == "no link":
        bench.disconnect()
    elif how == "a link into nothing":
        bench.network.publish = lambda *args, **options: None  # type: ignore[method-assign]
    else:
        bench.silent = True
    alone.press()
    assert (alone.refusal, len(bench.outbox)) == ("", 1)
    alone.pass_time(4.4)
    assert alone.refusal == "", "a short interruption costs the clerk nothing"
    alone.pass_time(0.4)
    assert alone.refusal == "too_late"
    alone.pass_time(20.0)  # by now everybody knows that the engine is away
    alone.press(ConsoleKey.RECALL)
    assert (alone.refusal, len(bench.outbox)) == ("engine_away", 1)


def test_what_was_queued_says_on_return_that_it_is_too_old(alone: Alone) -> None:
    bench = alone.bench
    bench.disconnect()
    alone.press()
    alone.pass_time(30.0)
    bench.silent = True
    bench.connect()
    alone.pass_time(1.0)
    (payload,) = [payload for topic, payload in bench.network.published if "/cmd/" in topic][-1:]
    envelope, command = decode_envelope(payload)
    assert isinstance(command, c.CallNext)
    assert envelope.age_ms > envelope.ttl_ms == 5_000
    assert envelope.until_ms is not None
    assert envelope.until_ms < alone.clock.now_ms()


def test_a_press_within_seconds_of_an_outage_is_carried_out_when_it_ends_soon(alone: Alone) -> None:
    alone.bench.disconnect()
    alone.press()
    alone.pass_time(2.0)
    alone.bench.connect()
    alone.pass_time(1.0)
    assert alone.bench.commands == [c.CallNext(counter="w1")]
    assert alone.refusal == ""


def test_a_full_outbox_says_that_the_server_does_not_answer(alone: Alone) -> None:
    alone.bench.outbox._bound = 0
    alone.press()
    assert alone.refusal == "outbox_full"
    assert alone.bench.app.health().parts["presses"] == "outbox-full"


class InstantPost:
    """A collector that stores everything at once."""

    def __init__(self) -> None:
        self.posted: list[tuple[Entry, Age]] = []
        self._ended: list[Posted] = []

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        self.posted.append((entry, age))
        self._ended.append(Posted(epoch, entry.seq, entry.id, Outcome.STORED))

    def ended(self) -> list[Posted]:
        ended, self._ended = self._ended, []
        return ended


def test_ratings_are_kept_for_the_whole_day_and_posted_once_each_with_their_true_age(alone: Alone) -> None:
    visits = [f"visit-{place:04d}" for place in range(240)]
    pressed_ms: dict[str, int] = {}
    for visit in visits:
        assert alone.rate(visit) is RatingState.RATED, "thanked, whether or not anybody can be told"
        pressed_ms[visit] = alone.clock.now_ms()
        alone.clock.advance(DAY_S / len(visits))
    health = alone.bench.app.health()
    assert health.outbox_length == len(visits)
    assert health.outbox_age_ms >= (DAY_S - DAY_S / len(visits)) * 1000
    assert health.parts["ratings"] == "waiting:240"

    post = InstantPost()
    again = Outbox(open_database(alone.folder / "ratings.sqlite"), alone.clock, post, window=4)
    again.start()
    sender = RatingSender(again, post, alone.clock.machine_s)  # type: ignore[arg-type]
    for _ in range(len(visits)):
        sender.tick()
    assert len(again) == 0
    bodies = [msgspec.json.decode(entry.payload) for entry, _ in post.posted]
    assert [body["visit"] for body in bodies] == visits
    for body, (_, age) in zip(bodies, post.posted, strict=True):
        assert abs(alone.clock.now_ms() - age.ms - pressed_ms[body["visit"]]) <= 400


def test_a_rating_that_cannot_be_kept_is_not_thanked_for(alone: Alone) -> None:
    alone.bench.ratings._bound = 1
    assert alone.rate("visit-0001") is RatingState.RATED
    assert alone.rate("visit-0002") is RatingState.FAULT
    assert alone.bench.app.health().parts["ratings"] == "outbox-full"
    with pytest.raises(OutboxFull):
        alone.bench.ratings.put(b"{}", id="rating-more")
    alone.bench.ratings._bound = 2
    assert alone.rate("visit-0002") is RatingState.RATED, "pressed again once there is room"


@pytest.mark.parametrize("cause", ["max_page_count=1", "query_only=ON"], ids=["full", "read-only"])
def test_a_rating_that_the_disk_refuses_is_not_thanked_for_and_counts_when_pressed_again(
    alone: Alone, cause: str
) -> None:
    """SQLite's own refusals, by a page limit and a read-only file."""
    assert alone.rate("visit-0001") is RatingState.RATED
    connection = alone.bench.ratings._connection
    connection.execute(f"PRAGMA {cause}")
    rated, number = ["visit-0001"], 1
    while True:  # what fits into pages that the file has already is rightly thanked for
        number += 1
        state = alone.rate(f"visit-{number:04d}")
        if state is not RatingState.RATED:
            break
        rated.append(f"visit-{number:04d}")
        assert number < 500, "the disk refuses nothing"
    refused = f"visit-{number:04d}"
    assert state is RatingState.FAULT
    kept = [row[0] for row in connection.execute("SELECT visit FROM rated ORDER BY rowid")]
    assert kept == rated, "thanked and kept are the same"
    connection.execute("PRAGMA max_page_count=1000000")
    connection.execute("PRAGMA query_only=OFF")
    assert alone.rate(refused) is RatingState.RATED
    assert len(alone.bench.ratings) == len(rated) + 1


def test_a_press_that_the_disk_refuses_is_said_on_the_console_and_not_sent(alone: Alone) -> None:
    connection = alone.bench.outbox._connection
    sent = len(alone.bench.outbox)
    connection.execute("PRAGMA query_only=ON")
    alone.press()
    assert alone.refusal == "not_kept"
    connection.execute("PRAGMA query_only=OFF")
    assert len(alone.bench.outbox) == sent


def test_a_view_the_broker_kept_asks_nobody_before_the_engine_said_what_time_it_is(alone: Alone) -> None:
    """Found by simulation seed 208: the engine's clock was set right by a day while the desk's line was down."""
    opened_at_ms = alone.clock.now_ms()
    alone.clock.step_wall(-DAY_MS / 1000)
    alone.bench.heartbeat()
    alone.bench.disconnect()
    alone.pass_time(5 * 60, step_s=1.0)
    alone.clock.step_wall(DAY_MS / 1000)
    alone.bench.network.online = True
    alone.bench.app.on_link(LinkState.ONLINE, "test")
    alone.bench.show(view(evaluation=request("visit-old", opened_at_ms)), retained=True)
    alone.station.rate("0", alone.bench.app.clock.now_ms())
    assert alone.station.rating.state is RatingState.IDLE
    alone.bench.heartbeat()
    assert alone.station.rating.state is RatingState.IDLE, "its minute was over long ago"


def test_a_window_that_is_open_is_asked_about_with_the_first_heartbeat(alone: Alone) -> None:
    alone.bench.disconnect()
    alone.bench.network.online = True
    alone.bench.app.on_link(LinkState.ONLINE, "test")
    alone.bench.show(view(evaluation=request("visit-new", alone.clock.now_ms())), retained=True)
    assert alone.station.rating.state is RatingState.IDLE
    alone.bench.heartbeat()
    assert alone.station.rating.state is RatingState.ASKING


def test_who_is_being_asked_goes_on_being_asked_when_the_line_blinks(alone: Alone) -> None:
    shown = view(evaluation=request("visit-now", alone.clock.now_ms()))
    alone.bench.show(shown)
    alone.bench.disconnect()
    alone.bench.app.on_link(LinkState.ONLINE, "test")
    alone.bench.show(shown, retained=True)
    assert alone.station.rating.state is RatingState.ASKING
