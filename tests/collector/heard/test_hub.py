"""The line to the hall: answers find their askers, silence is told, nothing foreign gets in."""

import threading

import pytest

from broker.collector.heard.hub import ASK_EVERY_S, Hub
from broker.collector.heard.live import PICTURES_MOST, Live
from broker.contract.codec import decode, decode_envelope, encode, encode_view
from broker.contract.envelope import (
    ENGINE_SILENT_S,
    PICTURE_LIMIT_BYTES,
    Ask,
    DeviceHealth,
    DeviceStatus,
    EngineState,
    Panel,
    Reply,
    VirtualInput,
)
from broker.contract.topics import TOPICS, Topics
from broker.model.commands import CallNext
from broker.model.views import ServiceLine, ServiceView
from broker.model.words import Names
from broker.runtime.clock import ManualClock
from broker.runtime.errors import LinkOffline
from tests.collector.town import town_clock, town_hall

TOPIC = Topics("town")
PNG = b"\x89PNG\r\n\x1a\n"


class Line:
    """What the network would have carried; ``answer`` replies to each command at once, ``down`` refuses all."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, int]] = []
        self.answer: Reply | None = None
        self.down = False
        self.hub: Hub

    def publish(self, topic: str, payload: bytes, qos: int) -> None:
        if self.down:
            raise LinkOffline("waiting")
        self.sent.append((topic, payload, qos))
        if topic == TOPIC.command("collector") and self.answer is not None:
            reply = Reply(id=decode_envelope(payload)[0].id, kind=self.answer.kind, result=self.answer.result)
            threading.Timer(0.01, self.hub.hear, (TOPIC.reply("collector"), encode(reply))).start()


@pytest.fixture
def clock() -> ManualClock:
    return town_clock()


@pytest.fixture
def live(clock: ManualClock) -> Live:
    return Live(town_hall(), clock)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def hub(live: Live, line: Line, clock: ManualClock) -> Hub:
    made = Hub(town_hall(), live, line.publish, clock.machine_s, answer_within_s=0.3)
    line.hub = made
    made.hear(TOPIC.engine(), encode(EngineState(online=True, epoch=1, at_ms=clock.now_ms())))
    return made


def view(waiting: int, epoch: int, as_of: int, name: str = "card") -> bytes:
    line = ServiceLine(service=name, names=Names("卡", "Card"), state="open", waiting=waiting, wait=None, counters=())
    return encode_view("service", name, epoch, as_of, 1, encode(ServiceView(line=line, numbers=())))


def test_the_answer_reaches_whoever_asked(hub: Hub, line: Line) -> None:
    line.answer = Reply(id="", kind="done", result={"number": "A001"})
    reply = hub.submit(CallNext(counter="c1"), "command-1", "window-1", ttl_ms=5000, age_ms=7, sure=False)
    assert reply is not None and reply.result == {"number": "A001"}
    envelope, command = decode_envelope(line.sent[0][1])
    assert command == CallNext(counter="c1")
    assert (envelope.device, envelope.by, envelope.ttl_ms, envelope.age_ms) == ("collector", "window-1", 5000, 7)
    assert envelope.epoch is None and envelope.seq is None and not envelope.sure


def test_two_who_ask_with_one_id_both_get_the_answer(hub: Hub, line: Line) -> None:
    line.answer = Reply(id="", kind="done")
    replies: list[Reply | None] = []
    threads = [
        threading.Thread(target=lambda: replies.append(hub.submit(CallNext(counter="c1"), "command-1", "a")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply and reply.kind for reply in replies] == ["done"] * 4
    assert hub._waiting == {}


def test_silence_is_none_and_leaves_nothing_behind(hub: Hub, line: Line) -> None:
    assert hub.submit(CallNext(counter="c1"), "command-1", "a") is None
    assert len(line.sent) == 1 and hub._waiting == {}


def test_nothing_is_sent_to_an_engine_that_is_known_to_be_away(hub: Hub, line: Line, clock: ManualClock) -> None:
    clock.advance(ENGINE_SILENT_S + 1)
    assert hub.submit(CallNext(counter="c1"), "command-1", "a") is None
    hub.hear(TOPIC.engine(), encode(EngineState(online=False, epoch=1, at_ms=1)))
    assert hub.submit(CallNext(counter="c1"), "command-2", "a") is None
    assert line.sent == []


def test_a_broken_network_is_no_answer_not_a_crash(hub: Hub, line: Line) -> None:
    line.down = True
    assert hub.submit(CallNext(counter="c1"), "command-1", "a") is None
    hub.ask("kiosk-1")
    assert hub.press("kiosk-1", VirtualInput(part="screen", kind="touch")) is False


def test_devices_are_asked_for_pictures_now_and_then_only(hub: Hub, line: Line, clock: ManualClock) -> None:
    for _ in range(5):
        hub.ask("board-1")
    hub.ask("nobody")
    assert [topic for topic, *_ in line.sent] == [TOPIC.ask("board-1")]
    assert decode(line.sent[0][1], Ask).for_s > ASK_EVERY_S
    clock.advance(ASK_EVERY_S)
    hub.ask("board-1")
    assert len(line.sent) == 2


def test_the_collector_listens_to_everything_it_may_read_and_nothing_else(hub: Hub) -> None:
    readable = {row.name for row in TOPICS if "collector" in row.readers}
    parsed = {TOPIC.parse(topic)[0] for topic, _ in hub.subscriptions()}
    assert parsed == readable


# -- what is heard ------------------------------------------------


def test_an_older_view_never_replaces_a_newer_one(live: Live) -> None:
    for epoch, as_of, waiting in ((2, 10, 5), (2, 9, 4), (1, 99, 3)):
        live.take(TOPIC.view("service", "card"), view(waiting, epoch, as_of))
    assert live.body("service", "card").line.waiting == 5
    live.take(TOPIC.view("service", "card"), view(1, 3, 1))
    assert live.body("service", "card").line.waiting == 1


def test_after_a_replaced_journal_the_views_are_believed_again(live: Live) -> None:
    live.take(TOPIC.view("service", "card"), view(5, 7, 90))
    beat = encode(EngineState(online=True, epoch=1, at_ms=1, as_of=3))
    live.take(TOPIC.engine(), beat, retained=True)
    live.take(TOPIC.view("service", "card"), view(2, 1, 3))
    assert live.body("service", "card").line.waiting == 5, "what the broker kept proves nothing"
    live.take(TOPIC.engine(), beat)
    live.take(TOPIC.view("service", "card"), view(2, 1, 3))
    assert live.body("service", "card").line.waiting == 2


def test_a_revoked_device_is_called_so_until_it_is_back(live: Live) -> None:
    """Its Will, before or behind the server's word, says no more than offline."""

    def say(online: bool, boot: str, *, revoked: bool = False) -> None:
        status = DeviceStatus(online=online, boot=boot, role="display", revoked=revoked)
        live.take(TOPIC.status("board-1"), encode(status))

    say(True, "b1")
    say(False, "revoked", revoked=True)
    say(False, "b1")
    seen = live.device("board-1").status
    assert seen is not None and seen.revoked and not seen.online
    say(True, "b2")
    seen = live.device("board-1").status
    assert seen is not None and seen.online and not seen.revoked


