"""Who floods slows down itself: no other device waits for it, and an honest one that comes back with much is heard."""

import logging
from collections import deque
from pathlib import Path

import pytest

from broker.contract.codec import encode_envelope
from broker.contract.envelope import COMMAND_LIMIT_BYTES
from broker.contract.topics import DEVICE_ROLES, Topics
from broker.model.commands import CallNext, Recall
from broker.runtime.clock import ManualClock
from broker.runtime.link import Message
from broker.runtime.outbox_mind import OutboxMind
from broker.server.app import DROPPED_S, Server
from broker.server.gate import ALLOWANCES, BREATH, DEVICE_NAME_MOST, JUNK, STRANGERS, TELL_EVERY_S, Gate, Pass
from tests.halls import OPENS_MS, small_hall

OUTBOX_BOUND = 5_000
ROUND_TRIP_S = 0.02


def command(device: str = "desk-1", number: int = 1, epoch: str | None = "e1") -> bytes:
    seq = number if epoch else None
    return encode_envelope(CallNext(counter="c1"), id=f"command-{number:06d}", device=device, epoch=epoch, seq=seq)


@pytest.fixture
def gate() -> Gate:
    return Gate(small_hall().device_role, 0.0)


def passed(gate: Gate, device: str, count: int, now_s: float, payload: bytes | None = None) -> int:
    """How many of so many messages at one moment are read."""
    payload = command(device) if payload is None else payload
    verdicts = [gate.judge(device, payload, retained=False, now_s=now_s) for _ in range(count)]
    return sum(verdict.passes is Pass.TAKE for verdict in verdicts)


def test_every_role_of_a_hall_has_an_allowance() -> None:
    assert set(ALLOWANCES) == set(DEVICE_ROLES)


def test_a_device_may_ask_much_at_once_then_at_its_pace_and_not_for_ever(gate: Gate) -> None:
    allowance = ALLOWANCES["caller"]
    assert passed(gate, "desk-1", 1_000, 0.0) == allowance.burst
    assert passed(gate, "desk-1", 1_000, 1.0) == allowance.per_s
    taken = sum(passed(gate, "desk-1", 150, 2.0 + second) for second in range(600))
    assert taken < allowance.hour + 602 * allowance.hour_per_s
    assert passed(gate, "desk-1", 1_000, 10_000.0) == allowance.burst, "a day later it is forgiven"


def test_a_flood_of_one_device_takes_nothing_from_another(gate: Gate) -> None:
    for tick in range(100):
        passed(gate, "kiosk-1", 100, tick / 10)
        assert passed(gate, "desk-1", 1, tick / 10) == 1
        assert passed(gate, "collector", 10, tick / 10) == 10


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[" * COMMAND_LIMIT_BYTES,
        b'{"v":1,"id":"\xff"}',
        command("kiosk-1"),
        command("stranger"),
        b"x" * (COMMAND_LIMIT_BYTES + 1),
        command().replace(b'"seq":1', b'"seq":"1"'),
        command().replace(b"command-000001", b"c"),
    ],
)
def test_what_a_device_never_sends_is_not_counted_against_it_and_soon_not_read(gate: Gate, payload: bytes) -> None:
    read = 0
    for tick in range(100):
        read += passed(gate, "desk-1", 100, tick / 10, payload)
        assert passed(gate, "desk-1", 1, tick / 10) == 1
    assert read <= 500 + 10 * 5
    assert sum(gate.take_dropped().values()) >= 9_000


def test_all_strangers_share_one_allowance_and_one_lane_however_many_names_they_use(gate: Gate) -> None:
    read = sum(passed(gate, f"stranger-{number}", 1, 0.0) for number in range(5_000))
    assert read == 50
    assert gate.take_dropped() == {STRANGERS: 4_950}
    assert {gate.lane(name) for name in ("stranger-1", "", "+", "x" * 9_000)} == {STRANGERS}
    assert gate.lane("desk-1") == "desk-1"
    assert len(gate._quotas) == 2, "names that nobody knows leave nothing behind"


def test_what_achieves_nothing_costs_more(gate: Gate) -> None:
    allowance = ALLOWANCES["collector"]
    read = 0
    while passed(gate, "collector", 1, 0.0):
        gate.was_in_vain("collector")
        read += 1
    assert read == allowance.burst / allowance.vain
    gate.was_in_vain("stranger")


def test_a_device_is_told_to_wait_now_and_then_and_for_how_long(gate: Gate) -> None:
    passed(gate, "desk-1", 200, 0.0)
    verdicts = [gate.judge("desk-1", command(), retained=False, now_s=0.0) for _ in range(50)]
    assert [verdict.passes for verdict in verdicts[:2]] == [Pass.TELL, Pass.DROP]
    assert sum(verdict.passes is Pass.TELL for verdict in verdicts) == 1
    assert verdicts[0].wait_ms == 1000 * BREATH / ALLOWANCES["caller"].per_s
    passed(gate, "desk-1", 50, TELL_EVERY_S)
    assert gate.take_dropped() == {"desk-1": 80}
    assert gate.take_dropped() == {}


