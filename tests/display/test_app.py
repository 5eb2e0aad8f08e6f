import io
from collections.abc import Callable, Mapping

import msgspec
import pytest
from PIL import Image

from broker.contract.codec import encode, encode_view
from broker.contract.envelope import Ask, DeviceHealth, EngineState
from broker.contract.topics import Topics
from broker.model.hall_devices import Sign
from broker.model.views import BoardView, Call, Emergency, ServiceLine, ServiceView
from broker.model.words import Names
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.clock import ManualClock
from broker.runtime.errors import LinkOffline
from broker.runtime.link import LinkState, Message
from broker.runtime.newest import Position
from broker.runtime.pulse import Pulse
from display import gallery, gallery_hall
from display.app import Station
from display.faces import BoardFace, SignFace
from tests.display.pictures import shared_fonts
from tests.halls import small_hall

TOPICS = Topics("small")


class FakeLink:
    """A link whose other end is the test."""

    def __init__(self, url: str, client_id: str, **options: object) -> None:
        self.options = options
        self.pulse = Pulse("network")
        self.online = True
        self.published: list[tuple[str, bytes]] = []
        self.waiting: list[Callable[[], None]] = []

    def start(self) -> None:
        self.options["on_state"](LinkState.ONLINE, "")

    def stop(self) -> None:
        self.online = False

    def pump(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        if not self.online:
            raise LinkOffline("waiting")
        self.published.append((topic, payload))

    def deliver(self, topic: str, payload: bytes, retained: bool = False) -> None:
        message = Message(topic, payload, 1, retained, False, 1, 1)
        self.waiting.append(lambda: self.options["on_message"](message))


class SpyVoice:
    """Notes what it is told, and what the screen showed at that moment."""

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[str, ...], bytes]] = []
        self.screen: VirtualScreen | None = None

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def silent(self, calls: tuple[Call, ...]) -> None:
        self._note("silent", calls)

    def show(self, calls: tuple[Call, ...]) -> None:
        self._note("show", calls)

    def keep_time(self, offset_ms: int) -> None: ...

    def warm_tickets(self, numbers: tuple[str, ...]) -> None:
        self.told.append(("warm", numbers, b""))

    def emergency(self, texts: Mapping[str, str] | None) -> None:
        self.told.append(("emergency", tuple((texts or {}).values()), b""))

    def _note(self, how: str, calls: tuple[Call, ...]) -> None:
        assert self.screen is not None
        self.told.append((how, tuple(call.number for call in calls), self.screen.picture()))


class Rig:
    def __init__(self) -> None:
        hall = small_hall()
        self.clock = ManualClock(gallery_hall.NOW_MS)
        self.voice = SpyVoice()
        self.screen = VirtualScreen((960, 540), shared_fonts(), self.clock.machine_s)
        self.screen.start()
        self.voice.screen = self.screen
        self.name = next(iter(hall.displays))
        face = BoardFace(hall, self.name, self.screen.size, gallery_hall.ZONE, self.voice)
        self.station = Station(
            "small", self.name, face, self.screen, self.clock, "mqtt://x", self.voice, FakeLink, ("pension",)
        )
        self.link: FakeLink = self.station.link  # type: ignore[assignment]
        self.station.start()

    def board(self, calls: tuple[Call, ...], as_of: int, *, retained: bool = False, name: str = "") -> None:
        view: BoardView = msgspec.structs.replace(gallery_hall.BOARD, calls=calls)
        payload = encode_view("board", name or self.name, 1, as_of, gallery_hall.NOW_MS, encode(view))
        self.link.deliver(TOPICS.view("board", self.name), payload, retained)
        self.station.turn()

    def pass_time(self, seconds: float) -> None:
        for _ in range(int(seconds / 0.1)):
            self.clock.advance(0.1)
            self.station.turn()

    def sent(self, topic: str) -> list[bytes]:
        return [payload for where, payload in self.link.published if where == topic]


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_the_screen_is_painted_before_anything_is_connected(rig: Rig) -> None:
    assert len(Image.open(io.BytesIO(rig.screen.picture())).getcolors(1 << 20) or []) > 100


def test_a_call_is_on_the_screen_before_it_is_spoken(rig: Rig) -> None:
    rig.board(gallery_hall.CALLS[1:], 1, retained=True)
    before = rig.screen.picture()
    rig.board(gallery_hall.CALLS, 2)
    assert [how for how, _, _ in rig.voice.told] == ["silent", "show"]
    assert rig.voice.told[1][1][0] == "A0123"
    assert rig.voice.told[1][2] == rig.screen.picture() != before


def test_what_was_missed_while_away_stays_unspoken(rig: Rig) -> None:
    rig.board(gallery_hall.CALLS[2:], 1, retained=True)
    rig.board(gallery_hall.CALLS[1:], 2)
    rig.link.options["on_state"](LinkState.WAITING, "")
    rig.link.options["on_state"](LinkState.ONLINE, "")
    rig.board(gallery_hall.CALLS, 3, retained=True)
    assert [how for how, _, _ in rig.voice.told] == ["silent", "show", "silent"]


