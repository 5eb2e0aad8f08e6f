"""A press that lay about on its way is as late as one that waited in its outbox: nobody is surprised by it."""

from pathlib import Path

import pytest

from broker.collector.hub import Hub
from broker.collector.live import Live
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
        time = EngineTime(self.own)
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


def test_a_caller_that_never_heard_the_engine_and_a_command_for_ever_name_no_end(tmp_path: Path) -> None:
    deaf = Caller(tmp_path, heard=False)
    assert decode_envelope(deaf.press())[0].until_ms is None
    hearing = Caller(tmp_path / "other")
    hearing.sender.put(c.CallNext(counter="c1"), id="command-ever")
    assert decode_envelope(hearing.wire.sent[-1])[0].until_ms is None
    assert decode_envelope(hearing.press())[0].until_ms == OPENS_MS + TTL_MS


@pytest.mark.parametrize(("ttl_ms", "until_ms"), [(TTL_MS, OPENS_MS + TTL_MS - 200), (0, None)])
def test_a_wish_from_a_browser_says_until_when_it_is_meant(ttl_ms: int, until_ms: int | None) -> None:
    hall, clock, wire = small_hall(), ManualClock(OPENS_MS), Wire()
    live = Live(hall, clock)
    live.take(Topics("small").engine(), encode(EngineState(online=True, epoch=1, at_ms=OPENS_MS)))
    hub = Hub(hall, live, lambda topic, payload, qos: wire.publish(topic, payload), clock.machine_s, 0.0, clock.now_ms)
    assert hub.submit(c.CallNext(counter="c1"), "command-web", "window-1", ttl_ms=ttl_ms, age_ms=200) is None
    assert decode_envelope(wire.sent[-1])[0].until_ms == until_ms