def test_a_late_will_of_an_older_connection_is_ignored(live: Live) -> None:
    for online, boot in ((True, "b1"), (True, "b2"), (False, "b1")):
        live.take(TOPIC.status("board-1"), encode(DeviceStatus(online=online, boot=boot, role="display")))
    assert live.device("board-1").status.online
    live.take(TOPIC.status("board-1"), encode(DeviceStatus(online=False, boot="b2", role="display")))
    assert not live.device("board-1").status.online


def test_what_is_not_of_this_hall_is_dropped(live: Live) -> None:
    live.take("jh/other/view/service/card", view(3, 1, 1))
    live.take(TOPIC.view("service", "nothing"), view(3, 1, 1, "nothing"))
    live.take(TOPIC.view("service", "pension"), view(3, 1, 1, "card"))
    live.take(TOPIC.health("stranger"), encode(DeviceHealth(at_ms=1)))
    live.take(TOPIC.picture("stranger", "screen"), PNG)
    live.take(TOPIC.sound("kiosk-1"), b"RIFF")
    assert live._views == {} and live._devices == {} and live._pictures == {} and live._sounds == {}


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[]", b'{"v": 2}', b"x" * 70_000])
@pytest.mark.parametrize("row", ["view", "engine", "status", "health", "panel", "picture", "sound"])
def test_unreadable_bytes_are_dropped_and_logged(
    live: Live, row: str, payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    parts = {"kind": "service", "name": "card", "device": "board-1"}
    live.take(TOPIC.of(row, **parts), payload)
    assert "dropped" in caplog.text
    assert live._views == {} and live._engine is None and live._pictures == {}


def test_pictures_are_bounded_in_number_and_size(live: Live) -> None:
    for number in range(PICTURES_MOST + 3):
        live.take(TOPIC.picture("kiosk-1", f"screen-{number}"), PNG + bytes([number]))
    assert len(live.pictures("kiosk-1")) == PICTURES_MOST
    live.take(TOPIC.picture("kiosk-1", "screen-0"), PNG + bytes(PICTURE_LIMIT_BYTES))
    assert live.picture("kiosk-1", "screen-0").data == PNG + b"\0"


def test_watchers_hear_a_name_once_however_often_it_changed(live: Live) -> None:
    watcher = live.watchers.join(lambda name: name.startswith("picture/"))
    for number in range(50):
        live.take(TOPIC.picture("kiosk-1", "screen"), PNG + bytes([number]))
        live.take(TOPIC.panel("kiosk-1"), encode(Panel(device="kiosk-1", parts=())))
    assert live.watchers.news(watcher, 0) == {"picture/kiosk-1/screen"}
    assert live.watchers.news(watcher, 0) == frozenset()


def test_the_same_picture_or_heartbeat_again_wakes_nobody(live: Live) -> None:
    watcher = live.watchers.join(lambda name: True)
    for second in range(3):
        live.take(TOPIC.picture("kiosk-1", "screen"), PNG)
        live.take(TOPIC.health("kiosk-1"), encode(DeviceHealth(at_ms=second, parts={"printer": "ok"})))
        live.take(TOPIC.engine(), encode(EngineState(online=True, epoch=1, at_ms=second)))
        live.take(TOPIC.view("service", "card"), view(3, 1, 1))
        live.take(TOPIC.view("service", "card"), view(3, 1, 2 + second))
        told = live.watchers.news(watcher, 0)
        assert told == (
            {"picture/kiosk-1/screen", "device/kiosk-1", "engine", "service/card"} if second == 0 else set()
        )


def test_stopping_lets_every_watcher_go(live: Live) -> None:
    watcher = live.watchers.join(lambda name: True)
    live.watchers.stop()
    assert live.watchers.news(watcher, 5.0) == frozenset()
    assert live.watchers.stopped
    live.watchers.leave(watcher)
