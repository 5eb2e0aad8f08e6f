"""Anybody may publish anything on every topic and send anything to every address: nothing changes, nothing falls.

The hall's own MQTT broker listens on this machine only and has no users there, so "anybody" is any program of it.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from broker.contract import envelope as wire
from broker.contract.codec import encode
from broker.contract.topics import TOPICS
from broker.model import commands as c
from broker.model.words import Holding
from tests.halls import DAY
from tests.system.hostile.intruder import IDENTITY, MARK, PRIVATE_TEXT, Hostile, Intruder, garbage, twisted
from tests.system.people import Hands, counter_view
from tests.system.town import Town
from tests.system.truth import await_retained, truth, unanswered, wrong_views

pytestmark = pytest.mark.system

STRANGERS = ("stranger", "KIOSK-1", "kiosk 1", "一号机", "..", "$SYS", "x" * 1_000, "x" * 60_000)


@dataclass(frozen=True)
class Aim:
    """Topics of one row of the table, a good message for them, and who must say in his log that it was no good.

    All hostile bytes go to the first topic, a handful to the others.
    """

    topics: tuple[str, ...]
    valid: dict[str, Any]
    limit_bytes: int
    who: tuple[str, ...]
    blob: bool = False


def plain(message: msgspec.Struct) -> dict[str, Any]:
    """A message as plain JSON values."""
    found: dict[str, Any] = json.loads(encode(message))
    return found


def aims(town: Town) -> dict[str, Aim]:
    """Row name -> what to throw where."""
    of = town.watcher.topics.of
    call = {"type": "CallNext", "counter": "c1"}
    envelope = {
        "v": 1,
        "id": "hostile-0001",
        "device": "kiosk-1",
        "epoch": "hostile",
        "seq": 7,
        "age_ms": 1,
        "ttl_ms": 1,
        "until_ms": 1,
        "by": "",
        "command": call,
    }
    view = {"v": 1, "kind": "board", "name": "board-1", "epoch": 9, "as_of": 9, "at_ms": 9, "body": {}}
    everybody = ("kiosk-1", "kiosk-2", "board-1", "signs", "desk-1", "collector")
    return {
        "command": Aim(
            tuple(of("command", device=name) for name in ("kiosk-1", "desk-1", "collector", "board-1", *STRANGERS)),
            envelope,
            wire.COMMAND_LIMIT_BYTES,
            ("server",),
        ),
        "reply": Aim(
            tuple(of("reply", device=name) for name in ("kiosk-1", "desk-1", "collector")),
            plain(wire.Reply(id="hostile-0001", kind="done", seq=1, result={"number": "A001"})),
            wire.REPLY_LIMIT_BYTES,
            ("kiosk-1", "desk-1", "collector"),
        ),
        "view": Aim(
            (
                of("view", kind="board", name="board-1"),
                of("view", kind="counter", name="c1"),
                of("view", kind="kiosk", name="kiosk-1"),
                of("view", kind="service", name="pension"),
                of("view", kind="hall", name="proving"),
                of("view", kind="weather", name="tomorrow"),
            ),
            view,
            wire.VIEW_LIMIT_BYTES,
            ("board-1", "signs", "desk-1", "kiosk-1", "collector"),
        ),
        "engine": Aim(
            (of("engine"),),
            plain(wire.EngineState(online=True, epoch=1, at_ms=1)),
            wire.VIEW_LIMIT_BYTES,
            everybody,
        ),
        "status": Aim(
            (of("status", device="kiosk-1"), of("status", device="stranger")),
            plain(wire.DeviceStatus(online=True, boot="b", role="kiosk")),
            wire.VIEW_LIMIT_BYTES,
            ("collector",),
        ),
        "health": Aim(
            (of("health", device="kiosk-1"), of("health", device="stranger")),
            plain(wire.DeviceHealth(at_ms=1)),
            wire.VIEW_LIMIT_BYTES,
            ("collector",),
        ),
        "guesses": Aim(
            (of("guesses", device="desk-1"), of("guesses", device="stranger")),
            plain(wire.WrongPins(at_ms=1, wrong={"li": wire.WrongPin(count=5, at_ms=1)}, proofs={"li": 1})),
            wire.VIEW_LIMIT_BYTES,
            ("desk-1",),
        ),
        "ask": Aim(
            tuple(of("ask", device=name) for name in ("kiosk-1", "board-1", "sign-1")),
            plain(wire.Ask(for_s=5)),
            wire.VIEW_LIMIT_BYTES,
            ("kiosk-1", "board-1", "signs"),
        ),
        "picture": Aim(
            (of("picture", device="kiosk-1", name="screen"), of("picture", device="kiosk-1", name="n" * 300)),
            {},
            wire.PICTURE_LIMIT_BYTES,
            ("collector",),
            blob=True,
        ),
        "sound": Aim((of("sound", device="board-1"),), {}, wire.SOUND_LIMIT_BYTES // 2, ("collector",), blob=True),
        "panel": Aim(
            (of("panel", device="kiosk-1"), of("panel", device="stranger")),
            plain(wire.Panel(device="kiosk-1", parts=())),
            wire.VIEW_LIMIT_BYTES,
            ("collector",),
        ),
        "input": Aim(
            (of("input", device="kiosk-1"), of("input", device="desk-1")),
            plain(wire.VirtualInput(part="screen", kind="touch", x=1, y=1, key="call")),
            wire.VIEW_LIMIT_BYTES,
            ("kiosk-1", "desk-1"),
        ),
    }


@pytest.fixture
def town(unmoved: Town) -> Town:
    """A hall in which nothing may have moved when the test is over."""
    return unmoved


def volley(aim: Aim) -> Iterator[tuple[str, Hostile]]:
    """(topic, hostile bytes)."""
    bad = [*garbage()]
    if aim.blob:
        bad.append(("too long", b"\x89PNG\r\n\x1a\n" + PRIVATE_TEXT.encode() + b"\0" * aim.limit_bytes))
    else:
        bad += twisted(aim.valid, aim.limit_bytes)
    for topic in aim.topics:
        for hostile in bad if topic == aim.topics[0] else bad[1:4]:
            yield topic, hostile


def await_server(town: Town, intruder: Intruder) -> None:
    """Until the server has read everything sent before."""
    id = f"probe-{len(town.watcher.replies):08d}"
    probe = wire.Envelope(id=id, device="collector", command=msgspec.Raw(encode(c.Recall(counter="no-such"))))
    intruder.publish(town.watcher.topics.command("collector"), encode(probe))
    town.watcher.await_that(lambda: any(reply.id == id for _, reply in list(town.watcher.replies)), "an answer")


@pytest.mark.parametrize("row", [row.name for row in TOPICS])
def test_hostile_bytes_on_a_topic_change_nothing_and_are_noted_without_their_content(town: Town, row: str) -> None:
    aim = aims(town)[row]
    before = {name: warnings(town, name) for name in aim.who}
    with Intruder(town.file.mqtt_port) as intruder:
        for topic, (_, payload) in volley(aim):
            intruder.publish(topic, payload)
        await_server(town, intruder)
        for name in aim.who:
            await_noted(town, intruder, aim, name, before[name])


def await_noted(town: Town, intruder: Intruder, aim: Aim, name: str, before: int) -> None:
    """Until a program has written a warning. Its log takes 200 lines in ten seconds, so we may have to ask again."""

    def noted() -> bool:
        if warnings(town, name) > before:
            return True
        for topic in aim.topics:
            intruder.publish(topic, PRIVATE_TEXT.encode())
        time.sleep(0.5)
        return False

    town.watcher.await_that(noted, f"{name} notes what came on {aim.topics[0]}")


def warnings(town: Town, name: str) -> int:
    """How many warnings a program has written."""
    return town.log(name).count("level=warning")


def test_no_name_of_a_device_however_strange_ends_the_server_by_being_answered(town: Town) -> None:
    with Intruder(town.file.mqtt_port) as intruder:
        for number, name in enumerate(STRANGERS):
            wish = wire.Envelope(
                id=f"strange-{number:08d}", device="kiosk-1", command=msgspec.Raw(encode(c.CallNext(counter="c1")))
            )
            intruder.publish(town.watcher.topics.command(name), encode(wish))
        await_server(town, intruder)
    assert [refusal.code for refusal in answers(town, "stranger", "strange-00000000")] == ["unknown_device"]
    assert "ignored message" in town.log("server")


def test_hostile_bytes_that_the_broker_keeps_are_painted_over(town: Town) -> None:
    """A display that starts anew would otherwise find rubbish until something changes."""
    board, counter = town.watcher.topics.view("board", "board-1"), town.watcher.topics.view("counter", "c1")
    for _ in range(3):  # the server may paint over it just before we look
        with Intruder(town.file.mqtt_port) as intruder:
            for topic in (board, counter, town.watcher.topics.engine()):
                intruder.publish(topic, PRIVATE_TEXT.encode(), retain=True)
        late = town.late_watcher()
        spoilt = late.view("board", "board-1") is None
        if spoilt:
            break
        late.stop()
    assert spoilt, "the broker never kept what was sent"
    try:
        now = truth(town.hall, town.database)
        late.await_that(lambda: not wrong_views(now, late) and late.engine, "everything is shown again")
    finally:
        late.stop()


def test_the_mqtt_port_survives_what_is_not_mqtt(town: Town) -> None:
    with Intruder(town.file.mqtt_port) as intruder:
        for data in (b"", b"\0" * 100, b"\xff" * 1_000, b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\x7f" + b"x" * 99):
            intruder.throw(data)
        await_server(town, intruder)


WISHES: tuple[tuple[str, str, c.Command, str], ...] = (
    ("stranger", "stranger", c.CallNext(counter="c1"), "unknown_device"),
    ("kiosk-1", "desk-1", c.CallNext(counter="c1"), "unknown_device"),
    ("board-1", "board-1", c.CallNext(counter="c1"), "not_allowed"),
    ("kiosk-1", "kiosk-1", c.CallNext(counter="c1"), "not_allowed"),
    ("kiosk-1", "kiosk-1", c.IssueTicket(ticket="ticket-hostile", service="pension", kiosk="kiosk-2"), "not_allowed"),
    ("desk-1", "desk-1", c.IssueTicket(ticket="ticket-hostile", service="pension"), "not_allowed"),
    ("desk-1", "desk-1", c.CloseDay(), "not_allowed"),
    ("collector", "collector", c.PassTime(), "not_allowed"),
    ("collector", "collector", c.CallNext(counter="c9"), "unknown_counter"),
    ("collector", "collector", c.CallNumber(counter="c1", number="A999"), "unknown_ticket"),
    ("collector", "collector", c.OpenDay(day="2025-01-01"), "day_in_past"),
    ("kiosk-1", "kiosk-1", c.IssueTicket(ticket="ticket-hostile", service="taxes", kiosk="kiosk-1"), "unknown_service"),
    (
        "kiosk-1",
        "kiosk-1",
        c.ReportTicket(
            ticket="ticket-hostile", service="pension", number="A900", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
        ),
        "number_not_owned",
    ),
)


@pytest.mark.parametrize(("topic_of", "device", "command", "code"), WISHES)
def test_a_wish_nobody_may_have_gets_a_typed_refusal(
    town: Town, topic_of: str, device: str, command: c.Command, code: str
) -> None:
    id = f"wish-{topic_of}-{type(command).__name__}-{code}"[:64].replace("_", "-")
    wish = wire.Envelope(id=id, device=device, by=MARK, command=msgspec.Raw(encode(command)))
    with Intruder(town.file.mqtt_port) as intruder:
        intruder.publish(town.watcher.topics.command(topic_of), encode(wish))
    answer = town.watcher.await_that(lambda: answers(town, topic_of, id), "an answer")
    assert [refusal.code for refusal in answer] == [code]
    assert answer[0].sentence.zh
    assert answer[0].sentence.en


def test_an_unknown_command_of_a_known_device_is_answered(town: Town) -> None:
    wish = {"v": 1, "id": "wish-unknown", "device": "kiosk-1", "command": {"type": "OpenSafe", "who": PRIVATE_TEXT}}
    with Intruder(town.file.mqtt_port) as intruder:
        intruder.publish(town.watcher.topics.command("kiosk-1"), json.dumps(wish).encode())
    answer = town.watcher.await_that(lambda: answers(town, "kiosk-1", "wish-unknown"), "an answer")
    assert [refusal.code for refusal in answer] == ["unreadable"]
    assert IDENTITY not in answer[0].sentence.en


def answers(town: Town, device: str, id: str) -> list[wire.RefusalMessage]:
    """Refusals of one command, sent to one device."""
    heard = list(town.watcher.replies)
    return [reply.refusal for to, reply in heard if (to, reply.id) == (device, id) and reply.refusal is not None]


STRANGE_TOUCHES = (
    ("kiosk-1", wire.VirtualInput(part="screen", kind="touch", x=8192, y=8192)),
    ("kiosk-1", wire.VirtualInput(part="cellar", kind="touch", x=5, y=5)),
    ("kiosk-1", wire.VirtualInput(part="printer", kind="fault", key="explode")),
    ("kiosk-1", wire.VirtualInput(part="screen", kind="fault", key="paper_out")),
    ("kiosk-1", wire.VirtualInput(part="buttons", kind="key", key="")),
    ("desk-1", wire.VirtualInput(part="console-1", kind="key", key="")),
    ("desk-1", wire.VirtualInput(part="console-1", kind="key", key="launch")),
    ("desk-1", wire.VirtualInput(part="console-1", kind="touch", x=1, y=1)),
    ("desk-1", wire.VirtualInput(part="keypad-1", kind="key", key="77")),
    ("desk-1", wire.VirtualInput(part="a", kind="fault", key="burn")),
)


def test_strange_touches_and_forged_answers_change_nothing(town: Town) -> None:
    topics = town.watcher.topics
    with Intruder(town.file.mqtt_port) as intruder:
        for device, touched in STRANGE_TOUCHES:
            intruder.publish(topics.input(device), encode(touched))
        for device in ("kiosk-1", "desk-1", "collector"):
            for forged in (
                wire.Reply(id="nobody-asked", kind="done", result={"number": PRIVATE_TEXT}),
                wire.Reply(id="nobody-asked", kind="go_back", epoch="e", expected=10**9),
                wire.Reply(id="nobody.issue", kind="refused"),
            ):
                intruder.publish(topics.reply(device), encode(forged))
        await_server(town, intruder)


def test_after_all_that_the_hall_still_works(open_town: Town) -> None:
    town, pids, before = open_town, open_town.pids(), truth(open_town.hall, open_town.database).position
    hands = Hands(town).await_link()
    number = hands.take_ticket("kiosk-1", "pension")
    assert number is not None, "the kiosk gives no tickets any more"
    hands.leave("kiosk-1")
    hands.press("console-1", "call")
    town.watcher.await_that(lambda: counter_view(town, "c1").ticket, "the caller calls")
    hands.press("console-1", "confirm", "rate")
    town.watcher.await_that(lambda: counter_view(town, "c1").evaluation, "the caller finishes")
    hands.close()
    now = truth(town.hall, town.database)
    assert now.position > before
    assert town.pids() == pids
    town.watcher.await_that(lambda: not unanswered(town.folder), "every outbox is empty")
    await_retained(town, now)