def test_retained_and_oversized_and_nameless_messages_are_worth_a_line_at_first(gate: Gate) -> None:
    for device, payload, retained in (
        ("desk-1", command(), True),
        ("", command(), False),
        ("x" * (DEVICE_NAME_MOST + 1), command(), False),
        ("desk-1", b" " * (COMMAND_LIMIT_BYTES + 1), False),
    ):
        assert gate.judge(device, payload, retained=retained, now_s=0.0).passes is Pass.JUNK
    passed(gate, "", 1_000, 0.0)
    assert gate.judge("", b"", retained=False, now_s=0.0).passes is Pass.DROP
    assert gate.take_dropped()[JUNK] > 900


def test_a_clock_that_goes_back_gives_nothing_away(gate: Gate) -> None:
    passed(gate, "desk-1", 1_000, 100.0)
    assert passed(gate, "desk-1", 1_000, 50.0) == 0
    assert passed(gate, "desk-1", 1_000, 100.5) == ALLOWANCES["caller"].per_s / 2


# -- an honest outbox after an outage ------------------------------------------------


def drained(entries: int, *, hints: bool = True, beside: int = 0) -> tuple[float, int]:
    """(seconds until an outbox of so many entries is empty, how often one was sent), through the gate.

    The engine takes entries in order and every answer arrives; ``beside`` commands a second of somebody else flood.
    ``hints`` False is a device that knows nothing of waiting.
    """
    gate = Gate(small_hall().device_role, 0.0)
    mind = OutboxMind(entries, range(1, entries + 1))
    mind.connected()
    taken, sent, now_s = 0, 0, 0.0
    replies: deque[tuple[str, int, float]] = deque()
    while len(mind) and now_s < 600:
        passed(gate, "kiosk-2", int(beside * ROUND_TRIP_S), now_s)
        for seq in mind.due(now_s):
            sent += 1
            verdict = gate.judge("kiosk-1", command("kiosk-1", seq), retained=False, now_s=now_s)
            if verdict.passes is Pass.TAKE and seq == taken + 1:
                taken = seq
                replies.append(("done", seq, 0.0))
            elif verdict.passes is Pass.TAKE:
                gate.was_in_vain("kiosk-1")
                replies.append(("done", seq, 0.0) if seq <= taken else ("go_back", taken + 1, 0.0))
            elif verdict.passes is Pass.TELL:
                replies.append(("wait" if hints else "go_back", taken + 1, verdict.wait_ms / 1000))
        now_s += ROUND_TRIP_S
        while replies:
            kind, seq, pause_s = replies.popleft()
            if kind == "done":
                mind.answered(seq, now_s)
            elif kind == "go_back":
                mind.go_back(seq, now_s)
            elif seq in mind:
                mind.held(seq, now_s, pause_s)
    assert taken == entries and not len(mind)
    return now_s, sent


@pytest.mark.parametrize("hints", [True, False], ids=["asked to wait", "knows only go_back"])
def test_five_hundred_papers_of_an_outage_are_all_told_within_half_a_minute(hints: bool) -> None:
    seconds, sent = drained(1_000, hints=hints, beside=1_000)  # a report and its second word for each paper
    assert seconds < (20 if hints else 30)
    if hints:
        assert sent <= 2 * 1_000, "each is sent twice at most, on the average"


def test_the_fullest_outbox_is_empty_within_a_minute() -> None:
    seconds, _ = drained(OUTBOX_BOUND)
    assert seconds < 60


# -- the server at its gate ------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Server:
    made = Server(small_hall(), tmp_path / "hall.db", "mqtt://127.0.0.1:1", ManualClock(OPENS_MS))
    made.journal.open()
    made.writer.start()
    yield made
    made.journal.close()


def hear(server: Server, device: str, payload: bytes) -> None:
    topic = Topics(server.hall.hall.id).command(device)
    server._on_message(Message(topic, payload, 1, False, False, 1, 1))


def test_a_flood_is_answered_now_and_then_and_can_be_sent_again(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = []
    monkeypatch.setattr(server, "_reply", told.append)
    for number in range(1, 1_001):
        hear(server, "desk-1", command("desk-1", number))
    read = server.writer.counters.commands
    assert 0 < read <= ALLOWANCES["caller"].burst
    assert len(server.writer.commit()) == read
    (answer,) = told
    assert (answer.device, answer.reply.kind, answer.reply.expected) == ("desk-1", "go_back", read + 1)
    assert answer.reply.refusal.code == "too_much_at_once"
    assert answer.reply.refusal.facts["wait_ms"] > 0
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        for second in range(3):
            server._tell_dropped(DROPPED_S + second)
    assert [record.getMessage() for record in caplog.records] == [
        f"too much at once, not read: desk-1={1_000 - read}"
    ], "one line, whatever came"


def test_a_wish_that_stands_alone_is_told_to_wait_by_its_id(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(server, "_reply", told.append)
    for number in range(400):
        wish = encode_envelope(Recall(counter="c1"), id=f"command-{number:06d}", device="collector")
        hear(server, "collector", wish)
    assert told, "refusals are dear"
    assert told[0].reply.kind == "go_back" and told[0].reply.expected is None and told[0].reply.seq is None
    assert server.writer.counters.commands + len(told) < 400