def test_an_emergency_is_announced_also_when_it_began_while_we_were_away_and_ended_once(rig: Rig) -> None:
    def show(emergency: Emergency | None, as_of: int) -> None:
        view = msgspec.structs.replace(gallery_hall.BOARD, calls=(), emergency=emergency)
        payload = encode_view("board", rig.name, 1, as_of, gallery_hall.NOW_MS, encode(view))
        rig.link.deliver(TOPICS.view("board", rig.name), payload, retained=as_of == 1)
        rig.station.turn()

    alarm = Emergency(zh="请离开", en="Please leave.", since_ms=gallery_hall.NOW_MS)
    for as_of, emergency in enumerate((alarm, alarm, None, None), start=1):
        show(emergency, as_of)
    told = [(how, words) for how, words, _ in rig.voice.told if how == "emergency"]
    assert told == [("emergency", ("请离开", "Please leave.")), ("emergency", ())]


def test_the_voice_hears_which_tickets_wait_so_that_their_words_are_ready(rig: Rig) -> None:
    line = ServiceLine(
        service="pension", names=Names("养老", "Pension"), state="open", waiting=2, wait=None, counters=("1",)
    )
    view = ServiceView(line=line, numbers=("A001", "A002"))
    payload = encode_view("service", "pension", 1, 1, gallery_hall.NOW_MS, encode(view))
    rig.link.deliver(TOPICS.view("service", "pension"), payload, retained=True)
    rig.station.turn()
    assert rig.voice.told == [("warm", ("A001", "A002"), b"")]


def test_an_older_board_is_neither_shown_nor_spoken(rig: Rig) -> None:
    rig.link.deliver(TOPICS.engine(), encode(EngineState(online=True, epoch=1, at_ms=gallery_hall.NOW_MS)))
    rig.board(gallery_hall.CALLS, 5, retained=True)
    shown = rig.screen.picture()
    rig.board(gallery_hall.CALLS[3:], 4)
    assert rig.screen.picture() == shown
    assert len(rig.voice.told) == 1


def test_silence_is_marked_on_the_screen_and_a_heartbeat_takes_the_mark_away(rig: Rig) -> None:
    state = EngineState(online=True, epoch=1, at_ms=gallery_hall.NOW_MS)
    rig.link.deliver(TOPICS.engine(), encode(state))
    rig.board(gallery_hall.CALLS, 1, retained=True)
    fresh = rig.screen.picture()
    rig.pass_time(16)
    stale = rig.screen.picture()
    assert stale != fresh
    rig.link.deliver(TOPICS.engine(), encode(msgspec.structs.replace(state, at_ms=gallery_hall.NOW_MS + 16_000)))
    rig.station.turn()
    rig.station.turn()
    assert rig.screen.picture() != stale


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (TOPICS.view("board", "lobby"), b"not json"),
        (TOPICS.view("board", "lobby"), b"\xff" * 100_000),
        (TOPICS.engine(), b'{"v":9}'),
        (TOPICS.ask("lobby"), b'{"for_s":9999}'),
        ("jh/other/view/board/lobby", b"{}"),
        ("nonsense", b""),
    ],
)
def test_bad_messages_are_refused_and_the_screen_stays(rig: Rig, topic: str, payload: bytes) -> None:
    rig.board(gallery_hall.CALLS, 1, retained=True)
    shown = rig.screen.picture()
    rig.link.deliver(topic, payload)
    rig.station.turn()
    assert rig.screen.picture() == shown


