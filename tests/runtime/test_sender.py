"""Commands travel in their envelope; each answer reaches the device once."""

from pathlib import Path

import pytest

from broker.contract.codec import decode_envelope, encode
from broker.contract.envelope import RefusalMessage, Reply
from broker.contract.topics import Topics
from broker.model.commands import CallNext, IssueTicket
from broker.model.words import Names
from broker.runtime.clock import ManualClock
from broker.runtime.database import open_database
from broker.runtime.errors import LinkOffline
from broker.runtime.outbox import HOLD_MOST_S, Outbox
from broker.runtime.sender import CommandTransport, Sender


class FakeLink:
    def __init__(self) -> None:
        self.online = True
        self.published: list[tuple[str, bytes, int, bool]] = []

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        if not self.online:
            raise LinkOffline("waiting")
        self.published.append((topic, payload, qos, retain))


class Kiosk:
    def __init__(self, path: Path) -> None:
        self.link, self.clock = FakeLink(), ManualClock()
        self.answers: list[tuple[str, str]] = []
        topics = Topics("town")
        outbox = Outbox(open_database(path), self.clock, CommandTransport(self.link, topics, "kiosk-1"))
        outbox.start()
        self.sender = Sender(outbox, topics, "kiosk-1", self.on_answer)

    def on_answer(self, entry_id: str, reply: Reply) -> None:
        self.answers.append((entry_id, reply.kind))
        if reply.result == {"upset": True}:
            raise RuntimeError("a bug in the device")


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path / "outbox.db")


def issue(number: int) -> IssueTicket:
    return IssueTicket(ticket=f"ticket-{number:04d}", service="pension")


def test_a_command_travels_in_its_envelope_with_number_age_and_author(kiosk: Kiosk) -> None:
    kiosk.sender.on_online(True)
    kiosk.sender.put(CallNext(counter="1"), id="command-1", ttl_ms=5_000, by="li")
    topic, payload, qos, retain = kiosk.link.published[0]
    envelope, command = decode_envelope(payload)
    assert (topic, qos, retain) == ("jh/town/cmd/kiosk-1", 1, False)
    assert (envelope.id, envelope.device, envelope.seq, envelope.ttl_ms, envelope.by) == (
        "command-1",
        "kiosk-1",
        1,
        5_000,
        "li",
    )
    assert envelope.epoch == kiosk.sender.outbox.epoch
    assert command == CallNext(counter="1")


def test_the_age_is_written_anew_at_each_send(kiosk: Kiosk) -> None:
    kiosk.sender.put(issue(1), id="command-1")
    kiosk.clock.advance(7)
    kiosk.sender.on_online(True)
    envelope, _ = decode_envelope(kiosk.link.published[0][1])
    assert (envelope.age_ms, envelope.sure) == (7_000, True)


def test_an_answer_arrives_once_and_empties_the_outbox(kiosk: Kiosk) -> None:
    kiosk.sender.on_online(True)
    kiosk.sender.put(issue(1), id="command-1")
    reply = encode(Reply(id="command-1", kind="done", epoch=kiosk.sender.outbox.epoch, seq=1))
    kiosk.sender.on_message(reply)
    kiosk.sender.on_message(reply)
    assert kiosk.answers == [("command-1", "done")]
    assert len(kiosk.sender.outbox) == 0


def test_a_refusal_is_an_answer_too(kiosk: Kiosk) -> None:
    kiosk.sender.on_online(True)
    kiosk.sender.put(issue(1), id="command-1")
    kiosk.sender.on_message(encode(Reply(id="command-1", kind="refused", epoch=kiosk.sender.outbox.epoch, seq=1)))
    assert kiosk.answers == [("command-1", "refused")]
    assert len(kiosk.sender.outbox) == 0


def test_go_back_sends_again_from_there(kiosk: Kiosk) -> None:
    kiosk.sender.on_online(True)
    for number in (1, 2, 3):
        kiosk.sender.put(issue(number), id=f"command-{number}")
    kiosk.link.published.clear()
    kiosk.sender.on_message(encode(Reply(id="", kind="go_back", epoch=kiosk.sender.outbox.epoch, expected=2)))
    assert [decode_envelope(p[1])[0].seq for p in kiosk.link.published] == [2, 3]


@pytest.mark.parametrize(("wait_ms", "pause_s"), [(300, 0.3), (3_600_000, HOLD_MOST_S), ("1", 0.0), (-5, 0.0)])
def test_who_sends_too_much_at_once_sends_the_same_again_after_the_pause(
    kiosk: Kiosk, wait_ms: object, pause_s: float
) -> None:
    kiosk.sender.on_online(True)
    for number in range(1, 4):
        kiosk.sender.put(issue(number), id=f"command-{number}")
    first = [payload for _, payload, *_ in kiosk.link.published]
    refusal = RefusalMessage(code="too_much_at_once", sentence=Names("慢", "slow"), facts={"wait_ms": wait_ms})
    epoch = kiosk.sender.outbox.epoch
    told = Reply(id="command-2", kind="go_back", epoch=epoch, seq=2, expected=1, refusal=refusal)
    kiosk.sender.on_message(encode(told))
    assert not kiosk.answers and len(kiosk.sender.outbox) == 3, "nothing is answered, nothing is lost"
    if pause_s:
        kiosk.clock.advance(pause_s - 0.01)
        kiosk.sender.tick()
        assert len(kiosk.link.published) == 3
    kiosk.clock.advance(0.02)
    kiosk.sender.tick()
    again = [payload for _, payload, *_ in kiosk.link.published[3:]]
    assert [decode_envelope(payload)[0].id for payload in again] == [decode_envelope(p)[0].id for p in first]


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b'{"v":2,"id":"a","kind":"done"}', b"\xff", b"x" * 100_000])
def test_a_reply_that_cannot_be_read_changes_nothing(kiosk: Kiosk, payload: bytes) -> None:
    kiosk.sender.on_online(True)
    kiosk.sender.put(issue(1), id="command-1")
    kiosk.sender.on_message(payload)
    assert len(kiosk.sender.outbox) == 1
    assert kiosk.answers == []


def test_an_answer_that_upsets_the_device_does_not_stop_the_next(kiosk: Kiosk) -> None:
    kiosk.sender.on_online(True)
    epoch = kiosk.sender.outbox.epoch
    for number in (1, 2):
        kiosk.sender.put(issue(number), id=f"command-{number}")
        kiosk.sender.on_message(
            encode(Reply(id=f"command-{number}", kind="done", epoch=epoch, seq=number, result={"upset": number == 1}))
        )
    assert [entry_id for entry_id, _ in kiosk.answers] == ["command-1", "command-2"]
    assert len(kiosk.sender.outbox) == 0


def test_offline_commands_wait_and_go_out_on_return(kiosk: Kiosk) -> None:
    kiosk.link.online = False
    kiosk.sender.put(issue(1), id="command-1")
    assert kiosk.link.published == []
    kiosk.link.online = True
    kiosk.sender.on_online(True)
    assert len(kiosk.link.published) == 1


def test_a_command_and_other_tables_go_into_one_commit(kiosk: Kiosk) -> None:
    kiosk.sender.on_online(True)
    with kiosk.sender.outbox.adding() as adding:
        kiosk.sender.put_within(adding, issue(1), id="command-1")
    kiosk.sender.tick()
    assert len(kiosk.link.published) == 1
