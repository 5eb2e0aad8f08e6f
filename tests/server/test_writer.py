"""The writer: one decision per id, in order, durable before visible, whatever is repeated or cut."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from broker.contract.codec import encode, encode_envelope
from broker.model import commands as c
from broker.server import writer as writer_module
from broker.server.audit import check, replay
from broker.server.publisher import digest_of
from broker.server.snapshot import views_fingerprint
from broker.store.errors import JournalGap, OtherHall
from broker.store.journal import Journal
from tests.server.rig import WriterRig


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    return WriterRig(tmp_path)


def issue(rig: WriterRig, index: int) -> None:
    rig.put(c.IssueTicket(ticket=f"ticket-{index:05d}", service="pension"))
    rig.put(c.ConfirmTicket(ticket=f"ticket-{index:05d}"))


def test_a_repeated_command_gets_its_stored_answer_and_makes_no_event(rig: WriterRig) -> None:
    first = rig.ask(c.IssueTicket(ticket="ticket-00001", service="pension"), id="command-x1")
    position = rig.journal.position
    again = rig.ask(c.IssueTicket(ticket="ticket-00001", service="pension"), id="command-x1")
    rig.restart()
    later = rig.ask(c.IssueTicket(ticket="ticket-00001", service="pension"), id="command-x1")
    assert first == again == later
    assert rig.journal.position == position


def test_a_repeat_inside_the_same_transaction_is_decided_once(rig: WriterRig) -> None:
    for _ in range(3):
        rig.put(c.IssueTicket(ticket="ticket-00001", service="pension"), id="command-x1")
    answers = rig.writer.commit()
    assert len({encode(answer.reply) for answer in answers}) == 1
    assert len(rig.writer.state.tickets) == 1


def test_a_refusal_is_stored_too_and_stays_the_same(rig: WriterRig) -> None:
    first = rig.ask(c.CallNext(counter="c1"), id="command-x1")
    assert first.refusal is not None and first.refusal.code == "counter_not_open"
    rig.ask(c.OpenCounter(counter="c1"))
    assert rig.ask(c.CallNext(counter="c1"), id="command-x1") == first


def test_a_gap_in_a_stream_asks_the_device_to_go_back(rig: WriterRig) -> None:
    frame = {"epoch": "e1"}
    ticket = c.IssueTicket(ticket="ticket-00001", service="pension", kiosk="kiosk-1")
    reply = rig.ask(ticket, "kiosk-1", seq=2, **frame)
    assert (reply.kind, reply.expected) == ("go_back", 1)
    assert not rig.writer.state.tickets
    assert rig.ask(ticket, "kiosk-1", seq=1, **frame).kind == "done"


def test_the_place_in_a_stream_survives_a_restart(rig: WriterRig) -> None:
    for seq in (1, 2, 3):
        ticket = c.IssueTicket(ticket=f"ticket-0000{seq}", service="pension", kiosk="kiosk-1")
        rig.ask(ticket, "kiosk-1", epoch="e1", seq=seq)
    rig.restart()
    again = c.IssueTicket(ticket="ticket-00009", service="pension", kiosk="kiosk-1")
    assert rig.ask(again, "kiosk-1", epoch="e1", seq=5).expected == 4


def test_another_command_under_an_answered_place_is_told_what_was_there(rig: WriterRig) -> None:
    """A device restored from an old copy: it sees a foreign id and begins a new epoch; nothing is done twice."""
    first = c.IssueTicket(ticket="ticket-00001", service="pension", kiosk="kiosk-1")
    rig.ask(first, "kiosk-1", epoch="e1", seq=1, id="command-old")
    other = c.IssueTicket(ticket="ticket-00002", service="pension", kiosk="kiosk-1")
    reply = rig.ask(other, "kiosk-1", epoch="e1", seq=1, id="command-new")
    assert reply.id == "command-old"
    assert len(rig.writer.state.tickets) == 1
    assert rig.ask(other, "kiosk-1", epoch="e2", seq=1, id="command-new").kind == "done"


def test_a_late_press_is_refused_and_does_not_block_its_stream(rig: WriterRig) -> None:
    rig.ask(c.OpenCounter(counter="c1"))
    late = rig.ask(c.CallNext(counter="c1"), "desk-1", epoch="e", seq=1, age_ms=6000, ttl_ms=5000)
    assert late.refusal is not None and late.refusal.code == "too_late"
    assert rig.ask(c.CallNext(counter="c1"), "desk-1", epoch="e", seq=2).refusal.code == "nobody_waiting"


def test_an_unreadable_command_in_a_readable_envelope_is_refused_and_the_stream_goes_on(rig: WriterRig) -> None:
    from broker.contract.envelope import Envelope

    envelope = Envelope(
        id="command-x1", device="desk-1", epoch="e", seq=1, command=msgspec.Raw(b'{"type":"Dance","counter":"c1"}')
    )
    rig.writer.take("desk-1", encode(envelope))
    (answer,) = rig.writer.commit()
    assert answer.reply.refusal.code == "unreadable"
    assert rig.ask(c.OpenCounter(counter="c1"), "desk-1", epoch="e", seq=2).kind == "done"


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff\xfe", b"[" * 4000, b"x" * 9000, b'{"v":7,"id":"aaaaaaaa"}'])
def test_garbage_changes_nothing_and_is_counted(rig: WriterRig, payload: bytes) -> None:
    rig.writer.take("kiosk-1", payload)
    assert rig.writer.commit() == []
    assert rig.writer.counters.unreadable == 1


def test_an_unknown_device_and_a_false_name_are_refused(rig: WriterRig) -> None:
    assert rig.ask(c.CallNext(counter="c1"), "stranger").refusal.code == "unknown_device"
    rig.writer.take("kiosk-1", encode_envelope(c.CallNext(counter="c1"), id="command-x1", device="desk-1"))
    (answer,) = rig.writer.commit()
    assert answer.reply.refusal.code == "unknown_device"


def test_eight_counters_pressing_at_once_on_500_tickets_never_share_one(tmp_path: Path) -> None:
    rig = WriterRig(tmp_path)
    for index in range(500):
        issue(rig, index)
    rig.writer.commit()
    for counter in ("c1", "c2"):
        rig.ask(c.OpenCounter(counter=counter))
    called: list[str] = []
    while True:
        for counter in ("c1", "c2") * 4:
            rig.put(c.CallNext(counter=counter))
        for answer in rig.writer.commit():
            if answer.reply.kind == "done":
                called.append(answer.reply.result["number"])
        for counter in ("c1", "c2"):
            rig.put(c.FinishService(counter=counter))
        rig.writer.commit()
        if len(called) == 500:
            break
    assert len(set(called)) == 500
    assert check(rig.hall, rig.path).findings == []


def test_when_the_disk_refuses_nothing_happened(rig: WriterRig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(batch: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    before = digest_of(rig.hall, rig.writer.state)
    with monkeypatch.context() as patch:
        patch.setattr(rig.journal, "append", fail)
        rig.put(c.IssueTicket(ticket="ticket-00001", service="pension"), id="command-x1")
        with pytest.raises(sqlite3.OperationalError):
            rig.writer.commit()
    assert digest_of(rig.hall, rig.writer.state) == before
    assert rig.ask(c.IssueTicket(ticket="ticket-00001", service="pension"), id="command-x1").kind == "done"


def test_a_decision_that_breaks_a_law_is_undone_and_refused(rig: WriterRig, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(rig, 1)
    rig.writer.commit()
    rig.ask(c.OpenCounter(counter="c1"))
    before = digest_of(rig.hall, rig.writer.state)
    monkeypatch.setattr(writer_module, "broken_by", lambda state, event: iter(["L5 planted"]))
    issue(rig, 2)
    replies = [answer.reply for answer in rig.writer.commit()]
    assert replies[0].refusal.code == "law_broken"
    assert digest_of(rig.hall, rig.writer.state) == before


def test_a_replay_shows_the_same_bytes_and_notices_a_changed_journal(rig: WriterRig) -> None:
    for index in range(20):
        issue(rig, index)
    rig.writer.commit()
    rig.journal.store_digest(rig.journal.position, digest_of(rig.hall, rig.writer.state), views_fingerprint(rig.hall))
    report = replay(rig.hall, rig.path)
    assert (report.digests_compared, report.findings) == (1, [])
    with sqlite3.connect(rig.path) as tampered:
        tampered.execute(
            "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'A001', 'A777') AS BLOB)"
            " WHERE type = 'TicketReserved'"
        )
    assert replay(rig.hall, rig.path).findings


def test_a_missing_position_is_noticed(rig: WriterRig) -> None:
    issue(rig, 1)
    rig.writer.commit()
    with sqlite3.connect(rig.path) as tampered:
        tampered.execute("DELETE FROM events WHERE position = 2")
    with pytest.raises(JournalGap):
        rig.restart()


def test_a_database_of_another_hall_is_refused(rig: WriterRig) -> None:
    with pytest.raises(OtherHall):
        Journal(rig.path, "elsewhere").open()


def test_sql_itself_refuses_a_second_ticket_with_the_same_number(rig: WriterRig) -> None:
    issue(rig, 1)
    rig.writer.commit()
    with sqlite3.connect(rig.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO numbers VALUES ('2026-03-04', 'A001', 'ticket-other')")


def test_an_emergency_outlives_the_server(tmp_path: Path) -> None:
    rig = WriterRig(tmp_path)
    rig.ask(c.OpenCounter(counter="c1"))
    rig.ask(c.BeginEmergency(zh="请离开", en="Leave"))
    rig.restart()
    refused = rig.ask(c.CallNext(counter="c1"))
    assert refused.refusal is not None and refused.refusal.code == "emergency_now"
    assert rig.ask(c.EndEmergency()).kind == "done"
    rig.restart()
    assert rig.ask(c.EndEmergency()).kind == "refused"


def test_a_refusal_is_told_with_the_name_that_stands_over_the_counter(rig: WriterRig) -> None:
    rig.ask(c.LogIn(counter="c3", clerk="a1"))
    told = rig.ask(c.LogIn(counter="c2", clerk="a1")).refusal
    assert told is not None and told.facts["counter"] == "c3"
    assert "3 号窗口" in told.sentence.zh and "c3" not in told.sentence.en