def test_a_view_that_cannot_be_drawn_leaves_a_calm_picture_until_the_next(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.board(gallery_hall.CALLS, 1)
    with monkeypatch.context() as broken:
        broken.setattr("display.faces.draw_board", lambda *_: 1 / 0)
        rig.board(gallery_hall.CALLS[2:], 2)
        assert rig.screen.failed
        rig.pass_time(1)
    rig.board(gallery_hall.CALLS[1:], 3)
    assert not rig.screen.failed
    reports = [msgspec.json.decode(p, type=DeviceHealth) for p in rig.sent(TOPICS.health(rig.name))]
    assert reports[0].parts["screen"] == "ok"


def test_a_board_under_another_name_is_refused(rig: Rig) -> None:
    rig.board(gallery_hall.CALLS, 1, name="somewhere-else")
    assert rig.voice.told == []


def test_a_picture_is_sent_while_somebody_watches_and_at_every_change(rig: Rig) -> None:
    topic = TOPICS.picture(rig.name, "screen")
    rig.pass_time(3)
    assert rig.sent(topic) == []
    rig.link.deliver(TOPICS.ask(rig.name), encode(Ask(for_s=10)))
    rig.station.turn()
    assert len(rig.sent(topic)) == 1
    assert Image.open(io.BytesIO(rig.sent(topic)[0])).size == (960, 540)
    rig.pass_time(1)
    rig.board(gallery_hall.CALLS, 1)
    assert len(rig.sent(topic)) == 2
    assert rig.sent(topic)[1] == rig.screen.picture()
    rig.pass_time(12)
    seen = len(rig.sent(topic))
    rig.board(gallery_hall.CALLS[1:], 2)
    assert len(rig.sent(topic)) == seen


def test_pictures_of_a_running_ticker_are_paced(rig: Rig) -> None:
    rig.board(gallery_hall.CALLS, 1, retained=True)
    rig.link.deliver(TOPICS.ask(rig.name), encode(Ask(for_s=10)))
    rig.pass_time(10)
    assert 3 <= len(rig.sent(TOPICS.picture(rig.name, "screen"))) <= 8


def test_health_is_reported_every_five_seconds_and_names_the_screen(rig: Rig) -> None:
    rig.pass_time(11)
    reports = [msgspec.json.decode(p, type=DeviceHealth) for p in rig.sent(TOPICS.health(rig.name))]
    assert len(reports) == 3
    assert reports[0].parts == {"screen": "ok"}


def test_nothing_is_kept_for_later_while_the_link_is_down(rig: Rig) -> None:
    rig.link.online = False
    rig.link.deliver(TOPICS.ask(rig.name), encode(Ask(for_s=10)))
    rig.pass_time(6)
    assert rig.link.published == []


def test_what_a_virtual_loudspeaker_says_is_sent_only_to_watchers(rig: Rig) -> None:
    rig.station.take_sound(b"RIFF1")
    rig.station.turn()
    assert rig.sent(TOPICS.sound(rig.name)) == []
    rig.link.deliver(TOPICS.ask(rig.name), encode(Ask(for_s=10)))
    rig.station.turn()
    rig.station.take_sound(b"RIFF2")
    rig.station.turn()
    assert rig.sent(TOPICS.sound(rig.name)) == [b"RIFF2"]


def test_the_link_asks_for_exactly_its_own_topics(rig: Rig) -> None:
    wanted = {
        *(TOPICS.view("board", rig.name), TOPICS.view("service", "pension")),
        *(TOPICS.engine(), TOPICS.ask(rig.name)),
    }
    assert {topic for topic, _ in rig.link.options["subscriptions"]} == wanted


def test_a_sign_draws_anew_only_when_something_changed() -> None:
    hall = small_hall()
    hall = msgspec.structs.replace(hall, signs={"sign-1": Sign(counter="c3", screen="virtual://screen?size=1280x400")})
    face = SignFace(hall, "sign-1", (1280, 400), gallery_hall.ZONE)
    assert (face.kind, face.name) == ("counter", "c3")
    first = face.draw(0.0, gallery_hall.NOW_MS, True)
    calling = gallery.signs()["calling"][0]
    assert calling is not None
    face.take(calling, Position(1, 1), 0.0)
    second = face.draw(0.0, gallery_hall.NOW_MS, True)
    assert second != first
    face.take(gallery_hall.BOARD, Position(1, 2), 0.0)
    assert face.draw(0.1, gallery_hall.NOW_MS, True) is second


def test_nobody_is_sent_a_picture_of_a_real_sign_that_asks_for_a_rating_nor_of_when_it_was_given() -> None:
    hall = small_hall()
    hall = msgspec.structs.replace(hall, signs={"sign-1": Sign(counter="c3", screen="virtual://screen?size=1280x400")})
    asks = gallery.signs()["rating"][0]
    assert asks is not None and asks.evaluation is not None
    until_ms = asks.evaluation.until_ms
    came: list[list[int]] = []
    for rated in (False, True):
        clock = ManualClock(until_ms - 20_000)
        screen = VirtualScreen((1280, 400), shared_fonts(), clock.machine_s)
        screen.virtual = False  # type: ignore[misc]
        screen.start()
        face = SignFace(hall, "sign-1", screen.size, gallery_hall.ZONE, lambda visit: f"https://example.cn/{visit}")
        station = Station("small", "sign-1", face, screen, clock, "mqtt://x", None, FakeLink)
        station.start()
        face.take(asks, Position(1, 1), clock.machine_s())
        link: FakeLink = station.link  # type: ignore[assignment]
        link.deliver(TOPICS.ask("sign-1"), b'{"for_s":60}')
        moments = []
        for step in range(60):
            if rated and step == 10:
                done = msgspec.structs.replace(asks, evaluation=None)
                face.take(done, Position(1, 2), clock.machine_s())
            clock.advance(0.5)
            before = len(link.published)
            station.turn()
            if any(topic == TOPICS.picture("sign-1", "screen") for topic, _ in link.published[before:]):
                moments.append(clock.now_ms() - until_ms)
        came.append(moments)
        station.stop()
    assert came[0] and min(came[0]) >= 0, "the code is on no picture"
    assert came[0] == came[1], "and no picture tells whether somebody rated"
