"""A press that lay about on its way is as late as one that waited in its outbox: nobody is surprised by it."""

from pathlib import Path

import pytest

from broker.collector.heard.hub import Hub
from broker.collector.heard.live import Live
from broker.contract.codec import decode_envelope, encode
from broker.contract.envelope import EngineState
from broker.contract.topics import Topics
from broker.model import commands as c
from broker.runtime.clock import ManualClock
from broker.runtime.database import open_database
from broker.runtime.engine_time import EngineTime
from broker.runtime.outbox import Outbox
from broker.runtime.sender import CommandTransport, Sender
from tests.halls import OPENS_MS, small_hall
from tests.server.rig import WriterRig

TTL_MS = 5_000


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    made = WriterRig(tmp_path)
    made.ask(c.OpenCounter(counter="c1"))
    return made


class Wire:
    """Keeps what a caller sent, to be delivered when the test likes."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        self.sent.append(payload)


class Caller:
    """A caller's outbox; its own clock is an hour wrong and was put right by the engine's heartbeat."""

    def __init__(self, folder: Path, *, heard: bool = True) -> None:
        self.own = ManualClock(OPENS_MS - 3_600_000)
        self.wire = Wire()
        self.time = time = EngineTime(self.own)
        if heard:
            time.heard(OPENS_MS, retained=False)
        topics = Topics("small")
        transport = CommandTransport(self.wire, topics, "desk-1", time)
        outbox = Outbox(open_database(folder / "desk.sqlite"), self.own, transport)
        outbox.start()
        self.sender = Sender(outbox, topics, "desk-1", lambda id, reply: None)
        self.sender.on_online(True)

    def press(self, id: str = "command-press") -> bytes:
        self.sender.put(c.CallNext(counter="c1"), id=id, ttl_ms=TTL_MS)
        return self.wire.sent[-1]


@pytest.mark.parametrize(("lay_ms", "code"), [(0, "nobody_waiting"), (4_900, "nobody_waiting"), (5_100, "too_late")])
def test_a_press_is_judged_by_when_it_arrives_and_not_by_when_it_left(
    rig: WriterRig, tmp_path: Path, lay_ms: int, code: str
) -> None:
    payload = Caller(tmp_path).press()
    rig.now_ms += lay_ms
    rig.writer.take("desk-1", payload)
    (answer,) = rig.writer.commit()
    assert answer.reply.refusal is not None
    assert answer.reply.refusal.code == code


def test_a_press_waits_in_its_outbox_and_on_its_way_for_five_seconds_together(rig: WriterRig, tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    caller.sender.on_online(False)
    caller.sender.put(c.CallNext(counter="c1"), id="command-press", ttl_ms=TTL_MS)
    caller.own.advance(3.0)
    caller.sender.on_online(True)
    rig.now_ms += 3_000 + 2_100
    rig.writer.take("desk-1", caller.wire.sent[-1])
    (answer,) = rig.writer.commit()
    assert answer.reply.refusal is not None
    assert (answer.reply.refusal.code, answer.reply.refusal.facts["age_ms"]) == ("too_late", 5_100)


def test_a_server_whose_clock_was_set_back_still_takes_fresh_presses(rig: WriterRig, tmp_path: Path) -> None:
    rig.now_ms += 600_000
    rig.ask(c.PauseCounter(counter="c1"))
    rig.ask(c.ResumeCounter(counter="c1"))
    rig.now_ms -= 600_000
    rig.writer.take("desk-1", Caller(tmp_path).press())
    (answer,) = rig.writer.commit()
    assert answer.reply.refusal is not None
    assert answer.reply.refusal.code == "nobody_waiting"


def test_a_press_before_the_first_heartbeat_waits_until_it_can_say_when_it_ends(tmp_path: Path) -> None:
    deaf = Caller(tmp_path, heard=False)
    deaf.sender.put(c.CallNext(counter="c1"), id="command-press", ttl_ms=TTL_MS)
    assert deaf.wire.sent == [], "on its way it could grow old unseen"
    deaf.own.advance(3.0)
    deaf.time.heard(OPENS_MS + 3_000, retained=False)
    deaf.sender.tick()
    assert decode_envelope(deaf.wire.sent[-1])[0].until_ms == OPENS_MS + TTL_MS


@pytest.mark.parametrize(("heartbeat_after_s", "code"), [(4.0, "nobody_waiting"), (5.5, "too_late")])
def test_a_press_that_waited_for_the_first_heartbeat_is_refused_once_it_is_old(
    rig: WriterRig, tmp_path: Path, heartbeat_after_s: float, code: str
) -> None:
    deaf = Caller(tmp_path, heard=False)
    deaf.sender.put(c.CallNext(counter="c1"), id="command-press", ttl_ms=TTL_MS)
    deaf.own.advance(heartbeat_after_s)
    rig.now_ms += round(heartbeat_after_s * 1000)
    deaf.time.heard(rig.now_ms, retained=False)
    deaf.sender.tick()
    rig.writer.take("desk-1", deaf.wire.sent[-1])
    (answer,) = rig.writer.commit()
    assert answer.reply.refusal is not None
    assert answer.reply.refusal.code == code


def test_a_command_for_ever_names_no_end_and_waits_for_no_heartbeat(tmp_path: Path) -> None:
    for caller in (Caller(tmp_path / "deaf", heard=False), Caller(tmp_path / "hearing")):
        caller.sender.put(c.CallNext(counter="c1"), id="command-ever")
        assert decode_envelope(caller.wire.sent[-1])[0].until_ms is None


@pytest.mark.parametrize(("ttl_ms", "until_ms"), [(TTL_MS, OPENS_MS + TTL_MS - 200), (0, None)])
def test_a_wish_from_a_browser_says_until_when_it_is_meant(ttl_ms: int, until_ms: int | None) -> None:
    hall, clock, wire = small_hall(), ManualClock(OPENS_MS), Wire()
    live = Live(hall, clock)
    live.take(Topics("small").engine(), encode(EngineState(online=True, epoch=1, at_ms=OPENS_MS)))
    hub = Hub(hall, live, lambda topic, payload, qos: wire.publish(topic, payload), clock.machine_s, 0.0, clock.now_ms)
    assert hub.submit(c.CallNext(counter="c1"), "command-web", "window-1", ttl_ms=ttl_ms, age_ms=200) is None
    assert decode_envelope(wire.sent[-1])[0].until_ms == until_ms
